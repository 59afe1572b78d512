"""An ONNX session that turns windows into logits."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from needlepoint.reading.architecture import Architecture
from needlepoint.reading.processor import usable_cores
from needlepoint.reading.tokens import Window

logger = logging.getLogger(__name__)

_ERRORS_ONLY = 3
_CUDA = "CUDAExecutionProvider"


class LogitsSession:
    """An exported model in memory; safe to use from several threads.

    Windows are read one at a time. Measured on two cores, that is faster than padded batches, and with 8-bit products,
    whose scales come from the whole batch, a window's logits would otherwise depend on its neighbours.

    A caller alone gets all cores for each window; callers at the same time get one each, since cores that share a window
    wait for one another. The logits are the same.

    :param model: the ONNX file.
    :param architecture: the model that it was made from.
    :param use_gpu: use CUDA where this build of onnxruntime offers it.
    """

    def __init__(self, model: Path, architecture: Architecture, *, use_gpu: bool = False) -> None:
        self._model = model
        self._architecture = architecture
        self._providers = _providers(use_gpu)
        self._wide = self._open(threads=usable_cores())
        self._narrow: Any | None = None
        self._choosing = threading.Lock()
        self._running = 0

    @property
    def device(self) -> str:
        """``cuda`` or ``cpu``."""
        return "cuda" if _CUDA in self._wide.get_providers() else "cpu"

    def logits(self, windows: Sequence[Window]) -> list[npt.NDArray[np.float32]]:
        """Return the start and end logits of each window, shape (tokens, 2); of an encoder, its vector."""
        return [self._logits(window) for window in windows]

    def _logits(self, window: Window) -> npt.NDArray[np.float32]:
        with self._chosen() as session:
            logits: npt.NDArray[np.float32] = session.run(None, window_inputs(window, self._architecture))[0][0]
        return logits

    @contextmanager
    def _chosen(self) -> Iterator[Any]:
        with self._choosing:
            session = self._wide if not self._running else self._shared()
            self._running += 1
        try:
            yield session
        finally:
            with self._choosing:
                self._running -= 1

    def _shared(self) -> Any:
        """Return the session with one core for each caller, made when there first are several; a GPU has no cores to part."""
        if self._narrow is None:
            self._narrow = self._wide if self.device == "cuda" else self._open(threads=1)
        return self._narrow

    def _open(self, *, threads: int) -> Any:
        return onnxruntime.InferenceSession(str(self._model), _options(threads), providers=self._providers)


def window_inputs(window: Window, architecture: Architecture) -> dict[str, npt.NDArray[np.int32]]:
    """Return what an exported graph takes for one window."""
    first = 0 if architecture.pad_id is None else architecture.pad_id + 1
    positions = np.arange(first, first + len(window.ids), dtype=np.int32)
    inputs = {"input_ids": window.ids[None], "position_ids": positions[None]}
    if architecture.token_types:
        inputs["token_type_ids"] = np.minimum(window.type_ids, architecture.token_types - 1)[None]
    return inputs


def _options(threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # the graph is written fused; further fusion would bring the slow SkipLayerNormalization back
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # an idle reader takes no CPU time
    return options


def offers_cuda() -> bool:
    """Whether this build of onnxruntime can compute on a GPU, if there is one."""
    return _CUDA in onnxruntime.get_available_providers()


def _providers(use_gpu: bool) -> list[str]:
    return [_CUDA, "CPUExecutionProvider"] if use_gpu and offers_cuda() else ["CPUExecutionProvider"]
