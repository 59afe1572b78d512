"""The binary formats of Office 97 to 2003: ``.doc``, ``.xls`` and ``.ppt``."""
