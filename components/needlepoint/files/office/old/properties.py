"""The properties that an old Office file states, and its streams."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from needlepoint.errors import UnreadableFileError
from needlepoint.files.office.objects import DAMAGES
from needlepoint.files.office.properties import EMPTY_TITLES, Properties
from needlepoint.files.ole import BoundedOle

_UNICODE = {1200: "utf-16-le", 1201: "utf-16-be", 65000: "utf-7", 65001: "utf-8", 10000: "mac-roman"}
_CODE_PAGE, _TITLE, _SUBJECT, _AUTHOR, _KEYWORDS, _MADE, _SAVED, _CATEGORY = 1, 2, 3, 4, 5, 12, 13, 2
_TEXT, _UNICODE_TEXT, _MOMENT = 0x1E, 0x1F, 0x40  # kinds of value
_MOST_BYTES, _MOST_PROPERTIES = 1_000_000, 1_000
_EPOCH = datetime(1601, 1, 1)
_FIRST_YEAR = 1970  # before it lies what programs write who know no date


@contextmanager
def opened(data: bytes, *, program: str, suffix: str) -> Iterator[BoundedOle]:
    """Open the file; its streams can be read inside the block.

    :param program: that made it, such as ``Word``.
    :param suffix: of its present format, such as ``.docx``.
    :raises UnreadableFileError: the file is damaged, or what is read of it in the block is.
    """
    try:
        with BoundedOle(io.BytesIO(data)) as ole:
            yield ole
    except DAMAGES as error:
        raise UnreadableFileError(
            f"the {program} file is damaged: open it in {program}, save it as {suffix} and add that"
        ) from error


def stated_properties(ole: BoundedOle) -> Properties:
    """Return title, author and the like, as the file states them; none where they are damaged.

    olefile is not asked: a damaged list of values keeps it busy for minutes.
    """
    stated, about = _stated(ole, "\5SummaryInformation"), _stated(ole, "\5DocumentSummaryInformation")
    title = stated.get(_TITLE, "")
    metadata: dict[str, str | int | float] = {
        "author": stated.get(_AUTHOR, ""),
        "subject": stated.get(_SUBJECT, ""),
        "keywords": stated.get(_KEYWORDS, ""),
        "category": about.get(_CATEGORY, ""),
        "date": stated.get(_SAVED) or stated.get(_MADE, ""),
    }
    return {"title": None if title.lower() in EMPTY_TITLES else title, "metadata": metadata}


def _stated(ole: BoundedOle, stream: str) -> dict[int, str]:
    """Return the texts and days of a set of properties by their numbers ([MS-OLEPS])."""
    try:
        data = ole.openstream(stream).read(_MOST_BYTES)
        start = int.from_bytes(data[44:48], "little")
        (count,) = struct.unpack_from("<I", data, start + 4)
        places = dict(struct.unpack_from("<II", data, start + 8 + 8 * at) for at in range(min(count, _MOST_PROPERTIES)))
        codec = _codec(data, start + places[_CODE_PAGE]) if _CODE_PAGE in places else "cp1252"
        values = {number: _value(data, start + place, codec) for number, place in places.items()}
    except (OSError, struct.error, ValueError):
        return {}
    return {number: value for number, value in values.items() if value}


def _codec(data: bytes, place: int) -> str:
    page = struct.unpack_from("<H", data, place + 4)[0]
    name = _UNICODE.get(page, f"cp{page}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def _value(data: bytes, place: int, codec: str) -> str:
    """Return a text, or a moment as its day; nothing for any other kind of value."""
    kind, length = struct.unpack_from("<II", data, place)
    start = place + 8
    if kind == _TEXT:
        text = data[start : start + length].decode(codec, "replace")
    elif kind == _UNICODE_TEXT:
        text = data[start : start + 2 * length].decode("utf-16-le", "replace")
    elif kind == _MOMENT:
        return _day(struct.unpack_from("<Q", data, place + 4)[0])
    else:
        return ""
    return text.partition("\0")[0].strip()


def _day(ticks: int) -> str:
    """Return the day of a moment, counted in tenths of microseconds from 1601."""
    try:
        moment = _EPOCH + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return ""
    return moment.date().isoformat() if moment.year > _FIRST_YEAR else ""
