"""Files in, pages of text with character offsets out: one module per format, no Haystack."""
