"""Text in the order of its paragraphs, tables and notes, as word processors write it."""
