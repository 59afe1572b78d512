"""The files that documents were read from: which are in the collection, their paths, and which are unchanged."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from needlepoint.files.identity import file_id
from needlepoint.stores.names import SOURCES
from needlepoint.stores.record_store import RecordStore, records_in
from needlepoint.text.cleaning import clean

_UNDECODABLE = "\ufffd"  # clean() replaces the bytes of a name that are not UTF-8 by this


def known_ids(store: RecordStore, document_ids: Iterable[str]) -> set[str]:
    """Return those of the ids that belong to a document of the collection."""
    snapshot = store.snapshot(SOURCES)
    return set() if snapshot is None else set(snapshot.existing_ids(list(document_ids)))


def complete_ids(store: RecordStore, document_ids: Iterable[str]) -> set[str]:
    """Return those of the ids that belong to a document of which no member is still to be indexed."""
    known = known_ids(store, document_ids)
    return known - {record.id for record in records_in(store, SOURCES, {"is_incomplete": True})} if known else known


def paths_of(meta: Mapping[str, Any]) -> list[str]:
    """Return all paths at which a document's file was found.

    :param meta: the metadata of its record: ``path`` is the path to show; ``paths`` lists all of them if there are several.
    """
    return list(meta.get("paths") or [str(meta.get("path") or "")])


def with_paths(meta: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """Return the metadata of a record with these paths; paths of existing files come first.

    :param paths: one or more, in the form of :func:`stored`.
    """
    ordered = list(dict.fromkeys(paths))
    if len(ordered) > 1:
        ordered.sort(key=lambda path: not os.path.exists(path))
    several = {"paths": ordered} if len(ordered) > 1 else {}
    return {**{name: value for name, value in meta.items() if name != "paths"}, "path": ordered[0], **several}


def stored(path: Path) -> str:
    """Return a path in the form that records store."""
    return clean(str(path))


def file_at(path: str, document_id: str) -> Path | None:
    """Return the file at a path, or None unless it is still the file that the document was read from.

    :param path: in the form of :func:`stored`.
    """
    return next((place for place in _places(Path(path)) if _is_still(place, document_id)), None)


def _places(path: Path) -> Iterator[Path]:
    if _UNDECODABLE not in str(path):
        yield path
        return
    for parent in _places(path.parent):
        with suppress(OSError), os.scandir(parent) as entries:
            yield from (Path(entry.path) for entry in entries if clean(entry.name) == path.name)


def _is_still(path: Path, document_id: str) -> bool:
    try:
        status = path.stat()
        return path.is_file() and _hash(path, status.st_mtime_ns, status.st_size, status.st_ino) == document_id
    except (OSError, ValueError):
        return False


@lru_cache(maxsize=1_000)
def _hash(path: Path, changed_ns: int, size: int, inode: int) -> str:
    """Return the id of the file's content; the numbers are part of the cache's key, so that a changed file is read again."""
    return file_id(path)
