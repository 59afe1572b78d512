"""Open a model's exported graph as a session of onnxruntime."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from needlepoint.encoders.architecture import Architecture
from needlepoint.encoders.export import ExportCache
from needlepoint.encoders.session import LogitsSession
from needlepoint.errors import ModelError

if TYPE_CHECKING:
    from needlepoint.encoders.graph import Head

logger = logging.getLogger(__name__)

PRECISIONS = ("auto", "fp32", "int8")


def open_session(
    folder: Path,
    architecture: Architecture,
    cache: ExportCache,
    *,
    int8_layers: frozenset[int] = frozenset(),
    use_gpu: bool = False,
    head: "Head" = "span",
    threads: int | None = None,
) -> LogitsSession:
    """Open a model's graph from the cache; if it cannot be read, export it again, once.

    :param folder: a Hugging Face model folder.
    :param int8_layers: numbers of the encoder layers that compute in 8 bits.
    :param use_gpu: use CUDA where onnxruntime offers it.
    :param head: what the graph returns; see :func:`needlepoint.encoders.graph.write_graph`.
    :param threads: how many windows run at once; by default one for each core.
    :raises ModelError: the model cannot be exported, or onnxruntime cannot load the export.
    """
    graph = cache.graph(folder, architecture, int8_layers=int8_layers, head=head)
    try:
        return LogitsSession(graph, architecture, use_gpu=use_gpu, threads=threads)
    except Exception as error:  # onnxruntime's errors share no base class
        logger.warning("the exported model %s cannot be read and is made again: %s", graph, error)
        cache.discard(graph)
    graph = cache.graph(folder, architecture, int8_layers=int8_layers, head=head)
    try:
        return LogitsSession(graph, architecture, use_gpu=use_gpu, threads=threads)
    except Exception as error:
        raise ModelError(f"onnxruntime cannot load the model exported from {folder}: {error}") from error
