"""``needlepoint embed``: embeddings for a collection that was indexed without them."""

from typing import Annotated

import typer

from needlepoint.cli.opening import open_service
from needlepoint.cli.options import PipelineOption, StoreOption


def embed(
    again: Annotated[bool, typer.Option("--again", help="Embed all passages anew, as for another model.")] = False,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Give the passages that have no embedding one, by the model of a hybrid pipeline; no file is read again."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from needlepoint.adding_embeddings import add_embeddings
    from needlepoint.cli.printing import console

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        open_service(store, pipeline) as service,
        Progress(*columns, console=console(stderr=True), transient=True) as bar,
    ):
        task = bar.add_task("embedding", total=None)
        report = add_embeddings(
            service,
            again=again,
            on_total=lambda total: bar.update(task, total=total),
            progress=lambda done: bar.update(task, completed=done),
        )
    there = f"; {report.unchanged:,} had one" if report.unchanged else ""
    typer.echo(f"{report.embedded:,} passages embedded, {report.seconds:.1f} s{there}")
