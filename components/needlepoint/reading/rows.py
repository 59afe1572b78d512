"""Estimates how much of a question a table row is about.

A row is read alone, as ``Vessel: Sula; Built: 1998; Captain: Einar Storvik``. A model that learnt from prose to say "not here"
takes the row's captain for the answer whichever ship the question names, even with 93 percent confidence for a ship that is not
in the table. So an answer from a row is weighted by the share of the question's words that occur in the row, its headings or
the document's metadata. Names and figures weigh more than other words because they distinguish one row from another, and so do
words such as "total".
"""

import re
from collections.abc import Sequence

from needlepoint.reading.naming import NAME_WEIGHT, known_terms, name_terms
from needlepoint.text.terms import document_terms, question_words

ROW = "row"
"""The value of ``meta["kind"]`` in passages that are table rows."""

_BETWEEN = "; "
_CELL = re.compile(r"(?:^|; )(?P<name>[^:;]{1,120}): ")
_ASKING_WORDS = (
    "many much long old far often large big high tall name number amount kind type sort date day year time value figure "
    "give tell show list find say state please according"
)
_ASKING = frozenset(document_terms(_ASKING_WORDS))
_OF_ALL_ROWS = frozenset(document_terms("total subtotal sum average mean median minimum maximum lowest highest"))


def named_share(question: str, row: str, about: Sequence[object]) -> float:
    """Return the weighted share, from 0 to 1, of a question's terms that occur in a row or in its document's metadata.

    :param about: the document's title and file name, and the table's caption; values that are not text are ignored.
    """
    known = known_terms(about).union(document_terms(row))
    names = name_terms(question) | _OF_ALL_ROWS
    weights = {term: NAME_WEIGHT if term in names else 1.0 for term in question_words(question)}
    asked = {term: weight for term, weight in weights.items() if term in known or term not in _ASKING}
    if not asked:
        return 1.0
    return sum(weight for term, weight in asked.items() if term in known) / sum(asked.values())


def within_cell(question: str, row: str, start: int, end: int) -> tuple[int, int]:
    """Return the part of an answer that is one cell's own: of ``279; 2022: 386`` the 386, if 2022 is asked for.

    :param start: first character of the answer in the row.
    :param end: one past its last character.
    """
    cells = [(match.start("name"), match.end(), match["name"]) for match in _CELL.finditer(row)]
    crossed = [cell for cell in cells if start < cell[1] < end]
    if not crossed:
        return start, end
    before = next((name for _, value, name in reversed(cells) if value <= start), "")
    ends = [max(begin - len(_BETWEEN), 0) for begin, _, _ in crossed] + [end]
    parts = [(start, ends[0], before)] if ends[0] > start else []
    parts += [(value, until, name) for (_, value, name), until in zip(crossed, ends[1:], strict=True)]
    asked = frozenset(question_words(question))
    first, last, _ = max(reversed(parts), key=lambda part: len(asked.intersection(document_terms(part[2]))))
    return first, last
