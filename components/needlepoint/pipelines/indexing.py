"""An indexing pipeline as the rest of Needlepoint sees it: files in, what became of each out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from needlepoint.pipelines.file import INDEXING, PipelineFile, run_pipeline
from needlepoint.pipelines.params import checked_params


@dataclass(frozen=True, slots=True)
class Written:
    """What became of some files.

    :param skipped: the reasons by path, as it was given.
    :param passages: how many were written, by absolute path.
    :param unread: what of a file is not in its text, and why, by absolute path.
    """

    skipped: Mapping[str, str]
    passages: Mapping[str, int]
    unread: Mapping[str, Sequence[str]]


class IndexingPipeline:
    """The indexing pipeline of a file.

    :raises PipelineFileError: the file has no indexing pipeline, or a mistake in it.
    """

    def __init__(self, file: PipelineFile) -> None:
        self._pipeline = file.load(INDEXING)

    @property
    def components(self) -> list[Any]:
        """All that belongs to the pipeline: its Haystack nodes, and what they use, such as the store."""
        return list(self._pipeline.components.values())

    @property
    def embedder(self) -> Any | None:
        """The retriever that embeds the passages, or None where nothing is embedded."""
        from needlepoint.nodes.register import DenseRetriever

        return next((component for component in self.components if isinstance(component, DenseRetriever)), None)

    @property
    def max_bytes(self) -> float:
        """The size of a file above which the pipeline reads none."""
        limits = [component.max_bytes for component in self.components if hasattr(component, "max_bytes")]
        return max(limits, default=math.inf)

    def checked(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return a copy of a client's parameters.

        :raises ParameterError: a node or a parameter that there is not, or a value out of range.
        """
        return checked_params(self._pipeline, params)

    def write(self, paths: Sequence[Path], metas: Sequence[Mapping[str, Any]], params: Mapping[str, Any]) -> Written:
        """Read files and write them into the store.

        :param metas: of each file.
        :param params: for the nodes, by name.
        """
        output = run_pipeline(
            self._pipeline,
            file_paths=[str(path) for path in paths],
            meta=[dict(meta) for meta in metas],
            params=dict(params),
        )
        return Written(
            skipped={entry["path"]: entry["reason"] for entry in output.get("skipped", [])},
            passages={entry["path"]: entry["passages"] for entry in output.get("written", [])},
            unread={entry["path"]: entry.get("unread", ()) for entry in output.get("written", [])},
        )
