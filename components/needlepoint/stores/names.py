"""The names of the indexes that make up a collection."""

PASSAGES = "document"  # the passages that are searched; the name is Haystack's default
PAGES = "page"
SOURCES = "source"  # one record for each document
EMBEDDINGS = "embedding"  # the model that passages are embedded with
LABELS = "label"
