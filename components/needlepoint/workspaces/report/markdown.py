"""Writes a report as Markdown."""

import re
from collections.abc import Iterator
from typing import IO

from needlepoint.sheets.exports.characters import for_reading, on_one_line
from needlepoint.workspaces.report.contents import Report, ReportQuote, Section, lines

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")
_FIRST = re.compile(r"^(\s*)([-+=]|\d+[.)])")  # would make a list, a rule or a heading of a line


def write_markdown(report: Report, file: IO[bytes]) -> None:
    """Write a report; everything that comes from documents and people is escaped."""
    for line in _lines(report):
        file.write(f"{line}\n".encode("utf-8", "replace"))


def _lines(report: Report) -> Iterator[str]:
    yield f"# {_plain(report.title)}"
    yield from ("", _plain(report.about), "")
    yield from _note(report.note)
    for section in report.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield from (f"## {_plain(section.heading)}", "")
    if section.about:
        yield from (f"*{_plain(section.about)}*", "")
    yield from _note(section.note)
    if section.outcome:
        yield from (_plain(section.outcome), "")
    for quote in section.quotes:
        yield from _quote(quote)


def _quote(quote: ReportQuote) -> Iterator[str]:
    before, words, after = (_quoted(text) for text in (quote.before, quote.words, quote.after))
    yield from (f"> {before}**{words.strip()}**{after}".replace("\n", "\n> "), "")
    yield f"\\[{quote.number}\\] {_plain(quote.facts)}"
    if quote.also:
        yield from ("", f"Also in {_plain(quote.also)}")
    if quote.now:
        yield from ("", f"**Changed since:** {_plain(quote.now)}")
    yield ""
    yield from _note(quote.note)


def _note(text: str) -> Iterator[str]:
    if text:
        yield from ("Note: " + "  \n".join(_begun(_plain(line)) for line in lines(text)), "")


def _begun(line: str) -> str:
    return _FIRST.sub(lambda found: f"{found[1]}\\{found[2]}", line)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", on_one_line(text))


def _quoted(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", re.sub(r"\s*\n\s*", " ", for_reading(text)))
