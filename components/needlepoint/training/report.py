"""The report of a training, as JSON beside the model and as a few lines of text."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from needlepoint.training.loop import State

FILE = "training.json"
_POINTS = 100


@dataclass(frozen=True, slots=True)
class Report:
    """What a finished training did.

    :param kind: ``fine-tuned``, ``layers distilled``, ``prediction distilled`` or ``prediction and layers distilled``.
    :param base: name of the model that the training began with.
    :param teacher: name of the teacher, or empty.
    :param plan: every number of the plan and of the distillation.
    :param sources: number of training questions by file.
    :param windows: number of windows of these questions; ``state.windows`` counts those read, with repeats.
    :param held_out: titles of the articles that were held out.
    :param validated: number of validation questions by file.
    :param precision: the format of the matrix products; ``reason`` says why it was chosen.
    :param finished: the date, as ISO 8601.
    """

    kind: str
    base: str
    teacher: str
    plan: dict[str, Any]
    sources: dict[str, int]
    windows: int
    held_out: list[str]
    validated: dict[str, int]
    state: State
    precision: str
    reason: str
    device: str
    threads: int
    finished: str
    versions: dict[str, str]

    @property
    def best(self) -> dict[str, float]:
        """The figures of the validation whose weights were kept; empty without validation."""
        return max(self.state.validations, key=lambda figures: figures["f1"], default={})

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, with the losses as a curve of at most a hundred means."""
        state = self.state
        return {
            "kind": self.kind,
            "base": self.base,
            "teacher": self.teacher,
            "plan": self.plan,
            "sources": self.sources,
            "validated": self.validated,
            "windows": self.windows,
            "windows_read": state.windows,
            "steps": state.step,
            "seconds": round(state.elapsed_s, 1),
            "windows_per_second": round(state.windows / max(state.elapsed_s, 1e-9), 2),
            "losses": {name: _curve(values) for name, values in state.losses.items()},
            "validations": state.validations,
            "best": self.best,
            "held_out_titles": self.held_out,
            "precision": self.precision,
            "precision_reason": self.reason,
            "device": self.device,
            "threads": self.threads,
            "finished": self.finished,
            "versions": self.versions,
        }

    def to_text(self) -> str:
        """Return a few lines for the terminal."""
        state = self.state
        minutes = state.elapsed_s / 60
        lines = [
            f"{self.kind} {state.windows:,} windows in {state.step:,} steps and {minutes:.1f} min "
            f"({state.windows / max(state.elapsed_s, 1e-9):.1f} windows/s, {self.precision})"
        ]
        for name, values in state.losses.items():
            curve = _curve(values)
            lines.append(f"{name}: {curve[0]:.4f} at the beginning, {curve[-1]:.4f} at the end")
        if self.best:
            best = self.best
            lines.append(
                f"validation on {best['total']:,.0f} questions of {len(self.held_out):,} held-out articles: "
                f"exact {best['exact']:.1f}, F1 {best['f1']:.1f} "
                f"(best thresholds: {best['best_exact']:.1f}, {best['best_f1']:.1f}), at step {best['step']:,}"
            )
        else:
            lines.append("no validation: these are the weights after the last step")
        return "\n".join(lines)


def write_report(report: Report, folder: Path) -> None:
    """Write ``training.json`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _curve(values: list[float]) -> list[float]:
    """Return means of stretches of equal length, which averages out the noise of single steps."""
    size = max(1, -(-len(values) // _POINTS))
    return [round(sum(part) / len(part), 5) for at in range(0, len(values), size) if (part := values[at : at + size])]
