"""The Review view: what people said, and measuring the reader on it."""
