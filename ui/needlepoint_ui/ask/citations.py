"""Exports answers as citations: rows in CSV, Markdown, JSON or Word."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from needlepoint_ui import markup, words
from needlepoint_ui.marking import labels
from needlepoint_ui.service.labels import Label
from needlepoint_ui.service.models import Place, Reply
from needlepoint_ui.state import Opened

Said = Mapping[str, Label]
"""What people said, by the address of the place that was judged."""
NOTHING_SAID: Said = {}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NO_XML = re.compile("[\ufffe\uffff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|$~])")


@dataclass(frozen=True, slots=True)
class Citation:
    """One place of one answer.

    :param likelihood: the score in words.
    :param start: first character of the answer in the document's text; ``end`` is one past its last.
    :param verdict: what a person said about it, if anything: ``right``, ``wrong``, ``corrected`` or ``not in this document``.
    :param corrected: the right words, if a person marked others.
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
    verdict: str = ""
    corrected: str = ""


def citations(reply: Reply, said: Said = NOTHING_SAID) -> list[Citation]:
    """Return all places of all answers, the best first."""
    return [_citation(reply, place, said) for card in reply.cards for place in card.places]


def _citation(reply: Reply, place: Place, said: Said) -> Citation:
    judged = said.get(Opened.at(place).address)
    return Citation(
        question=reply.question,
        answer=place.answer,
        quote=place.quote,
        document=place.document.name,
        title=place.document.title,
        page=place.page,
        date=place.document.own_date,
        likelihood=words.likelihood(place.score),
        score=round(place.score, 4),
        start=place.start,
        end=place.end,
        document_id=place.document.id,
        asked=reply.asked,
        reader=reply.reader,
        verdict=labels.SAID[judged.verdict] if judged else "",
        corrected=judged.answer if judged and judged.verdict == labels.CORRECTED else "",
    )


def as_csv(reply: Reply, said: Said = NOTHING_SAID) -> bytes:
    """Return a table for spreadsheets, with cells escaped that would be read as formulas."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(Citation.__dataclass_fields__))
    writer.writeheader()
    for row in citations(reply, said):
        writer.writerow({name: _cell(value) for name, value in asdict(row).items()})
    return out.getvalue().encode("utf-8-sig")


def as_json(reply: Reply, said: Said = NOTHING_SAID) -> bytes:
    """Return question, answers and reading figures as JSON."""
    data = {
        "question": reply.question,
        "asked": reply.asked,
        "reader": reply.reader,
        "passages_read": reply.passages,
        "documents_read": reply.documents,
        "answers": [asdict(row) for row in citations(reply, said)],
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "replace")


def as_markdown(reply: Reply, said: Said = NOTHING_SAID) -> bytes:
    """Return question and quotations with their sources."""
    parts = [f"# {_plain(reply.question)}", ""]
    for card in reply.cards:
        before, answer, after = (_plain(each) for each in (card.place.before, card.answer, card.place.after))
        parts += [f"## {answer.strip()}", "", f"> {before}**{answer}**{after}", ""]
        parts += [f"- {_plain(source_line(place, said))}" for place in card.places]
        parts.append("")
    if not reply.cards:
        parts += ["No answer found.", ""]
    parts.append(_plain(footer(reply)))
    return "\n".join(parts).encode()


def as_word(reply: Reply, said: Said = NOTHING_SAID) -> bytes:
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
            document.add_paragraph(_clean(source_line(place, said)), style="List Bullet")
    if not reply.cards:
        document.add_paragraph("No answer found.")
    document.add_paragraph(_clean(footer(reply)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FORMATS: tuple[tuple[str, str, str, Callable[[Reply, Said], bytes]], ...] = (
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


def source_line(place: Place, said: Said = NOTHING_SAID) -> str:
    """Return an answer's document, page and date, and how sure the reader is of it there, and what a person said."""
    title = f", “{place.document.title}”" if place.document.title not in ("", place.document.name) else ""
    date = f", {place.document.day}" if place.document.date else ""
    sure = f"{words.likelihood(place.score)}, {words.percent(place.score)}"
    return f"{place.document.name}{title}, {place.pages}{date} ({sure}){_judged(place, said)}"


def _judged(place: Place, said: Said) -> str:
    judged = said.get(Opened.at(place).address)
    if not judged:
        return ""
    instead = f": “{' '.join(judged.answer.split())}”" if judged.verdict == labels.CORRECTED else ""
    return f"; judged {labels.SAID[judged.verdict]} by a person{instead}"


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
