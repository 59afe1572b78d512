"""Files through an indexing pipeline into a collection, and what became of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needlepoint.folders import FoundFile, IndexBatch, batches
from needlepoint.index_names import SOURCES
from needlepoint.pipelines import run_pipeline

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
    store: Any,
    *,
    meta: Mapping[str, Any],
    again: bool = False,
    params: Mapping[str, Any] | None = None,
) -> Iterator[FileOutcome]:
    """Index files, a batch whenever more outcomes are asked for.

    :param store: where the pipeline writes to, to see what is there.
    :param meta: metadata for every file; a file's own wins.
    :param again: index what is already in the collection, too.
    :param params: for the nodes of the pipeline, by name.
    :raises NeedlepointError: the store cannot be written; what has been yielded as indexed stays.
    """
    for batch in batches(files):
        known = {} if again else _known_paths(store, batch.ids.values())
        new = [path for path in batch.paths if str(path) not in known.get(batch.ids.get(path, ""), ())]
        yield from (FileOutcome(path, "unchanged") for path in batch.paths if path not in set(new))
        if new:
            yield from _index(batch, new, pipeline, meta, params or {})


def _index(
    batch: IndexBatch, new: list[Path], pipeline: "Pipeline", meta: Mapping[str, Any], params: Mapping[str, Any]
) -> Iterator[FileOutcome]:
    metas = [{**meta, **batch.metas[path], "folder": batch.folders[path]} for path in new]
    output = run_pipeline(pipeline, file_paths=[str(path) for path in new], meta=metas, params=dict(params))
    skipped = {entry["path"]: entry["reason"] for entry in output.get("skipped", [])}
    passages = {entry["document_id"]: entry["passages"] for entry in output.get("written", [])}
    for path in new:
        if str(path) in skipped:
            yield FileOutcome(path, "skipped", reason=skipped[str(path)])
        else:
            yield FileOutcome(path, "indexed", passages=passages.get(batch.ids[path], 0))


def _known_paths(store: Any, document_ids: Iterable[str]) -> dict[str, set[str]]:
    records = store.get_documents_by_id(list(document_ids), index=SOURCES)
    return {record.id: {record.meta.get("path", "")} for record in records}
