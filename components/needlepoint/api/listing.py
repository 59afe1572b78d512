"""The lists of documents that the service returns: searched, sorted and described."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from needlepoint.api.errors import RefusedError
from needlepoint.collection.members import unread_of
from needlepoint.stores.records import Record

SORTS = ("title", "name", "type", "date", "added", "size", "pages", "passages")
_OF_MEMBERS = ("parents", "is_incomplete")
_OF_FILES = ("document_id", "date_of", "path", "paths", "folder", "characters", "added_by", "given", "unread")
STANDARD = frozenset({*SORTS, *_OF_MEMBERS, *_OF_FILES})
"""The metadata that every document has a place for."""
_FILE_DATE = "file_date"
OWN_TO_READ = frozenset(
    {
        _FILE_DATE,
        "subject",
        "keywords",
        "description",
        "message_id",
        "thread_id",
        "attachments",
        "files",
        "read_by_ocr",
    }
)
"""Own metadata that is to be read rather than chosen by."""
_SEARCHED = frozenset({"title", "name", "folder"})
_NOT_SEARCHED = STANDARD | {_FILE_DATE}


def described(record: Record, originals: Path) -> dict[str, Any]:
    """Return a document's entry in a list; ``meta`` holds its metadata that is not standard.

    That of a file inside of another has the ids of the documents that hold it as ``parents``.

    :param originals: the folder of uploads; paths below it are not shown.
    """
    meta = record.meta
    path = str(meta.get("path") or "")
    is_uploaded = Path(path).is_relative_to(originals)
    return {
        "id": record.id,
        "title": meta.get("title"),
        "name": meta.get("name") or "",
        "type": meta.get("type") or "",
        "folder": meta.get("folder") or "",
        "date": meta.get("date"),
        "date_of": meta.get("date_of"),
        **{name: int(meta.get(name) or 0) for name in ("pages", "passages", "characters", "size")},
        "added": meta.get("added"),
        "unread": unread_of(meta),
        **({"parents": meta["parents"]} if meta.get("parents") else {}),
        **({} if is_uploaded or not path else {"path": path}),
        "meta": {name: value for name, value in meta.items() if name not in STANDARD},
    }


def chosen(records: Iterable[Record], *, search: str = "", sort: str = "name") -> list[Record]:
    """Return the records whose title, name, folder or own metadata contain all the words, sorted.

    :param search: words, divided by white space; case does not matter.
    :param sort: one of :data:`SORTS`; a leading ``-`` reverses the order. Records without the value come last.
    :raises RefusedError: 400 for any other ``sort``.
    """
    words = _folded(search).split()
    found = [record for record in records if all(word in _words_of(record) for word in words)] if words else [*records]
    field = sort.removeprefix("-")
    if field not in SORTS:
        raise RefusedError(400, f"sort must be one of {', '.join(SORTS)}, with a leading - to reverse the order")
    with_value = [record for record in found if record.meta.get(field) not in (None, "")]
    without = [record for record in found if record.meta.get(field) in (None, "")]
    with_value.sort(key=_sort_key(field), reverse=sort.startswith("-"))
    return with_value + without


def overview(records: Sequence[Record]) -> dict[str, Any]:
    """Return how many documents there are, their size in bytes and when the last one was added."""
    added = [str(record.meta["added"]) for record in records if record.meta.get("added")]
    return {
        "documents": len(records),
        "size": sum(int(record.meta.get("size") or 0) for record in records),
        "changed": max(added, default=None),
    }


def _sort_key(field: str) -> Callable[[Record], tuple[Any, ...]]:
    def key(record: Record) -> tuple[Any, ...]:
        value = record.meta[field]
        is_number = isinstance(value, int | float)
        return (not is_number, value if is_number else 0, _folded(str(value)), record.id)

    return key


def _words_of(record: Record) -> str:
    searched = [value for name, value in record.meta.items() if name in _SEARCHED or name not in _NOT_SEARCHED]
    return _folded(" ".join(map(str, searched)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
