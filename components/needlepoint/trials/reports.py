"""The parts that all reports share, and the writing of reports."""

import json
import os
import platform
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from needlepoint.encoders.processor import cpu_flags, usable_cores
from needlepoint.errors import EvaluationError
from needlepoint.evaluation.reliability import (
    brier_score,
    coverage_and_risk,
    error_by_chance,
    expected_calibration_error,
    reliability_bins,
)
from needlepoint.evaluation.squad import SquadQuestion, questions_hash

_PACKAGES = ("needlepoint", "farm-haystack", "onnxruntime", "tokenizers", "torch", "transformers", "numpy")
_TELLING_FLAGS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16", "asimddp")


def circumstances(questions: Sequence[SquadQuestion]) -> dict[str, Any]:
    """Return what was measured, on which machine, with which packages, and when."""
    return {
        "questions": len(questions),
        "questions_hash": questions_hash(questions),
        "versions": _versions(),
        "processor": _processor(),
        "cores": usable_cores(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def trust(probabilities: Sequence[float], right: Sequence[bool], answerable: int) -> dict[str, Any]:
    """Return how well probabilities are calibrated, and the effect of each threshold on them.

    :param probabilities: the probability of the best answer to each question.
    :param right: whether that answer is right.
    :param answerable: the number of questions that have an answer.
    """
    clipped = [min(max(probability, 0.0), 1.0) for probability in probabilities]
    return {
        "expected_calibration_error": round(expected_calibration_error(clipped, right), 4),
        "error_by_chance": round(error_by_chance(clipped), 4),
        "brier_score": round(brier_score(clipped, right), 4),
        "bins": [asdict(found) for found in reliability_bins(clipped, right)],
        "thresholds": [row.to_dict() for row in coverage_and_risk(clipped, right, answerable=answerable)],
    }


def write_json(path: Path, content: Any) -> None:
    """Write plain data as :func:`write_text` does."""
    write_text(path, json.dumps(content, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file atomically.

    :raises EvaluationError: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise EvaluationError(f"{path}: cannot be written: {error.strerror or error}") from error


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    """Return the processor's name and those of its instruction sets that matter for a reader's speed."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    except OSError:
        pass
    return " ".join([name, *(flag for flag in _TELLING_FLAGS if flag in cpu_flags())])
