"""Puts files through an indexing pipeline into a collection, and reports the outcome of each."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

from needlepoint.collection.known_files import complete_ids, stored
from needlepoint.collection.replacing import note_paths
from needlepoint.pipelines.indexing import IndexingPipeline
from needlepoint.pipelines.loading import LoadedPipelines
from needlepoint.service.family_writing import FamilyWriting
from needlepoint.service.folders import FoundFile, IndexBatch, batches
from needlepoint.stores.record_store import RecordStore


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """The outcome of indexing one file.

    :param state: ``indexed``, ``unchanged`` (already in the collection) or ``skipped``.
    :param passages: number of passages written.
    :param reason: why it was skipped, in plain words.
    :param unread: the parts of the file, and the files inside of it, that were not read, with the reasons.
    :param members: number of documents from files inside of it, such as attachments.
    """

    path: Path
    state: str
    passages: int = 0
    reason: str = ""
    unread: tuple[str, ...] = ()
    members: int = 0


@dataclass(frozen=True, slots=True)
class IndexReport:
    """The result of an indexing run."""

    outcomes: list[FileOutcome] = field(default_factory=list)
    seconds: float = 0.0

    def in_state(self, state: str) -> list[FileOutcome]:
        """Return the outcomes in one state."""
        return [outcome for outcome in self.outcomes if outcome.state == state]

    @property
    def passages(self) -> int:
        """The number of passages written."""
        return sum(outcome.passages for outcome in self.outcomes)


class Indexing:
    """Puts files into the collection, one run at a time.

    :param pipelines: the pipelines, of which the indexing pipeline reads the files.
    """

    def __init__(self, pipelines: LoadedPipelines) -> None:
        self._pipelines = pipelines
        self._one_at_a_time = threading.Lock()

    def index(
        self,
        files: Iterable[FoundFile],
        *,
        meta: Mapping[str, Any] | None = None,
        progress: Callable[[FileOutcome], None] | None = None,
        again: bool = False,
        params: Mapping[str, Any] | None = None,
    ) -> IndexReport:
        """Add files that have been found, each with metadata of its own.

        :param meta: metadata for every file; a file's own metadata takes precedence.
        :param progress: called once for each file.
        :param again: also index files that are already in the collection.
        :param params: parameters for the nodes of the indexing pipeline, by node name.
        :raises ParameterError: the pipeline has no such node or parameter.
        :raises NeedlepointError: the store cannot be written; files reported as indexed stay.
        """
        checked = self.checked(params or {})
        meta = {**meta, "given": sorted(meta)} if meta else {}  # kept when the file is read again
        pipeline, store = self._pipelines.indexing, self._pipelines.records
        start = perf_counter()
        outcomes: list[FileOutcome] = []
        with self._one_at_a_time, store.session():
            for outcome in index_each(files, pipeline, store, meta=meta, again=again, params=checked):
                outcomes.append(outcome)
                if progress:
                    progress(outcome)
        return IndexReport(outcomes, perf_counter() - start)

    def checked(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Check parameters for the nodes of the indexing pipeline and return a copy.

        :raises ParameterError: the pipeline has no such node or parameter.
        """
        return self._pipelines.indexing.checked(params) if params else {}


def index_each(
    files: Iterable[FoundFile],
    pipeline: IndexingPipeline,
    store: RecordStore,
    *,
    meta: Mapping[str, Any],
    again: bool = False,
    params: Mapping[str, Any] | None = None,
) -> Iterator[FileOutcome]:
    """Index files with the files inside of them, and yield the outcomes; a batch is indexed when its first one is requested.

    A file whose content is already a document of the collection, at whatever path, is neither read nor embedded again.

    :param store: the store that the pipeline writes to.
    :param meta: metadata for every file; a file's own metadata takes precedence.
    :param again: also index files that are already in the collection.
    :param params: parameters for the nodes of the pipeline, by node name.
    :raises NeedlepointError: the store cannot be written; files yielded as indexed stay.
    """
    readable = []
    for file in files:
        if file.trouble:
            yield FileOutcome(file.path, "skipped", reason=file.trouble)
        else:
            readable.append(file)
    with FamilyWriting(pipeline, store, again=again, params=params or {}) as writing:
        for batch, following in pairwise(chain(batches(readable, max_bytes=pipeline.max_bytes), [IndexBatch()])):
            ids = set(batch.ids.values())
            new = _unknown(batch, store, again=again)
            writing.begin(new)
            writing.begin([p for p in _unknown(following, store, again=again) if following.ids.get(p) not in ids])
            outcomes = list(_index(batch, new, writing, meta))
            yield from outcomes
            yield from _known_outcomes(batch, new, outcomes, store)


def _known_outcomes(
    batch: IndexBatch, new: Sequence[Path], outcomes: Sequence[FileOutcome], store: RecordStore
) -> Iterator[FileOutcome]:
    """Report the files that were not read, because they are documents that the collection or this batch has already."""
    reasons = {batch.ids.get(outcome.path): outcome.reason for outcome in outcomes if outcome.state == "skipped"}
    others = {path: id_ for path, id_ in batch.ids.items() if path not in new}
    if holders := {stored(path): id_ for path, id_ in others.items() if id_ not in reasons}:
        note_paths(store, holders)
    for path, id_ in others.items():
        state = "skipped" if id_ in reasons else "unchanged"
        yield FileOutcome(path, state, reason=reasons.get(id_, ""))


def _unknown(batch: IndexBatch, store: RecordStore, *, again: bool) -> list[Path]:
    """Return the files to read: one for each document that is not known, and all files without an id."""
    known = set() if again or not batch.ids else complete_ids(store, batch.ids.values())
    new: dict[str | Path, Path] = {}
    for path in batch.paths:
        if batch.ids.get(path) not in known:
            new.setdefault(batch.ids.get(path, path), path)
    return list(new.values())


def _index(
    batch: IndexBatch, new: Sequence[Path], writing: FamilyWriting, meta: Mapping[str, Any]
) -> Iterator[FileOutcome]:
    metas = {path: {**meta, **batch.metas[path], "folder": batch.folders[path]} for path in new}
    for path, family in writing.write(new, metas).items():
        if family.reason:
            yield FileOutcome(path, "skipped", reason=family.reason)
        else:
            yield FileOutcome(
                path, "indexed", passages=family.passages, unread=tuple(family.unread), members=family.members
            )
