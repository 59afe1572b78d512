"""Time and quality of the readers on this processor: FARMReader against OnnxReader in 32 and 8 bits.

    python benchmarks/readers.py speed [--model FOLDER] [--rounds 5]
    python benchmarks/readers.py quality [--model FOLDER] [--questions 300]

Data: SQuAD 2.0 dev in ``../shared/data/squad``. All readers read the same passages in turn in one process; report the ratios.
"""

import argparse
import math
import random
import statistics
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.nodes import haystack_setup  # noqa: E402, F401  (prepares Haystack, so it comes first)

# isort: split
from haystack.nodes import FARMReader  # noqa: E402
from haystack.schema import Document  # noqa: E402

from needlepoint.evaluation.squad_metrics import squad_scores  # noqa: E402
from needlepoint.nodes.onnx_reader import OnnxReader  # noqa: E402
from needlepoint.reading.processor import cpu_flags, usable_cores  # noqa: E402
from needlepoint.squad import SquadQuestion, read_squad  # noqa: E402

SQUAD = ROOT.parent / "shared" / "data" / "squad" / "dev-v2.0.json.xz"
TELLING_FLAGS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16", "asimddp")
PASSAGES = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["speed", "quality"])
    parser.add_argument("--model", type=Path, default=default_model())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--questions", type=int, default=300)
    arguments = parser.parse_args()
    print(f"model {arguments.model}, {usable_cores()} cores, flags:", *(f for f in TELLING_FLAGS if f in cpu_flags()))
    if arguments.what == "speed":
        speed(arguments.model, arguments.rounds)
    else:
        quality(arguments.model, arguments.questions)


def default_model() -> Path:
    bundled = ROOT / "models" / "reader"
    return bundled if bundled.is_dir() else ROOT.parent / "shared" / "models" / "starter-12x384"


def speed(model: Path, rounds: int) -> None:
    questions, documents = passages()
    print(f"{len(documents)} passages, {sum(len(d.content.split()) for d in documents)} words, {rounds} rounds")
    times: dict[str, list[float]] = {}
    readers = dict(speed_readers(model))
    for reader in readers.values():
        reader.predict(questions[0], documents[:2])
    for number in range(rounds):
        for name, reader in readers.items():
            start = perf_counter()
            reader.predict(questions[number % len(questions)], documents)
            times.setdefault(name, []).append(perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{'reader':28} {'median s':>8} {'x FARM 384':>11} {'x FARM 256':>11}")
    for name, value in medians.items():
        print(f"{name:28} {value:8.2f} {medians['FARM 384'] / value:11.2f} {medians['FARM 256'] / value:11.2f}")


def speed_readers(model: Path) -> Iterable[tuple[str, FARMReader | OnnxReader]]:
    for length in (384, 256):
        farm = FARMReader(str(model), max_seq_len=length, use_gpu=False, progress_bar=False, num_processes=0)
        farm.inferencer.model.float()
        yield f"FARM {length}", farm
    for precision in ("fp32", "int8", "auto"):
        reader = OnnxReader(str(model), max_seq_len=384, precision=precision, use_gpu=False)
        start = perf_counter()
        reader.load()
        print(f"{precision}: {reader.description} (loaded in {perf_counter() - start:.2f} s)")
        yield f"OnnxReader {precision}", reader


def passages() -> tuple[list[str], list[Document]]:
    """Return questions, and paragraphs of 60 to 220 words, of different articles as a retriever would bring them."""
    rows = read_squad(SQUAD)
    random.Random(0).shuffle(rows)
    fitting = list(dict.fromkeys(row.context for row in rows if 60 <= len(row.context.split()) <= 220))
    return [row.question for row in rows[:10]], [Document(content=text) for text in fitting[:PASSAGES]]


def quality(model: Path, count: int) -> None:
    questions = read_squad(SQUAD)
    questions = questions[:: max(1, len(questions) // count)][:count]
    exact = predictions(model, "fp32", questions)
    print(f"{len(questions)} questions of SQuAD 2.0 dev, {sum(not q.is_impossible for q in questions)} answerable")
    print(f"{'':6} {'exact':>6} {'F1':>6} {'HasAns F1, forced':>18} {'same top answer':>16}")
    for precision in ("fp32", "int8"):
        found = exact if precision == "fp32" else predictions(model, precision, questions)
        answers = {key: text for key, (text, _) in found.items()}
        scores = squad_scores(questions, answers, {key: -lead for key, (_, lead) in found.items()}, threshold=math.inf)
        same = statistics.mean(answers[key] == text for key, (text, _) in exact.items())
        shown = [scores["best_exact"], scores["best_f1"]]
        print(f"{precision:6} {shown[0]:6.1f} {shown[1]:6.1f} {scores['HasAns_f1']:18.1f} {100 * same:15.1f}%")


def predictions(model: Path, precision: str, questions: list[SquadQuestion]) -> dict[str, tuple[str, float]]:
    """Return the best span and its lead over "no answer" for each question."""
    reader = OnnxReader(str(model), max_seq_len=384, precision=precision, use_gpu=False)
    results = {q.id: reader.predict(q.question, [Document(content=q.context)], top_k=1) for q in questions}
    return {key: (result["answers"][0].answer, result["no_ans_gap"]) for key, result in results.items()}


if __name__ == "__main__":
    import os

    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("NEEDLEPOINT_CACHE", folder)
        os.environ["HF_HUB_OFFLINE"] = "1"
        main()
