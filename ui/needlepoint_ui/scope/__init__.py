"""The scope of a question or a sheet: chosen documents, folders and saved sets."""
