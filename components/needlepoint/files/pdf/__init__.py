"""PDF files, read with PDFium as a person reads their pages."""
