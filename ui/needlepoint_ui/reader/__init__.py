"""The reader: the pages of a document one below the other, enlarged, searched, and led back to the mark."""
