"""Backups of a whole collection in one file, for either store: ``write_backup`` and ``restore_backup``."""
