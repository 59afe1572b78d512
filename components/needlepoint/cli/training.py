"""What the training commands share: their options, their progress and their report."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from needlepoint.errors import MissingExtraError, QuestionError, TrainingError

if TYPE_CHECKING:
    from needlepoint.reading.models import FoundReader
    from needlepoint.training.data import TrainingData
    from needlepoint.training.loop import Moment
    from needlepoint.training.report import Report
    from needlepoint.training.runs import Order

_LOG_EVERY_S = 60.0

DataArgument = Annotated[
    list[Path], typer.Argument(metavar="DATA...", help="Questions with answers, in SQuAD's format: .json or .json.xz.")
]
OutOption = Annotated[Path, typer.Option("--out", help="Folder for the result; an unfinished training in it goes on.")]
MinutesOption = Annotated[
    float | None, typer.Option(help="Time limit over all runs; the learning rate falls to nothing within it.")
]
EpochsOption = Annotated[float | None, typer.Option(help="How often everything is read.")]
MixOption = Annotated[
    list[str] | None, typer.Option(help="name=0.4 reads 40 % of name.json, name=2 all of it twice; may be repeated.")
]
ValidationShareOption = Annotated[
    float, typer.Option(min=0, max=0.9, help="Share of the questions to hold out, by whole articles.")
]
HeldOutOption = Annotated[
    Path | None,
    typer.Option(
        help="Titles to hold out, instead of drawing them: a JSON list, or the training.json of another training."
    ),
]
BatchSizeOption = Annotated[int | None, typer.Option(help="Windows read at once.")]
AccumulationOption = Annotated[int | None, typer.Option(help="Batches to a step: less memory than a larger batch.")]
LearningRateOption = Annotated[float | None, typer.Option(help="The highest learning rate.")]
ScheduleOption = Annotated[str | None, typer.Option(help="hold (then fall as 1 - sqrt) or linear.")]
WarmupOption = Annotated[float | None, typer.Option(help="Share of the training over which the learning rate rises.")]
DropoutOption = Annotated[float | None, typer.Option(help="Of attention and hidden states.")]
MaxSeqLenOption = Annotated[int | None, typer.Option(help="Longest window, in tokens.")]
DocStrideOption = Annotated[int | None, typer.Option(help="Tokens from one window's start to the next.")]
EvaluateEveryOption = Annotated[int | None, typer.Option(help="Steps between validations (default: an epoch's).")]
PatienceOption = Annotated[int | None, typer.Option(help="Stop after so many validations without a better one.")]
SeedOption = Annotated[int, typer.Option(help="Of order, dropout and new weights.")]
KeepLayersOption = Annotated[str | None, typer.Option(help="Keep only these layers of the model: 2,4,6,8,10,12.")]
DeviceOption = Annotated[str, typer.Option(help="auto, cpu or cuda.")]
PrecisionOption = Annotated[str, typer.Option(help="auto (measured at the start), fp32, bf16 or fp16.")]
CompileOption = Annotated[
    bool | None,
    typer.Option("--compile/--no-compile", help="Compile the model (default: for long trainings on a CPU)."),
]
ThreadsOption = Annotated[int | None, typer.Option(min=1, help="CPU threads; 1 where other work runs beside it.")]
HalfOption = Annotated[bool, typer.Option("--half", help="Store the weights in 16 bits: half the size, same answers.")]
LicenceOption = Annotated[str, typer.Option(help="Licence for the model card, as CC-BY-SA-4.0.")]
DownloadOption = Annotated[bool, typer.Option("--allow-download", help="Fetch a named model that is not on disk.")]


def gather_data(
    files: list[Path], *, mix: list[str] | None, validation_share: float, held_out: Path | None, seed: int
) -> "TrainingData":
    """Read the files of questions as the options say."""
    from needlepoint.evaluation.squad import read_titles
    from needlepoint.training.data import gather

    shares = dict(_share(text) for text in mix or [])
    titles = None if held_out is None else read_titles(held_out)
    return gather(files, mix=shares, validation_share=validation_share, held_out=titles, seed=seed)


def layer_numbers(text: str | None) -> tuple[int, ...]:
    """Return ``2,4,6`` as numbers."""
    try:
        return tuple(int(part) for part in (text or "").split(",") if part.strip())
    except ValueError:
        raise QuestionError(f"layers are numbers with commas between them, as 2,4,6; got {text!r}") from None


def find_model(name: str, *, allow_download: bool) -> "FoundReader":
    """Return a model that is named or given as a folder."""
    from needlepoint.reading.models import find_reader

    return find_reader(name, allow_download=allow_download)


def require_torch() -> None:
    """Say at once what is missing where torch is not installed; most of Needlepoint does without.

    :raises MissingExtraError: it is not there.
    """
    if find_spec("torch") is None:
        raise MissingExtraError("torch", "torch")


def check_choices(device: str, precision: str) -> None:
    """Refuse words that are none of the choices, and a machine that cannot train at all."""
    require_torch()
    for name, value, choices in (
        ("device", device, ("auto", "cpu", "cuda")),
        ("precision", precision, ("auto", "fp32", "bf16", "fp16")),
    ):
        if value not in choices:
            raise QuestionError(f"--{name} is one of {', '.join(choices)}, not {value!r}")


@contextmanager
def shown(threads: int | None) -> Iterator[dict[str, Any]]:
    """Show a training's progress; yields what its order needs for that."""
    import torch

    if threads:
        torch.set_num_threads(threads)
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    from needlepoint.cli.printing import console

    out = console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[figures]}"),
    )
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task("training", total=1.0, figures="")
        log = _Log(out.is_terminal)

        def listen(moment: "Moment") -> None:
            figures = log.figures(moment)
            bar.update(task, completed=moment.done, figures=figures)
            log.line(f"{moment.done:4.0%}  {figures}")

        try:
            yield {"say": lambda text: out.print(text), "listen": listen}
        except KeyboardInterrupt:
            raise TrainingError("stopped; the same command goes on from the last checkpoint, if there is one") from None


class _Log:
    """Figures of the last steps; where there is no terminal to draw on, a line of them a minute."""

    def __init__(self, is_terminal: bool) -> None:
        self._is_terminal = is_terminal
        self._loss = 0.0
        self._first: tuple[float, int] | None = None
        self._last_line = monotonic()

    def figures(self, moment: "Moment") -> str:
        state = moment.state
        if self._first is None:
            self._first, self._loss = (state.elapsed_s, state.windows), moment.loss
        self._loss += (moment.loss - self._loss) / 50
        seconds, windows = self._first
        speed = (state.windows - windows) / max(state.elapsed_s - seconds, 1e-9)
        left = state.elapsed_s * (1 - moment.done) / max(moment.done, 1e-9)
        rate = f", {speed:.1f} windows/s" if state.windows > windows else ""
        best = f", F1 {state.best:.1f}" if state.best >= 0 else ""
        return f"step {state.step:,}, loss {self._loss:.3f}{best}{rate}, {_plain_time(left)} left"

    def line(self, text: str) -> None:
        if not self._is_terminal and monotonic() - self._last_line >= _LOG_EVERY_S:
            self._last_line = monotonic()
            typer.echo(text, err=True)


def print_report(report: "Report", order: "Order") -> None:
    """Print what was done and where the model is."""
    typer.echo(report.to_text())
    typer.echo(f"The model is in {order.out}, with README.md and training.json.")


def _share(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    try:
        return name, float(share)
    except ValueError:
        raise QuestionError(f"--mix takes name=share, as mined_negatives=0.4; got {text!r}") from None


def _plain_time(seconds: float) -> str:
    if seconds >= 5400:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
