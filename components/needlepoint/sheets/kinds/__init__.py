"""The values of quoted words: a module for each kind of question."""
