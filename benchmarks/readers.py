"""Time and quality of the readers on this processor: Haystack's, plain torch, and OnnxReader in 32 and 8 bits.

    python benchmarks/readers.py speed [--model FOLDER | --shape 6x768|deberta-v3-base|modernbert-base] [--rounds 5]
    python benchmarks/readers.py quality [--model FOLDER] [--questions 300]

Data: SQuAD 2.0 dev in ``../shared/data/squad``. All readers read the same passages in turn in one process; report the ratios.
``--shape 6x768`` is tinyroberta's true shape and tokenizer with random weights; the other shapes have that tokenizer, too, and
are compared with torch alone. The bound is the time of a BERT's matrix products (``matrix_products.py``).
"""

import argparse
import json
import math
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.nodes import haystack_setup  # noqa: E402, F401  (prepares Haystack, so it comes first)

# isort: split
from haystack.nodes import FARMReader, TransformersReader  # noqa: E402
from haystack.schema import Document  # noqa: E402
from matrix_products import MatrixProducts  # noqa: E402

from needlepoint.encoders.architecture import read_architecture  # noqa: E402
from needlepoint.encoders.processor import cpu_flags, usable_cores  # noqa: E402
from needlepoint.encoders.tokens import TextTokenizer  # noqa: E402
from needlepoint.evaluation.squad import SquadQuestion, read_squad  # noqa: E402
from needlepoint.evaluation.squad_metrics import squad_scores  # noqa: E402
from needlepoint.nodes.onnx_reader import OnnxReader  # noqa: E402

SQUAD = ROOT.parent / "shared" / "data" / "squad" / "dev-v2.0.json.xz"
TINYROBERTA = ROOT.parent / "shared" / "data" / "tokenizer-tinyroberta"
TELLING_FLAGS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16", "asimddp")
PASSAGES = 20
DISENTANGLED = {"relative_attention": True, "position_buckets": 256, "pos_att_type": "p2c|c2p", "share_att_key": True}
SHAPES: dict[str, tuple[str, dict[str, object]]] = {
    "6x768": ("roberta", {}),
    "deberta-v3-base": (
        "deberta-v2",
        DISENTANGLED
        | {"norm_rel_ebd": "layer_norm", "position_biased_input": False, "type_vocab_size": 0}
        | {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072},
    ),
    "modernbert-base": ("modernbert", {"num_hidden_layers": 22, "intermediate_size": 1152, "pad_token_id": 1}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["speed", "quality"])
    parser.add_argument("--model", type=Path, default=default_model())
    parser.add_argument("--shape", choices=[*SHAPES], help="random weights of a shape instead of a model")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--questions", type=int, default=300)
    arguments = parser.parse_args()
    folder = Path(os.environ["NEEDLEPOINT_CACHE"])
    if arguments.shape:
        arguments.model = with_random_weights(Path(tempfile.mkdtemp(dir=folder)) / arguments.shape, arguments.shape)
    print(f"model {arguments.model}, {usable_cores()} cores, flags:", *(f for f in TELLING_FLAGS if f in cpu_flags()))
    if arguments.what == "speed":
        speed(arguments.model, arguments.rounds, folder, has_rivals=arguments.shape in {None, "6x768"})
    else:
        quality(arguments.model, arguments.questions)


def default_model() -> Path:
    bundled = ROOT / "models" / "reader"
    return bundled if bundled.is_dir() else ROOT.parent / "shared" / "models" / "starter-12x384"


def with_random_weights(folder: Path, shape: str) -> Path:
    """Write a model with random weights and tinyroberta's tokenizer."""
    from transformers import AutoConfig, AutoModelForQuestionAnswering

    shutil.copytree(TINYROBERTA, folder)
    config = AutoConfig.from_pretrained(folder)
    model_type, settings = SHAPES[shape]
    if settings:
        config = AutoConfig.for_model(model_type, vocab_size=config.vocab_size, **settings)
    AutoModelForQuestionAnswering.from_config(config).eval().save_pretrained(folder)
    return folder


def speed(model: Path, rounds: int, folder: Path, *, has_rivals: bool) -> None:
    questions, documents = passages()
    print(f"{len(documents)} passages, {sum(len(d.content.split()) for d in documents)} words, {rounds} rounds")
    tasks = {**(rival_tasks(model, documents) if has_rivals else {}), **dict(speed_tasks(model, documents, folder))}
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(-1, rounds):  # the first round warms up
        for name, task in tasks.items():
            start = perf_counter()
            task(questions[number % len(questions)])
            if number >= 0:
                times[name].append(perf_counter() - start)
    report({name: statistics.median(values) for name, values in times.items()})


def report(medians: dict[str, float]) -> None:
    rivals = [rival for rival in ("FARM 384", "FARM 256", "torch") if rival in medians]
    print(f"{'':24} {'median s':>8}", *(f"{f'x {rival}':>11}" for rival in rivals), f"{'of the bound':>13}")
    for name, value in medians.items():
        bound = medians.get(f"products {name.split()[-1]}") if name.startswith("OnnxReader") else None
        share = f"{100 * bound / value:12.0f}%" if bound else ""
        print(f"{name:24} {value:8.2f}", *(f"{medians[rival] / value:11.2f}" for rival in rivals), share)


Task = Callable[[str], object]


def rival_tasks(model: Path, documents: list[Document]) -> dict[str, Task]:
    tasks: dict[str, Task] = {}
    for length in (384, 256):
        farm = FARMReader(str(model), max_seq_len=length, use_gpu=False, progress_bar=False, num_processes=0)
        farm.inferencer.model.float()
        tasks[f"FARM {length}"] = lambda question, farm=farm: farm.predict(question, documents)
    transformers_reader = TransformersReader(str(model), use_gpu=False)
    tasks["TransformersReader"] = lambda question: transformers_reader.predict(question, documents)
    return tasks


def speed_tasks(model: Path, documents: list[Document], folder: Path) -> Iterable[tuple[str, Task]]:
    yield "torch", plain_torch(model, documents)
    readers = {
        name: OnnxReader(str(model), max_seq_len=384, precision=name, use_gpu=False) for name in ("fp32", "int8")
    }
    for name, reader in readers.items():
        start = perf_counter()
        reader.load()
        print(f"{name}: {reader.description} (loaded in {perf_counter() - start:.2f} s)")
        yield f"OnnxReader {name}", lambda question, reader=reader: reader.predict(question, documents)
    for name in readers:
        yield f"products {name}", matrix_products(model, name, documents, folder)
    print("auto would be", OnnxReader(str(model), use_gpu=False).description)


def plain_torch(model: Path, documents: list[Document], batch: int = 10) -> Task:
    """Return what anyone would write: batches padded to their longest passage, no span decoding."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model)
    network = AutoModelForQuestionAnswering.from_pretrained(model, dtype=torch.float32).eval()
    texts = [document.content for document in documents]

    def task(question: str) -> None:
        for start in range(0, len(texts), batch):
            part = texts[start : start + batch]
            pairs = tokenizer([question] * len(part), part, padding=True, truncation=True, max_length=384)
            with torch.inference_mode():
                network(**pairs.convert_to_tensors("pt"))

    return task


def matrix_products(model: Path, precision: str, documents: list[Document], folder: Path) -> Task:
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    wide = config.get("intermediate_size", 4 * config.get("hidden_size", 0))
    products = MatrixProducts(read_architecture(model), wide=wide, precision=precision, folder=folder)
    tokenizer = TextTokenizer(model)
    passages = tokenizer.encode([document.content for document in documents])

    def task(question: str) -> None:
        (asked,) = tokenizer.encode([question])
        products.run([min(384, len(asked) + len(passage) + tokenizer.special_tokens) for passage in passages])

    return task


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
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("NEEDLEPOINT_CACHE", folder)
        os.environ["HF_HUB_OFFLINE"] = "1"
        main()
