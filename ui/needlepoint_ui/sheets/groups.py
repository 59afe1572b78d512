"""Equal values of a column, with their counts."""

from collections import Counter
from dataclasses import dataclass

from needlepoint_ui.service.sheet_models import SheetColumn, SheetTable

_STRIPPED = ".,;:!?\"'()[]“”\u2018\u2019„ "
_FEWEST_OF_A_MAJORITY = 3


@dataclass(frozen=True, slots=True)
class Group:
    """The documents of one value.

    :param shown: the words that most of them quote.
    :param rows: the numbers of the documents.
    :param is_outlier: whether one document alone has it, while most agree on another.
    """

    shown: str
    rows: tuple[int, ...]
    is_outlier: bool = False


def column_groups(table: SheetTable, column: SheetColumn) -> list[Group]:
    """Return the values of a column, the most frequent first.

    Corrected cells count with their right words; cells judged wrong, or without an answer, are left out.
    """
    words: dict[str, Counter[str]] = {}
    rows: dict[str, list[int]] = {}
    for number, row in enumerate(table.rows):
        shown = _value(table, (row.id, column.question))
        if key := _folded(shown):
            words.setdefault(key, Counter())[shown] += 1
            rows.setdefault(key, []).append(number)
    total = sum(map(len, rows.values()))
    most = max(map(len, rows.values()), default=0)
    stands_out = most > total / 2 and most >= _FEWEST_OF_A_MAJORITY
    groups = [
        Group(words[key].most_common(1)[0][0], tuple(numbers), stands_out and len(numbers) == 1)
        for key, numbers in rows.items()
    ]
    return sorted(groups, key=lambda group: (-len(group.rows), group.shown.casefold()))


def _value(table: SheetTable, place: tuple[str, str]) -> str:
    verdict, cell = table.verdicts.get(place), table.cell(place)
    if verdict and verdict.judgement == "corrected":
        return " ".join(verdict.words.split())
    is_wrong = verdict and verdict.judgement == "wrong" and verdict.words == cell.shown
    return " ".join(cell.shown.split()) if cell.is_found and not is_wrong else ""


def _folded(words: str) -> str:
    return " ".join(words.casefold().split()).strip(_STRIPPED)
