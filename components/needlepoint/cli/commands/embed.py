"""``needlepoint embed``: embeds the passages of a collection that was indexed without embeddings."""

from typing import Annotated

import typer

from needlepoint.cli.opening import open_service
from needlepoint.cli.options import PipelineOption, StoreOption


def embed(
    again: Annotated[bool, typer.Option("--again", help="Embed all passages again, as with another model.")] = False,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Embed the passages that have no embedding, with the model of a hybrid pipeline; no file is read again."""
    from needlepoint.cli.progress import progress_bar
    from needlepoint.service.embedding import add_embeddings

    with open_service(store, pipeline) as service, progress_bar("embedding") as update:
        report = add_embeddings(
            service,
            again=again,
            on_total=lambda total: update(total=total),
            progress=lambda done: update(completed=done),
        )
    unchanged = f"; {report.unchanged:,} had one" if report.unchanged else ""
    typer.echo(f"{report.embedded:,} passages embedded, {report.seconds:.1f} s{unchanged}")
