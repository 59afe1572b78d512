"""Text in, sentences, passages and search terms out, with character offsets."""
