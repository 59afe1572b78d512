"""The progress bar of long-running commands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any


@contextmanager
def progress_bar(what: str, total: int | None = None) -> Iterator[Callable[..., Any]]:
    """Show a bar with the time left on stderr, if that is a terminal.

    Call the yielded function with what has changed: ``advance`` or ``completed``, ``total``, ``description``.

    :param total: None while it is not known.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from needlepoint.cli.printing import console

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown_on = console(stderr=True)
    with Progress(*columns, console=shown_on, transient=True, disable=not shown_on.is_terminal) as bar:
        yield partial(bar.update, bar.add_task(what, total=total))


@contextmanager
def counting_bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show such a bar; call the yielded function with the number done."""
    with progress_bar(what, total) as update:
        yield lambda done: update(completed=done)
