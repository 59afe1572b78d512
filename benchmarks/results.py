"""Write docs/results.md: SQuAD's measures of the readers, the retriever and the pipeline, beside those of the model's card.

    python benchmarks/results.py [--questions 11873] [--compared 600] [--asked 300] [--reports FOLDER] [--model FOLDER]

Runs ``needlepoint evaluate`` for each line; an interrupted or repeated run resumes from the answers beside its report, so
nothing is read twice. Data: SQuAD 2.0 dev and SQuAD 1.1 dev in ``../shared/data/squad``.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SQUAD = ROOT.parent / "shared" / "data" / "squad"
COMMAND = [sys.executable, "-c", "from needlepoint.cli.app import main; main()", "evaluate"]
TARGET = ROOT / "docs" / "results.md"
BEGIN, END = "<!-- results: written by benchmarks/results.py -->", "<!-- end of results -->"
SHOWN = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
CARD = {"exact": 78.69, "f1": 81.92}  # of deepset/tinyroberta-squad2, on all 11,873 questions
READERS = {
    "int8": ("OnnxReader, int8", "local", {"READER_PARAMS_PRECISION": "int8"}),
    "fp32": ("OnnxReader, fp32", "local", {"READER_PARAMS_PRECISION": "fp32"}),
    "farm": ("FARMReader", "local-farm", {}),
    "transformers": ("TransformersReader", "elasticsearch-transformers", {}),
}


def main() -> None:
    """Make the reports, then the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=11_873, help="for OnnxReader, precision auto")
    parser.add_argument("--compared", type=int, default=600, help="for all readers side by side")
    parser.add_argument("--asked", type=int, default=300, help="for the whole pipeline")
    parser.add_argument("--reports", type=Path, default=ROOT / "build" / "results")
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "reader")
    arguments = parser.parse_args()
    reports = dict(_reports(arguments))
    text = "\n".join([BEGIN, "", *_tables(reports), END])
    _replace(TARGET, text)
    print(text)


def _reports(arguments: argparse.Namespace) -> Iterable[tuple[str, dict[str, Any]]]:
    dev, paragraphs = SQUAD / "dev-v2.0.json.xz", SQUAD / "dev-v1.1.json.xz"
    model = ["--model", arguments.model]

    def run(name: str, *options: Any, **variables: str) -> tuple[str, dict[str, Any]]:
        report = arguments.reports / f"{name}.json"
        print(name, file=sys.stderr)
        command = [*COMMAND, *map(str, options), "--report", str(report)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **variables})
        return name, json.loads(report.read_text(encoding="utf-8"))

    yield run("all", "reader", dev, "--pipeline", "local", *model, "--limit", arguments.questions)
    for name, (_, pipeline, variables) in READERS.items():
        yield run(name, "reader", dev, "--pipeline", pipeline, *model, "--limit", arguments.compared, **variables)
    yield run("retriever", "retriever", paragraphs, "--pipeline", "local")
    yield run("pipeline", "pipeline", dev, "--pipeline", "local", *model, "--limit", arguments.asked)


def _tables(reports: dict[str, dict[str, Any]]) -> Iterable[str]:
    every = reports["all"]
    cores = "1 core" if every["cores"] == 1 else f"{every['cores']} cores"
    yield f"Measured on {every['processor']}, {cores}, {every['date'][:10]}, model `{every['model_hash'][:12]}`: "
    yield "`python benchmarks/results.py`."
    yield from _reading(reports)
    yield from _retrieval(reports["retriever"])
    yield from _asking(reports["pipeline"])
    yield from _trust(every, reports["pipeline"])


def _reading(reports: dict[str, dict[str, Any]]) -> Iterable[str]:
    names = ("exact", "f1", "best_exact", "best_f1", "HasAns_f1", "NoAns_f1")
    yield from ("", "## A reader given the right passage, SQuAD 2.0 dev", "")
    yield "| reader | questions | " + " | ".join(names) + " | passages/s |"
    yield "|---|" + "---:|" * (len(names) + 2)
    yield f"| tinyroberta-squad2, as its card says | 11,873 | {CARD['exact']} | {CARD['f1']} |  |  |  |  |  |"
    every = reports["all"]
    rows = [(f"**OnnxReader, {every['precision']}**", every)] + [(READERS[name][0], reports[name]) for name in READERS]
    for label, report in rows:
        figures = " | ".join(f"{report['scores'][name]:.1f}" for name in names)
        yield f"| {label} | {report['questions']:,} | {figures} | {report['passages_per_s']} |"


def _retrieval(report: dict[str, Any]) -> Iterable[str]:
    yield from ("", f"## Retrieval, {_size(report)} of SQuAD 1.1 dev", "")
    yield from _one_row({name: f"{value:.1%}" for name, value in report["scores"].items() if name != "total"})


def _asking(report: dict[str, Any]) -> Iterable[str]:
    yield from ("", f"## Retrieval and reading, {_size(report)} of SQuAD 2.0 dev", "")
    yield from _one_row({name: _figure(value) for name, value in report["scores"].items() if "total" not in name})
    alone, lost = report["reader_alone"], report["losses"]
    yield from ("", f"Given the right passage, the same questions: exact {alone['exact']:.1f}, F1 {alone['f1']:.1f}. ")
    yield f"Of {lost['answerable']:,} with an answer: {lost['right']:,} answered correctly, {lost['withheld']:,} correctly but "
    yield f"withheld, {lost['misread']:,} misread, {lost['not_retrieved']:,} whose paragraph was not among those read."


def _trust(alone: dict[str, Any], together: dict[str, Any]) -> Iterable[str]:
    yield from ("", "## What a probability is worth", "")
    for label, report in (("given the right passage", alone), ("after retrieval", together)):
        error, by_chance = (report["trust"][name] for name in ("expected_calibration_error", "error_by_chance"))
        yield f"Expected calibration error {label}: {error:.3f} ({report['questions']:,} questions; {by_chance:.3f} by chance). "
    yield from (
        "",
        "| threshold | questions answered | answers correct, given the passage | after retrieval |",
        "|---:" * 4 + "|",
    )
    for one, other in zip(alone["trust"]["thresholds"], together["trust"]["thresholds"], strict=True):
        if one["threshold"] in SHOWN:
            shares = [_share(one["coverage"]), _share(one["precision"]), _share(other["precision"])]
            yield f"| {one['threshold']:.0%} | " + " | ".join(shares) + " |"
    yield ""


def _size(report: dict[str, Any]) -> str:
    return f"{report['questions']:,} questions, {report['paragraphs']:,} paragraphs"


def _one_row(cells: dict[str, str]) -> Iterable[str]:
    yield "| " + " | ".join(cells) + " |"
    yield "|" + "---:|" * len(cells)
    yield "| " + " | ".join(cells.values()) + " |"


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if value <= 1 else f"{value:.1f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _replace(path: Path, text: str) -> None:
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    path.write_text(before + text + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
