"""Equal values of a column, with their counts and with what people said about the cells."""

from dataclasses import dataclass

from needlepoint_ui.service.sheet_models import SheetColumn, SheetTable


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

    Corrected cells count with their right words; cells judged wrong are left out.
    """
    numbers = {row.id: number for number, row in enumerate(table.rows)}
    groups: dict[str, list[int]] = {}
    outliers = set()
    for group in table.groups.get(column.question, ()):
        kept = [numbers[each] for each in group.documents if each in numbers and not _is_other(table, each, column)]
        if kept:
            groups.setdefault(group.shown, []).extend(kept)
            outliers |= {group.shown} if group.is_outlier else set()
    for row in table.rows:
        verdict = table.verdicts.get((row.id, column.question))
        if verdict and verdict.judgement == "corrected":
            words = " ".join(verdict.words.split())
            same = next((shown for shown in groups if shown.casefold() == words.casefold()), words)
            groups.setdefault(same, []).append(numbers[row.id])
    found = [Group(shown, tuple(sorted(rows)), shown in outliers and len(rows) == 1) for shown, rows in groups.items()]
    return sorted(found, key=lambda group: (-len(group.rows), group.shown.casefold()))


def _is_other(table: SheetTable, document_id: str, column: SheetColumn) -> bool:
    """Whether somebody said that a cell's words are wrong, or that others are right."""
    place = document_id, column.question
    verdict, cell = table.verdicts.get(place), table.cell(place)
    if verdict is None or verdict.judgement == "right":
        return False
    return verdict.judgement == "corrected" or verdict.words == cell.shown
