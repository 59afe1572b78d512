"""What the training commands print: their progress and their report. They end with a checkpoint when they are told to."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer

from needlepoint.cli.training_options import TrainingOptions
from needlepoint.errors import TrainingError

if TYPE_CHECKING:
    from needlepoint.training.loop import TrainingStep
    from needlepoint.training.report import Report
    from needlepoint.training.runs import RunConfig

_LOG_EVERY_S = 60.0


@contextmanager
def shown(options: TrainingOptions) -> Iterator[dict[str, Any]]:
    """Prepare this process for a training and show its progress; yields the callbacks for its configuration."""
    import torch

    from needlepoint.training.memory import keep_freed_memory

    if options.threads:
        torch.set_num_threads(options.threads)
    if options.device == "cpu" or not torch.cuda.is_available():
        keep_freed_memory()
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
        stop = _Stop(lambda: out.print("stopping after this step; once more stops at once"))

        def on_step(step: "TrainingStep") -> None:
            stop.heed()
            figures = log.figures(step)
            bar.update(task, completed=step.done, figures=figures)
            log.line(f"{step.done:4.0%}  {figures}")

        try:
            yield {"log": lambda text: out.print(text), "on_step": on_step}
        except KeyboardInterrupt:
            raise TrainingError("stopped; the same command resumes from the last checkpoint, if there is one") from None
        finally:
            stop.close()


class _Stop:
    """Turns Ctrl-C and SIGTERM into a ``KeyboardInterrupt`` between two steps; the second one ends the process as usual.

    It begins with the first step, since what is computed before that has no checkpoint to wait for.

    :param say: called when the first signal comes.
    """

    def __init__(self, say: Callable[[], None]) -> None:
        self._say = say
        self._is_asked = False
        self._before: dict[int, Any] = {}

    def heed(self) -> None:
        """To be called after every step.

        :raises KeyboardInterrupt: a signal came.
        """
        if not self._before:
            self._before = {
                number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)
            }
        if self._is_asked:
            raise KeyboardInterrupt

    def close(self) -> None:
        """Leave the signals as they were."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._is_asked = True
        self.close()
        self._say()


class _Log:
    """The figures of the last steps; without a terminal, one line of them a minute."""

    def __init__(self, is_terminal: bool) -> None:
        self._is_terminal = is_terminal
        self._loss = 0.0
        self._first: tuple[float, int] | None = None
        self._last_line = monotonic()

    def figures(self, step: "TrainingStep") -> str:
        state = step.state
        if self._first is None:
            self._first, self._loss = (state.elapsed_s, state.windows), step.loss
        self._loss += (step.loss - self._loss) / 50
        seconds, windows = self._first
        speed = (state.windows - windows) / max(state.elapsed_s - seconds, 1e-9)
        left = state.elapsed_s * (1 - step.done) / max(step.done, 1e-9)
        rate = f", {speed:.1f} windows/s" if state.windows > windows else ""
        best = f", F1 {state.best:.1f}" if state.best >= 0 else ""
        return f"step {state.step:,}, loss {self._loss:.3f}{best}{rate}, {_plain_time(left)} left"

    def line(self, text: str) -> None:
        if not self._is_terminal and monotonic() - self._last_line >= _LOG_EVERY_S:
            self._last_line = monotonic()
            typer.echo(text, err=True)


def print_report(report: "Report", config: "RunConfig") -> None:
    """Print what the training did and where the model is."""
    typer.echo(report.to_text())
    typer.echo(f"The model is in {config.out}, with README.md and training.json.")


def _plain_time(seconds: float) -> str:
    if seconds >= 5400:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
