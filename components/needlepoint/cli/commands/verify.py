"""``needlepoint verify``: looks up the quotes of a file in their documents as these are now."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlepoint.cli.opening import open_service
from needlepoint.cli.options import JsonOption, PipelineOption, StoreOption

if TYPE_CHECKING:
    from rich.console import Console

    from needlepoint.sheets.quote_files import QuoteFile
    from needlepoint.sheets.quotes import Verification, VerifiedQuote

_LONGEST = 160
_WIDE = 400


def verify(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="An exported sheet, or CSV, XLSX or JSON with a document and a quote a row."
        ),
    ],
    every: Annotated[bool, typer.Option("--all", help="Show the quotes that hold, too.")] = False,
    as_json: JsonOption = False,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Look up every quote of a file in its document as it is now: does it hold? Exit code 1 if one does not."""
    import json

    from needlepoint.cli.printing import console
    from needlepoint.cli.progress import progress_bar
    from needlepoint.errors import SheetError
    from needlepoint.sheets.quote_files import read_quotes

    given = read_quotes(file)
    with open_service(store, pipeline) as service, progress_bar("verifying") as update:
        if not service.documents():
            raise SheetError("the collection is empty, so no quote can be looked up: see --store and needlepoint index")
        update(total=len(given.quotes))
        result = service.sheets.verify(given.quotes, progress=lambda done: update(completed=done))
    if as_json:
        told = {"file": str(file), "columns": given.columns, "without_words": given.without_words}
        typer.echo(json.dumps({**told, **result.to_dict()}, ensure_ascii=False, indent=2))
    else:
        _print(console(), given, result, every=every)
    if not result.holds:
        raise typer.Exit(1)


def _print(out: "Console", given: "QuoteFile", result: "Verification", *, every: bool) -> None:
    from rich.table import Table

    from needlepoint.cli.printing import counted, printable

    out.print(printable(given.columns[:1].upper() + given.columns[1:]), style="dim")
    if given.without_words:
        out.print(f"{counted(given.without_words, 'row')} without a quote left out", style="dim")
    shown = [quote for quote in result.quotes if every or not quote.holds]
    if shown:
        table = Table(box=None, pad_edge=False)
        for heading in ("row", "outcome", "document", "page", "quote", "now"):
            table.add_column(heading, overflow="fold")
        for quote in shown:
            table.add_row(*map(printable, _cells(quote)))
        if not out.is_terminal:
            out.width = max(out.width, _WIDE)  # a file or another program needs no wrapped cells
        out.print(table)
    counts = ", ".join(f"{number:,} {outcome}" for outcome, number in result.counts().items() if number)
    out.print(f"{counted(len(result.quotes), 'quote')}: {counts}")


def _cells(quote: "VerifiedQuote") -> tuple[str, ...]:
    from needlepoint.sheets.quotes import Outcome

    given = quote.quote
    page = f"{quote.page}" if quote.page else ""
    was = f"{given.page} -> " if quote.page and given.page not in (None, quote.page) else ""
    now = [f"“{_short(quote.words)}”"] if quote.outcome is Outcome.CHANGED else []
    if quote.outcome is Outcome.MOVED:
        now.append(f"characters {quote.start}-{quote.end}")
    now += [quote.reason] if quote.reason else []
    return (
        given.place,
        str(quote.outcome),
        quote.name or given.label,
        was + page,
        f"“{_short(given.words)}”",
        "; ".join(now),
    )


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"
