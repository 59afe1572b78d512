"""Office files (DOCX, PPTX, XLSX): packages of XML, each kind read in a room of its own."""
