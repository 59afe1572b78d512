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

    A window is computed by one thread, alone, and as many windows at once as there are cores, whoever they are of. Measured on
    two cores: a second thread for the same window gains 5 %, a window of its own 80 %. Windows are not padded into batches,
    which gains next to nothing; with 8-bit products, whose scales come from the whole batch, a window's logits would
    depend on its neighbours, too.

    :param model: the ONNX file.
    :param architecture: the model that it was made from.
    :param use_gpu: use CUDA where this build of onnxruntime offers it.
    """

    def __init__(self, model: Path, architecture: Architecture, *, use_gpu: bool = False) -> None:
        self._architecture = architecture
        self._session = onnxruntime.InferenceSession(str(model), _options(), providers=_providers(use_gpu))
        self._at_once = 1 if self.device == "cuda" else usable_cores()
        self._workers = ThreadPoolExecutor(self._at_once, thread_name_prefix="reading")  # starts none before it must

    @property
    def device(self) -> str:
        """``cuda`` or ``cpu``."""
        return "cuda" if _CUDA in self._session.get_providers() else "cpu"

    def logits(self, windows: Iterable[Window]) -> Generator[Logits]:
        """Yield the start and end logits of each window in order, shape (tokens, 2); of an encoder, its vector.

        Some windows ahead are computed meanwhile; close the iterator to stop that early.
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
    """Return what an exported graph takes for one window."""
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
    # the graph is written fused; further fusion would bring the slow SkipLayerNormalization back
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return options


def offers_cuda() -> bool:
    """Whether this build of onnxruntime can compute on a GPU, if there is one."""
    return _CUDA in onnxruntime.get_available_providers()


def _providers(use_gpu: bool) -> list[str]:
    return [_CUDA, "CPUExecutionProvider"] if use_gpu and offers_cuda() else ["CPUExecutionProvider"]
