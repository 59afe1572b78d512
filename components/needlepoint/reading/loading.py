"""Bring a model folder into memory in the precision that the processor bears."""

import logging
from dataclasses import dataclass
from pathlib import Path

from needlepoint.errors import ModelError
from needlepoint.reading.architecture import Architecture, read_architecture
from needlepoint.reading.export import ExportCache
from needlepoint.reading.session import LogitsSession
from needlepoint.reading.tokens import TextTokenizer

logger = logging.getLogger(__name__)

PRECISIONS = ("auto", "fp32", "int8")


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model ready to read.

    :param precision: ``fp32`` or ``int8``.
    :param reason: why it is that precision, in words.
    """

    architecture: Architecture
    tokenizer: TextTokenizer
    session: LogitsSession
    precision: str
    reason: str


def load_model(folder: Path, cache: ExportCache, *, precision: str = "auto", use_gpu: bool = False) -> LoadedModel:
    """Load tokenizer and graph, exporting the graph first where the cache lacks it.

    :param folder: a Hugging Face model folder.
    :param precision: ``auto``, ``fp32`` or ``int8``.
    :raises ModelError: the model cannot be used.
    """
    architecture = read_architecture(folder)
    tokenizer = TextTokenizer(folder)
    session = open_session(folder, architecture, cache, use_gpu=use_gpu)
    return LoadedModel(architecture, tokenizer, session, "fp32", "asked for")


def open_session(
    folder: Path,
    architecture: Architecture,
    cache: ExportCache,
    *,
    int8_layers: frozenset[int] = frozenset(),
    use_gpu: bool = False,
) -> LogitsSession:
    """Open a model's graph from the cache; one that cannot be read is made again, once."""
    graph = cache.graph(folder, architecture, int8_layers=int8_layers)
    try:
        return LogitsSession(graph, architecture, use_gpu=use_gpu)
    except Exception as error:  # onnxruntime's errors share no base class
        logger.warning("the exported reader %s cannot be read and is made again: %s", graph, error)
        cache.discard(graph)
    graph = cache.graph(folder, architecture, int8_layers=int8_layers)
    try:
        return LogitsSession(graph, architecture, use_gpu=use_gpu)
    except Exception as error:
        raise ModelError(f"onnxruntime cannot load the reader exported from {folder}: {error}") from error
