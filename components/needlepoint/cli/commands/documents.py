"""``needlepoint documents``: lists, shows, deletes and checks the documents of the collection."""

from typing import Annotated, Any

import typer

from needlepoint.cli.opening import open_service
from needlepoint.cli.options import FilterOption, JsonOption, PipelineOption, StoreOption

documents = typer.Typer(help="List, show, delete and check documents of the collection.", no_args_is_help=True)

DocumentArgument = Annotated[
    str, typer.Argument(metavar="ID", help="A document's id, its beginning, or its file name.")
]


@documents.command("list")
def list_(
    filters: FilterOption = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """List the documents with type, pages, passages and date."""
    from rich.table import Table

    from needlepoint.cli.filters import parse_filters
    from needlepoint.cli.printing import console, counted, printable

    with open_service(store, pipeline) as service:
        records = service.reading.all(filters=parse_filters(filters))
    if as_json:
        _print_json([{"id": record.id, **record.meta} for record in records])
        return
    out = console()
    if not records:
        out.print(
            "No documents" + (" with this metadata." if filters else " yet: add some with needlepoint index FOLDER.")
        )
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "name", "type", "date"):
        table.add_column(heading, overflow="fold")
    for heading in ("pages", "passages"):
        table.add_column(heading, justify="right")
    for record in records:
        meta = record.meta
        cells = [
            record.id[:12],
            meta.get("name"),
            meta.get("type"),
            f"{meta.get('date')} (file)" if meta.get("date_of") == "file" else meta.get("date"),
            meta.get("pages"),
            meta.get("passages"),
        ]
        table.add_row(*(printable(str(cell if cell is not None else "")) for cell in cells))
    out.print(table)
    passages = sum(int(record.meta.get("passages", 0)) for record in records)
    out.print(f"{counted(len(records), 'document')}, {counted(passages, 'passage')}")


@documents.command()
def show(
    document_id: DocumentArgument,
    as_json: JsonOption = False,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Show a document's metadata."""
    from needlepoint.cli.printing import console, plain_size, printable
    from needlepoint.collection.members import unread_of

    with open_service(store, pipeline) as service:
        record = service.reading.find(document_id)
    if as_json:
        _print_json({"id": record.id, **record.meta})
        return
    out = console()
    facts = {"id": record.id, **{key: value for key, value in record.meta.items() if key != "document_id"}}
    facts["size"] = plain_size(float(facts.get("size", 0)))
    unread = unread_of(facts)
    facts = {key: value for key, value in facts.items() if key not in ("unread", "is_incomplete")}
    width = max(map(len, facts))
    for key, value in facts.items():
        out.print(f"{key:<{width}}  {printable(str(value))}")
    for what in unread:
        out.print(f"{'not read':<{width}}  {printable(str(what))}")


@documents.command()
def text(
    document_id: DocumentArgument,
    page: Annotated[int | None, typer.Option(help="Only this page.")] = None,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Print a document's exact source text: an answer's start and end count its characters."""
    import sys

    with open_service(store, pipeline) as service:
        sys.stdout.buffer.write(service.reading.text(document_id, page=page).encode())
        sys.stdout.buffer.flush()


@documents.command()
def delete(
    document_ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Documents to remove from the collection.")
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Remove documents from the collection; the files themselves stay."""
    from needlepoint.cli.printing import counted, printable

    with open_service(store, pipeline) as service:
        records = [service.document(document_id) for document_id in document_ids]
        names = ", ".join(printable(record.meta["name"]) for record in records)
        if not yes:
            typer.confirm(f"Remove {len(records)} from the collection ({names})?", abort=True)
        count = service.delete([record.id for record in records])
    inside = count - len(records)
    typer.echo(
        f"{len(records)} removed: {names}" + (f", with {counted(inside, 'document')} inside" if inside > 0 else "")
    )


@documents.command()
def check(
    repair: Annotated[bool, typer.Option("--repair", help="Read the files of broken documents again.")] = False,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Check that everything in the collection can be read and fits together; exit code 1 if it does not."""
    from needlepoint.cli.printing import console, counted, printable
    from needlepoint.cli.progress import progress_bar
    from needlepoint.collection.checking import check_collection
    from needlepoint.service.repairing import repair_collection

    out = console()
    with open_service(store, pipeline) as service:
        with progress_bar("checking") as update:
            found = check_collection(
                service.collection,
                on_total=lambda total: update(total=total),
                progress=lambda name: update(advance=1, description=printable(name)[:30]),
            )
        for line in found.lines():
            out.print(printable(line))
        if found.is_whole:
            out.print(f"{counted(found.documents, 'document')}, all whole")
            return
        if not repair:
            out.print("Nothing was changed: --repair reads the files of the broken documents again")
            raise typer.Exit(1)
        with progress_bar("repairing") as update:
            done = repair_collection(
                service,
                found,
                on_total=lambda total: update(total=total),
                progress=lambda outcome: update(advance=1, description=printable(outcome.path.name)[:30]),
            )
        for line in done.lines():
            out.print(printable(line))
        left = check_collection(service.collection)
        for line in left.lines():
            out.print(printable(f"still: {line}"))
        if not left.is_whole or done.lost:
            raise typer.Exit(1)
        out.print(f"{counted(left.documents, 'document')}, all whole")


def _print_json(value: Any) -> None:
    import json

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
