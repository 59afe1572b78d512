"""The sources of a sheet: each quote that it shows, numbered, with its sentence and its place in the document."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from needlepoint.answers.replies import Quote
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.table import Cell, Sheet, SheetDocument, State


class Role(StrEnum):
    """Whether a quote is an answer or only the nearest words of a cell where nothing was found."""

    ANSWER = "answer"
    CANDIDATE = "candidate"


@dataclass(frozen=True, slots=True)
class Source:
    """A quote with its place.

    :param number: from 1, in the order of the sheet: by document, then by question, then best first.
    :param link: the address of the place in the document, or empty.
    """

    number: int
    document: SheetDocument
    question: SheetQuestion
    quote: Quote
    role: Role = Role.ANSWER
    link: str = ""

    @property
    def place(self) -> str:
        """The document's name and the page, in words."""
        return f"{self.document.name}, {self.quote.pages}"


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
        :param candidates: whether the nearest words of cells where nothing was found are among the sources.
        :param link: the address of a quote's place; one that is neither ``http`` nor ``https`` is left out.
        """
        by_cell: dict[tuple[str, str], list[Source]] = {}
        sources: list[Source] = []
        for document, question, cell in cells(sheet):
            of_cell = by_cell.setdefault((document.id, question.text), [])
            for quote, role in _quotes(cell, question, candidates=candidates):
                address = _address(link(quote)) if link else ""
                of_cell.append(Source(len(sources) + 1, document, question, quote, role, address))
                sources.append(of_cell[-1])
        return cls(sheet, title, sources, by_cell)

    def of_cell(self, document: SheetDocument, question: SheetQuestion) -> Sequence[Source]:
        """Return the sources of a cell, best first."""
        return self.by_cell[document.id, question.text]

    def values(self, source: Source) -> dict[str, str | int | float]:
        """Return a source as a row of a table; ``before + quote + after`` is the sentence."""
        quote = source.quote
        values: dict[str, str | int | float] = {
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
            "page": quote.page,
            "last page": quote.last_page or quote.page,
            "start": quote.start,
            "end": quote.end,
            "score": round(quote.score, 4),
            "reader": self.sheet.reader,
            "made": self.sheet.made,
            "link": source.link,
        }
        return values


COLUMNS = (
    "number", "document", "document id", "path", "question", "short name", "role", "quote", "before", "after", "page",
    "last page", "start", "end", "score", "reader", "made", "link",
)  # fmt: skip
"""The columns of the table of sources: the keys of :meth:`Export.values`."""


def cells(sheet: Sheet) -> Iterator[tuple[SheetDocument, SheetQuestion, Cell]]:
    """Yield all cells of a sheet, document by document."""
    for document in sheet.documents:
        for question in sheet.questions:
            yield document, question, sheet.cell(document, question)


def _quotes(cell: Cell, question: SheetQuestion, *, candidates: bool) -> Iterator[tuple[Quote, Role]]:
    for quote in cell.answers(question.kind):
        yield quote, Role.ANSWER
    if candidates and cell.state is State.NOT_FOUND:
        for quote in cell.quotes:
            yield quote, Role.CANDIDATE


def _address(link: str) -> str:
    return link if link.startswith(("http://", "https://")) else ""
