"""Alternatives that were tried for OnnxReader, measured side by side: batches, spinning, fusion, sessions, another engine.

    python benchmarks/reader_choices.py [--model FOLDER] [--precision int8] [--rounds 7]

Windows of 100 to 250 random tokens; milliseconds a window, medians of interleaved rounds, and the time relative to OnnxReader's
own way. OpenVINO is measured where it is installed (``pip install openvino``), in bf16 where the processor has it.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import onnxruntime

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.encoders.architecture import Architecture, read_architecture  # noqa: E402
from needlepoint.encoders.export import ExportCache  # noqa: E402
from needlepoint.encoders.processor import cpu_flags, usable_cores  # noqa: E402
from needlepoint.encoders.session import _options, window_inputs  # noqa: E402
from needlepoint.encoders.tokens import Window  # noqa: E402

Feed = dict[str, Any]
WINDOWS = 8
EQUAL_LENGTH = 160
OWN = "one thread a window, as many at once as cores"  # what OnnxReader does
EQUAL = f"equal lengths: {OWN}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "reader")
    parser.add_argument("--precision", choices=["fp32", "int8"], default="int8")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    architecture = read_architecture(arguments.model)
    layers = frozenset(range(architecture.layers)) if arguments.precision == "int8" else frozenset()
    with tempfile.TemporaryDirectory() as folder:
        cache = ExportCache(Path(os.environ.get("NEEDLEPOINT_CACHE", folder)))
        graph = cache.graph(arguments.model, architecture, int8_layers=layers)
        exact = cache.graph(arguments.model, architecture)
        tasks = dict(all_tasks(graph, exact, architecture))
    print(f"{arguments.model.name}, {arguments.precision}, {usable_cores()} cores,", *sorted(cpu_flags() & TELLING))
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(-1, arguments.rounds):
        for name, (task, windows) in tasks.items():
            start = perf_counter()
            task()
            if number >= 0:
                times[name].append((perf_counter() - start) / windows * 1000)
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        base = medians[EQUAL if name.startswith("equal") else OWN]
        print(f"{name:44} {value:7.1f} ms {value / base:6.2f}")


TELLING = {"avx2", "avx512f", "avx_vnni", "avx512_vnni", "amx_int8", "amx_bf16"}
Task = tuple[Callable[[], object], int]


def all_tasks(graph: Path, exact: Path, architecture: Architecture) -> Iterator[tuple[str, Task]]:
    chance = np.random.default_rng(0)
    feeds = [feed(int(n), architecture) for n in chance.integers(100, 250, WINDOWS)]
    pool = ThreadPoolExecutor(usable_cores())
    single, wide = opened(graph), opened(graph, threads=usable_cores())
    yield OWN, (lambda: list(pool.map(lambda f: single.run(None, f), feeds)), WINDOWS)
    yield "one window at a time, one thread", (lambda: [single.run(None, f) for f in feeds], WINDOWS)
    yield "one window at a time, all cores", (lambda: [wide.run(None, f) for f in feeds], WINDOWS)
    spinning = opened(graph, threads=usable_cores(), spinning=True)
    yield "the same, threads that spin while they wait", (lambda: [spinning.run(None, f) for f in feeds], WINDOWS)
    yield (
        "several windows at once, all cores for each",
        (lambda: list(pool.map(lambda f: wide.run(None, f), feeds)), WINDOWS),
    )
    fused = opened(graph, fused=True)
    yield "onnxruntime's own fusion", (lambda: list(pool.map(lambda f: fused.run(None, f), feeds)), WINDOWS)
    for batch in (1, 2, 4):
        one = feed(EQUAL_LENGTH, architecture)
        batched = {name: np.repeat(array, batch, axis=0) for name, array in one.items()}
        name = EQUAL if batch == 1 else f"equal lengths: batches of {batch}"
        batches = [batched] * (WINDOWS // batch)
        yield name, (lambda b=batches: list(pool.map(lambda f: single.run(None, f), b)), WINDOWS)
    yield from openvino_tasks(exact, feeds)


def openvino_tasks(exact: Path, feeds: list[Feed]) -> Iterator[tuple[str, Task]]:
    try:
        import openvino
    except ModuleNotFoundError:
        return
    core = openvino.Core()
    for precision in ("f32", "bf16"):
        hints = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": usable_cores()}
        request = core.compile_model(core.read_model(str(exact)), "CPU", hints).create_infer_request()
        yield f"OpenVINO {precision}", (lambda r=request: [r.infer(f) for f in feeds], len(feeds))


def opened(graph: Path, *, threads: int = 1, spinning: bool = False, fused: bool = False) -> Any:
    options = _options()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spinning)))
    if fused:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def feed(length: int, architecture: Architecture) -> Feed:
    ids = np.random.default_rng(length).integers(5, 2000, length, dtype=np.int32)
    return window_inputs(Window(ids, np.zeros(length, np.int32), slice(1, length), 0), architecture)


if __name__ == "__main__":
    main()
