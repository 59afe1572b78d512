"""``needlepoint workspace``: lists what was asked, and writes reports over it."""

from pathlib import Path
from typing import Annotated

import typer

from needlepoint.cli.opening import open_service
from needlepoint.cli.options import JsonOption, PipelineOption, StoreOption

workspace = typer.Typer(
    no_args_is_help=True, help="Kept questions with their answers, pinned quotes, and reports over them."
)
Name = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Its name or id.")]


@workspace.command("list")
def list_(as_json: JsonOption = False, store: StoreOption = None, pipeline: PipelineOption = None) -> None:
    """List the workspaces, the one last used first."""
    import json
    from dataclasses import asdict

    from needlepoint.cli.printing import counted, printable

    with open_service(store, pipeline) as service:
        known = service.desk.workspaces.all()
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in known], ensure_ascii=False, indent=2))
        return
    for each in known:
        kept = f"{counted(each.questions, 'question')}, {counted(each.pins, 'pinned quote')}"
        typer.echo(printable(f"{each.id}  {each.name}  {kept}  {(each.asked or each.made)[:10]}"))
    if not known:
        typer.echo("No workspace yet: the page makes one with its first question.")


@workspace.command()
def export(
    name: Name,
    file: Annotated[Path, typer.Argument(help="The report: .docx, .md or .html; .json holds the whole workspace.")],
    everything: Annotated[
        bool, typer.Option("--all", help="All questions with all their answers, not the pinned quotes alone.")
    ] = False,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Write a report over the pinned quotes of a workspace; each quote is looked up in its document as this is now."""
    with open_service(store, pipeline) as service:
        found = service.desk.workspaces.find(name)
        service.desk.export(found.id, file, over="all" if everything else "pinned")
    typer.echo(f"{file}: {found.name}")


@workspace.command()
def delete(name: Name, store: StoreOption = None, pipeline: PipelineOption = None) -> None:
    """Delete a workspace with its questions, pinned quotes and notes."""
    from needlepoint.cli.printing import counted

    with open_service(store, pipeline) as service:
        found = service.desk.workspaces.find(name)
        service.desk.workspaces.delete(found.id)
    typer.echo(
        f"{found.name} deleted, with {counted(found.questions, 'question')} and {counted(found.pins, 'pinned quote')}"
    )
