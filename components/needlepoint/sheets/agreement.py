"""Where the answers of a sheet agree: the equal values of a column, and values that differ for one and the same thing."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from needlepoint.answers.replies import Quote
from needlepoint.sheets.kinds.value import Agreement, Value
from needlepoint.sheets.questions import Kind, SheetQuestion
from needlepoint.sheets.table import Cell, Sheet, SheetDocument
from needlepoint.sheets.values import value_of, value_of_quote
from needlepoint.sheets.versions import Family, Order, families

LIKELY: Final = 0.5
"""The least score of a quote that a notice of disagreement rests on."""

MAJORITY: Final = 0.5
"""The share of a column's answers above which one value is held by most."""

FEWEST_OF_A_MAJORITY: Final = 3
"""How many answers must share a value before a lone other one stands out."""

_COMPARED: Final = frozenset({Kind.DATE, Kind.AMOUNT, Kind.PERIOD, Kind.NAME, Kind.YES_NO})


@dataclass(frozen=True, slots=True)
class GroupedCell:
    """A cell of a column, with its document."""

    document: SheetDocument
    cell: Cell


@dataclass(frozen=True, slots=True)
class Group:
    """The cells of a column that hold one value.

    :param shown: the words that most of them quote.
    :param value: None if the words state no value of the column's kind; then they are compared as words.
    :param is_outlier: whether it is a lone value where most cells agree on another; see :func:`column_groups`.
    """

    shown: str
    value: Value | None
    cells: tuple[GroupedCell, ...]
    is_outlier: bool = False

    @property
    def count(self) -> int:
        """How many cells hold the value."""
        return len(self.cells)


@dataclass(slots=True)
class _Gathered:
    value: Value
    is_of_kind: bool
    words: Counter[str]
    cells: list[GroupedCell]


def column_groups(sheet: Sheet, question: SheetQuestion) -> list[Group]:
    """Return the values of a column, the most frequent first; cells without an answer, or judged wrong, are left out.

    Corrected cells count with their right words.

    A value is an outlier if one cell alone holds it, more than half of the answers hold another, at least three of them, and the
    two do not agree. Ambiguous words (03/04/2031) are counted to the only value that they may be, if there is one.
    """
    gathered: dict[tuple[bool, Hashable], _Gathered] = {}
    ambiguous: list[tuple[GroupedCell, str, Value]] = []
    for document in sheet.documents:
        cell, judged = sheet.cell(document, question), sheet.judgement(document, question)
        correction = judged.correction if judged else ""
        words = " ".join(sheet.shown(document, question).split())
        stated = value_of(words, question.kind, question=question.text) if correction else _stated(cell, question)
        value = stated or value_of(words, Kind.TEXT)
        if value is None or (judged and judged.is_wrong) or not (cell.quote or correction):
            continue
        grouped = GroupedCell(document, cell)
        if len(value.readings) > 1:
            ambiguous.append((grouped, words, value))
        else:
            _gather(
                gathered, next(iter(value.readings)), grouped, words=words, value=value, is_of_kind=stated is not None
            )
    clear = {key for _, key in gathered}
    for grouped, words, value in ambiguous:
        fitting = value.readings & clear
        key = next(iter(fitting)) if len(fitting) == 1 else value.readings
        _gather(gathered, key, grouped, words=words, value=value, is_of_kind=True)
    return _marked(sorted(map(_group, gathered.values()), key=lambda group: (-group.count, group.shown.casefold())))


def _stated(cell: Cell, question: SheetQuestion) -> Value | None:
    if cell.quote is None:
        return None
    if question.kind is Kind.LIST:
        return value_of(cell.shown(Kind.LIST), Kind.LIST)
    return value_of_quote(cell.quote, question.kind, question=question.text)


def _gather(
    gathered: dict[tuple[bool, Hashable], _Gathered],
    key: Hashable,
    cell: GroupedCell,
    *,
    words: str,
    value: Value,
    is_of_kind: bool,
) -> None:
    found = gathered.setdefault((is_of_kind, key), _Gathered(value, is_of_kind, Counter(), []))
    found.words[words] += 1
    found.cells.append(cell)


def _group(found: _Gathered) -> Group:
    shown = min(found.words, key=lambda words: (-found.words[words], len(words), words))
    return Group(shown, found.value if found.is_of_kind else None, tuple(found.cells))


def _marked(groups: list[Group]) -> list[Group]:
    """Mark the outliers."""
    total = sum(group.count for group in groups)
    if not groups or groups[0].count <= MAJORITY * total or groups[0].count < FEWEST_OF_A_MAJORITY:
        return groups
    return [Group(each.shown, each.value, each.cells, is_outlier=_stands_out(each, groups[0])) for each in groups]


def _stands_out(group: Group, most: Group) -> bool:
    if group.count > 1:
        return False
    agreeing = (Agreement.SAME, Agreement.COMPATIBLE)
    return not (group.value and most.value and group.value.agreement(most.value) in agreeing)


def summary(groups: Sequence[Group]) -> str:
    """Return groups in one line, outliers between stars: ``Delaware 24, New York 5, *Nevada 1*``."""
    return ", ".join(
        f"*{each.shown} {each.count:,}*" if each.is_outlier else f"{each.shown} {each.count:,}" for each in groups
    )


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document says."""

    document: SheetDocument
    quote: Quote
    value: Value

    def __str__(self) -> str:
        return f"“{' '.join(self.quote.answer.split())}” ({self.document.name}, {self.quote.pages})"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two documents of one thing that answer a question differently.

    :param is_ordered: whether it is known that ``later`` is the later of the two.
    :param because: what tells which is the later: ``by their dates``, ``by their names``, or both; empty if nothing does.
    """

    question: SheetQuestion
    earlier: Statement
    later: Statement
    is_ordered: bool
    because: str = ""

    def __str__(self) -> str:
        order = (
            f"{self.later.document.name} is the later {self.because}"
            if self.is_ordered
            else "which is later is not known"
        )
        return f"{self.question.name}: {self.earlier} but {self.later}; {order}"


def disagreements(sheet: Sheet) -> list[Disagreement]:
    """Return where versions of a document, or documents of one contract, answer a question of the sheet differently.

    A notice is given only for questions whose kind has comparable values (date, amount, period, name, yes/no), for quotes that
    are likely right, for values that cannot both hold, and for documents of which :mod:`needlepoint.sheets.versions` tells from
    names and titles that they speak of the same thing. Each version is compared with the next one that answers.
    """
    found: dict[tuple[str, str, str], Disagreement] = {}
    questions = [question for question in sheet.questions if question.kind in _COMPARED]
    for family in families(sheet.documents):
        for question in questions:
            stated = _statements(sheet, question, family)
            for each in _differing(question, family.neighbours(stated), stated):
                found[question.text, each.earlier.document.id, each.later.document.id] = each
    return list(found.values())


def _statements(sheet: Sheet, question: SheetQuestion, family: Family) -> dict[str, Statement]:
    stated = {}
    for document in (version.document for version in family.versions):
        quote = sheet.cell(document, question).quote
        value = (
            value_of_quote(quote, question.kind, question=question.text) if quote and quote.score >= LIKELY else None
        )
        if quote and value:
            stated[document.id] = Statement(document, quote, value)
    return stated


def _differing(
    question: SheetQuestion, pairs: Iterator[Order], stated: Mapping[str, Statement]
) -> Iterator[Disagreement]:
    for pair in pairs:
        earlier, later = stated[pair.earlier.id], stated[pair.later.id]
        if earlier.value.agreement(later.value) is Agreement.DIFFERENT:
            yield Disagreement(question, earlier, later, pair.is_known, pair.because)
