"""Image files: each picture in one is a page, read by OCR."""
