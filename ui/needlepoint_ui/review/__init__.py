"""The Review view: the table of feedback, and measuring the reader on it."""
