"""Finds the files from which documents can be read again, with what was said of them when they were added."""

from collections.abc import Callable, Iterable, Sequence

from needlepoint.collection.members import parents_of
from needlepoint.service.folders import FoundFile
from needlepoint.service.originals import Originals
from needlepoint.stores.records import Record


def roots(records: Sequence[Record], find: Callable[[list[str]], Iterable[Record]]) -> list[Record]:
    """Return the documents of the files that were added: those of the files inside of them are read with them.

    :param find: returns the documents with these ids; unknown ones are left out.
    """
    found: dict[str, Record] = {}
    waiting = list(records)
    while waiting:
        parents = [id_ for record in waiting for id_ in parents_of(record.meta)]
        found.update({record.id: record for record in waiting if not parents_of(record.meta)})
        waiting = list(find(list(dict.fromkeys(parents))))
    return list(found.values())


def file_again(originals: Originals, record: Record) -> FoundFile:
    """Return a document's file with the folder and the metadata that were given with it.

    :raises UnknownDocumentError: it has changed, moved or gone.
    """
    path = originals.find(record.id, record.meta)
    kept = {*record.meta.get("given", ()), "given", "name", "added_by"} & set(record.meta)
    return FoundFile(path, str(record.meta.get("folder") or ""), {name: record.meta[name] for name in kept})
