"""Marking the right words in a passage, and the labels made of it."""
