"""How the files of the example collection are made from their sources: one module per format."""
