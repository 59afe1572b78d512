"""Reports over the questions of a workspace, as a Word document, Markdown, a web page, or plain data."""
