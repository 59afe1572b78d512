"""``needlepoint backup`` and ``needlepoint restore``: a whole collection in one file, and back."""

from pathlib import Path
from typing import Annotated

import typer

from needlepoint.cli.opening import open_service
from needlepoint.cli.options import PipelineOption, StoreOption


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Write the collection, uploaded files, feedback, sheets and workspaces into one file, while others go on."""
    from needlepoint.cli.printing import counted
    from needlepoint.cli.progress import document_done, progress_bar
    from needlepoint.service.backups.writing import write_backup

    with open_service(store, pipeline) as service, progress_bar("backing up") as update:
        report = write_backup(
            service,
            file,
            on_total=lambda total: update(total=total),
            progress=document_done(update),
        )
    typer.echo(
        f"{file}: {counted(report.documents, 'document')}, {counted(report.passages, 'passage')},"
        f" {counted(report.files, 'uploaded file')}, {counted(report.labels, 'label')},"
        f" {'sheets' if report.has_sheets else 'no sheets'}, {'users' if report.has_users else 'no users'},"
        f" {report.seconds:.1f} s"
    )


def restore(
    file: Annotated[Path, typer.Argument(help="A file that needlepoint backup wrote.")],
    add: Annotated[
        bool, typer.Option("--add", help="Add to what the collection holds; also finishes an interrupted restoring.")
    ] = False,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Check a backup, then write all that it holds into an empty collection, in this store or the other kind."""
    from needlepoint.cli.printing import counted
    from needlepoint.cli.progress import progress_bar
    from needlepoint.service.backups.restoring import restore_backup

    with open_service(store, pipeline) as service, progress_bar("checking") as update:
        report = restore_backup(
            service,
            file,
            add=add,
            on_total=lambda total: update(total=total),
            progress=lambda size: update(advance=size),
        )
    typer.echo(
        f"{counted(report.documents, 'document')} restored, {counted(report.passages, 'passage')},"
        f" {counted(report.files, 'uploaded file')}, {counted(report.labels, 'label')}, {report.seconds:.1f} s"
    )
