"""Puts what people said about cells into a sheet: corrections with their place, verdicts on former words marked as such."""

from collections.abc import Mapping
from dataclasses import replace

from needlepoint.answers.evidence import emphasise
from needlepoint.answers.replies import Quote
from needlepoint.sheets.document_text import DocumentText
from needlepoint.sheets.table import Sheet, SheetDocument, State
from needlepoint.sheets.verdicts import Judged, Judgement, Verdict
from needlepoint.stores.record_store import RecordStore

_AROUND = 2_000  # characters in which the sentence of a correction is looked for


def with_verdicts(sheet: Sheet, verdicts: Mapping[tuple[str, str], Verdict], store: RecordStore) -> Sheet:
    """Return a sheet with the verdicts on its cells.

    :param verdicts: by document id and the question's text; those on other cells are left out.
    :param store: has the documents, in which the words of corrections stand.
    """
    judged: dict[tuple[str, str], Judged] = {}
    for document in sheet.documents:
        text: DocumentText | None = None
        for question in sheet.questions:
            verdict = verdicts.get((document.id, question.text))
            if verdict is None:
                continue
            quote = None
            if verdict.judgement is Judgement.CORRECTED and verdict.end:
                text = text or DocumentText.of(store, document.id)  # read once, and only where it is needed
                quote = quote_of_correction(verdict, document, text)
            cell = sheet.cell(document, question)
            read = cell.shown(question.kind) if cell.state is State.FOUND else ""
            is_former = verdict.judgement is not Judgement.CORRECTED and verdict.words != read
            judged[document.id, question.text] = Judged(verdict, quote, is_former=is_former)
    return replace(sheet, judged=judged)


def quote_of_correction(verdict: Verdict, document: SheetDocument, text: DocumentText) -> Quote | None:
    """Return the right words in their sentence; None if they do not stand where the verdict says."""
    start, end = verdict.start, verdict.end
    if start is None or end is None or not verdict.words or text.text[start:end] != verdict.words:
        return None
    return quote_at(start, end, document, text)


def quote_at(start: int, end: int, document: SheetDocument, text: DocumentText, *, score: float = 1.0) -> Quote:
    """Return the words at a place in their sentence.

    :param text: of the document; ``text.text[start:end]`` are the words.
    """
    first = max(0, start - _AROUND)
    emphasis = emphasise(text.text[first : end + _AROUND], start - first, end - first)
    return Quote(
        text.text[start:end],
        emphasis.before,
        emphasis.after,
        document.id,
        document.name,
        text.page_at(start),
        start,
        end,
        score=score,
        title=document.title,
        date=document.date,
        type=document.type,
        last_page=text.page_at(end - 1),
        section=text.title_at(start),
    )
