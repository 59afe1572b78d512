"""Writes a sheet as one web page (HTML) that needs nothing else: no script to be read, no other file, no network."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import IO

from needlepoint.sheets.exports import facts
from needlepoint.sheets.exports.characters import for_reading, on_one_line
from needlepoint.sheets.exports.confidence import DARK, LIGHT, Confidence, Palette, percent
from needlepoint.sheets.exports.sources import Export, Role, Source, places
from needlepoint.sheets.ordering import ranks
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.table import Cell, SheetDocument, State
from needlepoint.sheets.verdicts import Judged

LONGEST_SHOWN = 400  # characters of an answer in the table; the sources have all of it
_MOST_ON_PAPER = 6  # questions side by side on A4 landscape; of more, each document is a block of its own
_CLASSES = {State.FOUND: "found", State.NOT_FOUND: "not-found", State.UNREAD: "unread", State.WAITING: "waiting"}


def write_web_page(export: Export, file: IO[bytes]) -> None:
    """Write a web page; everything that comes from documents, files and questions is escaped."""
    for part in _page(export):
        file.write(part.encode("utf-8", "replace"))


def _page(export: Export) -> Iterator[str]:
    style, script = _style(), _read("web_page.js")
    yield (
        f"{page_head(export.title, style, script)}"
        f'<body><header><h1 dir="auto">{as_text(export.title)}</h1>'
        f'<p class="made">{as_text(facts.how_it_was_made(export))}</p></header>\n'
    )
    yield _legend(export)
    yield _TOOLS
    yield from _table(export)
    yield from _questions(export)
    yield from _unread(export)
    yield from _sources(export)
    yield f"<script>{script}</script></body></html>\n"


_TOOLS = (
    '<div class="tools" hidden><label>Find <input type="search"></label><label>Show <select>'
    '<option value="">all documents</option><option value="found">with an answer</option>'
    '<option value="not-found">with a cell not found</option><option value="unread">with a cell unread</option>'
    '<option value="waiting">with a cell not read yet</option></select></label><output></output></div>\n'
)


def _style() -> str:
    stacked = _read("web_page_stacked.css")
    dark = f"@media screen and (prefers-color-scheme: dark) {{\n{palette_variables(DARK)}}}\n"
    narrow = f"@media screen and (max-width: 640px) {{\n{stacked.replace('SCOPE', '.sheet')}}}\n"
    paper = f"@media print {{\n{stacked.replace('SCOPE', '.wide')}}}\n"
    return palette_variables(LIGHT) + dark + _read("web_page.css") + narrow + paper


def page_head(title: str, style: str, script: str = "") -> str:
    """Return the head of a page that stands alone: its own style and script run, nothing else does."""
    scripts = f"script-src {_hash(script)}; " if script else ""
    policy = f"default-src 'none'; style-src {_hash(style)}; {scripts}base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        f"<title>{as_text(title)}</title><style>{style}</style></head>\n"
    )


def palette_variables(palette: Palette) -> str:
    """Return a palette as CSS variables."""
    named = {name: getattr(palette, name) for name in Palette.__slots__ if name != "steps"}
    named |= {f"step-{step:d}": palette.ground(step) for step in Confidence}
    return ":root {" + " ".join(f"--{name}: #{colour};" for name, colour in named.items()) + "}\n"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _legend(export: Export) -> str:
    counts = export.sheet.counts()
    steps = dict.fromkeys(Confidence, 0)
    for place in places(export.sheet):
        if quote := export.sheet.cell(*place).quote:
            steps[Confidence.of(quote.score)] += 1
    parts = [
        f'<li class="step-{step:d}">{step.words} ({step.range}): {steps[step]:,}</li>' for step in reversed(Confidence)
    ]
    parts += [
        f'<li class="{_CLASSES[state]}">{facts.STATES[state]}: {counts[state]:,}</li>'
        for state in (State.NOT_FOUND, State.UNREAD, State.WAITING)
        if counts[state]
    ]
    parts += [
        f'<li class="judged">{words}: {number:,}</li>' for words, number in facts.judged_counts(export.sheet).items()
    ]
    return f'<ul class="legend" aria-label="Cells">{"".join(parts)}</ul>\n'


def _table(export: Export) -> Iterator[str]:
    sheet = export.sheet
    ordered = [ranks(sheet, question) for question in sheet.questions]
    wide = " wide" if len(sheet.questions) > _MOST_ON_PAPER else ""
    yield f'<div class="scroll" role="region" aria-label="Sheet" tabindex="0"><table class="sheet{wide}" role="table">'
    yield '<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Document</th>'
    for question in sheet.questions:
        yield f'<th scope="col" role="columnheader" dir="auto" title="{as_text(question.text)}">{as_text(question.name)}</th>'
    yield '</tr></thead>\n<tbody role="rowgroup">'
    for row, document in enumerate(sheet.documents, start=1):
        yield f'<tr role="row">{_heading(document)}'
        for column, question in enumerate(sheet.questions, start=1):
            yield _cell(export, document, question, f"c{row}-{column}", rank=ordered[column - 1].get(document.id))
        yield "</tr>\n"
    yield "</tbody></table></div>\n"


def _heading(document: SheetDocument) -> str:
    title = document.title if document.title != document.name else ""
    details = "".join(f"<small><bdi>{as_text(text)}</bdi></small>" for text in (title, document.date) if text)
    name = as_text(on_one_line(document.name))
    return f'<th scope="row" role="rowheader" data-sort="{name}"><bdi>{name}</bdi>{details}</th>'


def _cell(
    export: Export, document: SheetDocument, question: SheetQuestion, anchor: str, *, rank: int | None = None
) -> str:
    cell, judged = export.sheet.cell(document, question), export.sheet.judgement(document, question)
    step = f" step-{Confidence.of(cell.quote.score):d}" if cell.quote else ""
    look = " corrected" if judged and judged.correction else step + " wrong" * bool(judged and judged.is_wrong)
    words = _words(export, document, question) + (_said(judged, cell, question) if judged else "")
    name = as_text(on_one_line(question.name))
    place = "" if rank is None else f' data-rank="{rank}"'
    return f'<td role="cell" id="{anchor}" class="{_CLASSES[cell.state]}{look}" data-name="{name}"{place}>{words}</td>'


def _words(export: Export, document: SheetDocument, question: SheetQuestion) -> str:
    cell, judged = export.sheet.cell(document, question), export.sheet.judgement(document, question)
    sources = export.of_cell(document, question)
    references = "".join(map(_reference, sources))
    if judged and judged.correction:
        return _answer(judged.correction, references)
    if cell.quote is None:
        return _reason(cell) + references
    answers = [each for each in sources if each.role is Role.ANSWER]
    others = "".join(_reference(each) for each in sources if each.role is not Role.ANSWER)
    return "".join(_answer(each.quote.answer, _reference(each)) for each in answers) + others


def _said(judged: Judged, cell: Cell, question: SheetQuestion) -> str:
    tip = as_text(on_one_line(facts.judgement(judged, cell, question.kind)))
    said = "corrected" if judged.correction else f"judged {judged}"
    return f'<small class="judged" title="{tip}">{said}</small>'


def _answer(text: str, references: str) -> str:
    words = on_one_line(text)
    shown = words if len(words) <= LONGEST_SHOWN else f"{words[:LONGEST_SHOWN]}…"
    return f'<span class="answer" dir="auto"><bdi lang="">{as_text(shown)}</bdi>{references}</span>'


def _reference(source: Source) -> str:
    sure = "corrected" if source.role is Role.CORRECTION else percent(source.quote.score)
    tip = as_text(f"{'candidate, ' if source.role is Role.CANDIDATE else ''}{sure}, {source.place}")
    return (
        f'<a class="ref" href="#s{source.number}" title="{tip}" aria-label="source {source.number}">{source.number}</a>'
    )


def _reason(cell: Cell) -> str:
    words, unread = facts.reason(cell)
    return as_text(words) + (f'<span class="unread">{as_text(unread)}</span>' if unread else "")


def _questions(export: Export) -> Iterator[str]:
    states = "".join(f'<th scope="col" class="number">{words}</th>' for words in facts.STATES.values())
    yield '<section><h2>Questions</h2><div class="plain"><table><thead><tr><th scope="col">Short name</th>'
    yield f'<th scope="col">Question</th><th scope="col">Kind</th>{states}</tr></thead>\n<tbody>'
    for column in facts.columns(export.sheet):
        counts = "".join(f'<td class="number">{column.counts[state]:,}</td>' for state in facts.STATES)
        name, text = as_text(column.question.name), as_text(column.question.text)
        yield f'<tr><th scope="row" dir="auto">{name}</th><td dir="auto">{text}</td>'
        yield f"<td>{as_text(str(column.question.kind))}</td>{counts}</tr>\n"
    yield "</tbody></table></div></section>\n"


def _unread(export: Export) -> Iterator[str]:
    documents = [document for document in export.sheet.documents if document.unread]
    if not documents:
        return
    yield "<section><h2>Parts of documents that are not in their text</h2><ul>\n"
    for document in documents:
        parts = "; ".join(map(as_text, document.unread))
        yield f'<li class="parts"><bdi>{as_text(document.name)}</bdi>: <span class="unread">{parts}</span></li>\n'
    yield "</ul></section>\n"


def _sources(export: Export) -> Iterator[str]:
    yield '<section><h2>Sources</h2><ol class="sources">\n'
    rows = {document.id: row for row, document in enumerate(export.sheet.documents, start=1)}
    columns = {question.text: column for column, question in enumerate(export.sheet.questions, start=1)}
    for source in export.sources:
        yield _source(source, f"c{rows[source.document.id]}-{columns[source.question.text]}")
    yield "</ol></section>\n"


def _source(source: Source, cell: str) -> str:
    quote = source.quote
    step = Confidence.of(quote.score)
    place = f"<bdi>{as_text(on_one_line(source.document.name))}</bdi>" + f", {quote.pages}" * source.has_place
    if source.link:
        place = f'<a href="{as_text(source.link)}" target="_blank" rel="noopener noreferrer">{place}</a>'
    sure = {
        Role.ANSWER: f"{step.words}, {percent(quote.score)}",
        Role.CANDIDATE: f"candidate, not an answer ({percent(quote.score)})",
        Role.CORRECTION: "the words of a person",
    }[source.role]
    kind = f"step-{step:d}" if source.role is Role.ANSWER else str(source.role)
    said = f"{source.judged}, {facts.moment(source.judged.verdict.made)}" if source.judged else ""
    place_ = f"characters {quote.start:,} to {quote.end:,}" if source.has_place else "not in the document"
    facts_ = facts.joined([as_text(source.question.name), sure, said, place_])
    return (
        f'<li id="s{source.number}" value="{source.number}" class="{kind}"><p><b>{source.number}.</b> {place} · {facts_} '
        f'<a class="back" href="#{cell}" aria-label="back to the cell">↑</a></p><blockquote lang="" dir="auto">'
        f"{as_text(quote.before)}<mark>{as_text(source.words)}</mark>{as_text(quote.after)}</blockquote></li>\n"
    )


def as_text(text: str) -> str:
    """Return text as HTML that only shows it."""
    return escape(for_reading(text), quote=True)
