"""The files inside of other files, unpacked again when somebody wants to see them, and kept for a while."""

from dataclasses import dataclass
from pathlib import Path

from needlepoint.collection.members import parents_of
from needlepoint.errors import UnknownDocumentError, UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.members.spool import Spool
from needlepoint.files.workers.reading_ahead import current_reading
from needlepoint.files.workers.requests import FileRequest
from needlepoint.service.originals import Originals
from needlepoint.stores.names import SOURCES
from needlepoint.stores.record_store import RecordStore, records_with
from needlepoint.stores.records import Record


@dataclass(frozen=True, slots=True)
class _Located:
    """A file, and the name that counted for its document's id."""

    path: Path
    name: str


class MemberFiles:
    """Finds the file of any document, also where it is inside of another.

    :param store: the store of the collection.
    :param originals: the uploaded files.
    :param limits: bounds on what is unpacked.
    """

    def __init__(self, store: RecordStore, originals: Originals, limits: Limits) -> None:
        self._store = store
        self._originals = originals
        self._limits = limits

    def find(self, record: Record) -> Path:
        """Return the file that a document was read from; one inside of another is unpacked first.

        :raises UnknownDocumentError: the file, or the one that holds it, has changed, moved or gone.
        """
        return self._located(record).path

    def _located(self, record: Record) -> _Located:
        parents = parents_of(record.meta)
        if not parents:
            path = self._originals.find(record.id, record.meta)
            return _Located(path, path.name)
        reason = ""
        for holder in records_with(self._store, SOURCES, parents):
            try:
                return self._inside(holder, record)
            except UnknownDocumentError as error:
                reason = f": {error}"
        raise UnknownDocumentError(f"the file of {record.meta.get('name')} is not available{reason}")

    def _inside(self, holder: Record, record: Record) -> _Located:
        outer = self._located(holder)
        inner = str(record.meta.get("name")).removeprefix(f"{holder.meta.get('name')}/")
        name = f"{outer.name}/{inner}"
        kept = self._originals.member(record.id)
        return _Located(kept or self._unpacked(outer, record), name)

    def _unpacked(self, outer: _Located, record: Record) -> Path:
        """Unpack all that a file holds, as whoever looks at one of them may look at the next."""
        spool = Spool()
        try:
            request = FileRequest(outer.path, self._limits, name=outer.name, spool=spool.place(), only_unpacks=True)
            with current_reading() as reading:
                result = reading.take(request)
            if isinstance(result, UnreadableFileError):
                raise UnknownDocumentError(f"it cannot be unpacked: {result}") from result
            self._originals.keep_members(result.members, first=record.id)
        finally:
            spool.close()
        kept = self._originals.member(record.id)
        if kept is None:
            raise UnknownDocumentError(f"{outer.name} does not hold it any more")
        return kept
