"""Markup that people write: reStructuredText, Org and LaTeX, read as the pages that are made of it."""
