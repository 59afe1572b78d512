"""The slides of a ``.ppt`` in order, with their notes and the texts that their outline holds."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from needlepoint.errors import UnreadableFileError
from needlepoint.files.office.old.slides.records import Kind, Record, record_at
from needlepoint.files.ole import BoundedOle

_ENCRYPTED = b"\xdf\xc4\xd1\xf3"
_SLIDES, _NOTES = 0, 2  # lists of the document
_EDIT = struct.Struct("<IHBBIII")
_ATOM, _IS_EMBEDDED = struct.Struct("<5I"), 0
_MOST_EDITS = 10_000


@dataclass(slots=True)
class OutlineText:
    """A text of the outline, with the number that tells what it is."""

    kind: int = 0
    records: list[Record] = field(default_factory=list)


@dataclass(slots=True)
class PptSlide:
    """A slide.

    :param record: what it holds; None where the file has lost it.
    :param texts: those that its shapes name by their numbers.
    :param notes: what is noted to it.
    """

    record: Record | None
    texts: list[OutlineText]
    notes: Record | None = None


class PptFile:
    """A file that is open.

    :raises UnreadableFileError: it is encrypted.
    """

    def __init__(self, ole: BoundedOle) -> None:
        current = ole.openstream("Current User").read()
        if current[12:16] == _ENCRYPTED:
            raise UnreadableFileError("password-protected: remove the password and add it again")
        self._stream: bytes = ole.openstream("PowerPoint Document").read()
        self._places: dict[int, int] = {}
        document = self._follow_edits(int.from_bytes(current[16:20], "little"))
        self._document = self._object(document)
        if self._document is None or self._document.kind != Kind.DOCUMENT:
            raise ValueError("it has no slides")

    def slides(self) -> Iterator[PptSlide]:
        """Return the slides in order."""
        notes = {number: record for number, record, _ in self._listed(_NOTES)}
        for _, record, texts in self._listed(_SLIDES):
            atom = record.child(Kind.SLIDE_ATOM) if record else None
            noted = int.from_bytes(atom.data[16:20], "little") if atom else 0
            yield PptSlide(record, texts, notes.get(noted))

    def objects(self) -> dict[int, Record]:
        """Return what is kept of each embedded object, by the number that shapes name it by."""
        assert self._document is not None
        listed = self._document.child(Kind.OBJECT_LIST)
        found: dict[int, Record] = {}
        for each in listed.children() if listed else ():
            atom = each.child(Kind.OBJECT_ATOM) if each.kind == Kind.EMBEDDED else None
            if atom is not None and len(atom.data) >= _ATOM.size:
                _, kind, number, _, place = _ATOM.unpack_from(atom.data)
                record = self._object(place) if kind == _IS_EMBEDDED else None
                if record is not None and record.kind == Kind.OBJECT:
                    found[number] = record
        return found

    def _listed(self, number: int) -> Iterator[tuple[int, Record | None, list[OutlineText]]]:
        """Return the slides or notes of a list: their ids, what they hold, the texts of their outline."""
        assert self._document is not None
        for each in self._document.children():
            if each.kind == Kind.SLIDE_LIST and each.instance == number:
                yield from self._in_list(each)

    def _in_list(self, listed: Record) -> Iterator[tuple[int, Record | None, list[OutlineText]]]:
        now: tuple[int, Record | None, list[OutlineText]] | None = None
        for each in listed.children():
            if each.kind == Kind.SLIDE_PLACE and len(each.data) >= 16:
                if now:
                    yield now
                place, _, _, number = struct.unpack_from("<IIiI", each.data)
                now = (number, self._object(place), [])
            elif now and each.kind == Kind.TEXT_KIND:
                now[2].append(OutlineText(int.from_bytes(each.data[:4], "little"), []))
            elif now and now[2]:
                now[2][-1].records.append(each)
        if now:
            yield now

    def _object(self, number: int) -> Record | None:
        place = self._places.get(number)
        return record_at(self._stream, place) if place is not None and place + 8 <= len(self._stream) else None

    def _follow_edits(self, place: int) -> int:
        """Note where the objects stand that the edits have written, from the last edit back; return the document's number."""
        document = 0
        seen: set[int] = set()
        while place and place not in seen and len(seen) < _MOST_EDITS:
            seen.add(place)
            edit = record_at(self._stream, place)
            if edit.kind != Kind.EDIT:
                raise ValueError("its last change is not found")
            _, _, _, _, place, places, number = _EDIT.unpack_from(edit.data)
            document = document or number
            for known, where in _entries(record_at(self._stream, places)):
                self._places.setdefault(known, where)
        return document


def _entries(directory: Record) -> Iterator[tuple[int, int]]:
    at = 0
    while directory.kind == Kind.PLACES and at + 4 <= len(directory.data):
        head = int.from_bytes(directory.data[at : at + 4], "little")
        first, count = head & 0xFFFFF, head >> 20
        for number in range(count):
            where = directory.data[at + 4 + 4 * number : at + 8 + 4 * number]
            if len(where) == 4:
                yield first + number, int.from_bytes(where, "little")
        at += 4 + 4 * count
