"""OpenDocument: texts, spreadsheets, slides and drawings, as packages and as flat XML."""
