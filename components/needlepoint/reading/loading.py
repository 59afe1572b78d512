"""Loads a model folder in the precision that suits the processor and preserves the model's answers."""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from needlepoint.encoders.architecture import Architecture, read_architecture
from needlepoint.encoders.export import EXPORTER_VERSION, ExportCache
from needlepoint.encoders.opening import open_session
from needlepoint.encoders.probe import PAIRS
from needlepoint.encoders.processor import cpu_flags, int8_instructions, processor_key
from needlepoint.encoders.session import LogitsSession, offers_cuda
from needlepoint.encoders.tokens import TextTokenizer
from needlepoint.reading.int8_check import VERSION, ProbeResult, compare, read_probe

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model ready to read.

    :param precision: ``fp32`` or ``int8``.
    :param reason: why it has that precision, in words.
    """

    architecture: Architecture
    tokenizer: TextTokenizer
    session: LogitsSession
    precision: str
    reason: str


def load_model(
    folder: Path,
    cache: ExportCache,
    *,
    precision: str = "auto",
    use_gpu: bool = False,
    threads: int | None = None,
) -> LoadedModel:
    """Load tokenizer and graph; export the graph first if the cache does not have it.

    :param folder: a Hugging Face model folder.
    :param precision: ``fp32``, ``int8``, or ``auto``: int8 only if the processor multiplies 8-bit numbers exactly and the
        probe's answers stay the same.
    :param use_gpu: use CUDA if the installed onnxruntime offers it (not measured); else the CPU, with a line in the log.
    :param threads: how many windows are read at once; by default one for each core.
    :raises ModelError: the model cannot be used.
    """
    source = _Source(
        folder, read_architecture(folder), TextTokenizer(folder), cache, use_gpu and offers_cuda(), threads
    )
    model = _load_auto(source) if precision == "auto" else source.load(precision, "asked for")
    if use_gpu and model.session.device == "cpu":
        logger.info("use_gpu: this onnxruntime offers no CUDA here, so %s is read on the CPU", folder.name)
    return model


@dataclass(frozen=True, slots=True)
class _Source:
    folder: Path
    architecture: Architecture
    tokenizer: TextTokenizer
    cache: ExportCache
    use_gpu: bool
    threads: int | None

    def load(self, precision: str, reason: str) -> LoadedModel:
        return LoadedModel(self.architecture, self.tokenizer, self.open(precision), precision, reason)

    def open(self, precision: str) -> LogitsSession:
        int8_layers = frozenset(range(self.architecture.layers)) if precision == "int8" else frozenset()
        return open_session(
            self.folder,
            self.architecture,
            self.cache,
            int8_layers=int8_layers,
            use_gpu=self.use_gpu,
            threads=self.threads,
        )


def _load_auto(source: _Source) -> LoadedModel:
    if source.use_gpu:
        return source.load("fp32", "8-bit products are for the CPU only")
    instructions = int8_instructions(cpu_flags())
    if not instructions:
        return source.load("fp32", "this processor has no exact 8-bit products")
    result = _probe_result(source)
    agreed = f"{round(result.agreement * len(PAIRS))} of {len(PAIRS)} probe answers are as in fp32"
    if not result.passed:
        change = f"confidences change by {result.confidence_change:.3f}"
        return source.load("fp32", f"in int8 only {agreed}, {change}")
    return source.load("int8", f"this processor has {instructions}, and {agreed}")


def _probe_result(source: _Source) -> ProbeResult:
    """Compare int8 with fp32, once for each model and kind of processor."""
    content = source.cache.content_hash(source.folder)
    record = Path("checks") / f"{content}-v{EXPORTER_VERSION}-{VERSION}-{processor_key()}.json"
    try:
        return ProbeResult(**json.loads(source.cache.recall(record) or ""))
    except (ValueError, TypeError):
        # one session after the other, because both at once would take twice the memory
        expected, found = (
            read_probe(source.tokenizer, source.open(precision), max_tokens=source.architecture.max_tokens)
            for precision in ("fp32", "int8")
        )
        result = compare(expected, found)
        source.cache.remember(record, json.dumps(asdict(result)))
        return result
