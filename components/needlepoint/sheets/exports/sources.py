"""The sources of a sheet: each quote that it shows, numbered, with its sentence and its place in the document."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from needlepoint.answers.replies import Quote
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.table import Sheet, SheetDocument
from needlepoint.sheets.verdicts import Judged

Value = str | int | float | None
"""A value of a row of sources; None where there is none."""
JUDGED = " (judged)"
"""The end of the heading under which a table of plain values has people's judgements of the column before."""


class Role(StrEnum):
    """What a quote is: an answer, one of the next best quotes of its cell, or the words with which a person corrected it."""

    ANSWER = "answer"
    CANDIDATE = "candidate"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Source:
    """A quote with its place.

    :param number: from 1, in the order of the sheet: by document, then by question, then best first.
    :param quote: without words if it is a correction whose words stand nowhere in the document.
    :param link: the address of the place in the document, or empty.
    :param judged: what somebody said about the cell, if the quote is its answer or its correction.
    """

    number: int
    document: SheetDocument
    question: SheetQuestion
    quote: Quote
    role: Role = Role.ANSWER
    link: str = ""
    judged: Judged | None = None

    @property
    def place(self) -> str:
        """The document's name and the page, in words."""
        return f"{self.document.name}, {self.quote.pages}" if self.has_place else self.document.name

    @property
    def words(self) -> str:
        """The quoted words, or those of a correction that stand nowhere."""
        return self.quote.answer or (self.judged.correction if self.judged else "")

    @property
    def has_place(self) -> bool:
        """Whether its words stand in the document."""
        return bool(self.quote.answer)


@dataclass(frozen=True, slots=True)
class Export:
    """A sheet with its sources, as all formats need it.

    :param title: what the sheet is called.
    :param sources: of all cells, in order.
    """

    sheet: Sheet
    title: str
    sources: Sequence[Source]
    by_cell: Mapping[tuple[str, str], Sequence[Source]]

    @classmethod
    def of(cls, sheet: Sheet, *, title: str, candidates: bool, link: Callable[[Quote], str] | None) -> "Export":
        """Return a sheet with its sources, numbered.

        :param title: what the sheet is called.
        :param candidates: whether the next best quotes of each cell are among the sources.
        :param link: the address of a quote's place; one that is neither ``http`` nor ``https`` is left out.
        """
        by_cell: dict[tuple[str, str], list[Source]] = {}
        sources: list[Source] = []
        for document, question in places(sheet):
            of_cell = by_cell.setdefault((document.id, question.text), [])
            judged = sheet.judgement(document, question)
            for quote, role in _quotes(sheet, document, question, candidates=candidates):
                address = _address(link(quote)) if link and quote.answer else ""
                said = None if role is Role.CANDIDATE else judged
                of_cell.append(Source(len(sources) + 1, document, question, quote, role, address, said))
                sources.append(of_cell[-1])
        return cls(sheet, title, sources, by_cell)

    def of_cell(self, document: SheetDocument, question: SheetQuestion) -> Sequence[Source]:
        """Return the sources of a cell, best first."""
        return self.by_cell[document.id, question.text]

    def values(self, source: Source) -> dict[str, Value]:
        """Return a source as a row of a table; ``before + quote + after`` is the sentence."""
        quote, is_read = source.quote, source.role is not Role.CORRECTION
        place = (quote.page, quote.last_page or quote.page, quote.start, quote.end)
        page, last_page, start, end = place if source.has_place else (None,) * 4
        return {
            "number": source.number,
            "document": source.document.name,
            "document id": source.document.id,
            "path": source.document.path,
            "question": source.question.text,
            "short name": source.question.name,
            "role": str(source.role),
            "quote": quote.answer,
            "before": quote.before,
            "after": quote.after,
            "page": page,
            "last page": last_page,
            "start": start,
            "end": end,
            "score": round(quote.score, 4) if is_read else None,
            **_said(source.judged),
            "reader": self.sheet.reader if is_read else "",
            "made": self.sheet.made,
            "link": source.link,
        }


def _said(judged: Judged | None) -> dict[str, Value]:
    names = ("judgement", "corrected to", "judged")
    values = (str(judged), judged.correction, judged.verdict.made) if judged else ("", "", "")
    return dict(zip(names, values, strict=True))


COLUMNS = (
    "number", "document", "document id", "path", "question", "short name", "role", "quote", "before", "after", "page",
    "last page", "start", "end", "score", "judgement", "corrected to", "judged", "reader", "made", "link",
)  # fmt: skip
"""The columns of the table of sources: the keys of :meth:`Export.values`."""


def places(sheet: Sheet) -> Iterator[tuple[SheetDocument, SheetQuestion]]:
    """Yield the places of all cells of a sheet, document by document."""
    for document in sheet.documents:
        for question in sheet.questions:
            yield document, question


def _quotes(
    sheet: Sheet, document: SheetDocument, question: SheetQuestion, *, candidates: bool
) -> Iterator[tuple[Quote, Role]]:
    judged, cell = sheet.judgement(document, question), sheet.cell(document, question)
    if judged and judged.correction:
        nowhere = Quote("", "", "", document.id, document.name, 0, 0, 0, 0.0)
        yield judged.quote or nowhere, Role.CORRECTION
    answers = cell.answers(question.kind)
    for quote in answers:
        yield quote, Role.ANSWER
    for quote in cell.quotes if candidates else ():
        if quote not in answers:
            yield quote, Role.CANDIDATE


def _address(link: str) -> str:
    return link if link.startswith(("http://", "https://")) else ""
