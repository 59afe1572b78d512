"""Text of documents made fit for files: characters that XML cannot hold, and values that a spreadsheet would compute."""

import re
import unicodedata

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_BREAKS = "\x0b\x0c\x1c\x1d\x1e"  # a page break of a PDF is a form feed
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED_TWICE = re.compile("_x005F_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA = re.compile("'*[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
                      "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}]")  # fmt: skip


def for_xml(text: str) -> str:
    """Return text of the same length that XML can hold.

    A page break and the other separators of lines become a line break; any other character that XML forbids becomes U+FFFD.
    """
    return _NOT_IN_XML.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    return "\n" if match[0] in _LINE_BREAKS else "\N{REPLACEMENT CHARACTER}"


def for_reading(text: str) -> str:
    """Return text like :func:`for_xml` that is also shown in the order in which it is stored.

    Characters that change the direction of what follows become U+FFFD: right-to-left words take theirs from their letters.
    """
    return _BIDI_CONTROLS.sub("\N{REPLACEMENT CHARACTER}", for_xml(text).replace("\r", "\n"))


def on_one_line(text: str) -> str:
    """Return text for a table's cell: white space is one space, characters that change the direction are left out."""
    return " ".join(_BIDI_CONTROLS.sub("", for_xml(text)).split())


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter with a direction is written from right to left."""
    directions = map(unicodedata.bidirectional, text)
    return next((each for each in directions if each in {"L", "R", "AL"}), "L") != "L"


def as_csv_value(text: str) -> str:
    """Return text for a CSV file, with an apostrophe before it where a spreadsheet would compute it.

    So are the values that begin with ``= + - @``, their full-width forms, a tab or a line break, also behind apostrophes.
    :func:`from_csv_value` undoes it.

    >>> as_csv_value("=1+1")
    "'=1+1"
    """
    return f"'{text}" if _FORMULA.match(text) else text


def from_csv_value(value: str) -> str:
    """Return the text of which :func:`as_csv_value` made a value.

    >>> from_csv_value("'=1+1")
    '=1+1'
    """
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value


def as_workbook_value(text: str) -> str:
    """Return text for a cell of a workbook, with what Excel would read as an escaped character escaped once more.

    :func:`from_workbook_value` undoes it.

    >>> as_workbook_value("_x0041_")
    '_x005F_x0041_'
    """
    return _ESCAPED.sub("_x005F_", for_xml(text))


def from_workbook_value(value: str) -> str:
    """Return the text of which :func:`as_workbook_value` made a value, as far as XML can hold it.

    >>> from_workbook_value("_x005F_x0041_")
    '_x0041_'
    """
    return _ESCAPED_TWICE.sub("_", value)
