"""Excel files (XLSX)."""
