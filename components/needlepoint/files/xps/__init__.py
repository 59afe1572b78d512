"""XPS and OpenXPS: prints kept as a package of pages."""
