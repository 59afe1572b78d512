"""``.doc``: a file of streams, whose text lies in pieces beside tables of what its characters and paragraphs are ([MS-DOC])."""
