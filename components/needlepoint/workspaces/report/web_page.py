"""Writes a report as one web page (HTML) that needs nothing else: no script, no other file, no network."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from needlepoint.sheets.exports.confidence import DARK, LIGHT
from needlepoint.sheets.exports.web_page import as_text, page_head, palette_variables
from needlepoint.workspaces.report.contents import Report, ReportQuote, Section, lines

_MOST_LISTED = 2  # questions from which on they are listed at the top


def write_web_page(report: Report, file: IO[bytes]) -> None:
    """Write a report; everything that comes from documents and people is escaped."""
    for part in _page(report):
        file.write(part.encode("utf-8", "replace"))


def _page(report: Report) -> Iterator[str]:
    yield page_head(report.title, _style())
    yield f'<body><header><h1 dir="auto">{as_text(report.title)}</h1><p class="made">{as_text(report.about)}</p></header>\n<main>'
    yield _note(report.note)
    if len(report.sections) > _MOST_LISTED:
        yield _contents(report)
    for number, section in enumerate(report.sections, start=1):
        yield from _section(section, number)
    yield "</main></body></html>\n"


def _style() -> str:
    dark = f"@media screen and (prefers-color-scheme: dark) {{\n{palette_variables(DARK)}}}\n"
    return palette_variables(LIGHT) + dark + Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def _contents(report: Report) -> str:
    entries = "".join(
        f'<li><a href="#q{number}" dir="auto">{as_text(section.heading)}</a></li>'
        for number, section in enumerate(report.sections, start=1)
    )
    return f'<nav aria-label="Questions"><ol>{entries}</ol></nav>\n'


def _section(section: Section, number: int) -> Iterator[str]:
    yield f'<section id="q{number}"><h2 dir="auto">{as_text(section.heading)}</h2>'
    if section.about:
        yield f'<p class="about">{as_text(section.about)}</p>'
    yield _note(section.note)
    if section.outcome:
        yield f"<p>{as_text(section.outcome)}</p>"
    for quote in section.quotes:
        yield _quote(quote)
    yield "</section>\n"


def _quote(quote: ReportQuote) -> str:
    parts = [
        f'<blockquote lang="" dir="auto">{as_text(quote.before)}<mark>{as_text(quote.words)}</mark>{as_text(quote.after)}'
        "</blockquote>",
        f"<figcaption><b>[{quote.number}]</b> {as_text(quote.facts)}</figcaption>",
    ]
    if quote.also:
        parts.append(f'<p class="about">Also in {as_text(quote.also)}</p>')
    if quote.now:
        parts.append(f'<p class="changed"><b>Changed since:</b> {as_text(quote.now)}</p>')
    return f'<figure id="n{quote.number}">{"".join(parts)}{_note(quote.note)}</figure>\n'


def _note(text: str) -> str:
    if not text:
        return ""
    shown = "".join(f'<p dir="auto">{as_text(line)}</p>' for line in lines(text))
    return f'<aside class="note" aria-label="Note">{shown}</aside>\n'
