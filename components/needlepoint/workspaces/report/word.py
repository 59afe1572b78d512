"""Writes a report as a Word document (DOCX)."""

from collections.abc import Iterator
from typing import IO

from needlepoint.sheets.exports.characters import on_one_line
from needlepoint.sheets.exports.confidence import LIGHT
from needlepoint.sheets.exports.word_document import empty_document, write_document
from needlepoint.sheets.exports.word_parts import Run, heading, paragraph, spaced
from needlepoint.workspaces.report.contents import Report, ReportQuote, Section, lines


def write_word(report: Report, file: IO[bytes]) -> None:
    """Write a report on A4."""
    write_document(empty_document(report.title, report.made, is_landscape=False), _body(report), file)


def _body(report: Report) -> Iterator[str]:
    yield heading(on_one_line(report.title), 1)
    yield paragraph([_quiet(report.about)])
    yield from _note(report.note)
    for section in report.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield heading(on_one_line(section.heading), 2)
    if section.about:
        yield paragraph([_quiet(section.about)])
    yield from _note(section.note)
    if section.outcome:
        yield paragraph([Run(on_one_line(section.outcome))])
    for quote in section.quotes:
        yield from _quote(quote)


def _quote(quote: ReportQuote) -> Iterator[str]:
    number = Run(f"[{quote.number}] ", bold=True)
    words = [Run(spaced(quote.before)), Run(spaced(quote.words), ground=LIGHT.mark), Run(spaced(quote.after))]
    yield paragraph([number, *words], bookmark=(f"quote{quote.number}", quote.number))
    yield paragraph([_quiet(quote.facts)])
    if quote.also:
        yield paragraph([_quiet(f"Also in {quote.also}")])
    if quote.now:
        yield paragraph(
            [Run("Changed since: ", bold=True, colour=LIGHT.alarm), Run(on_one_line(quote.now), colour=LIGHT.alarm)]
        )
    yield from _note(quote.note)


def _note(text: str) -> Iterator[str]:
    for number, line in enumerate(lines(text)):
        yield paragraph([Run("" if number else "Note: ", bold=True), Run(on_one_line(line), ground=LIGHT.band)])


def _quiet(text: str) -> Run:
    return Run(on_one_line(text), colour=LIGHT.quiet)
