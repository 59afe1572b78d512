"""The reader: a question and texts in, answers with character offsets out."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from needlepoint.encoders.export import ExportCache
from needlepoint.encoders.opening import PRECISIONS
from needlepoint.encoders.session import Logits
from needlepoint.encoders.tokens import Tokens, Window
from needlepoint.reading.answers import Ranking, TextReading, merge_windows
from needlepoint.reading.calibration import Calibration
from needlepoint.reading.loading import LoadedModel, load_model
from needlepoint.reading.models import FoundReader, find_reader, name_elsewhere
from needlepoint.reading.spans import WindowReading, read_window
from needlepoint.reading.watching import current_watch
from needlepoint.settings import Settings

FOREIGN_WEIGHT = 0.2
"""What is left of the probability of an answer in a language that the reader does not know."""

_LARGEST_OF_ONE_LANGUAGE = 70_000  # tokens
_ENGLISH = frozenset({"en"})
_Input = tuple[str, str, str]  # a question, a context and a text


class SpanReader:
    """Finds the spans of texts that answer a question. The model is loaded at first use; any thread may read.

    :param name_or_path: see :func:`needlepoint.reading.models.find_reader`.
    :param max_seq_len: the longest window in tokens; reduced to the model's maximum.
    :param doc_stride: tokens from one window's start to the next in a long text.
    :param max_query_length: the question is cut to so many tokens.
    :param precision: ``auto``, ``fp32`` or ``int8``; see :func:`needlepoint.reading.loading.load_model`.
    :param allow_download: download a model that is not on disk.
    :param revision: branch, tag or commit of a model on the hub.
    :param use_gpu: use CUDA if onnxruntime offers it.
    :param cache: folder of exported models; by default that of the settings.
    :param calibration: a calibration, or a file that ``needlepoint calibrate`` has written; by default that of the model.
    :param threads: how many windows are read at once; by default one for each core.
    :raises ValueError: an argument is out of range.
    """

    def __init__(
        self,
        name_or_path: str | Path | None = None,
        *,
        max_seq_len: int = 256,
        doc_stride: int = 128,
        max_query_length: int = 64,
        precision: str = "auto",
        allow_download: bool = False,
        revision: str | None = None,
        use_gpu: bool = False,
        cache: Path | None = None,
        calibration: str | Path | Calibration | None = None,
        threads: int | None = None,
    ) -> None:
        _check_lengths(max_seq_len, doc_stride, max_query_length)
        if precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, got {precision!r}")
        self._name_or_path = name_or_path
        self._max_seq_len = max_seq_len
        self._doc_stride = doc_stride
        self._max_query_length = max_query_length
        self._precision = precision
        self._allow_download = allow_download
        self._revision = revision
        self._use_gpu = use_gpu
        self._cache = cache
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: tuple[FoundReader, LoadedModel] | None = None
        self._calibration = calibration if isinstance(calibration, Calibration) else None
        self._calibration_file = Path(calibration).expanduser() if isinstance(calibration, str | Path) else None

    @property
    def description(self) -> str:
        """The model's name, its precision and the reason for that; loads the model if necessary."""
        found, model = self.load()
        origin = "" if found.origin in found.name else f" ({found.origin})"
        return f"{found.name}{origin}, {model.precision}: {model.reason}"

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages that the model knows, by ISO 639-1; None where it knows many. Loads the model if necessary.

        The vocabulary tells: that of one language has up to some 50,000 tokens, that of a hundred 100,000 and more.
        """
        _, model = self.load()
        return None if model.tokenizer.size > _LARGEST_OF_ONE_LANGUAGE else _ENGLISH

    @property
    def key(self) -> str:
        """A text that is the same only for the same weights, precision, lengths and calibration; loads the model if necessary."""
        found, model = self.load()
        content = ExportCache(self._cache or Settings.from_environment().cache).content_hash(found.folder)
        lengths = (self._max_seq_len, self._doc_stride, self._max_query_length)
        return f"{content} {model.precision} {lengths} {self.calibration}"

    def recipe(self, *, threads: int | None = None) -> Callable[[], "SpanReader"]:
        """Return what makes the same reader in another process or on another machine; it can be pickled.

        A bundled model or one of the hub is found there by its name, a folder by its path. Compare the :attr:`key` of
        what it makes with that of this reader. Loads the model if necessary.

        :param threads: how many windows the other reads at once; by default one for each core.
        """
        found, model = self.load()
        return partial(
            SpanReader,
            name_elsewhere(found),
            max_seq_len=self._max_seq_len,
            doc_stride=self._doc_stride,
            max_query_length=self._max_query_length,
            precision="fp32" if model.precision == "fp32" else self._precision,
            allow_download=self._allow_download,
            revision=self._revision,
            use_gpu=self._use_gpu,
            calibration=self.calibration,
            threads=threads,
        )

    def load(self) -> tuple[FoundReader, LoadedModel]:
        """Load the model unless it is loaded.

        :raises ModelError: the model is missing or cannot be used.
        """
        with self._lock:
            if self._loaded is None:
                found = find_reader(self._name_or_path, allow_download=self._allow_download, revision=self._revision)
                cache = ExportCache(self._cache or Settings.from_environment().cache)
                model = load_model(
                    found.folder, cache, precision=self._precision, use_gpu=self._use_gpu, threads=self._threads
                )
                self._loaded = (found, model)
            return self._loaded

    @property
    def calibration(self) -> Calibration:
        """The given or the model's calibration; without one, probabilities are the plain odds against "no answer"."""
        found, _ = self.load()
        with self._lock:
            if self._calibration is None:
                file = self._calibration_file
                self._calibration = Calibration.of_file(file) if file else Calibration.of_model(found.folder)
            return self._calibration

    def read(
        self, question: str, texts: Sequence[str], ranking: Ranking | None = None, *, contexts: Sequence[str] = ()
    ) -> list[TextReading]:
        """Read each text on its own; the reading of one does not depend on the others.

        :param question: cut to ``max_query_length`` tokens.
        :param texts: texts of any length; long ones are read in overlapping windows.
        :param ranking: how candidates are chosen.
        :param contexts: for each text, or for none, a context to read before it; no answer is taken from the context, and
            offsets do not count it.
        :returns: one reading for each text, in order.
        :raises ModelError: the model is missing or cannot be used.
        :raises ReadingStoppedError: see :func:`needlepoint.reading.watching.watched`.
        """
        return list(self.read_each(question, texts, ranking, contexts=contexts))

    def read_each(
        self,
        question: str | Sequence[str],
        texts: Sequence[str],
        ranking: Ranking | None = None,
        *,
        contexts: Sequence[str] = (),
    ) -> Iterator[TextReading]:
        """Yield what :meth:`read` returns, one text at a time; a few windows are read ahead.

        :param question: one question, or for each text its wording there.
        """
        _, model = self.load()
        ranking = ranking or Ranking()
        wordings = [question] * len(texts) if isinstance(question, str) else question
        inputs = list(zip(wordings, contexts or [""] * len(texts), texts, strict=True))
        cut = self._cut(model, list(dict.fromkeys(inputs)))
        readings: dict[_Input, TextReading] = {}
        with closing(model.session.logits(window for _, windows in cut.values() for window in windows)) as logits:
            for each in inputs:
                if each not in readings:
                    tokens, windows = cut[each]
                    found = [_read_window(window, logits, ranking) for window in windows]
                    readings[each] = merge_windows(each[2], tokens, windows, found, ranking)
                yield readings[each]

    def _cut(self, model: LoadedModel, inputs: list[_Input]) -> dict[_Input, tuple[Tokens, list[Window]]]:
        """Return the tokens of each text and the windows in which it is read."""
        parts = list(dict.fromkeys(part for each in inputs for part in each))
        tokens = dict(zip(parts, model.tokenizer.encode(parts), strict=True))
        longest = min(self._max_seq_len, model.architecture.max_tokens)
        cut = {}
        for each in inputs:
            question, context, text = (tokens[part] for part in each)
            asked = _first(question, self._max_query_length)
            windows = model.tokenizer.windows(asked, text, max_tokens=longest, stride=self._doc_stride, context=context)
            cut[each] = (text, windows)
        return cut


def _read_window(window: Window, logits: Iterator[Logits], ranking: Ranking) -> WindowReading:
    current_watch().check()
    return read_window(
        next(logits), window.passage, top_k=ranking.top_k_per_sample, duplicate_filtering=ranking.duplicate_filtering
    )


def _first(tokens: Tokens, count: int) -> Tokens:
    return Tokens(tokens.ids[:count], tokens.starts[:count], tokens.ends[:count])


def _check_lengths(max_seq_len: int, doc_stride: int, max_query_length: int) -> None:
    for name, value in {
        "max_seq_len": max_seq_len,
        "doc_stride": doc_stride,
        "max_query_length": max_query_length,
    }.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    if doc_stride >= max_seq_len - max_query_length:
        raise ValueError(
            f"doc_stride must be below max_seq_len - max_query_length = {max_seq_len - max_query_length}, "
            f"got {doc_stride}: windows would leave gaps"
        )
