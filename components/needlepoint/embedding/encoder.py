"""The encoder: texts in, unit vectors out."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from needlepoint.embedding.models import EmbeddingModel, find_embedding_model
from needlepoint.encoders.architecture import Architecture, read_architecture
from needlepoint.encoders.export import EXPORTER_VERSION, ExportCache
from needlepoint.encoders.opening import PRECISIONS, open_session
from needlepoint.encoders.probe import PAIRS
from needlepoint.encoders.processor import cpu_flags, int8_instructions, processor_key
from needlepoint.encoders.session import LogitsSession
from needlepoint.encoders.tokens import TextTokenizer
from needlepoint.settings import Settings

MIN_COSINE = 0.99
_AT_ONCE = 64

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LoadedEncoder:
    """An embedding model in memory.

    :param max_tokens: the longest text, special tokens included.
    """

    tokenizer: TextTokenizer
    session: LogitsSession
    precision: str
    max_tokens: int


class TextEncoder:
    """Turns texts into vectors of length 1, whose dot products are cosines. The model is loaded at first use.

    Texts are encoded one at a time: on two cores, batches of 4 to 16 equally long texts are no faster, and this way a text's
    vector does not depend on what else is encoded. Any thread may encode.

    :param name_or_path: see :func:`needlepoint.embedding.models.find_embedding_model`.
    :param max_tokens: the longest text, special tokens included; the rest is cut off. By default the model's own limit.
    :param precision: ``fp32``, ``int8``, or ``auto``: int8 if the processor multiplies 8-bit numbers exactly and the vectors of
        the probe's passages have a mean cosine of at least 0.99 with those in fp32.
    :param revision: branch, tag or commit of a model on the hub.
    :param use_gpu: use CUDA if onnxruntime offers it.
    :param cache: folder of exported models; by default that of the settings.
    :raises ValueError: an argument is out of range.
    """

    def __init__(
        self,
        name_or_path: str | Path | None = None,
        *,
        max_tokens: int | None = None,
        precision: str = "auto",
        revision: str | None = None,
        use_gpu: bool = False,
        cache: Path | None = None,
    ) -> None:
        if precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, got {precision!r}")
        if max_tokens is not None and max_tokens < 3:
            raise ValueError(f"max_tokens must be at least 3, got {max_tokens}")
        self._name_or_path = name_or_path
        self._max_tokens = max_tokens
        self._precision = precision
        self._revision = revision
        self._use_gpu = use_gpu
        self._cache_folder = cache
        self._lock = threading.RLock()
        self._found: tuple[EmbeddingModel, Architecture] | None = None
        self._loaded: LoadedEncoder | None = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self._find()[0].name

    @property
    def dimension(self) -> int:
        """The length of a vector: how many numbers it has."""
        return self._find()[1].hidden

    @property
    def fingerprint(self) -> str:
        """A hash that is the same for all encoders whose vectors can be compared with these, whatever their precision."""
        model, architecture = self._find()
        parts = [self._cache.content_hash(model.folder), model.head, str(self._longest(model, architecture))]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    @property
    def precision(self) -> str:
        """``fp32`` or ``int8``; loads the model."""
        return self.load().precision

    def load(self) -> LoadedEncoder:
        """Load the model unless it is loaded.

        :raises ModelError: the model is missing or cannot be used.
        """
        with self._lock:
            if self._loaded is None:
                model, architecture = self._find()
                tokenizer = TextTokenizer(model.folder)
                max_tokens = self._longest(model, architecture)
                fp32 = LoadedEncoder(tokenizer, self._open("fp32"), "fp32", max_tokens)
                use_int8 = self._precision == "int8" or (self._precision == "auto" and self._bears_int8(fp32))
                self._loaded = LoadedEncoder(tokenizer, self._open("int8"), "int8", max_tokens) if use_int8 else fp32
            return self._loaded

    def encode(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> Vectors:
        """Return the vectors of texts, shape (texts, dimension).

        :param progress: called from time to time with the number of texts done.
        :raises ModelError: the model is missing or cannot be used.
        """
        model = self.load()
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _AT_ONCE):
            tokens = model.tokenizer.encode(texts[start : start + _AT_ONCE])
            windows = (model.tokenizer.alone(text, max_tokens=model.max_tokens) for text in tokens)
            for place, vector in enumerate(model.session.logits(windows), start):
                vectors[place] = vector
            if progress:
                progress(start + len(tokens))
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return np.asarray(vectors / lengths, dtype=np.float32)

    @property
    def _cache(self) -> ExportCache:
        return ExportCache(self._cache_folder or Settings.from_environment().cache)

    def _find(self) -> tuple[EmbeddingModel, Architecture]:
        with self._lock:
            if self._found is None:
                model = find_embedding_model(self._name_or_path, revision=self._revision)
                self._found = model, read_architecture(model.folder, needs_head=False)
            return self._found

    def _longest(self, model: EmbeddingModel, architecture: Architecture) -> int:
        return min(self._max_tokens or model.max_tokens, architecture.max_tokens)

    def _open(self, precision: str) -> LogitsSession:
        model, architecture = self._find()
        int8_layers = frozenset(range(architecture.layers)) if precision == "int8" else frozenset()
        return open_session(
            model.folder, architecture, self._cache, int8_layers=int8_layers, use_gpu=self._use_gpu, head=model.head
        )

    def _bears_int8(self, fp32: LoadedEncoder) -> bool:
        """Compare int8 with fp32, once for each model and kind of processor."""
        if not int8_instructions(cpu_flags()):
            return False
        model, _ = self._find()
        content = self._cache.content_hash(model.folder)
        record = Path("checks") / f"{content}-{model.head}-v{EXPORTER_VERSION}-{processor_key()}.txt"
        known = self._cache.recall(record)
        try:
            cosine = float(known or "")
        except ValueError:
            cosine = _mean_cosine(fp32, self._open("int8"))
            self._cache.remember(record, str(cosine))
        return cosine >= MIN_COSINE


def _mean_cosine(fp32: LoadedEncoder, int8: LogitsSession) -> float:
    tokens = fp32.tokenizer.encode([passage for _, passage in PAIRS])
    windows = [fp32.tokenizer.alone(text, max_tokens=fp32.max_tokens) for text in tokens]
    pairs = zip(fp32.session.logits(windows), int8.logits(windows), strict=True)
    return float(np.mean([one @ other / (np.linalg.norm(one) * np.linalg.norm(other)) for one, other in pairs]))
