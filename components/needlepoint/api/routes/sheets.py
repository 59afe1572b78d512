"""The routes of question sheets: make one, let it be read, look at it, judge its cells, export it."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import FileResponse, Response
from pydantic import Field
from starlette.background import BackgroundTask

from needlepoint.api.examples import errors
from needlepoint.api.jobs.sheets import SheetRun, sheet_run
from needlepoint.api.needs import needs
from needlepoint.api.responses import JsonReply
from needlepoint.api.routes.asking import check_ready
from needlepoint.api.state import FILTERS, Body, State, StateDep
from needlepoint.collection.known_files import known_ids
from needlepoint.errors import SheetError
from needlepoint.people.person import Role
from needlepoint.sheets.agreement import column_groups, disagreements
from needlepoint.sheets.changes import change_values
from needlepoint.sheets.ordering import order_of_cell, order_of_words
from needlepoint.sheets.questions import Kind, SheetQuestion, questions_from
from needlepoint.sheets.reading import Coverage, FilledCell, pairs_of
from needlepoint.sheets.saved import SavedSheet, SheetChange, question_values
from needlepoint.sheets.table import Cell, Sheet, SheetDocument
from needlepoint.sheets.verdicts import Judgement, Verdict
from needlepoint.stores.visibility import is_restricted

router = APIRouter(tags=["sheets"])
Name = Annotated[str, Path(max_length=100, description="A saved sheet's name.")]
_MOST_CELLS = 2_000
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
}


class SheetBody(Body):
    """What a sheet asks of which documents."""

    questions: list[str | dict[str, Any]] = Field(
        ...,
        max_items=100_000,  # questions_from says it better
        example=["Which law governs it?", {"question": "When does it end?", "kind": "date"}],
    )
    filters: dict[str, Any] | None = FILTERS
    documents: list[str] = Field([], max_items=100_000, description="Ids or file names; none of them means all.")
    passages: int | None = Field(10, ge=1, le=100_000, description="Passages read of each document; null reads all.")


class RunBody(Body):
    """How a sheet is read."""

    first: int | None = Field(None, ge=1, description="Only so many documents, to try the questions on them.")
    again: bool = Field(False, description="Read anew what was read before.")


class VerdictBody(Body):
    """What somebody says about a cell; null takes it back."""

    document_id: str = Field(..., max_length=64)
    question: str = Field(..., max_length=1_000)
    judgement: Literal["right", "wrong", "corrected"] | None
    words: str | None = Field(None, max_length=10_000, description="By default those of the cell as it is.")
    start: int | None = Field(None, ge=0)
    end: int | None = Field(None, ge=0)


@router.get("/sheets", responses=errors(503))
@needs(Role.READ)
def sheets(state: StateDep) -> JsonReply:
    """List the saved sheets."""
    saved = state.service.sheets.saved
    listed = [saved.get(name) for name in saved.names()]
    return JsonReply(
        [{"name": each.name, "questions": len(each.questions), "job": _job(state, each.name)} for each in listed]
    )


@router.put("/sheets/{name}", responses=errors(400, 422, 503))
@needs(Role.ADD, "kept")
def save_sheet(name: Name, state: StateDep, body: SheetBody) -> JsonReply:
    """Save a sheet, or replace its questions and scope; what was read stays known."""
    documents = [state.service.document(each).id for each in body.documents]
    saved = SavedSheet(name, questions_from(body.questions), body.filters or {}, documents, body.passages)
    state.service.sheets.rows(saved)
    state.service.sheets.saved.save(saved)
    return JsonReply(_definition(saved))


@router.delete("/sheets/{name}", status_code=204, response_class=Response, responses=errors(404, 503))
@needs(Role.ADD, "deleted")
def delete_sheet(name: Name, state: StateDep) -> Response:
    """Forget a sheet; its reading is stopped."""
    key = _run(state, name)
    state.service.sheets.saved.delete(name)
    state.sheet_runs.forget(key)
    return Response(status_code=204)


@router.post("/sheets/{name}/run", status_code=202, responses=errors(404, 422, 503))
@needs(Role.ADD, "asked")
def run_sheet(name: Name, state: StateDep, body: RunBody) -> JsonReply:
    """Read what is not known yet, in a job. If it is being read, that job is named; a stopped one goes on."""
    check_ready(state)
    saved = state.service.sheets.saved.get(name)

    def make() -> SheetRun:
        return sheet_run(state.service, saved, busy=lambda: _is_asked(state), first=body.first, again=body.again)

    job = state.sheet_runs.begin(_run(state, name), make, state.jobs.submit).job
    url = f"/jobs/{job.id}"
    return JsonReply({"job": job.id, "url": url}, status_code=202, headers={"Location": url})


@router.get("/sheets/{name}", responses=errors(404, 422, 503))
@needs(Role.READ, "opened")
def sheet(name: Name, state: StateDep) -> JsonReply:
    """Return a sheet: its rows, its columns and the cells that are known."""
    saved = state.service.sheets.saved.get(name)
    run = state.sheet_runs.get(_run(state, name))
    seen = len(run.cells) if run else 0  # before the cells are collected, so that none is missed
    table = state.service.sheets.known(saved)
    verdicts = state.service.sheets.verdicts.of_documents([document.id for document in table.documents])
    return JsonReply(
        {
            **_definition(saved),
            "documents": [_row(document) for document in table.documents],
            "cells": _cells(table),
            "verdicts": [_verdict(verdict, saved.questions) for verdict in verdicts.values()],
            "groups": {question.text: _groups(table, question) for question in table.questions},
            "disagreements": [str(each) for each in disagreements(table)],
            "counts": {str(state_): number for state_, number in table.counts().items()},
            "reader": table.reader,
            "coverage": table.coverage,
            "job": _job(state, name),
            "next": seen,
            "changes": [_change(change) for change in _changes(state, name)],
        }
    )


@router.get("/sheets/{name}/work", responses=errors(404, 422, 503))
@needs(Role.READ)
def work(name: Name, state: StateDep) -> JsonReply:
    """Return what is left to read, and how many seconds that takes, if earlier readings tell."""
    sheets_ = state.service.sheets
    saved = sheets_.saved.get(name)
    pairs = pairs_of(saved.questions, sheets_.rows(saved))
    return JsonReply(asdict(sheets_.filler(coverage=Coverage(saved.passages)).work(pairs)))


@router.get("/sheets/{name}/news", responses=errors(404, 503))
@needs(Role.READ)
def news(
    name: Name, state: StateDep, after: Annotated[int, Query(ge=0, description="`next` of the last reply.")] = 0
) -> JsonReply:
    """Return the cells that the present reading has filled since the last call."""
    run = state.sheet_runs.get(_run(state, name))
    if run is None:
        state.service.sheets.saved.get(name)
        return JsonReply({"cells": [], "next": 0, "job": None})
    cells = run.cells[after : after + _MOST_CELLS]
    return JsonReply({"cells": [_news(each) for each in cells], "next": after + len(cells), "job": run.job.to_dict()})


@router.get("/sheets/{name}/cell", responses=errors(404, 422, 503))
@needs(Role.READ, "opened")
def cell(
    name: Name,
    state: StateDep,
    document: Annotated[str, Query(max_length=64, description="A document's id.")],
    question: Annotated[str, Query(max_length=1_000, description="The question, in full.")],
) -> JsonReply:
    """Return one cell with all its quotes."""
    saved = state.service.sheets.saved.get(name)
    found = _cell(state, saved, SheetDocument.of(state.service.texts.record(document)), question)
    quotes = [asdict(quote) for quote in found.quotes]
    return JsonReply({**_summary(found, _asked(saved, question)), "quotes": quotes})


def _cell(state: State, saved: SavedSheet, document: SheetDocument, question: str) -> Cell:
    pairs = pairs_of([each for each in saved.questions if each.text == question], [document])
    filler = state.service.sheets.filler(coverage=Coverage(saved.passages))
    found = filler.known(pairs) or filler.failed(pairs)
    return found[0].cell if found else Cell()


def _asked(saved: SavedSheet, question: str) -> SheetQuestion:
    """Return a question of a sheet; one that it does not have has no answer."""
    return next((each for each in saved.questions if each.text == question), SheetQuestion(question, ""))


@router.put("/sheets/{name}/verdict", responses=errors(404, 422, 503))
@needs(Role.READ, "judged")
def judge(name: Name, state: StateDep, body: VerdictBody) -> JsonReply:
    """Say that a cell is right or wrong, or which words are right; the last word on a cell counts."""
    verdicts, saved = state.service.sheets.verdicts, state.service.sheets.saved.get(name)
    document = SheetDocument.of(state.service.texts.record(body.document_id))
    if body.judgement is None:
        verdicts.remove(document.id, body.question)
        return JsonReply(None)
    verdict = Verdict(
        document.id, body.question, Judgement(body.judgement), body.words or "", start=body.start, end=body.end
    )
    if verdict.judgement is Judgement.CORRECTED:
        _check_place(state, verdict)
    elif body.words is None:
        verdict = _on_cell(verdict, _cell(state, saved, document, body.question), _asked(saved, body.question).kind)
    return JsonReply(_verdict(verdicts.add(verdict), saved.questions))


def _check_place(state: State, verdict: Verdict) -> None:
    """Refuse a correction whose words do not stand where it says."""
    start, end = verdict.start, verdict.end
    if start is None or end is None or state.service.texts.part(verdict.document_id, start, end) == verdict.words:
        return
    raise SheetError(
        f"the words do not stand at characters {start:,} to {end:,} of the document: leave start and end out if they are "
        "not quoted"
    )


def _verdict(verdict: Verdict, questions: Sequence[SheetQuestion]) -> dict[str, Any]:
    """Return a verdict; a correction with the place of its words in the column's order."""
    asked = next((each for each in questions if each.text == verdict.question), None)
    is_corrected = asked is not None and verdict.judgement is Judgement.CORRECTED
    order = order_of_words(verdict.words, asked) if asked and is_corrected else None
    return {**asdict(verdict), **({"order": order} if order else {})}


def _on_cell(verdict: Verdict, found: Cell, kind: Kind) -> Verdict:
    """Return a verdict on the words of a cell as it is."""
    if found.quote is None:
        return verdict
    return replace(verdict, words=found.shown(kind), start=found.quote.start, end=found.quote.end)


@router.get("/sheets/{name}/export.{kind}", response_class=Response, responses=errors(404, 422, 503))
@needs(Role.READ, "exported")
def export(
    name: Name,
    kind: Literal["xlsx", "csv", "zip", "json", "docx", "html"],
    state: StateDep,
    candidates: Annotated[bool, Query(description="Whether to give the next best quotes of each cell, too.")] = False,
    link: Annotated[str | None, Query(max_length=1_000, description="The page to which quotes lead.")] = None,
) -> Response:
    """Return a sheet as a file; `csv` is the table alone, `zip` has the table, its sources and how it was made as CSV."""
    from needlepoint.sheets.exports.links import links_to
    from needlepoint.sheets.exports.writing import write_sheet

    links = None if link is None else links_to(link)

    known = state.service.sheets.known(state.service.sheets.saved.get(name))
    table = _without_paths(state.service.sheets.judged(known))
    folder = tempfile.TemporaryDirectory(prefix="needlepoint-export-", ignore_cleanup_errors=True)
    path = FilePath(folder.name, f"sheet.{kind}")
    write_sheet(table, path, title=name, candidates=candidates, link=links)
    return FileResponse(
        path, media_type=_MEDIA[kind], filename=f"{name}.{kind}", background=BackgroundTask(folder.cleanup)
    )


def _is_asked(state: State) -> bool:
    return state.limiter.running + state.limiter.waiting > 0


def _run(state: State, name: str) -> str:
    """Return the key under which the present caller's sheet of this name is read."""
    return state.service.sheets.saved.key(name)


def _job(state: State, name: str) -> dict[str, Any] | None:
    run = state.sheet_runs.get(_run(state, name))
    return run.job.to_dict() if run else None


def _definition(saved: SavedSheet) -> dict[str, Any]:
    return {
        "name": saved.name,
        "questions": [question_values(question) for question in saved.questions],
        "filters": dict(saved.filters),
        "scope": list(saved.documents),
        "passages": saved.passages,
    }


def _without_paths(table: Sheet) -> Sheet:
    """Return a sheet without the places of its files on the server, which are nobody else's business."""
    return replace(table, documents=[replace(document, path="") for document in table.documents])


def _row(document: SheetDocument) -> dict[str, Any]:
    values = asdict(document)
    del values["path"]
    return values


def _changes(state: State, name: str) -> list[SheetChange]:
    """Return what the last run has changed, of the documents that the present caller may still see."""
    changes = state.service.sheets.saved.changes(name)
    if not is_restricted():
        return changes
    seen = known_ids(state.service.collection, [change.document.id for change in changes])
    return [change for change in changes if change.document.id in seen]


def _change(change: SheetChange) -> dict[str, Any]:
    values = change_values(change)
    del values["path"]
    return values


def _cells(table: Sheet) -> list[dict[str, Any]]:
    """Return the known cells, each with the places of its row and column."""
    return [
        {"row": row, "column": column, **_summary(table.cells[document.id, question.text], question)}
        for row, document in enumerate(table.documents)
        for column, question in enumerate(table.questions)
        if (document.id, question.text) in table.cells
    ]


def _groups(table: Sheet, question: SheetQuestion) -> list[dict[str, Any]]:
    """Return the values of a column, the most frequent first."""
    return [
        {
            "shown": group.shown,
            "count": group.count,
            "outlier": group.is_outlier,
            "documents": [each.document.id for each in group.cells],
        }
        for group in column_groups(table, question)
    ]


def _news(filled: FilledCell) -> dict[str, Any]:
    place = {"document": filled.document.id, "question": filled.question.text}
    return {**place, **_summary(filled.cell, filled.question)}


def _summary(found: Cell, question: SheetQuestion) -> dict[str, Any]:
    """Return what a table shows of a cell; ``order`` is the place of its value among those of the column."""
    quote, order = found.quote, order_of_cell(found, question)
    place = (
        {"page": quote.page, "start": quote.start, "end": quote.end, "score": round(quote.score, 4)} if quote else {}
    )
    return {
        "state": str(found.state),
        "shown": found.shown(question.kind),
        **place,
        **({"order": order} if order else {}),
    }
