"""Source text in, sentence-aligned passages out."""
