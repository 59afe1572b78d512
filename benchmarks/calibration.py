"""Calibrate a reader on questions of several kinds that it was not trained on.

    python benchmarks/calibration.py [--model models/reader] [--kind articles] [--out FILE] [--plot FILE]

The kinds: twenty articles of SQuAD 2.0's training set, in their own paragraph and in retrieved passages; values in 75 contracts
(``contract_values.py``); rows of tables of kinds that are not in the training data (``table_questions.py``). All are fitted
together; the error of each is measured by cross-validation. *Sure and wrong* is the share of wrong answers among those above
75 percent. Without --out only the figures are printed. Data: ``../shared/data/qa``.
"""

import argparse
import json
import lzma
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from needlepoint.encoders.export import ExportCache
from needlepoint.evaluation.plots import reliability_svg
from needlepoint.evaluation.squad import SquadQuestion, read_squad
from needlepoint.reading.calibration import FILE
from needlepoint.reading.fitting import AskedQuestion
from needlepoint.reading.reader import SpanReader
from needlepoint.settings import Settings
from needlepoint.trials import calibrating
from needlepoint.trials.collection import trial_collection
from needlepoint.trials.readers import TrialReader
from needlepoint.trials.reports import write_json, write_text

ROOT = Path(__file__).parent.parent
QA = ROOT.parent / "shared" / "data" / "qa"
SEED, ARTICLES = 3, 20
QUESTIONS, RETRIEVED = 1500, 600
SURE = 0.75
KINDS = {"articles": "articles.json", "contracts": "held_out_values.json", "rows": "held_out_tables.json"}
SCRIPTS = {"contracts": ("contract_values.py", [str(QA / "cuad.json.xz")]), "rows": ("table_questions.py", [])}


def main() -> None:
    """Read the questions, fit, and print the error of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "reader")
    parser.add_argument("--kind", action="append", choices=[*KINDS], help="may be given several times (default: all)")
    parser.add_argument("--out", type=Path, help="file, or the model's folder, to write to")
    parser.add_argument("--plot", type=Path, help="file for a drawing of each kind (SVG)")
    options = parser.parse_args()
    reader = TrialReader.of_pipeline(None, options.model).span_reader
    asked = _asked(reader, options.kind or [*KINDS])
    counted = ", ".join(f"{len(questions):,} of {kind}" for kind, questions in asked.items())
    source = f"questions that were held out: {counted} (benchmarks/calibration.py)"
    fitted, report = calibrating.calibrate(asked, before=reader.calibration, source=source)
    for kind, of in report.items():
        before, after = of["before"], of["after"]
        shares = [_sure_and_wrong(trust, len(asked[kind])) for trust in (before, after)]
        print(
            f"{kind:20} {len(asked[kind]):5} questions: error {before['expected_calibration_error']:.3f}, fitted "
            f"{after['expected_calibration_error']:.3f} (by chance {after['error_by_chance']:.3f}); "
            f"sure and wrong {shares[0]}, fitted {shares[1]}"
        )
    if options.plot:
        write_text(options.plot, reliability_svg({kind: of["after"] for kind, of in report.items()}))
    if options.out:
        content = ExportCache(Settings.from_environment().cache).content_hash(calibrating.model_folder(reader))
        path = options.out / FILE if options.out.is_dir() else options.out
        write_json(path, calibrating.calibration_file(fitted, report, content))


def held_out() -> list[dict[str, Any]]:
    """Return the articles of SQuAD 2.0's training set that the bundled reader was not trained on."""
    with lzma.open(QA / "squad_v2_train.json.xz") as file:
        articles = json.load(file)["data"]
    titles = random.Random(SEED).sample(sorted({article["title"] for article in articles}), ARTICLES)
    return [article for article in articles if article["title"] in titles]


def _asked(reader: SpanReader, kinds: Sequence[str]) -> dict[str, list[AskedQuestion]]:
    """Return what the reader finds for the questions of each kind."""
    asked = {}
    if "articles" in kinds:
        articles = _questions("articles")
        chosen = calibrating.chosen_questions(articles, QUESTIONS, unanswerable=0.5)
        asked["articles"] = _alone(reader, chosen)
        asked["articles, retrieved"] = _retrieved(reader, articles, chosen[:RETRIEVED])
    return asked | {kind: _alone(reader, _questions(kind)) for kind in kinds if kind != "articles"}


def _questions(kind: str) -> list[SquadQuestion]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, KINDS[kind])
        if kind == "articles":
            path.write_text(json.dumps({"data": held_out()}), encoding="utf-8")
        else:
            script, given = SCRIPTS[kind]
            command = [sys.executable, str(Path(__file__).with_name(script)), *given, folder]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return list(read_squad(path))


def _alone(reader: SpanReader, questions: Sequence[SquadQuestion]) -> list[AskedQuestion]:
    return [found for question in questions if (found := calibrating.read_alone(reader, question))]


def _retrieved(
    reader: SpanReader, every: Sequence[SquadQuestion], questions: Sequence[SquadQuestion]
) -> list[AskedQuestion]:
    with trial_collection([question.context for question in every], None) as collection:
        found = [calibrating.read_retrieved(reader, question, collection) for question in questions]
    return [each for each in found if each]


def _sure_and_wrong(trust: dict[str, Any], count: int) -> str:
    """Say how many of the answers above SURE are wrong."""
    (row,) = [row for row in trust["thresholds"] if row["threshold"] == SURE]
    sure = round(row["coverage"] * count)
    return f"{round(sure * (row['risk'] or 0))} of {sure}"


if __name__ == "__main__":
    main()
