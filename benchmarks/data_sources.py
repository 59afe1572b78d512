"""What does each source of training data add? One model, trained for the same time on one file and on all of them.

    python benchmarks/data_sources.py squad_v2_train.json OTHER.json ... --base FOLDER --out FOLDER
        [--minutes 12] [--asked 200] [--threads 1] [--only alone]

Articles are held out of every file, and of all files where they share a title. The table gives the F1 on the held-out questions
of each file, at the best threshold: of the base, after more of the first file alone, and after more of everything as it is. What
is finished in FOLDER is not done again, so both can be trained side by side (--only alone, --only all) and the table made
afterwards.
"""

import argparse
import sys
from pathlib import Path

import torch
from distillation import drawn, fine_tuned, measured, trained

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.evaluation.squad import SquadQuestion  # noqa: E402
from needlepoint.training.data import TrainingData, gather  # noqa: E402

HELD_OUT_SHARE = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--asked", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", choices=("alone", "all"))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    titles = held_out(arguments.data)
    for name, files in (("alone", arguments.data[:1]), ("all", arguments.data)):
        if arguments.only in (None, name):
            gathered = gather(files, held_out=titles)
            common = {
                "data": TrainingData(gathered.questions, sources=gathered.sources),
                "base": arguments.base,
                "keep_layers": (),
            }
            folder = arguments.out / name
            trained(folder, lambda: fine_tuned(common, folder, arguments.base, {"minutes": arguments.minutes}))  # noqa: B023
    if not arguments.only:
        models = {name: arguments.out / name for name in ("alone", "all")}
        print_table({"base": arguments.base, **models}, asked(arguments.data, titles, arguments.asked), arguments.out)


def held_out(files: list[Path]) -> list[str]:
    return sorted({title for file in files for title in gather([file], validation_share=HELD_OUT_SHARE).held_out})


def asked(files: list[Path], titles: list[str], most: int) -> dict[str, tuple[SquadQuestion, ...]]:
    return {file.stem: drawn(gather([file], held_out=titles).validation, most) for file in files}


def print_table(models: dict[str, Path], questions: dict[str, tuple[SquadQuestion, ...]], out: Path) -> None:
    print("| held-out questions of | number | " + " | ".join(models) + " |")
    print("|---|" + "---:|" * (len(models) + 1))
    for source, some in questions.items():
        if not any(question.answers for question in some):
            continue  # where nothing has an answer the best threshold lets none through, whatever was learnt
        figures = [measured(folder, some, f"{name} {source}", out)["best_f1"] for name, folder in models.items()]
        print(f"| {source} | {len(some)} | " + " | ".join(f"{figure:.1f}" for figure in figures) + " |", flush=True)


if __name__ == "__main__":
    main()
