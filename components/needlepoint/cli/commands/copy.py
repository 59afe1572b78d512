"""``needlepoint copy``: copies a collection from one store into another."""

from typing import Annotated

import typer

from needlepoint.cli.opening import open_service
from needlepoint.cli.options import StoreOption


def copy(
    source: Annotated[str, typer.Option("--from", help="The pipeline (name or YAML file) whose collection is copied.")],
    target: Annotated[str, typer.Option("--to", help="The pipeline whose store it is copied into.")],
    store: StoreOption = None,
) -> None:
    """Copy the collection into another pipeline's store; documents that are there already are not written again."""
    from needlepoint.cli.printing import counted
    from needlepoint.cli.progress import document_done, progress_bar
    from needlepoint.service.copying import copy_collection

    # one of the two pipelines may need torch, so there is no light start
    opened = (open_service(store, name, light=False) for name in (source, target))
    with next(opened) as old, next(opened) as new, progress_bar("copying") as update:
        report = copy_collection(
            old,
            new,
            on_total=lambda total: update(total=total),
            progress=document_done(update),
        )
    unchanged = f"; {report.unchanged:,} there already" if report.unchanged else ""
    typer.echo(
        f"{counted(report.copied, 'document')} copied, {counted(report.passages, 'passage')},"
        f" {counted(report.labels, 'label')}, {report.seconds:.1f} s{unchanged}"
    )
