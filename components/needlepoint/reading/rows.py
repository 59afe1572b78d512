"""How much of what a question asks about a row of a table is about at all.

A row is read alone, as ``Vessel: Sula; Built: 1998; Captain: Einar Storvik``. A model that learnt from prose to say "not here"
takes its one captain for an answer whichever ship it is asked for: of a ship that the table lacks, 93 percent sure. So an answer
from a row counts by the share of the question's words that stand in the row, its headings, or what is known of its document.
Names and figures weigh more than other words, for they tell one row from the next, and so do words such as "total".
"""

import re
from collections.abc import Sequence

from needlepoint.reading.naming import known_terms
from needlepoint.text.terms import document_terms, question_words

ROW = "row"
"""What passages of rows have as ``meta["kind"]``."""

_NAME_WEIGHT = 3.0
_WORD = re.compile(r"[^\W_]+(?:[-&.'\u2019][^\W_]+)*")
_ASKING_WORDS = (
    "many much long old far often large big high tall name number amount kind type sort date day year time value figure "
    "give tell show list find say state please according"
)
_ASKING = frozenset(document_terms(_ASKING_WORDS))
_OF_ALL_ROWS = frozenset(document_terms("total subtotal sum average mean median minimum maximum lowest highest"))


def named_share(question: str, row: str, about: Sequence[object]) -> float:
    """Return the share, from 0 to 1, of what a question asks about that a row and what is known of it name.

    :param about: the document's title, file name, what the table is about; what is no text is passed over.
    """
    known = known_terms(about).union(document_terms(row))
    names = _names(question) | _OF_ALL_ROWS
    weights = {term: _NAME_WEIGHT if term in names else 1.0 for term in question_words(question)}
    asked = {term: weight for term, weight in weights.items() if term in known or term not in _ASKING}
    if not asked:
        return 1.0
    return sum(weight for term, weight in asked.items() if term in known) / sum(asked.values())


def _names(question: str) -> frozenset[str]:
    """Return the terms of the words that are written like names or figures; the first word is no name for its capital."""
    if question.isupper():
        return frozenset()
    words = _WORD.findall(question)
    like_names = [word for at, word in enumerate(words) if any(map(str.isdigit, word)) or (at and word != word.lower())]
    return frozenset(term for word in like_names for term in document_terms(word))
