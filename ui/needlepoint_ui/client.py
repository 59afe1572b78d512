"""All that the page asks of Needlepoint, as plain data: the views know this module and no service behind it."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needlepoint.errors import NeedlepointError
from needlepoint.files.identity import document_id
from needlepoint_ui import uploads

if TYPE_CHECKING:
    from needlepoint.replies import Quote
    from needlepoint.service import Service

ADDED_BY = "upload"


@dataclass(frozen=True, slots=True)
class Place:
    """Characters ``start`` to ``end`` of a document's text, and where they stand for a reader.

    :param is_passage: a whole passage rather than quoted words.
    """

    document_id: str
    name: str
    page: int
    start: int
    end: int
    title: str = ""
    date: str = ""
    type: str = ""
    is_passage: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer: ``before + answer + after`` is its sentence; ``score`` is from 0 to 1."""

    answer: str
    before: str
    after: str
    score: float
    place: Place


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage that was read for a question."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Answers:
    """What a question brought.

    :param findings: the answers, best first; empty where the reader holds that there is none.
    :param doubtful: the words that came nearest, where there is no answer.
    :param passages: what was read, nearest first.
    """

    question: str
    findings: list[Finding]
    doubtful: list[Finding]
    passages: list[ReadPassage]
    seconds: float


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """One document of the collection."""

    id: str
    name: str
    type: str
    title: str
    pages: int
    passages: int
    date: str
    size: int
    folder: str
    added: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sent it: its name is text, never a path."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FileFate:
    """What became of an uploaded file.

    :param state: ``indexed``, ``unchanged`` or ``skipped``.
    :param replaced: how many earlier uploads of the same name it took the place of.
    :param namesakes: how many other documents of the same name there are.
    """

    name: str
    state: str
    passages: int = 0
    reason: str = ""
    replaced: int = 0
    namesakes: int = 0


@dataclass(frozen=True, slots=True)
class Info:
    """The collection and the reader, for the status line."""

    documents: int
    passages: int
    reader: str


class Client:
    """The page's way to the service, here within the same process. Calls may come from several sessions at once."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    def ask(self, question: str, *, top_k: int, filters: Mapping[str, Any] | None = None) -> Answers:
        """Return the answers to a question.

        :raises NeedlepointError: the question cannot be asked, or the collection cannot be read.
        """
        reply = self._service.ask(question, top_k=top_k, filters=filters)
        found = [_finding(quote) for quote in reply.quotes]
        return Answers(
            question=reply.question,
            findings=found,
            doubtful=[_finding(quote) for quote in reply.doubtful],
            passages=[_passage(document.content, document.meta, document.id) for document in reply.documents],
            seconds=reply.seconds,
        )

    def index(self, files: Iterable[Upload], *, replace: bool = False) -> Iterator[FileFate]:
        """Add files one by one, and yield each one's fate as soon as it is known.

        :param replace: a file takes the place of earlier uploads of its name; else both stay.
        :raises NeedlepointError: the collection cannot be written; what was yielded as indexed stays.
        """
        with tempfile.TemporaryDirectory(prefix="needlepoint-") as folder:
            for number, file in enumerate(files):
                known = document_id(uploads.safe_name(file.name), file.data)
                if self._service.store.get_document_by_id(known, index="source") is not None:
                    yield FileFate(uploads.shown_name(file.name), "unchanged")
                    continue
                path = uploads.save(file.name, file.data, Path(folder, str(number)))
                yield self._index_one(path, uploads.shown_name(file.name), known, replace=replace)
                path.unlink()

    def _index_one(self, path: Path, name: str, new_id: str, *, replace: bool) -> FileFate:
        outcome = self._service.index([path], meta={"name": name, "added_by": ADDED_BY}).outcomes[0]
        if outcome.state == "skipped":
            return FileFate(name, "skipped", reason=outcome.reason)
        others = [record for record in self._service.documents(filters={"name": name}) if record.id != new_id]
        former = [record.id for record in others if record.meta.get("added_by") == ADDED_BY] if replace else []
        if former:
            self._service.delete(former)
        return FileFate(
            name,
            outcome.state,
            passages=outcome.passages,
            replaced=len(former),
            namesakes=len(others) - len(former),
        )

    def documents(self) -> list[DocumentEntry]:
        """Return all documents, by name."""
        return [_entry(record.id, record.meta) for record in self._service.documents()]

    def text(self, document_id: str) -> str:
        """Return a document's text; form feeds divide its pages.

        :raises NeedlepointError: it is not in the collection (any more).
        """
        return self._service.text(document_id)

    def delete(self, document_ids: Sequence[str]) -> int:
        """Remove documents, and return how many.

        :raises NeedlepointError: one of them is not there; then none is removed.
        """
        return self._service.delete(document_ids)

    def facets(self) -> dict[str, dict[str, int]]:
        """Return for ``type`` and ``folder`` the values and how many documents have each."""
        found = self._service.facets(("type", "folder"))
        return {name: {str(value): count for value, count in values.items()} for name, values in found.items()}

    def info(self) -> Info:
        """Return what the status line says; loads the reader the first time."""
        store = self._service.store
        try:
            reader = self._service.reader
        except NeedlepointError as error:
            reader = f"no reader: {error}"
        return Info(store.get_document_count(index="source"), self._service.passage_count(), reader)


def _finding(quote: "Quote") -> Finding:
    place = Place(
        quote.document_id, quote.name, quote.page, quote.start, quote.end, quote.title, quote.date, quote.type
    )
    return Finding(quote.answer, quote.before, quote.after, quote.score, place)


def _passage(content: str, meta: Mapping[str, Any], passage_id: str) -> ReadPassage:
    start = int(meta.get("start", 0))
    place = Place(
        document_id=str(meta.get("document_id", passage_id)),
        name=str(meta.get("name", "")),
        page=int(meta.get("page", 1)),
        start=start,
        end=int(meta.get("end", start + len(content))),
        title=str(meta.get("title") or ""),
        date=str(meta.get("date") or ""),
        type=str(meta.get("type") or ""),
        is_passage=True,
    )
    return ReadPassage(content, place)


def _entry(document_id: str, meta: Mapping[str, Any]) -> DocumentEntry:
    def text(key: str) -> str:
        return str(meta.get(key) or "")

    def number(key: str) -> int:
        return int(meta.get(key) or 0)

    return DocumentEntry(
        id=document_id,
        name=text("name"),
        type=text("type"),
        title=text("title"),
        pages=number("pages"),
        passages=number("passages"),
        date=text("date"),
        size=number("size"),
        folder=text("folder"),
        added=text("added"),
    )
