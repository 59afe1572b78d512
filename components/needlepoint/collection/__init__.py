"""A collection of documents in any store: writing, replacing and deleting whole documents."""
