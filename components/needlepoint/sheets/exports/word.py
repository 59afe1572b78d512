"""Writes a sheet as a Word document (DOCX): tables of a few questions each, with numbered sources behind them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from needlepoint.sheets.exports import facts
from needlepoint.sheets.exports.characters import on_one_line
from needlepoint.sheets.exports.confidence import LIGHT, Confidence, percent
from needlepoint.sheets.exports.sources import Export, Role, Source
from needlepoint.sheets.exports.word_document import LONG_MM, MARGIN_MM, add_links, empty_document, write_document
from needlepoint.sheets.exports.word_parts import Box, Run, heading, paragraph, spaced, table
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.table import SheetDocument, State
from needlepoint.sheets.verdicts import Judged

LONGEST_SHOWN = 400  # characters of an answer in the table; the sources have all of it
_ACROSS = 5  # questions side by side
_FIRST_MM = 52


def write_word(export: Export, file: IO[bytes]) -> None:
    """Write a Word document on A4 landscape."""
    document = empty_document(export.title, export.sheet.made, is_landscape=True)
    links = add_links(document, [source.link for source in export.sources if source.link])
    write_document(document, _body(export, links), file)


def _body(export: Export, links: Mapping[str, str]) -> Iterator[str]:
    yield heading(on_one_line(export.title), 1)
    yield paragraph([Run(on_one_line(facts.how_it_was_made(export)))])
    yield paragraph(list(_legend()))
    for first in range(0, len(export.sheet.questions), _ACROSS):
        yield from _table(export, first)
    yield from _questions(export)
    yield from _unread(export)
    yield heading("Sources", 2)
    for source in export.sources:
        yield _source(source, links.get(source.link, ""))


def _legend() -> Iterator[Run]:
    for step in reversed(Confidence):
        yield Run(f" {step.words} ({step.range}) ", ground=LIGHT.ground(step))
        yield Run("  ")
    yield Run("not found  ", colour=LIGHT.quiet)
    yield Run("unread  ", colour=LIGHT.alarm)
    yield Run("not read yet", colour=LIGHT.faint, italic=True)


def _table(export: Export, first: int) -> Iterator[str]:
    questions = export.sheet.questions[first : first + _ACROSS]
    total = len(export.sheet.questions)
    if total > _ACROSS:
        yield heading(f"Questions {first + 1:,} to {first + len(questions):,} of {total:,}", 2)
    rest = (LONG_MM - 2 * MARGIN_MM - _FIRST_MM) / len(questions)
    headings = ["Document", *(on_one_line(each.name) for each in questions)]
    rows = (_row(export, each, questions) for each in export.sheet.documents)
    yield from table(headings, rows, widths_mm=[_FIRST_MM, *(rest for _ in questions)])


def _row(export: Export, document: SheetDocument, questions: Sequence[SheetQuestion]) -> Iterator[Box]:
    title = document.title if document.title != document.name else ""
    about = [[Run(on_one_line(text), colour=LIGHT.quiet)] for text in (title, document.date) if text]
    yield Box([[Run(on_one_line(document.name), bold=True)], *about])
    for question in questions:
        yield _cell(export, document, question)


def _cell(export: Export, document: SheetDocument, question: SheetQuestion) -> Box:
    cell, sources = export.sheet.cell(document, question), export.of_cell(document, question)
    judged = export.sheet.judgement(document, question)
    said = [[Run(f"({_said(judged)})", colour=LIGHT.quiet)]] if judged else []
    if judged and judged.correction:
        return Box([[Run(_cut(judged.correction), bold=True, colour=LIGHT.accent), *_references(sources)], *said])
    answers, others = (
        [each for each in sources if each.role is Role.ANSWER],
        sources[len(cell.answers(question.kind)) :],
    )
    if quote := cell.quote:
        is_wrong = bool(judged and judged.is_wrong)
        found = [[Run(_cut(each.quote.answer), struck=is_wrong), *_references([each])] for each in answers]
        found[-1] += _references(others)
        return Box([*found, *said], LIGHT.ground(Confidence.of(quote.score)))
    colour = {State.UNREAD: LIGHT.alarm, State.NOT_FOUND: LIGHT.quiet}.get(cell.state, LIGHT.faint)
    words, unread = facts.reason(cell)
    runs = [Run(on_one_line(words), colour=colour, italic=cell.state is State.WAITING)]
    runs += [Run(on_one_line(unread), colour=LIGHT.alarm)] if unread else []
    return Box([[*runs, *_references(sources)], *said])


def _said(judged: Judged) -> str:
    return "corrected" if judged.correction else f"judged {judged}"


def _cut(text: str) -> str:
    words = on_one_line(text)
    return words if len(words) <= LONGEST_SHOWN else f"{words[:LONGEST_SHOWN]}…"


def _references(sources: Sequence[Source]) -> Iterator[Run]:
    for source in sources:
        yield Run(" ")
        yield Run(f"[{source.number}]", colour=LIGHT.accent, anchor=f"source{source.number}")


def _questions(export: Export) -> Iterator[str]:
    yield heading("Questions", 2)
    headings = ["Short name", "Question", "Kind", *facts.STATES.values()]
    rows = (map(_plain, _question(each)) for each in facts.columns(export.sheet))
    yield from table(headings, rows, widths_mm=[60, 107, 20, 20, 20, 20, 20])


def _question(column: facts.Column) -> Iterator[str]:
    question = column.question
    yield from (question.name, question.text, str(question.kind))
    yield from (f"{column.counts[state]:,}" for state in facts.STATES)


def _plain(text: str) -> Box:
    return Box([[Run(on_one_line(text))]])


def _unread(export: Export) -> Iterator[str]:
    incomplete = [each for each in export.sheet.documents if each.unread]
    if incomplete:
        yield heading("Parts of documents that are not in their text", 2)
    for each in incomplete:
        parts = on_one_line("; ".join(each.unread))
        runs = [Run(f"{on_one_line(each.name)}: ", bold=True), Run(parts, colour=LIGHT.alarm)]
        yield paragraph(runs)


def _source(source: Source, address: str) -> str:
    quote, step = source.quote, Confidence.of(source.quote.score)
    kind = "candidate, not an answer" if source.role is Role.CANDIDATE else step.words
    sure = f"{kind}, {percent(quote.score)}" if source.role is not Role.CORRECTION else "the words of a person"
    said = f"{_said(source.judged)}, {facts.moment(source.judged.verdict.made)}" if source.judged else ""
    place = f"characters {quote.start:,} to {quote.end:,}" if source.has_place else "not in the document"
    sure = "; ".join(filter(None, (sure, said, place)))
    runs = [
        Run(f"[{source.number}] ", bold=True),
        Run(on_one_line(source.place), colour=LIGHT.accent if address else LIGHT.ink, address=address),
        Run(f", {on_one_line(source.question.name)} ({sure}): ", colour=LIGHT.quiet),
        Run(spaced(quote.before)),
        Run(spaced(source.words), ground=LIGHT.mark),
        Run(spaced(quote.after)),
    ]
    return paragraph(runs, bookmark=(f"source{source.number}", source.number))
