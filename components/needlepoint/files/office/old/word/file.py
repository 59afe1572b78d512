"""The parts of a ``.doc``: its text in pieces, and what is stated of each place of the file."""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

from needlepoint.errors import UnreadableFileError
from needlepoint.files.office.old.word.sprms import Properties, Sprm, properties_in
from needlepoint.files.ole import BoundedOle
from needlepoint.files.units import units

_MARK = 0xA5EC
_WORD_97 = 0xC1
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_PAGE = 512
_PIECE = struct.Struct("<HIH")
_IS_BYTES = 0x40000000  # of a piece: one byte a character


class Table(IntEnum):
    """The tables, by their numbers in the file's head."""

    STYLES = 1
    FOOTNOTE_PLACES = 2
    FOOTNOTE_TEXTS = 3
    COMMENT_PLACES = 4
    COMMENT_TEXTS = 5
    SECTIONS = 6
    HEADERS = 11
    CHARACTER_PAGES = 12
    PARAGRAPH_PAGES = 13
    FONTS = 15
    PIECES = 33
    COMMENTERS = 36
    COMMENTED_NAMES = 37
    SHAPE_PLACES = 40
    COMMENTED_STARTS = 42
    COMMENTED_ENDS = 43
    ENDNOTE_PLACES = 46
    ENDNOTE_TEXTS = 47
    BOX_TEXTS = 56
    LISTS = 73
    LIST_OVERRIDES = 74


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text.

    :param start: its first character, counted through all texts of the file; ``end`` is behind the last.
    :param place: of its first byte in the stream.
    :param width: bytes of a character, 1 or 2.
    """

    start: int
    end: int
    place: int
    width: int


@dataclass(slots=True)
class _Ranges:
    """What is stated of ranges of the file, in order."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    stated: list[bytes] = field(default_factory=list)

    def at(self, place: int) -> tuple[bytes, int]:
        """Return what is stated of a place, and where that ends."""
        number = bisect_right(self.starts, place) - 1
        if number >= 0 and place < self.ends[number]:
            return self.stated[number], self.ends[number]
        following = self.starts[number + 1] if number + 1 < len(self.starts) else 1 << 40
        return b"", following


class WordFile:
    """A file that is open.

    :raises UnreadableFileError: it is encrypted, or of a Word before 97.
    """

    def __init__(self, ole: BoundedOle) -> None:
        self.main: bytes = ole.openstream("WordDocument").read()
        mark, version = struct.unpack_from("<HH", self.main, 0)
        refuse_encrypted(self.main)
        (flags,) = struct.unpack_from("<H", self.main, 10)
        if version < _WORD_97 or mark != _MARK:
            raise UnreadableFileError("a file of Word 6 or 95, or older: save it as .docx and add that")
        self._table: bytes = ole.openstream("1Table" if flags & _TABLE_1 else "0Table").read()
        self.data: bytes = ole.openstream("Data").read() if ole.exists("Data") else b""
        self.lengths = struct.unpack_from("<8i", self.main, 0x4C)
        if min(self.lengths) < 0:
            raise ValueError("a text of negative length")
        self.pieces = list(self._pieces())
        self._starts = [piece.start for piece in self.pieces]

    def table(self, number: int) -> bytes:
        """Return a table, empty where the file has none; one of :class:`Table`."""
        place, length = struct.unpack_from("<II", self.main, 0x9A + 8 * number)
        return self._table[place : place + length]

    def behind(self, number: int) -> bytes:
        """Return what lies behind the beginning of a table, of which the file states no length."""
        place, length = struct.unpack_from("<II", self.main, 0x9A + 8 * number)
        return self._table[place:] if length else b""

    def places(self, number: int, size: int) -> tuple[list[int], list[bytes]]:
        """Return the places of text that a table lists, one more than its entries, and these entries.

        :param size: bytes of an entry.
        """
        data = self.table(number)
        count = max(0, (len(data) - 4) // (4 + size))
        places = list(struct.unpack_from(f"<{count + 1}i", data)) if len(data) >= 4 else []
        start = 4 * (count + 1)
        return places, [data[start + at * size : start + (at + 1) * size] for at in range(count)]

    def text(self, start: int, end: int) -> str:
        """Return the characters from one place to another."""
        return "".join(self._in_piece(piece, start, end) for piece in self._among(start, end))

    def runs(self, start: int, end: int) -> Iterator[tuple[str, Properties]]:
        """Return the characters from one place to another in runs of like ones, with what is stated of these."""
        for piece in self._among(start, end):
            at, last = max(start, piece.start), min(end, piece.end)
            while at < last:
                place = piece.place + (at - piece.start) * piece.width
                stated, until = self._characters.at(place)
                behind = min(last, piece.start + max(1, -(-(until - piece.place) // piece.width)))
                behind = max(behind, at + 1)
                yield self._in_piece(piece, at, behind), properties_in(stated)
                at = behind

    def paragraph(self, at: int) -> tuple[int, Properties]:
        """Return the number of the style and what is stated of the paragraph that ends with a character."""
        for piece in self._among(at, at + 1):
            stated, _ = self._paragraphs.at(piece.place + (at - piece.start) * piece.width)
            found = properties_in(stated[2:])
            huge = found.get(Sprm.HUGE) or found.get(Sprm.HUGE_TABLE)
            if huge:
                found |= properties_in(self._in_data(int.from_bytes(huge, "little")))
            return int.from_bytes(stated[:2], "little"), found
        return 0, {}

    def _in_data(self, place: int) -> bytes:
        length = int.from_bytes(self.data[place : place + 2], "little")
        return self.data[place + 2 : place + 2 + length]

    def _among(self, start: int, end: int) -> Iterator[Piece]:
        number = max(0, bisect_right(self._starts, start) - 1)
        while number < len(self.pieces) and self.pieces[number].start < end:
            if self.pieces[number].end > start:
                yield self.pieces[number]
            number += 1

    def _in_piece(self, piece: Piece, start: int, end: int) -> str:
        first = piece.place + (max(start, piece.start) - piece.start) * piece.width
        last = piece.place + (min(end, piece.end) - piece.start) * piece.width
        return self.main[first:last].decode("cp1252", "replace") if piece.width == 1 else units(self.main[first:last])

    def _pieces(self) -> Iterator[Piece]:
        data, at = self.table(Table.PIECES), 0
        while at < len(data) and data[at] == 1:  # changes that were saved fast
            at += 3 + int.from_bytes(data[at + 1 : at + 3], "little")
        if data[at : at + 1] != b"\2":
            raise ValueError("it has no text")
        (length,) = struct.unpack_from("<I", data, at + 1)
        table = data[at + 5 : at + 5 + length]
        count = (len(table) - 4) // 12
        places = struct.unpack_from(f"<{count + 1}i", table)
        for number in range(count):
            _, place, _ = _PIECE.unpack_from(table, 4 * (count + 1) + 8 * number)
            width = 1 if place & _IS_BYTES else 2
            start = (place & ~_IS_BYTES) // 2 if width == 1 else place
            if places[number + 1] > places[number] >= 0:
                yield Piece(places[number], places[number + 1], start, width)

    @cached_property
    def _characters(self) -> _Ranges:
        return self._pages(Table.CHARACTER_PAGES, 1, is_paragraphs=False)

    @cached_property
    def _paragraphs(self) -> _Ranges:
        return self._pages(Table.PARAGRAPH_PAGES, 13, is_paragraphs=True)

    def _pages(self, number: int, size: int, *, is_paragraphs: bool) -> _Ranges:
        """Return what the pages of 512 bytes state that a table lists."""
        found = _Ranges()
        _, entries = self.places(number, 4)
        for entry in entries:
            place = _PAGE * (int.from_bytes(entry, "little") & 0x3FFFFF)
            page = self.main[place : place + _PAGE]
            count = page[-1] if len(page) == _PAGE else 0
            if 4 * (count + 1) + size * count >= _PAGE:
                continue
            places = struct.unpack_from(f"<{count + 1}I", page)
            for at in range(count):
                offset = 2 * page[4 * (count + 1) + size * at]
                if found.starts and places[at] < found.starts[-1]:
                    continue
                found.starts.append(places[at])
                found.ends.append(places[at + 1])
                found.stated.append(_stated(page, offset, is_paragraphs) if offset else b"")
        return found


def _stated(page: bytes, offset: int, is_paragraphs: bool) -> bytes:
    length = page[offset]
    if not is_paragraphs:
        return page[offset + 1 : offset + 1 + length]
    if length:
        return page[offset + 1 : offset + 2 * length]
    return page[offset + 2 : offset + 2 + 2 * page[offset + 1]]


def refuse_encrypted(main: bytes) -> None:
    """Refuse a file whose text and objects only a password opens.

    :param main: its stream ``WordDocument``.
    :raises UnreadableFileError: it is encrypted.
    """
    if int.from_bytes(main[10:12], "little") & _ENCRYPTED:
        raise UnreadableFileError("password-protected: remove the password and add it again")
