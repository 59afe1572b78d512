"""The lists of a ``.doc``: how their paragraphs are numbered."""

import struct
from collections.abc import Iterator
from dataclasses import replace

from needlepoint.files.office.old.word.file import Table, WordFile
from needlepoint.files.office.word.numbering import ListLevel, NumberedList, Numbering

_LIST, _LEVEL, _OVERRIDE = 28, struct.Struct("<iBB9xBiiBBBB"), 16  # bytes
_IS_LEGAL = 4
_FORMATS = {1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 22: "decimalZero", 23: "bullet"} | {
    255: "none"
}
_MOST_LISTS = 5_000
_LEVELS = 9
_STARTS, _FORMS = 0x10, 0x20  # bits of a level that a paragraph's list states anew


def numbering_of(file: WordFile) -> Numbering:
    """Return the numbering of a file's lists, by the numbers that paragraphs name; none where it is damaged."""
    try:
        return Numbering({str(number): each for number, each in enumerate(_lists(file), start=1)})
    except (struct.error, IndexError):
        return Numbering()


def _lists(file: WordFile) -> Iterator[NumberedList]:
    levels = _levels_by_list(file)
    data = file.table(Table.LIST_OVERRIDES)
    count = min(int.from_bytes(data[:4], "little"), _MOST_LISTS)
    at = 4 + _OVERRIDE * count
    for number in range(count):
        (list_id,) = struct.unpack_from("<i", data, 4 + _OVERRIDE * number)
        own, restarted = dict(levels.get(list_id, {})), set()
        at += 4
        for _ in range(data[4 + _OVERRIDE * number + 12]):
            start, flags = struct.unpack_from("<iI", data, at)
            at += 8
            level = flags & 0xF
            if flags & _FORMS:
                own[level], at = _level(data, at)
            if flags & _STARTS:
                own[level] = replace(own.get(level, ListLevel()), start=start)
                restarted.add(level)
        yield NumberedList(str(list_id), own, frozenset(restarted))


def _levels_by_list(file: WordFile) -> dict[int, dict[int, ListLevel]]:
    data = file.behind(Table.LISTS)
    count = min(int.from_bytes(data[:2], "little"), _MOST_LISTS)
    at, found = 2 + _LIST * count, {}
    for number in range(count):
        place = 2 + _LIST * number
        (list_id,) = struct.unpack_from("<i", data, place)
        levels = {}
        for level in range(1 if data[place + 26] & 1 else _LEVELS):
            levels[level], at = _level(data, at)
        found[list_id] = levels
    return found


def _level(data: bytes, at: int) -> tuple[ListLevel, int]:
    """Return a level and the place behind it."""
    start, form, flags, _, _, _, characters, paragraph, _, _ = _LEVEL.unpack_from(data, at)
    at += _LEVEL.size + characters + paragraph
    (length,) = struct.unpack_from("<H", data, at)
    text = data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    pattern = "".join(f"%{ord(each) + 1}" if ord(each) < _LEVELS else each for each in text)
    return ListLevel(start, _FORMATS.get(form, "decimal"), pattern, bool(flags & _IS_LEGAL)), at + 2 + 2 * length
