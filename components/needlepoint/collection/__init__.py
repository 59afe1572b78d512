"""A collection of documents over any store: writing, replacing and deleting documents whole."""
