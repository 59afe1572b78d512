"""What a person says about a cell: kept with the sheet and, where the words stand in a passage, as feedback for Review."""

import uuid
from dataclasses import replace

from needlepoint_ui import person
from needlepoint_ui.marking import labels
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.failures import NotThereError, ServiceBusyError, ServiceDownError, ServiceError
from needlepoint_ui.service.sheet_models import CellPlace, CellVerdict
from needlepoint_ui.sheets.state import SheetState

SAID = {labels.RIGHT: "right", labels.WRONG: "wrong", labels.CORRECTED: "corrected"}


def judge(client: Client, state: SheetState, place: CellPlace, judgement: str | None) -> None:
    """Say that a cell is right or wrong; None takes the judgement back."""
    assert state.table
    cell = state.table.cell(place)
    verdict = None
    if judgement and cell.is_found:
        verdict = CellVerdict(judgement, cell.shown, cell.start, cell.end)
    elif judgement:
        verdict = CellVerdict(judgement)
    give(client, state, place, verdict)


def correct(client: Client, state: SheetState, place: CellPlace, words: str, *, span: tuple[int, int] | None) -> None:
    """Say which words are right.

    :param span: where they stand in the document; None if nowhere.
    """
    start, end = span or (None, None)
    give(client, state, place, CellVerdict(labels.CORRECTED, words, start, end))
    if span and place == state.cell:
        state.open(place, tell=False)


def give(client: Client, state: SheetState, place: CellPlace, verdict: CellVerdict | None) -> None:
    """Keep a verdict in the service.

    :raises ServiceError: it could not be stored; the table still shows the former one.
    """
    kept = client.sheets.judge(state.name, place, verdict)
    state.keep(place, kept)
    _give_feedback(client, state, place, kept)


def give_waiting(client: Client, state: SheetState) -> None:
    """Store the judgements that were given by keyboard, in their order.

    :raises ServiceError: one was not stored; if the service does not answer or is busy, it waits for the next try.
    """
    for number in sorted(state.waiting):
        place, judgement = state.waiting[number]
        try:
            judge(client, state, place, judgement)
        except (ServiceDownError, ServiceBusyError):
            raise
        except ServiceError:
            _is_handled(state, number)
            raise
        _is_handled(state, number)


def _is_handled(state: SheetState, number: int) -> None:
    del state.waiting[number]
    state.handled = number


def label_id(place: CellPlace) -> str:
    """Return the id of a cell's label: the same for every verdict on it, so that the last one counts."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, "\n".join(("needlepoint sheet cell", *place))))


def _give_feedback(client: Client, state: SheetState, place: CellPlace, verdict: CellVerdict | None) -> None:
    """Send the verdict as feedback, if its words stand in a passage; take back the one before, if they do not."""
    assert state.table
    document_id, question = place
    if verdict and verdict.start is not None and verdict.end is not None:
        passage = client.sheets.passage_with(document_id, verdict.start, verdict.end)
        if passage:
            row = next(row for row in state.table.rows if row.id == document_id)
            passage = replace(passage, place=replace(passage.place, document=row))
            start = verdict.start - passage.place.start
            cell = state.table.cell(place)
            replaced = cell.shown if verdict.judgement == labels.CORRECTED and cell.is_found else ""
            span = (start, start + verdict.end - verdict.start)
            label = labels.of_words(question, passage, span, verdict.judgement, replaced=replaced)
            client.give_feedback(person.signed({**label, "id": label_id(place)}))
            return
    try:
        client.take_back(label_id(place))
    except NotThereError:
        return
