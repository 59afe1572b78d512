"""Tells an answer that only repeats words of the question.

Asked "Who is the tenant of the berth?", a reader may take the heading "Berths" of a page for the answer. Of the answers in SQuAD
2.0's training set one in a hundred repeats only the question's words, and six of ten of these are one of the things that the
question lets choose from: "Is Oslo or Bergen larger?".
"""

import re
from functools import lru_cache

from needlepoint.text.terms import document_terms

ECHO_WEIGHT = 0.5
"""What is left of the probability of an answer that only repeats the question."""

_CHOICE = re.compile(r"\b(?:or|either|whether|which of)\b|,", re.IGNORECASE)


def is_echo(question: str, answer: str) -> bool:
    """Tell an answer without a word of its own, where the question does not offer it as a choice."""
    terms = document_terms(answer)
    return bool(terms) and _CHOICE.search(question) is None and _asked(question).issuperset(terms)


@lru_cache(maxsize=256)  # one question has many answers
def _asked(question: str) -> frozenset[str]:
    return frozenset(document_terms(question))
