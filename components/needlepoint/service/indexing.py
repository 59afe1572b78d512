"""Files through an indexing pipeline into a collection, and what became of each."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needlepoint.collection.known_files import known_ids, stored
from needlepoint.collection.replacing import note_paths
from needlepoint.pipelines.file import run_pipeline
from needlepoint.service.folders import FoundFile, IndexBatch, batches
from needlepoint.stores.record_store import RecordStore

if TYPE_CHECKING:
    from haystack import Pipeline


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file.

    :param state: ``indexed``, ``unchanged`` (already in the collection) or ``skipped``.
    :param passages: number of passages written.
    :param reason: why it was skipped, in plain words.
    """

    path: Path
    state: str
    passages: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """The sum of an indexing run."""

    outcomes: list[FileOutcome] = field(default_factory=list)
    seconds: float = 0.0

    def in_state(self, state: str) -> list[FileOutcome]:
        """Return the outcomes in one state."""
        return [outcome for outcome in self.outcomes if outcome.state == state]

    @property
    def passages(self) -> int:
        """Passages written."""
        return sum(outcome.passages for outcome in self.outcomes)


def index_each(
    files: Iterable[FoundFile],
    pipeline: "Pipeline",
    store: RecordStore,
    *,
    meta: Mapping[str, Any],
    again: bool = False,
    params: Mapping[str, Any] | None = None,
) -> Iterator[FileOutcome]:
    """Index files, a batch whenever more outcomes are asked for.

    A file that is a document of the collection already, wherever that lies, is neither read nor embedded again.

    :param store: where the pipeline writes to, to see what is there.
    :param meta: metadata for every file; a file's own wins.
    :param again: index what is already in the collection, too.
    :param params: for the nodes of the pipeline, by name.
    :raises NeedlepointError: the store cannot be written; what has been yielded as indexed stays.
    """
    readable = []
    for file in files:
        if file.trouble:
            yield FileOutcome(file.path, "skipped", reason=file.trouble)
        else:
            readable.append(file)
    for batch in batches(readable, max_bytes=_max_bytes(pipeline)):
        new = _unknown(batch, set() if again else known_ids(store, batch.ids.values()))
        outcomes = list(_index(batch, new, pipeline, meta, params or {})) if new else []
        yield from outcomes
        reasons = {batch.ids.get(outcome.path): outcome.reason for outcome in outcomes if outcome.state == "skipped"}
        others = {path: id_ for path, id_ in batch.ids.items() if path not in new}
        if holders := {stored(path): id_ for path, id_ in others.items() if id_ not in reasons}:
            note_paths(store, holders)
        for path, id_ in others.items():
            state = "skipped" if id_ in reasons else "unchanged"
            yield FileOutcome(path, state, reason=reasons.get(id_, ""))


def _unknown(batch: IndexBatch, known: set[str]) -> list[Path]:
    """Return the files to read: of several that are the same document, one; and those of which no id could be made."""
    new: dict[str | Path, Path] = {}
    for path in batch.paths:
        if batch.ids.get(path) not in known:
            new.setdefault(batch.ids.get(path, path), path)
    return list(new.values())


def _index(
    batch: IndexBatch, new: list[Path], pipeline: "Pipeline", meta: Mapping[str, Any], params: Mapping[str, Any]
) -> Iterator[FileOutcome]:
    metas = [{**meta, **batch.metas[path], "folder": batch.folders[path]} for path in new]
    output = run_pipeline(pipeline, file_paths=[str(path) for path in new], meta=metas, params=dict(params))
    skipped = {entry["path"]: entry["reason"] for entry in output.get("skipped", [])}
    passages = {entry["path"]: entry["passages"] for entry in output.get("written", [])}
    for path in new:
        if str(path) in skipped:
            yield FileOutcome(path, "skipped", reason=skipped[str(path)])
        else:
            yield FileOutcome(path, "indexed", passages=passages.get(str(path.absolute()), 0))


def _max_bytes(pipeline: "Pipeline") -> float:
    """Return the size of a file from which on the pipeline reads none; of such a file no hash is needed."""
    limits = [node.max_bytes for node in pipeline.components.values() if hasattr(node, "max_bytes")]
    return max(limits, default=math.inf)
