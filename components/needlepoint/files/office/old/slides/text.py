"""The paragraphs of a ``.ppt``'s text: indented ones as items of a list, raised marks apart."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from needlepoint.files.office.old.slides.records import Kind, Record
from needlepoint.files.pages import joined_paragraphs, one_line
from needlepoint.files.shown.raised import raised
from needlepoint.files.units import joined_surrogates, units

_PARAGRAPH_FIELDS = (  # the bits that tell whether a field is there, and its bytes, in order
    (0xF, 2), (0x80, 2), (0x10, 2), (0x40, 2), (0x20, 4), (0x800, 2), (0x1000, 2), (0x2000, 2), (0x4000, 2), (0x100, 2),
    (0x400, 2), (0x8000, 2), (0x100000, -1), (0x10000, 2), (0xE0000, 2), (0x200000, 2),
)  # fmt: skip
_CHARACTER_FIELDS = ((0xFFFF, 2), (0x10000, 2), (0x200000, 2), (0x400000, 2), (0x800000, 2), (0x20000, 2), (0x40000, 4))
_POSITION = 0x80000
_PLACEHOLDER = "*"  # for a number or a day that PowerPoint writes itself


def text_of(records: Iterable[Record]) -> str:
    """Return the text that records behind its head hold: its characters, then what is stated of them."""
    text, style = "", b""
    for record in records:
        if record.kind == Kind.CHARACTERS:
            text = units(record.data)
        elif record.kind == Kind.BYTES:
            text = record.data.decode("latin-1")
        elif record.kind == Kind.STYLE and text:
            style = record.data
    levels, positions = _stated(style, len(text) + 1)
    return joined_paragraphs(_paragraphs(text, levels, positions)) if text.strip() != _PLACEHOLDER else ""


def _paragraphs(text: str, levels: Sequence[int], positions: Sequence[int]) -> Iterator[str]:
    start = 0
    for paragraph in text.split("\r"):
        shown = joined_surrogates(_shown(paragraph, positions[start : start + len(paragraph)]))
        lines = "\n".join(filter(None, map(one_line, shown.split("\v"))))
        if lines:
            yield f"- {lines}" if start < len(levels) and levels[start] else lines
        start += len(paragraph) + 1


def _shown(text: str, positions: Sequence[int]) -> str:
    if not any(position > 0 for position in positions):
        return text
    line, at = "", 0
    while at < len(text):
        end = at
        is_raised = at < len(positions) and positions[at] > 0
        while end < len(text) and (end < len(positions) and positions[end] > 0) == is_raised:
            end += 1
        line += raised(line, text[at:end]) if is_raised and text[at:end].strip() else text[at:end]
        at = end
    return line


def _stated(data: bytes, length: int) -> tuple[list[int], list[int]]:
    """Return the level of each character's paragraph, and how far it is raised, in percent; as much as is sound."""
    levels: list[int] = []
    positions: list[int] = []
    at = 0
    with suppress(struct.error):
        while len(levels) < length:
            count, level, mask = struct.unpack_from("<IHI", data, at)
            at = _behind(data, at + 10, mask, _PARAGRAPH_FIELDS)
            levels += [level] * min(count, length)
        while len(positions) < length:
            count, mask = struct.unpack_from("<II", data, at)
            at = _behind(data, at + 8, mask, _CHARACTER_FIELDS)
            position = struct.unpack_from("<h", data, at)[0] if mask & _POSITION else 0
            at += 2 if mask & _POSITION else 0
            positions += [position] * min(count, length)
    return levels, positions


def _behind(data: bytes, at: int, mask: int, fields: Sequence[tuple[int, int]]) -> int:
    for bits, size in fields:
        if mask & bits:
            at += size if size > 0 else 2 + 4 * struct.unpack_from("<H", data, at)[0]
    return at
