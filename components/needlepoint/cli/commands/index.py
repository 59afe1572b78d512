"""``needlepoint index``: adds files and folders to the collection."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlepoint.cli.opening import open_service
from needlepoint.cli.options import PipelineOption, StoreOption

if TYPE_CHECKING:
    from rich.console import Console

    from needlepoint.service.indexing import FileOutcome, IndexReport


def index(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Files and folders; folders with everything below them.")
    ],
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Add files and folders to the collection; unchanged files that are there already are not read again."""
    from needlepoint.cli.printing import console, printable
    from needlepoint.cli.progress import progress_bar
    from needlepoint.files.workers.pool import shared_pool
    from needlepoint.files.workers.reading_ahead import page_progress

    shared_pool().warm_up()  # while the pipeline is loaded
    with open_service(store, pipeline) as service:
        with progress_bar("indexing") as update:
            if (embedder := service.pipelines.indexing.embedder) is not None:
                embedder.on_embedded = lambda done, total: update(description=f"embedding {done:,} of {total:,}")
            with page_progress(
                lambda path, done, total: update(
                    description=f"{printable(path.name)[:30]}: OCR of page {done:,} of {total:,}"
                )
            ):
                report = service.index(
                    paths,
                    on_total=lambda total: update(total=total),
                    progress=lambda outcome: update(advance=1, description=printable(outcome.path.name)[:30]),
                )
        _print_summary(console(), report)
        if not report.in_state("indexed") and not report.in_state("unchanged"):
            raise typer.Exit(1)


_MOST_SHOWN = 20


def _print_summary(out: "Console", report: "IndexReport") -> None:
    from needlepoint.cli.printing import counted, printable

    indexed, unchanged, skipped = (report.in_state(state) for state in ("indexed", "unchanged", "skipped"))
    members = sum(outcome.members for outcome in indexed)
    inside = f" with {counted(members, 'file')} in {'it' if len(indexed) == 1 else 'them'}" if members else ""
    out.print(
        f"{counted(len(indexed), 'file')} indexed{inside}, {counted(report.passages, 'passage')}, {report.seconds:.1f} s"
        + (f"; {len(unchanged):,} unchanged" if unchanged else "")
        + (f"; {len(skipped):,} skipped:" if skipped else "")
    )
    for outcome in skipped:
        out.print(f"  {printable(str(outcome.path))}: {printable(outcome.reason)}")
    _print_unread(out, [outcome for outcome in indexed if outcome.unread])
    if not indexed and not unchanged:
        out.print("No readable file was found; nothing was added.")


def _print_unread(out: "Console", outcomes: "list[FileOutcome]") -> None:
    """Print a line for each file with parts that are not in its text; ``documents show`` lists all parts."""
    from needlepoint.cli.printing import counted, printable

    if outcomes:
        out.print(f"{counted(len(outcomes), 'file')} not read completely:")
    for outcome in outcomes[:_MOST_SHOWN]:
        first, others = outcome.unread[0], len(outcome.unread) - 1
        more = f" (and {others:,} more: needlepoint documents show)" if others else ""
        out.print(f"  {printable(str(outcome.path))}: {printable(first)}{more}")
    if len(outcomes) > _MOST_SHOWN:
        out.print(f"  and {len(outcomes) - _MOST_SHOWN:,} more")
