"""``needlepoint sheet``: puts many questions to many documents, and writes a table of quotations."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from needlepoint.cli.opening import open_service
from needlepoint.cli.options import FilterOption, JsonOption, PipelineOption, StoreOption

if TYPE_CHECKING:
    from rich.console import Console

    from needlepoint.service.sheets import Sheets
    from needlepoint.sheets.reading import Coverage
    from needlepoint.sheets.saved import SavedSheet, SheetChange
    from needlepoint.sheets.table import Sheet

_MOST_CHANGES = 50
_MOST_VALUES = 8


def sheet(
    questions: Annotated[
        Path | None,
        typer.Argument(
            metavar="QUESTIONS",
            help="A question a line, or CSV, XLSX, YAML with the columns question, short name, kind, hint.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        list[Path] | None,
        typer.Option("--out", "-o", help="Write the table: .xlsx, .csv, .zip, .json, .docx or .html."),
    ] = None,
    candidates: Annotated[
        bool, typer.Option("--candidates", help="With --out: also give the next best quotes of each cell.")
    ] = False,
    link: Annotated[
        str | None,
        typer.Option(
            "--link", help="With --out: let quotes lead to this page, such as http://localhost:8501; see the docs."
        ),
    ] = None,
    filters: FilterOption = None,
    documents: Annotated[
        Path | None, typer.Option("--documents", help="Only the documents of this list: a name or id a line.")
    ] = None,
    first: Annotated[
        int | None, typer.Option("--first", min=1, help="Only so many documents, to try the questions on them.")
    ] = None,
    read: Annotated[
        str, typer.Option("--read", help="Passages read of each document for each question: a number, or all.")
    ] = "10",
    until_recall: Annotated[
        float | None,
        typer.Option("--until-recall", help="Read as deep as this share of all answers takes, such as 0.95."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Read anew what was read before.")] = False,
    save: Annotated[str | None, typer.Option("--save", help="Keep the sheet under this name, to update it.")] = None,
    update: Annotated[
        str | None, typer.Option("--update", help="Read what is new for the saved sheet of this name.")
    ] = None,
    changes: Annotated[
        Path | None, typer.Option("--changes", help="With --update: write what has changed: .csv, .json or .atom.")
    ] = None,
    list_saved: Annotated[bool, typer.Option("--list", help="List the saved sheets.")] = False,
    forget: Annotated[str | None, typer.Option("--forget", help="Forget the saved sheet of this name.")] = None,
    ray: Annotated[
        str | None,
        typer.Option("--ray", help="Read on the machines of this Ray cluster, such as auto or host:6379; or local."),
    ] = None,
    ray_workers: Annotated[
        int | None,
        typer.Option(
            "--ray-workers", min=1, help="With --ray: so many workers of one core; by default one for each core."
        ),
    ] = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
    pipeline: PipelineOption = None,
) -> None:
    """Put many questions to many documents; every cell is a quotation, "not found", or the reason why nothing was read.

    What was read is kept: the same sheet again costs nothing, and a stopped one goes on.
    """
    from needlepoint.cli.filters import parse_filters
    from needlepoint.cli.printing import console
    from needlepoint.errors import QuestionError
    from needlepoint.sheets.exports.links import links_to
    from needlepoint.sheets.exports.writing import check_export, write_sheet

    coverage = _coverage(read)
    for path in out or []:
        check_export(path)
    if (candidates or link is not None) and not out:
        raise QuestionError("--candidates and --link are for files: name one with --out")
    links = None if link is None else links_to(link)
    with open_service(store, pipeline) as service:
        sheets = service.sheets
        if list_saved or forget is not None:
            _manage(sheets, forget)
            return
        saved = _definition(
            sheets, questions, update=update, save=save, filters=parse_filters(filters), listed=documents, read=coverage
        )
        with _engine(sheets, ray, ray_workers) as engine:
            made = _filled(engine, saved, first=first, recall=until_recall, again=again)
        for path in out or []:
            write_sheet(made, path, candidates=candidates, link=links)
        found = _kept(sheets, saved, made, changes)
    if as_json:
        import json

        typer.echo(json.dumps(made.to_dict(), ensure_ascii=False, indent=2))
        return
    _print_summary(console(), made, out or [])
    if update:
        _print_changes(console(), found)


@contextmanager
def _engine(sheets: "Sheets", ray: str | None, workers: int | None) -> Iterator["Sheets"]:
    """Yield what reads the sheet: this machine, or the workers of a Ray cluster."""
    if ray is None:
        yield sheets
        return
    with redirect_stdout(sys.stderr), sheets.on_ray(ray, workers=workers) as engine:  # Ray prints what its workers meet
        yield engine


def _coverage(read: str) -> "Coverage":
    from needlepoint.errors import QuestionError
    from needlepoint.sheets.reading import Coverage

    if read.strip().lower() == "all":
        return Coverage(None)
    try:
        return Coverage(int(read))
    except ValueError:
        raise QuestionError(f"--read takes a number of passages or 'all', not '{read[:30]}'") from None


def _definition(
    sheets: "Sheets",
    questions: Path | None,
    *,
    update: str | None,
    save: str | None,
    filters: dict[str, Any] | None,
    listed: Path | None,
    read: "Coverage",
) -> "SavedSheet":
    """Return what to read: the saved sheet that is updated, or what the options say, saved if they say so."""
    from needlepoint.errors import QuestionError
    from needlepoint.sheets.questions import read_questions
    from needlepoint.sheets.saved import SavedSheet

    if update is not None:
        if questions is not None or save is not None or filters or listed:
            raise QuestionError("--update takes questions and documents from the saved sheet: leave the others out")
        return sheets.saved.get(update)
    if questions is None:
        raise QuestionError("name a file of questions, or a saved sheet with --update")
    names = _names(listed) if listed else []
    definition = SavedSheet(save or "", read_questions(questions), filters or {}, names, read.passages)
    if save is not None:
        sheets.saved.save(definition)
    return definition


def _names(path: Path) -> list[str]:
    from needlepoint.errors import SheetError

    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SheetError(
            f"{path}: the list of documents cannot be read: it must be text, a name or id a line"
        ) from error
    names = [line.strip() for line in lines if line.strip()]
    if not names:
        raise SheetError(f"{path}: the list of documents is empty")
    return names


def _filled(sheets: "Sheets", saved: "SavedSheet", *, first: int | None, recall: float | None, again: bool) -> "Sheet":
    from needlepoint.cli.printing import console, counted, printable
    from needlepoint.cli.progress import progress_bar
    from needlepoint.sheets.reading import Coverage, FilledCell, pairs_of

    documents = sheets.rows(saved)[:first]
    coverage = Coverage(saved.passages)
    work = sheets.filler(coverage=coverage, again=again).work(pairs_of(saved.questions, documents))
    told = console(stderr=True)
    told.print(
        f"{counted(len(documents), 'document')}, {counted(len(saved.questions), 'question')}: "
        f"{counted(work.units, 'cell')}, {work.known:,} of them known"
        + (f", {work.outdated:,} read by another reader or with other settings" if work.outdated else "")
        + (f"; about {_span(work.seconds)}" if work.seconds and not recall else "")
    )
    try:
        with progress_bar("reading", work.units) as update:

            def show(filled: FilledCell) -> None:
                update(advance=1, description=printable(filled.document.name)[:30])

            if recall is not None:
                return sheets.fill_to_recall(saved.questions, documents, target=recall, on_cell=show)
            return sheets.fill(saved.questions, documents, coverage=coverage, again=again, on_cell=show)
    except KeyboardInterrupt:
        told.print("stopped; what was read is kept, and the same command goes on from there")
        raise typer.Exit(130) from None


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _kept(sheets: "Sheets", saved: "SavedSheet", made: "Sheet", changes: Path | None) -> "Sequence[SheetChange]":
    from needlepoint.errors import QuestionError
    from needlepoint.sheets.changes import write_changes

    if not saved.name:
        if changes:
            raise QuestionError("--changes needs a saved sheet: name it with --save first, then with --update")
        return []
    found = sheets.saved.keep(saved.name, made)
    if changes:
        write_changes(saved.name, found, changes)
    return found


def _manage(sheets: "Sheets", forget: str | None) -> None:
    from needlepoint.cli.printing import console, printable

    out = console()
    if forget is not None:
        sheets.saved.delete(forget)
        out.print(f"forgotten: {printable(forget)}")
        return
    for name in sheets.saved.names():
        saved = sheets.saved.get(name)
        out.print(f"{printable(name)}: {len(saved.questions):,} questions")


def _print_summary(out: "Console", made: "Sheet", written: Sequence[Path]) -> None:
    from rich.table import Table

    from needlepoint.cli.printing import printable
    from needlepoint.sheets.table import State

    table = Table(box=None, pad_edge=False)
    for heading in ("question", "found", "not found", "unread"):
        table.add_column(heading, justify="left" if heading == "question" else "right")
    for question in made.questions:
        states = [made.cell(document, question).state for document in made.documents]
        counts = [f"{states.count(state):,}" for state in (State.FOUND, State.NOT_FOUND, State.UNREAD)]
        table.add_row(printable(question.name), *counts)
    out.print(table)
    _print_values(out, made)
    out.print(f"read: {printable(made.coverage)}; by {printable(made.reader)}", style="dim")
    for path in written:
        out.print(f"written: {printable(str(path))}")


def _print_values(out: "Console", made: "Sheet") -> None:
    """Print the values of each column with their numbers, and where documents of one thing disagree."""
    from needlepoint.cli.printing import printable
    from needlepoint.sheets.agreement import column_groups, disagreements, summary

    for question in made.questions:
        groups = column_groups(made, question)
        if any(group.count > 1 for group in groups):
            more = f" and {len(groups) - _MOST_VALUES:,} more" if len(groups) > _MOST_VALUES else ""
            out.print(f"{printable(question.name)}: {printable(summary(groups[:_MOST_VALUES]))}{more}")
    for each in disagreements(made):
        out.print(printable(f"differs: {each}"))


def _print_changes(out: "Console", found: "Sequence[SheetChange]") -> None:
    from needlepoint.cli.printing import counted, printable

    out.print(f"{counted(len(found), 'change')} since the last run" + (":" if found else ""))
    for change in found[:_MOST_CHANGES]:
        words = f": {change.question}: " if change.question else ""
        shown = [cell.shown() for cell in (change.before, change.after) if cell]
        out.print(f"  {change.kind}: " + printable(f"{change.document.name}{words}{' → '.join(shown)}"))
    if len(found) > _MOST_CHANGES:
        out.print(f"  and {len(found) - _MOST_CHANGES:,} more: --changes FILE writes all")
