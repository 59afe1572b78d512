"""The order of a column's cells by their values: dates by day, amounts by size, periods by length, no before yes.

A number and the group that it belongs to: amounts in euros and in dollars are no one order, and a day of no year stands apart.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from needlepoint.sheets.kinds.amounts import AmountValue
from needlepoint.sheets.kinds.dates import DateReading, DateValue
from needlepoint.sheets.kinds.names import NameValue
from needlepoint.sheets.kinds.periods import PeriodValue
from needlepoint.sheets.kinds.value import Value
from needlepoint.sheets.kinds.yes_no import YesNoValue
from needlepoint.sheets.questions import Kind, SheetQuestion
from needlepoint.sheets.table import Cell, Sheet, SheetDocument
from needlepoint.sheets.values import value_of, value_of_quote

ORDERED: Final = frozenset({Kind.DATE, Kind.AMOUNT, Kind.PERIOD, Kind.NAME, Kind.YES_NO})
"""The kinds of questions whose cells have an order of their own; all others are sorted by their words."""

_LAST: Final = "~"  # after every name of a currency or unit
_DAYS: Final = (
    Decimal("30.4375"),
    Decimal(1),
    Decimal("1.4"),
    1 / Decimal(24),
)  # of a month, day, business day and hour


class Order(NamedTuple):
    """Where a value stands among the others of its column.

    :param group: what the number counts, such as ``EUR`` or ``EUR share``; of a name, its words.
    """

    group: str
    number: float = 0.0


def order_of(value: Value | None) -> Order | None:
    """Return where a value stands; None if there is none, or its kind has no order.

    Of ambiguous words (03/04/2031, 1.200) the first reading counts.
    """
    match value:
        case DateValue():
            return min(map(_of_date, value.readings))
        case AmountValue():
            first = min(value.readings, key=lambda reading: reading.number)
            return Order(" ".join(filter(None, (first.currency, first.unit, first.per))), float(first.number))
        case PeriodValue():
            return Order("", float(sum(n * days for n, days in zip(value.period.length, _DAYS, strict=True))))
        case YesNoValue():
            return Order("", float(value.is_yes))
        case NameValue():
            return Order(" ".join((*value.words, value.form)).strip())
    return None


def _of_date(reading: DateReading) -> Order:
    year, month, day = (each or 0 for each in reading)
    return Order("" if reading.year else _LAST, float(10_000 * year + 100 * month + day))


def order_of_cell(cell: Cell, question: SheetQuestion) -> Order | None:
    """Return where the answer of a cell stands in its column; None if it has no answer, or one without a value."""
    if cell.quote is None or question.kind not in ORDERED:
        return None
    return order_of(value_of_quote(cell.quote, question.kind, question=question.text))


def order_of_words(words: str, question: SheetQuestion) -> Order | None:
    """Return where words stand in a column, such as those of a correction."""
    if question.kind not in ORDERED:
        return None
    return order_of(value_of(words, question.kind, question=question.text))


def ranks(sheet: Sheet, question: SheetQuestion) -> dict[str, int]:
    """Return the ranks of a column's cells by their values, from 0, by document id; equal values have the same rank.

    Corrected cells count with their right words. Cells without a value of the question's kind are left out.
    """
    found = {document.id: order for document in sheet.documents if (order := _shown_order(sheet, document, question))}
    places: Sequence[Order] = sorted(set(found.values()))
    numbers = {order: number for number, order in enumerate(places)}
    return {document_id: numbers[order] for document_id, order in found.items()}


def _shown_order(sheet: Sheet, document: SheetDocument, question: SheetQuestion) -> Order | None:
    judged = sheet.judgement(document, question)
    if judged and judged.correction:
        return order_of_words(judged.correction, question)
    return order_of_cell(sheet.cell(document, question), question)
