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

NAME_WEIGHT = 3.0
"""How much more a name or a figure tells of what a question is about than another word."""

_SHORTEST_JOINED = 5  # letters of a name's stem
_WORD = re.compile(r"\w+(?:[-&.'\u2019]\w+)*")
_NAME = re.compile(r"[^\W_]+(?:[-&.'\u2019][^\W_]+)*")


def naming_words(question: str, passage: str, about: Sequence[object]) -> str:
    """Return the question's words that occur in the document's metadata, or "" if the passage contains all of them.

    :param about: the document's title, file name and first words; values that are not text are ignored.
    """
    naming = terms_naming(question, about)
    if not naming or naming <= set(document_terms(passage)):
        return ""
    return " ".join(word for word in _WORD.findall(question) if naming.intersection(document_terms(word)))


def proper_names(question: str) -> frozenset[str]:
    """Return the terms of the names that are no abbreviations, which a text may spell out, and no figures."""
    words = [word for word in _NAME.findall(question) if word.isalpha() and not word.isupper()]
    return name_terms(question).intersection(term for word in words for term in document_terms(word))


def terms_naming(question: str, about: Sequence[object]) -> frozenset[str]:
    """Return the question's terms that occur in a document's metadata.

    A name may also be the beginning of a longer word there, because file names join words: ``BELLRINGBRANDS_INC.pdf``.

    :param about: the document's title, file name and first words; values that are not text are ignored.
    """
    known = known_terms(about)
    joined = {term for term in name_terms(question) if _is_joined(term, known)}
    return known.intersection(question_words(question)) | joined


def _is_joined(name: str, known: frozenset[str]) -> bool:
    return len(name) >= _SHORTEST_JOINED and any(term.startswith(name) for term in known)


def known_terms(about: Sequence[object]) -> frozenset[str]:
    """Return the search terms of a document's metadata.

    :param about: its title, file name and first words; values that are not text are ignored.
    """
    return _terms(tuple(text for value in about for text in metadata_texts(value)))


@lru_cache(maxsize=256)
def name_terms(question: str) -> frozenset[str]:
    """Return the terms of the words written like names or figures; a capital does not make the first word a name."""
    if question.isupper():
        return frozenset()
    words = _NAME.findall(question)
    like_names = [word for at, word in enumerate(words) if any(map(str.isdigit, word)) or (at and word != word.lower())]
    return frozenset(term for word in like_names for term in document_terms(word))


@lru_cache(maxsize=256)  # the passages of a question share their documents
def _terms(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(term for text in texts for term in document_terms(text))
