"""Finds the words by which a question names the document that a passage is from.

A reader sees one passage at a time. "This Agreement shall be governed by the laws of Washington" does not say whose agreement it
is, so a model that has learnt to say "not here" (SQuAD 2.0) says so when it is asked about Inktomi's agreement. Therefore the
words by which the question names the document are put before the passage.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from needlepoint.stores.search_fields import metadata_texts
from needlepoint.text.terms import document_terms, question_words

_WORD = re.compile(r"\w+(?:[-&.'\u2019]\w+)*")


def naming_words(question: str, passage: str, about: Sequence[object]) -> str:
    """Return the question's words that occur in the document's metadata, or "" if the passage contains all of them.

    :param about: the document's title, file name and first words; values that are not text are ignored.
    """
    known = known_terms(about)
    naming = known.intersection(question_words(question))
    if not naming or naming <= set(document_terms(passage)):
        return ""
    return " ".join(word for word in _WORD.findall(question) if naming.intersection(document_terms(word)))


def known_terms(about: Sequence[object]) -> frozenset[str]:
    """Return the search terms of a document's metadata.

    :param about: its title, file name and first words; values that are not text are ignored.
    """
    return _terms(tuple(text for value in about for text in metadata_texts(value)))


@lru_cache(maxsize=256)  # the passages of a question share their documents
def _terms(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(term for text in texts for term in document_terms(text))
