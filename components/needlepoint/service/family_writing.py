"""Writes files into the collection through the indexing pipeline, each with the documents of the files inside of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from needlepoint.collection.known_files import complete_ids, known_ids
from needlepoint.collection.members import Adoption
from needlepoint.collection.removing import remove_documents
from needlepoint.collection.replacing import adopt, complete
from needlepoint.files.identity import file_id
from needlepoint.files.pages import bounded_unread
from needlepoint.files.workers.families import Families, FamilyFile, Group, Holder
from needlepoint.files.workers.pool import shared_pool
from needlepoint.files.workers.reading_ahead import Reading
from needlepoint.pipelines.indexing import IndexingPipeline, Written
from needlepoint.stores.record_store import RecordStore


@dataclass(slots=True)
class FamilyOutcome:
    """What became of a named file and of the files inside of it.

    :param reason: why it was skipped.
    :param members: number of documents of files inside of it; of known ones, too.
    :param unread: what of all of them was not read.
    """

    reason: str = ""
    passages: int = 0
    members: int = 0
    unread: list[str] = field(default_factory=list)


class FamilyWriting:
    """One run of the indexing pipeline over many files. Leaving the ``with`` block stops what is still being read.

    :param again: whether the files inside are read, too, if they are documents already.
    :param params: parameters for the nodes of the pipeline, by node name.
    """

    def __init__(
        self, pipeline: IndexingPipeline, store: RecordStore, *, again: bool, params: Mapping[str, Any]
    ) -> None:
        self._pipeline = pipeline
        self._store = store
        self._params = params
        self._reading = Reading(shared_pool())
        limits = pipeline.file_limits  # without them, files are read by another's node, which we know nothing of
        self._families = limits and Families(
            self._reading, limits, known=lambda ids: set() if again else complete_ids(store, ids)
        )
        self._were_known: set[str] = set()

    def begin(self, paths: Sequence[Path]) -> None:
        """Have files read as soon as there is room for them."""
        if self._families:
            self._reading.begin(map(self._families.request, paths))

    def write(self, paths: Sequence[Path], metas: Mapping[Path, Mapping[str, Any]]) -> dict[Path, FamilyOutcome]:
        """Index files; return what became of each.

        :param metas: metadata of the caller for each file; it counts for the files inside, too.
        :raises ReadingStoppedError: whoever asked has stopped it.
        :raises NeedlepointError: the store cannot be written.
        """
        outcomes = {path: FamilyOutcome() for path in paths}
        try:
            for group in self._groups(paths):
                self._write(group, metas, outcomes)
        except BaseException:
            self._undo()
            raise
        return outcomes

    def _groups(self, paths: Sequence[Path]) -> Iterator[Group]:
        if self._families:
            yield from self._families.groups(paths)
        elif paths:
            yield Group([FamilyFile(path, path, path.name) for path in paths])

    def _write(
        self, group: Group, metas: Mapping[Path, Mapping[str, Any]], outcomes: dict[Path, FamilyOutcome]
    ) -> None:
        self._note_known(group)
        adopt(self._store, [Adoption(each.id, each.holder_id, str(each.path.absolute())) for each in group.adopted])
        if group.files:
            given = [file.added(metas[file.root]) for file in group.files]
            paths = [file.path for file in group.files]
            written = self._pipeline.write(paths, given, self._params, ahead=self._reading if self._families else None)
            for file in group.files:
                _count(file, written, outcomes[file.root])
        for holder in group.finished:
            self._finish(holder, outcomes[holder.file.root])
        for known in group.adopted:
            next(o for path, o in outcomes.items() if known.path.is_relative_to(path)).members += 1
        for path, reason in group.refused.items():
            outcomes[path] = FamilyOutcome(reason)
            remove_documents(self._store, sorted(known_ids(self._store, [file_id(path)]) - self._were_known))

    def _note_known(self, group: Group) -> None:
        """Note whose documents were there before, so that nothing of theirs goes if the run is stopped."""
        ids = [holder.id for holder in group.finished]
        if self._families and (begun := self._families.begun):
            ids.append(begun)
        new = [id_ for id_ in ids if id_ not in self._were_known]
        self._were_known |= complete_ids(self._store, new)

    def _finish(self, holder: Holder, outcome: FamilyOutcome) -> None:
        unread = bounded_unread([*holder.document.meta["unread"], *holder.unread])
        if holder.is_begun or holder.id in self._were_known:
            complete(self._store, holder.id, holder.members, unread)
        if holder.is_begun:  # of any other, the document says it, and was counted with it
            inner = f"{holder.file.inner}/" if holder.file.inner else ""
            outcome.unread += [f"{inner}{line}" for line in holder.unread]

    def _undo(self) -> None:
        """Remove what is there of a file that was begun, and new: after an error, nothing is left of it."""
        begun = self._families.begun if self._families else None
        if begun and begun not in self._were_known:
            with suppress(Exception):  # the first error is raised; the next run completes the document
                remove_documents(self._store, [begun])

    def __enter__(self) -> "FamilyWriting":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._reading.close()
        if self._families:
            self._families.close()


def _count(file: FamilyFile, written: Written, outcome: FamilyOutcome) -> None:
    if str(file.path) in written.skipped:
        if not file.parent:
            outcome.reason = written.skipped[str(file.path)]
        return
    place = str(file.path.absolute())
    outcome.passages += written.passages.get(place, 0)
    outcome.members += 1 if file.parent else 0
    inner = f"{file.inner}: " if file.inner else ""
    outcome.unread += [f"{inner}{line}" for line in written.unread.get(place, ())]
