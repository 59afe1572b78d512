"""What several formats show as more than characters, written as plain text: raised characters, equations, tick boxes."""
