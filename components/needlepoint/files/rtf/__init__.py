"""RTF: text as its reader sees it, from the control words of the file."""
