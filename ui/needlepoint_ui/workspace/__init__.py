"""Workspaces on the page: the line under the question, the history, old answers, pinned quotes, reports."""
