"""Sheets as files: a workbook, comma-separated values, JSON, a Word document and a web page that stands alone."""
