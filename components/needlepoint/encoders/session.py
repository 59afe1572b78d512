"""An ONNX session that turns windows into logits."""

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from needlepoint.encoders.architecture import Architecture
from needlepoint.encoders.processor import usable_cores
from needlepoint.encoders.tokens import Window

_ERRORS_ONLY = 3
_CUDA = "CUDAExecutionProvider"

Logits = npt.NDArray[np.float32]


class LogitsSession:
    """An exported model in memory; safe to use from several threads.

    Each window is computed by one thread, and as many windows run at once as there are cores, across all callers. Measured on
    two cores: a second thread for the same window gains 5 %, a second thread for another window 80 %. Windows are not padded
    into batches, because that gains next to nothing; besides, scales of 8-bit products are computed over the whole batch, so a
    window's logits would depend on its neighbours.

    :param model: the ONNX file.
    :param architecture: the model that it was made from.
    :param use_gpu: use CUDA where this build of onnxruntime offers it.
    :param threads: how many windows run at once; by default one for each core.
    """

    def __init__(
        self, model: Path, architecture: Architecture, *, use_gpu: bool = False, threads: int | None = None
    ) -> None:
        self._architecture = architecture
        self._session = onnxruntime.InferenceSession(str(model), _options(), providers=_providers(use_gpu))
        self._at_once = 1 if self.device == "cuda" else threads or usable_cores()
        self._workers = ThreadPoolExecutor(self._at_once, thread_name_prefix="reading")  # starts threads on demand

    @property
    def device(self) -> str:
        """``cuda`` or ``cpu``."""
        return "cuda" if _CUDA in self._session.get_providers() else "cpu"

    def logits(self, windows: Iterable[Window]) -> Generator[Logits]:
        """Yield each window's output in order: start and end logits of shape (tokens, 2), or an embedding model's vector.

        A few windows ahead are computed meanwhile; close the iterator to stop that early.
        """
        ahead: deque[Future[Logits]] = deque()
        try:
            for window in windows:
                ahead.append(self._workers.submit(self._compute, window))
                if len(ahead) > 2 * self._at_once:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()

    def _compute(self, window: Window) -> Logits:
        logits: Logits = self._session.run(None, window_inputs(window, self._architecture))[0][0]
        return logits


def window_inputs(window: Window, architecture: Architecture) -> dict[str, npt.NDArray[np.int32]]:
    """Return the inputs of an exported graph for one window, each of shape (1, tokens)."""
    first = architecture.first_position
    positions = np.arange(first, first + len(window.ids), dtype=np.int32)
    inputs = {"input_ids": window.ids[None], "position_ids": positions[None]}
    if architecture.token_types:
        inputs["token_type_ids"] = np.minimum(window.type_ids, architecture.token_types - 1)[None]
    return inputs


def _options() -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # the graph is written with fused operators; more fusion would bring the slow SkipLayerNormalization back
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return options


def offers_cuda() -> bool:
    """Whether this build of onnxruntime can compute on an NVIDIA GPU, if there is one."""
    return _CUDA in onnxruntime.get_available_providers()


def _providers(use_gpu: bool) -> list[str]:
    return [_CUDA, "CPUExecutionProvider"] if use_gpu and offers_cuda() else ["CPUExecutionProvider"]
