"""The progress bar of long-running commands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from needlepoint.stores.records import Record

_SHOWN_OF_A_NAME = 30


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


def document_done(update: Callable[..., Any]) -> "Callable[[Record], None]":
    """Return what to call for each document that is done: the bar goes on, and shows its name."""
    from needlepoint.cli.printing import printable

    def done(record: "Record") -> None:
        update(advance=1, description=printable(str(record.meta.get("name", "")))[:_SHOWN_OF_A_NAME])

    return done


@contextmanager
def counting_bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show such a bar; call the yielded function with the number done."""
    with progress_bar(what, total) as update:
        yield lambda done: update(completed=done)
