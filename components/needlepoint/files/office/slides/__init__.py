"""PowerPoint files (PPTX)."""
