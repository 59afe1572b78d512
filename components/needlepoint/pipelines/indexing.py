"""The indexing pipeline as the rest of Needlepoint uses it: takes files, and returns the outcome of each."""

import math
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from needlepoint.files.limits import Limits
from needlepoint.files.workers.reading_ahead import Reading, used
from needlepoint.pipelines.file import INDEXING, PipelineFile, run_pipeline
from needlepoint.pipelines.params import checked_params


@dataclass(frozen=True, slots=True)
class Written:
    """The outcome of indexing some files.

    :param skipped: the reasons why files were skipped, by path as given.
    :param passages: the number of passages written, by absolute path.
    :param unread: the parts of a file that are not in its text, with the reasons, by absolute path.
    """

    skipped: Mapping[str, str]
    passages: Mapping[str, int]
    unread: Mapping[str, Sequence[str]]


class IndexingPipeline:
    """The indexing pipeline of a pipeline file.

    :raises PipelineFileError: the file has no indexing pipeline, or there is a mistake in it.
    """

    def __init__(self, file: PipelineFile) -> None:
        self._pipeline = file.load(INDEXING)

    @property
    def components(self) -> list[Any]:
        """The pipeline's components: its Haystack nodes and what they use, such as the store."""
        return list(self._pipeline.components.values())

    @property
    def embedder(self) -> Any | None:
        """The retriever that embeds the passages, or None if the pipeline embeds nothing."""
        from needlepoint.nodes.register import DenseRetriever

        return next((component for component in self.components if isinstance(component, DenseRetriever)), None)

    @property
    def max_bytes(self) -> float:
        """The size in bytes above which the pipeline does not read a file."""
        limits = [component.max_bytes for component in self.components if hasattr(component, "max_bytes")]
        return max(limits, default=math.inf)

    @property
    def file_limits(self) -> Limits | None:
        """The limits of the node that reads files; None where another than ours reads them."""
        from needlepoint.nodes.file_converter import FileConverter

        return next((each.limits for each in self.components if isinstance(each, FileConverter)), None)

    def checked(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Check a client's parameters and return a copy.

        :raises ParameterError: a node or parameter is unknown, or a value is out of range.
        """
        return checked_params(self._pipeline, params)

    def write(
        self,
        paths: Sequence[Path],
        metas: Sequence[Mapping[str, Any]],
        params: Mapping[str, Any],
        *,
        ahead: Reading | None = None,
    ) -> Written:
        """Read files and write them into the store.

        :param metas: the metadata of each file.
        :param params: parameters for the nodes, by node name.
        :param ahead: holds files that have been read already.
        """
        with used(ahead) if ahead else nullcontext():
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
