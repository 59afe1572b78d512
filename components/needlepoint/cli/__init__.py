"""The command line: thin commands over the service; each imports its work inside its handler."""
