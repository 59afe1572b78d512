"""Exports answers as citations: rows in CSV, Markdown, JSON or Word."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass

from needlepoint_ui import markup, words
from needlepoint_ui.service.models import Place, Reply

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NO_XML = re.compile("[\ufffe\uffff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|$~])")


@dataclass(frozen=True, slots=True)
class Citation:
    """One place of one answer.

    :param likelihood: the score in words.
    :param start: first character of the answer in the document's text; ``end`` is one past its last.
    :param asked: when the question was asked, as ISO 8601.
    """

    question: str
    answer: str
    quote: str
    document: str
    title: str
    page: int
    date: str
    likelihood: str
    score: float
    start: int
    end: int
    document_id: str
    asked: str
    reader: str


def citations(reply: Reply) -> list[Citation]:
    """Return all places of all answers, the best first."""
    return [_citation(reply, place) for card in reply.cards for place in card.places]


def _citation(reply: Reply, place: Place) -> Citation:
    return Citation(
        question=reply.question,
        answer=place.answer,
        quote=place.quote,
        document=place.document.name,
        title=place.document.title,
        page=place.page,
        date=place.document.date,
        likelihood=words.likelihood(place.score),
        score=round(place.score, 4),
        start=place.start,
        end=place.end,
        document_id=place.document.id,
        asked=reply.asked,
        reader=reply.reader,
    )


def as_csv(reply: Reply) -> bytes:
    """Return a table for spreadsheets, with cells escaped that would be read as formulas."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(Citation.__dataclass_fields__))
    writer.writeheader()
    for row in citations(reply):
        writer.writerow({name: _cell(value) for name, value in asdict(row).items()})
    return out.getvalue().encode("utf-8-sig")


def as_json(reply: Reply) -> bytes:
    """Return question, answers and reading figures as JSON."""
    data = {
        "question": reply.question,
        "asked": reply.asked,
        "reader": reply.reader,
        "passages_read": reply.passages,
        "documents_read": reply.documents,
        "answers": [asdict(row) for row in citations(reply)],
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "replace")


def as_markdown(reply: Reply) -> bytes:
    """Return question and quotations with their sources."""
    parts = [f"# {_plain(reply.question)}", ""]
    for card in reply.cards:
        before, answer, after = (_plain(each) for each in (card.place.before, card.answer, card.place.after))
        parts += [f"## {answer.strip()}", "", f"> {before}**{answer}**{after}", ""]
        parts += [f"- {_plain(source_line(place))}" for place in card.places]
        parts.append("")
    if not reply.cards:
        parts += ["No answer found.", ""]
    parts.append(_plain(footer(reply)))
    return "\n".join(parts).encode()


def as_word(reply: Reply) -> bytes:
    """Return question and quotations with their sources as a Word document."""
    from docx import Document
    from docx.enum.text import WD_COLOR_INDEX

    document = Document()
    document.core_properties.author, document.core_properties.title = "Needlepoint", _clean(reply.question)[:255]
    document.add_heading(_clean(reply.question), level=1)
    for card in reply.cards:
        document.add_heading(_clean(card.answer), level=2)
        quote = document.add_paragraph(f"“{_clean(card.place.before)}", style="Quote")
        quote.add_run(_clean(card.answer)).font.highlight_color = WD_COLOR_INDEX.YELLOW
        quote.add_run(f"{_clean(card.place.after)}”")
        for place in card.places:
            document.add_paragraph(_clean(source_line(place)), style="List Bullet")
    if not reply.cards:
        document.add_paragraph("No answer found.")
    document.add_paragraph(_clean(footer(reply)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FORMATS: tuple[tuple[str, str, str, Callable[[Reply], bytes]], ...] = (
    ("Word", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_word),
    ("Markdown", "md", "text/markdown", as_markdown),
    ("CSV table", "csv", "text/csv", as_csv),
    ("JSON", "json", "application/json", as_json),
)
"""The formats: label, suffix, media type, and the function that makes the file."""


def file_name(question: str, suffix: str) -> str:
    """Return a name such as ``when-does-the-lease-end.docx``."""
    plain = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode().lower()
    return f"{re.sub(r'[^a-z0-9]+', '-', plain).strip('-')[:60].strip('-') or 'answers'}.{suffix}"


def source_line(place: Place) -> str:
    """Return an answer's document, page and date, and how sure the reader is of it there."""
    title = f", “{place.document.title}”" if place.document.title not in ("", place.document.name) else ""
    date = f", {words.day(place.document.date)}" if place.document.date else ""
    sure = f"{words.likelihood(place.score)}, {words.percent(place.score)}"
    return f"{place.document.name}{title}, {place.pages}{date} ({sure})"


def footer(reply: Reply) -> str:
    """Return when the question was asked, how much was read, and by which reader."""
    read = f"{words.count(reply.passages, 'passage')} of {words.count(reply.documents, 'document')} read"
    return f"Asked {words.moment(reply.asked)}; {read} by {reply.reader}. Quoted word for word by Needlepoint."


def _cell(value: object) -> object:
    if isinstance(value, str):
        shown = markup.visible(value)
        return f"'{shown}" if shown.startswith(_FORMULA) else shown
    return value


def _clean(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", markup.visible(text))


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(markup.visible(text).split("\n")))
