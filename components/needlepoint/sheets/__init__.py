"""Question sheets: many questions over many documents; a cell is a quotation, "not found", or why nothing was read."""
