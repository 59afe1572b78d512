"""Which code page the bytes of an RTF text are in: that of their font, else that of the file."""

import codecs

_BY_CHARSET = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_BY_CODE_PAGE = {936: "gb18030", 1361: "johab", 10000: "mac_roman", 10007: "mac_cyrillic", 65001: "utf-8"}
OF_FILE = {b"ansi": "cp1252", b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}
"""The encodings that a file names by a word."""


def of_charset(number: int | None) -> str | None:
    """Return the encoding of a font's character set; None for the file's own."""
    return None if number is None else _BY_CHARSET.get(number)


def of_code_page(number: int | None) -> str | None:
    """Return the encoding of a Windows code page that Python knows."""
    if number is None or number <= 0:
        return None
    encoding = _BY_CODE_PAGE.get(number, f"cp{number}")
    try:
        codecs.lookup(encoding)
    except LookupError:
        return None
    return encoding


def decoded(data: bytes, encoding: str) -> str:
    """Return the text of bytes; those that the code page lacks are taken for Windows-1252, or left out."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        pass
    if encoding in ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257"):
        return data.decode(encoding, "ignore")
    return data.decode(encoding, "replace")
