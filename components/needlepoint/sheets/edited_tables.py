"""Cells of an exported table that show other words than their sources: somebody edited them by hand.

A file of a sheet has its words twice, in the table that people read and in the sources that are looked up. What the table says
without a source is looked up, too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from needlepoint.sheets.exports.characters import on_one_line
from needlepoint.sheets.exports.sources import JUDGED, Role
from needlepoint.sheets.quotes import GivenQuote

_HEAD: Final = ["document", "title", "date", "type"]
_NO_ANSWER: Final = re.compile(r"not found in [\d,]+ of [\d,]+ passages.*|unread: .*|not read yet|", re.DOTALL)
_LONGEST: Final = 30_000  # characters; longer words are cut in a table
_NOTE: Final = "the table shows other words than its source: somebody edited it"

Row = tuple[str, Sequence[Any]]
"""Where a row stands in its file, and its values; the first row of a table has its headings."""


def is_table(headings: Sequence[Any]) -> bool:
    """Return whether these are the headings of a sheet's table."""
    return [str(each).casefold() for each in headings[:4]] == _HEAD


def edited_cells(table: Sequence[Row], sources: Sequence[Row]) -> list[GivenQuote]:
    """Return the words of a table that are not those of its sources, as quotes that are to be looked up.

    :param table: of a sheet, as it was exported.
    :param sources: the table of its sources.
    """
    if not table or not sources or not is_table(table[0][1]):
        return []
    shown = _shown(sources)
    return [quote for place, values in table[1:] for quote in _of_row(place, values, table[0][1], shown)]


def _of_row(
    place: str, values: Sequence[Any], headings: Sequence[Any], shown: Mapping[tuple[str, str], set[str]]
) -> Iterator[GivenQuote]:
    document = _text(values[0]) if values else ""
    names = [_text(heading) for heading in headings]
    for name, value in list(zip(names, values, strict=False))[len(_HEAD) :]:
        words = _text(value)
        is_judgement = name.endswith(JUDGED) and name.removesuffix(JUDGED) in names
        if is_judgement or len(words) > _LONGEST or words.endswith("…"):
            continue
        known = shown.get((document, name), set())
        if _bare(words) not in known and not _NO_ANSWER.fullmatch(words):
            yield GivenQuote(words, document=document, place=f"{place}, {name}", note=_NOTE)


def _shown(sources: Sequence[Row]) -> dict[tuple[str, str], set[str]]:
    """Return what the table shows of each document and question, without spaces; documents of one name are not told apart."""
    headings = [_text(heading) for heading in sources[0][1]]
    cells: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for _, values in sources[1:]:
        row = dict(zip(headings, map(_text, values), strict=False))
        place = row.get("document", ""), row.get("short name", ""), row.get("document id", "")
        cells.setdefault(place, []).append(row)
    shown: dict[tuple[str, str], set[str]] = {}
    for (document, name, _), rows in cells.items():
        corrected = [row["corrected to"] for row in rows if row.get("corrected to")]
        answers = [row.get("quote", "") for row in rows if row.get("role") == Role.ANSWER]
        shown.setdefault((document, name), set()).add(_bare(corrected[0] if corrected else "; ".join(answers)))
    return shown


def _bare(words: str) -> str:
    return "".join(words.split())


def _text(value: Any) -> str:
    return "" if value is None else on_one_line(str(value))
