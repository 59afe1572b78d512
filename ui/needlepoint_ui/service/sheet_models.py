"""The service's replies about question sheets as plain typed data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from needlepoint_ui.service.collection_models import Job
from needlepoint_ui.service.models import Document, Json, Passage, Place

FOUND, NOT_FOUND, UNREAD, WAITING = "found", "not found", "unread", "waiting"
CellPlace = tuple[str, str]
"""Where a cell is: the document's id, and the question."""
Order = tuple[str, float]
"""Where a value stands in its column: what its number counts, such as a currency, and the number."""
ORDERED = frozenset({"date", "amount", "period", "name", "yes/no"})
"""The kinds of questions whose cells are sorted by value; all others by their words."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A question of a sheet.

    :param name: the short one that heads the column.
    :param kind: ``text``, ``date``, ``amount``, ...: how values are compared.
    :param hint: words that the search adds to the question.
    """

    question: str
    name: str = ""
    kind: str = "text"
    hint: str = ""

    @classmethod
    def of(cls, data: Json) -> "SheetColumn":
        """Read it from JSON."""
        name, kind, hint = (str(data.get(key) or "") for key in ("short name", "kind", "hint"))
        return cls(str(data["question"]), name, kind or "text", hint)

    def to_json(self) -> dict[str, str]:
        """Return it as the service takes it."""
        return {"question": self.question, "short name": self.name, "kind": self.kind, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell as the table shows it.

    :param shown: the quoted words, or in words why there are none.
    :param score: the reader's, from 0 to 1, of quoted words.
    :param order: where its value stands in the column's order: a group and a number; None if it has no value.
    """

    state: str = WAITING
    shown: str = "not read yet"
    page: int = 0
    start: int = 0
    end: int = 0
    score: float = 0.0
    order: Order | None = None

    @classmethod
    def of(cls, data: Json) -> "SheetCell":
        """Read it from JSON."""
        page, start, end = (int(data.get(key) or 0) for key in ("page", "start", "end"))
        score, order = float(data.get("score") or 0.0), order_in(data)
        return cls(str(data["state"]), str(data["shown"]), page, start, end, score, order)

    @property
    def is_found(self) -> bool:
        """Whether it quotes an answer."""
        return self.state == FOUND


@dataclass(frozen=True, slots=True)
class CellVerdict:
    """What somebody said about a cell.

    :param judgement: ``right``, ``wrong`` or ``corrected``.
    :param words: those that were judged; of a correction, those that are right.
    :param start: where they begin in the document's text; None if they stand nowhere in it.
    :param order: where the right words stand in the column's order; None if they state no value.
    """

    judgement: str
    words: str = ""
    start: int | None = None
    end: int | None = None
    order: Order | None = None

    @classmethod
    def of(cls, data: Json) -> "CellVerdict":
        """Read it from JSON."""
        words, order = str(data.get("words") or ""), order_in(data)
        return cls(str(data["judgement"]), words, data.get("start"), data.get("end"), order)


@dataclass(frozen=True, slots=True)
class CellQuote:
    """One of the quotes of a cell.

    :param passage_id: the passage in which it was read.
    """

    place: Place
    passage_id: str = ""

    @classmethod
    def of(cls, data: Json) -> "CellQuote":
        """Read it from JSON."""
        document = {"id": data["document_id"], **{key: data.get(key) for key in ("name", "title", "type", "date")}}
        quote = {"before": data.get("before"), "after": data.get("after")}
        return cls(Place.of({**data, "document": document, "quote": quote}), str(data.get("passage_id") or ""))


@dataclass(frozen=True, slots=True)
class SheetChange:
    """What has become of a document or a cell since the run before.

    :param question: empty if the change is one of the document.
    """

    kind: str
    document: str
    document_id: str
    question: str
    before: str
    after: str

    @classmethod
    def of(cls, data: Json) -> "SheetChange":
        """Read it from JSON."""
        names = ("change", "document", "document_id", "question", "before", "after")
        return cls(*(str(data.get(name) or "") for name in names))


@dataclass(frozen=True, slots=True)
class SheetDefinition:
    """What a sheet asks of which documents.

    :param filters: on the documents' metadata, as the store takes them.
    :param documents: ids of chosen documents; none of them means all that match the filters.
    :param passages: how many of each document are read; None reads all.
    """

    name: str
    columns: tuple[SheetColumn, ...]
    filters: Json = field(default_factory=dict)
    documents: tuple[str, ...] = ()
    passages: int | None = 10

    @classmethod
    def of(cls, data: Json) -> "SheetDefinition":
        """Read it from JSON."""
        passages = data.get("passages")
        return cls(
            name=str(data["name"]),
            columns=tuple(map(SheetColumn.of, data["questions"])),
            filters=data.get("filters") or {},
            documents=tuple(map(str, data.get("scope") or ())),
            passages=None if passages is None else int(passages),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as the service takes it."""
        return {
            "questions": [column.to_json() for column in self.columns],
            "filters": dict(self.filters) or None,
            "documents": list(self.documents),
            "passages": self.passages,
        }


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """The documents whose cells of a column have equal values, by the kind of the question.

    :param shown: the words that most of them quote.
    :param is_outlier: whether one document alone has the value, while most agree on another.
    """

    shown: str
    documents: tuple[str, ...]
    is_outlier: bool = False

    @classmethod
    def of(cls, data: Json) -> "SheetGroup":
        """Read it from JSON."""
        return cls(str(data["shown"]), tuple(map(str, data["documents"])), bool(data["outlier"]))


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet with all that is known of it.

    :param cells: by document and question; those that are missing wait.
    :param places: the row and column of each cell, from 0.
    :param next: the place from which news goes on.
    :param groups: the values of each column, by its question, the most frequent first.
    :param disagreements: what documents say differently about one thing.
    """

    definition: SheetDefinition
    rows: tuple[Document, ...]
    cells: dict[CellPlace, SheetCell]
    verdicts: dict[CellPlace, CellVerdict]
    places: Mapping[CellPlace, tuple[int, int]]
    reader: str = ""
    coverage: str = ""
    job: Job | None = None
    next: int = 0
    changes: tuple[SheetChange, ...] = ()
    groups: Mapping[str, tuple[SheetGroup, ...]] = field(default_factory=dict)
    disagreements: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Json) -> "SheetTable":
        """Read it from JSON."""
        definition, rows = SheetDefinition.of(data), tuple(map(Document.of, data["documents"]))
        columns = definition.columns
        cells = {(rows[cell["row"]].id, columns[cell["column"]].question): SheetCell.of(cell) for cell in data["cells"]}
        verdicts = {
            (str(each["document_id"]), str(each["question"])): CellVerdict.of(each) for each in data["verdicts"]
        }
        return cls(
            definition,
            rows,
            cells,
            verdicts,
            places={
                (row.id, each.question): (number, position)
                for number, row in enumerate(rows)
                for position, each in enumerate(columns)
            },
            reader=str(data.get("reader") or ""),
            coverage=str(data.get("coverage") or ""),
            job=job_of(data.get("job")),
            next=int(data.get("next") or 0),
            changes=tuple(map(SheetChange.of, data.get("changes") or ())),
            groups={
                str(question): tuple(map(SheetGroup.of, groups))
                for question, groups in (data.get("groups") or {}).items()
            },
            disagreements=tuple(map(str, data.get("disagreements") or ())),
        )

    def cell(self, place: CellPlace) -> SheetCell:
        """Return a cell; one of which nothing is known waits."""
        return self.cells.get(place, _WAITING)

    @property
    def size(self) -> int:
        """How many cells the sheet has."""
        return len(self.places)

    def has(self, place: CellPlace) -> bool:
        """Whether the sheet has this cell."""
        return place in self.places


_WAITING = SheetCell()


@dataclass(frozen=True, slots=True)
class SheetNews:
    """The cells that a reading has filled since the last call.

    :param next: the place from which the next call goes on.
    """

    cells: dict[CellPlace, SheetCell]
    next: int
    job: Job | None

    @classmethod
    def of(cls, data: Json) -> "SheetNews":
        """Read it from JSON."""
        cells = {(str(each["document"]), str(each["question"])): SheetCell.of(each) for each in data["cells"]}
        return cls(cells, int(data["next"]), job_of(data.get("job")))


@dataclass(frozen=True, slots=True)
class SheetWork:
    """What is left to read of a sheet.

    :param seconds: how long it takes; None if no earlier reading tells.
    """

    units: int
    known: int
    passages: int
    seconds: float | None

    @classmethod
    def of(cls, data: Json) -> "SheetWork":
        """Read it from JSON."""
        seconds = data.get("seconds")
        units, known, passages = (int(data[key]) for key in ("units", "known", "passages"))
        return cls(units, known, passages, None if seconds is None else float(seconds))


def order_in(data: Json) -> Order | None:
    """Return where a value stands in its column, if that is told."""
    order = data.get("order")
    return (str(order[0]), float(order[1])) if isinstance(order, Sequence) and len(order) == 2 else None


def job_of(data: Any) -> Job | None:
    """Return a job, if there is one."""
    return Job.of(data) if isinstance(data, Mapping) else None


def passage_of(data: Json) -> Passage:
    """Read a passage from Haystack's form of a document."""
    meta, text = data.get("meta") or {}, str(data["content"])
    document = {**meta, "id": meta.get("document_id") or data["id"]}
    start, page = int(meta.get("start") or 0), max(int(meta.get("page") or 1), 1)
    return Passage(str(data["id"]), text, Place(Document.of(document), page, start, start + len(text)))
