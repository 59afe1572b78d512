"""Pages that are pictures, read by OCR: the engines, what they read, and where it is kept (extra ``[ocr]``)."""
