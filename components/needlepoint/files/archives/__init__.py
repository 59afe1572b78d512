"""Archives: ZIP and tar, compressed or not."""
