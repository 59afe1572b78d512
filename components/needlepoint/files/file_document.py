"""A file as a document: its text, its id, and what is known of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from needlepoint.errors import UnreadableFileError
from needlepoint.files.archives.reading import listing
from needlepoint.files.formats import FileFormat
from needlepoint.files.identity import document_id
from needlepoint.files.limits import Limits
from needlepoint.files.members.part import Inheritance, Member, Unpacked
from needlepoint.files.members.unpacking import unpack
from needlepoint.files.ocr.scans import Scans, note_document
from needlepoint.files.pages import bounded_unread
from needlepoint.files.reading import DEFAULT_LIMITS, read_as, read_bytes, recognised
from needlepoint.files.source import Page, SourceText
from needlepoint.files.stated_dates import stated_day
from needlepoint.text.languages import language_of
from needlepoint.text.marks import marks_to_text, readable

_BEGINNING = 4000  # characters in which a document may state its day
_SAMPLE = 10_000  # characters that tell its language
_OWN_KEYS = ("document_id", "path", "size", "type", "pages", "marks", "unread", "parents", "is_incomplete")
_DATED_BY_FILE = frozenset(  # these state when they were saved
    "pdf xps docx pptx xlsx xlsb doc ppt xls odt odp ods rtf".split()  # noqa: SIM905
)
_INHERITED = ("thread", "from", "to")


@dataclass(frozen=True, slots=True)
class FileDocument:
    """What a file holds.

    :param id: the same for the same bytes under the same name.
    :param text: all pages, with a form feed between two.
    :param meta: ``document_id``, ``name``, ``path``, ``folder``, ``type``, ``title``, ``date``, ``size``, ``pages``,
        ``marks`` and ``unread``, with what the file states of itself and what the caller adds. Title and date are None where it
        states none. ``date_of`` is ``file`` where ``date`` is only the day on which the file was made, which is ``file_date``.
        That of a file inside of another has ``parent``, the name of the document that holds it, and ``parents``, its id.
    :param members: the files inside of it that are unpacked and not read yet.
    """

    id: str
    text: str
    meta: dict[str, Any]
    members: tuple[Member, ...] = ()

    def with_added(self, added: Mapping[str, Any]) -> "FileDocument":
        """Return the document with metadata of the caller's, which never takes the place of what the file itself determines."""
        own = {key: self.meta[key] for key in _OWN_KEYS if key in self.meta}
        stated = {key: value for key, value in self.meta.items() if key != "date_of" or "date" not in added}
        return replace(self, meta={**stated, **added, **own})

    def with_unread(self, lines: Iterable[str]) -> "FileDocument":
        """Return the document with further lines on what of the file was not read."""
        return replace(self, meta={**self.meta, "unread": bounded_unread([*self.meta["unread"], *lines])})

    def inside(self, holder: Inheritance) -> "FileDocument":
        """Return the document as that of a file inside of another."""
        own = {"parent": holder.parent, "parents": list(holder.parents)}
        return replace(self, meta={**holder.meta, **self.meta, **own})

    @property
    def inheritance(self) -> Inheritance:
        """What the documents of the files inside of it have from it."""
        meta = {name: self.meta[name] for name in _INHERITED if name in self.meta}
        return Inheritance(self.meta["name"], (self.id,), meta)


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """Where a file is read from, and where what it holds is unpacked to.

    :param path: where the file lies or lay; a file inside of another has a path below that of the other.
    :param name: the name that counts for the id and the format; by default that of the path.
    :param at: where its bytes are, if not at the path.
    :param spool: the folder for the files inside of it; they are named and not unpacked where it is None.
    :param only_unpacks: whether nothing but the files inside is wanted, so that its text is not read.
    """

    path: Path
    name: str = ""
    at: Path | None = None
    spool: Path | None = None
    only_unpacks: bool = False

    @property
    def shown_name(self) -> str:
        """The name that counts."""
        return self.name or self.path.name


def read_here(place: Path | ReadingPlace, data: bytes | None = None, limits: Limits = DEFAULT_LIMITS) -> FileDocument:
    """Read a file in this process, however long it takes and whatever it needs.

    :param data: its bytes, where they are at hand.
    :raises UnreadableFileError: it cannot be read; the message is one line for the user.
    """
    place = place if isinstance(place, ReadingPlace) else ReadingPlace(place)
    data = read_bytes(place.at or place.path, limits) if data is None else data
    found, inner = recognised(place.shown_name, data, limits)
    unpacked = _unpacked(found, inner, place, limits)
    source, unread = _source(found, inner, unpacked, place, limits)
    meta = {**source.metadata, **_own_meta(place, data, source)}
    document = FileDocument(meta["document_id"], source.text, meta, unpacked.members)
    if "read_by_ocr" in meta:
        note_document(document.id, place.path.absolute(), inner)
    return document.with_unread(unread) if unread else document


def recognise_here(
    place: Path | ReadingPlace, index: int, data: bytes | None = None, limits: Limits = DEFAULT_LIMITS
) -> None:
    """Read a page of a file by OCR, and keep it for whoever reads the file.

    :param index: from 0.
    :raises UnreadableFileError: it cannot be read; the message is one line for the user.
    :raises NeedlepointError: what was read cannot be kept.
    """
    place = place if isinstance(place, ReadingPlace) else ReadingPlace(place)
    data = read_bytes(place.at or place.path, limits) if data is None else data
    found, inner = recognised(place.shown_name, data, limits)
    if found.draw is None:
        raise UnreadableFileError("its pages are no pictures")
    Scans(inner, partial(found.draw, inner)).read(index)


def _source(
    found: FileFormat, data: bytes, unpacked: Unpacked, place: ReadingPlace, limits: Limits
) -> tuple[SourceText, Sequence[str]]:
    """Return the text of a file, and what was not read; one without text that holds others has their names."""
    if place.only_unpacks:
        return SourceText("", (), found.name), ()
    if found.only_holds and unpacked.names:  # they are its text: it need not be gone through again
        return listing(unpacked.names, limits, type=found.name), unpacked.unread
    try:
        return read_as(found, data, limits), unpacked.unread
    except UnreadableFileError as error:
        if not unpacked.members:
            raise
        return listing(unpacked.names, limits, type=found.name), (f"its own text: {error}", *unpacked.unread)


def _unpacked(found: FileFormat, data: bytes, place: ReadingPlace, limits: Limits) -> Unpacked:
    if found.parts is None:
        return Unpacked()
    parts = found.parts(data, limits)
    if place.spool is None:
        return Unpacked(unread=tuple(f"{name}: a file in it, which was not read" for name in _names(found, parts)))
    unpacked = unpack(parts, place.spool, place.shown_name, packed=len(data), limits=limits)
    if found.only_holds and unpacked.unread and not unpacked.members:
        raise UnreadableFileError(f"nothing in it can be read: {unpacked.unread[0]}"[:190])
    return unpacked


def _names(found: FileFormat, parts: Iterable[Any]) -> Sequence[str]:
    try:
        return [part.name for part in parts]
    except UnreadableFileError as error:
        return [f"what it holds ({error})"]


def _own_meta(place: ReadingPlace, data: bytes, source: SourceText) -> dict[str, Any]:
    name, path = place.shown_name, place.path.absolute()
    return {
        "document_id": document_id(name, data),
        "name": name,
        "path": str(path),
        "folder": path.parent.name,
        "type": source.type,
        "title": source.title,
        **_dates(source),
        **_language(source),
        "size": len(data),
        "pages": [_page_meta(page) for page in source.pages],
        "marks": marks_to_text(source.marks),
        "unread": list(source.unread),
    }


def _dates(source: SourceText) -> dict[str, Any]:
    """Return the day of the document: what it states of itself counts before the day on which its file was made."""
    day = source.metadata.get("date") or None
    if source.type not in _DATED_BY_FILE:
        return {"date": day}
    stated = stated_day(_running_text(source))
    made = {"file_date": day} if day else {}
    if stated or not day:
        return {"date": stated or None, **made}
    return {"date": day, "date_of": "file", **made}


def _running_text(source: SourceText, length: int = _BEGINNING) -> str:
    return readable(source.text[:length], [mark for mark in source.marks if mark.end <= length])


def _language(source: SourceText) -> dict[str, str]:
    """Return the language that the text is in; where that is not sure, the one that the file states."""
    stated = str(source.metadata.get("language") or "").partition("-")[0].lower()
    found = language_of(_running_text(source, _SAMPLE)) or stated
    return {"language": found} if found else {}


def _page_meta(page: Page) -> dict[str, Any]:
    found = {"number": page.number, "start": page.start, "end": page.end, "title": page.title}
    return found if page.confidence is None else {**found, "confidence": page.confidence}
