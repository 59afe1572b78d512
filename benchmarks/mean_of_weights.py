"""Write the weighted mean of models of one shape.

    python benchmarks/mean_of_weights.py OUT FOLDER=SHARE FOLDER=SHARE...

Shares sum to one. OUT gets the other files of the first folder, but no calibration, which fits one model only. Means of
models that were trained on from each other are often as good on what each is best at (Wortsman et al. 2022, *Model soups*).
"""

import argparse
import math
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from needlepoint.reading.calibration import FILE

WEIGHTS = "model.safetensors"


def main() -> None:
    """Add up in 32 bits, save in 16."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("models", nargs="+", metavar="FOLDER=SHARE")
    options = parser.parse_args()
    shares = {Path(folder): float(share) for folder, _, share in (each.rpartition("=") for each in options.models)}
    if not math.isclose(sum(shares.values()), 1):
        parser.error(f"shares must sum to 1, got {sum(shares.values()):g}")
    first = next(iter(shares))
    mean: dict[str, torch.Tensor] = {}
    for folder, share in shares.items():
        weighted = {name: share * value.float() for name, value in load_file(folder / WEIGHTS).items()}
        if mean and _shapes(weighted) != _shapes(mean):
            parser.error(f"{folder} is of another shape than {first}")
        mean = {name: mean[name] + value if mean else value for name, value in weighted.items()}
    shutil.copytree(first, options.out, ignore=shutil.ignore_patterns(FILE, WEIGHTS))
    halves = {name: value.half().contiguous() for name, value in mean.items()}
    save_file(halves, options.out / WEIGHTS, {"format": "pt"})


def _shapes(weights: dict[str, torch.Tensor]) -> dict[str, torch.Size]:
    return {name: value.shape for name, value in weights.items()}


if __name__ == "__main__":
    main()
