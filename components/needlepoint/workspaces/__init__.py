"""Workspaces: questions with their answers as they were given, pinned quotes, notes, and reports over them."""
