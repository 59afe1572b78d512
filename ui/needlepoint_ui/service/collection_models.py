"""The collection, its documents and the service's jobs as plain typed data; each class is made from the JSON of one route."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from needlepoint_ui.service.models import Document, Json, reader_words


@dataclass(frozen=True, slots=True)
class Collection:
    """The collection as a whole.

    :param size: of the store, in bytes.
    :param changed: when it last changed, as ISO 8601.
    :param busy: whether files are being added or removed at this moment.
    :param most_files: that one upload may have; ``most_megabytes`` of them all, ``most_file_megabytes`` of each.
    """

    documents: int
    passages: int
    size: int
    store: str
    reader: str
    changed: str
    busy: bool
    most_files: int
    most_megabytes: int
    most_file_megabytes: int

    @classmethod
    def of(cls, data: Json) -> "Collection":
        """Read it from JSON."""
        upload = data["upload"]
        documents, passages, size = (int(data.get(key) or 0) for key in ("documents", "passages", "size"))
        store, changed = (str(data.get(key) or "") for key in ("store", "changed"))
        return cls(
            documents,
            passages,
            size,
            store,
            reader_words(data.get("reader") or {}),
            changed,
            bool(data.get("busy")),
            most_files=int(upload["files"]),
            most_megabytes=int(upload["megabytes"]),
            most_file_megabytes=int(upload["file_megabytes"]),
        )


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page of a document: where it begins and ends in the document's text.

    :param confidence: how sure OCR is of its words, from 0 to 1; None where they are the file's own.
    """

    number: int
    start: int
    end: int
    title: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One document of the collection.

    :param meta: the file's other metadata, and what was given with it.
    :param page_list: its pages; empty in a list of documents.
    :param has_picture: whether its pages can be drawn.
    :param unread: the parts of the file that are not in its text, and why.
    """

    document: Document
    passages: int = 0
    size: int = 0
    added: str = ""
    path: str = ""
    folder: str = ""
    meta: Json = field(default_factory=dict)
    page_list: tuple[PageEntry, ...] = ()
    has_picture: bool = False
    unread: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Json) -> "Record":
        """Read it from JSON."""
        added, path, folder = (str(data.get(key) or "") for key in ("added", "path", "folder"))
        return cls(
            document=Document.of(data),
            passages=int(data.get("passages") or 0),
            size=int(data.get("size") or 0),
            added=added,
            path=path,
            folder=folder,
            meta=data.get("meta") or {},
            page_list=tuple(map(_page, data.get("page_list") or ())),
            has_picture=bool(data.get("has_picture")),
            unread=tuple(map(str, data.get("unread") or ())),
        )

    def page_at(self, start: int) -> int:
        """Return the number of the page that contains a character."""
        return max((page.number for page in self.page_list if page.start <= start), default=1)

    def page(self, number: int) -> PageEntry:
        """Return a page by its number; one out of range gives the nearest."""
        return min(self.page_list, key=lambda page: abs(page.number - number), default=PageEntry(1, 0, 0))


@dataclass(frozen=True, slots=True)
class FileState:
    """The state of a file in a job: ``waiting``, ``reading``, ``done`` or ``skipped``, with a reason or remark."""

    name: str
    state: str
    passages: int = 0
    reason: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the service: ``waiting``, ``running``, ``done``, ``failed`` (for a ``reason``) or ``stopped``."""

    id: str
    state: str
    done: int = 0
    total: int = 0
    files: tuple[FileState, ...] = ()
    result: Json = field(default_factory=dict)
    reason: str = ""

    @classmethod
    def of(cls, data: Json) -> "Job":
        """Read it from JSON."""
        result = data.get("result")
        return cls(
            id=str(data["id"]),
            state=str(data["state"]),
            done=int(data.get("done") or 0),
            total=int(data.get("total") or 0),
            files=tuple(map(_file_state, data.get("files") or ())),
            result=result if isinstance(result, Mapping) else {},
            reason=str(data.get("reason") or ""),
        )

    @property
    def is_over(self) -> bool:
        """Whether the job has ended."""
        return self.state in {"done", "failed", "stopped"}


def _page(data: Json) -> PageEntry:
    number, start, end = (int(data[key]) for key in ("number", "start", "end"))
    return PageEntry(number, start, end, str(data.get("title") or ""), data.get("confidence"))


def _file_state(data: Json) -> FileState:
    passages, reason = int(data.get("passages") or 0), str(data.get("reason") or "")
    return FileState(str(data["name"]), str(data["state"]), passages, reason, str(data.get("document") or ""))
