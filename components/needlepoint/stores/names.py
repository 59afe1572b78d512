"""The names of the indexes that make up a collection."""

PASSAGES = "document"  # what is searched; Haystack's own default
PAGES = "page"
SOURCES = "source"  # one record for each document
EMBEDDINGS = "embedding"  # which model they are of
LABELS = "label"
