"""Calibrate a reader on the articles of SQuAD 2.0's training set that the bundled reader was not trained on.

    python benchmarks/calibration.py [--model models/reader] [--out FILE] [--plot FILE]

Writes those articles into a file and gives it to ``needlepoint calibrate``, choosing as many questions without an answer as
with one. Without --out it only prints the figures. Data: ``../shared/data/qa/squad_v2_train.json.xz``.
"""

import argparse
import json
import lzma
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TRAIN = ROOT.parent / "shared" / "data" / "qa" / "squad_v2_train.json.xz"
COMMAND = [sys.executable, "-c", "from needlepoint.cli.app import main; main()", "calibrate"]
SEED, ARTICLES = 3, 20


def main() -> None:
    """Take the articles out and calibrate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "reader")
    arguments, others = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        labels = Path(folder, "squad_v2_train_held_out.json")
        labels.write_text(json.dumps({"data": held_out()}), encoding="utf-8")
        options = ["--model", arguments.model, "--unanswerable", "0.5", *others]
        sys.exit(subprocess.run([*COMMAND, labels, *options]).returncode)


def held_out() -> list[dict]:
    """Return the articles that the bundled reader was not trained on."""
    with lzma.open(TRAIN) as file:
        articles = json.load(file)["data"]
    titles = random.Random(SEED).sample(sorted({article["title"] for article in articles}), ARTICLES)
    return [article for article in articles if article["title"] in titles]


if __name__ == "__main__":
    main()
