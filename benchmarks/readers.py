"""Time and quality of the readers on this processor: FARMReader against OnnxReader in 32 and 8 bits.

    python benchmarks/readers.py speed [--model FOLDER] [--rounds 5]
    python benchmarks/readers.py quality [--model FOLDER] [--questions 300]

Data: SQuAD 2.0 dev in ``../shared/data/squad``. All readers read the same passages in turn in one process; report the ratios.
"""

import argparse
import json
import lzma
import random
import re
import statistics
import string
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.nodes import haystack_setup  # noqa: E402, F401  (prepares Haystack, so it comes first)

# isort: split
from haystack.nodes import FARMReader  # noqa: E402
from haystack.schema import Document  # noqa: E402

from needlepoint.nodes.onnx_reader import OnnxReader  # noqa: E402
from needlepoint.reading.processor import cpu_flags, usable_cores  # noqa: E402

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


def squad() -> list[tuple[str, str, list[str]]]:
    with lzma.open(SQUAD) as file:
        articles = json.load(file)["data"]
    return [
        (qa["question"], paragraph["context"], [answer["text"] for answer in qa["answers"]])
        for article in articles
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    ]


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
    rows = squad()
    random.Random(0).shuffle(rows)
    fitting = list(dict.fromkeys(text for _, text, _ in rows if 60 <= len(text.split()) <= 220))
    return [question for question, _, _ in rows[:10]], [Document(content=text) for text in fitting[:PASSAGES]]


def quality(model: Path, count: int) -> None:
    rows = squad()
    rows = rows[:: max(1, len(rows) // count)][:count]
    exact = predictions(model, "fp32", rows)
    print(f"{len(rows)} questions of SQuAD 2.0 dev, {sum(bool(gold) for *_, gold in rows)} answerable")
    print(f"{'':6} {'exact':>6} {'F1':>6} {'HasAns F1, forced':>18} {'same top answer':>16}")
    for precision in ("fp32", "int8"):
        found = exact if precision == "fp32" else predictions(model, precision, rows)
        threshold = max((n / 4 for n in range(-24, 25)), key=lambda t: mean_score(found, rows, f1, threshold=t))
        same = statistics.mean(a[0] == b[0] for a, b in zip(found, exact, strict=True))
        answerable = [(p, row) for p, row in zip(found, rows, strict=True) if row[2]]
        forced = mean_score([p for p, _ in answerable], [row for _, row in answerable], f1, threshold=-1e9)
        scores = [100 * mean_score(found, rows, metric, threshold=threshold) for metric in (exact_match, f1)]
        print(f"{precision:6} {scores[0]:6.1f} {scores[1]:6.1f} {100 * forced:18.1f} {100 * same:15.1f}%")


def predictions(model: Path, precision: str, rows: list[tuple[str, str, list[str]]]) -> list[tuple[str, float]]:
    """Return the best span and its lead over "no answer" for each question."""
    reader = OnnxReader(str(model), max_seq_len=384, precision=precision, use_gpu=False)
    results = [reader.predict(question, [Document(content=text)], top_k=1) for question, text, _ in rows]
    return [(result["answers"][0].answer, result["no_ans_gap"]) for result in results]


def mean_score(
    found: list[tuple[str, float]],
    rows: list[tuple[str, str, list[str]]],
    metric: Callable[[str, str], float],
    *,
    threshold: float,
) -> float:
    answers = [text if gap > threshold else "" for text, gap in found]
    return statistics.mean(
        max(metric(answer, gold) for gold in golds or [""]) for answer, (*_, golds) in zip(answers, rows, strict=True)
    )


def exact_match(answer: str, gold: str) -> float:
    return float(normalised(answer) == normalised(gold))


def f1(answer: str, gold: str) -> float:
    one, other = normalised(answer), normalised(gold)
    if not one or not other:
        return float(one == other)
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other))


def normalised(text: str) -> list[str]:
    """Normalise as the official SQuAD script does: case, punctuation, articles, white space."""
    text = "".join(character for character in text.lower() if character not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


if __name__ == "__main__":
    import os

    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("NEEDLEPOINT_CACHE", folder)
        os.environ["HF_HUB_OFFLINE"] = "1"
        main()
