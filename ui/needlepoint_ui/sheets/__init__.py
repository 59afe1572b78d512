"""The parts of the Sheets view: its state, its editor, its table, its cells and their verdicts."""
