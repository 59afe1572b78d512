"""The Collection view: adding files, the table of documents."""
