"""Estimates whether a passage is from the document that a question names.

"How long is the initial term of the Inktomi agreement?" names a document. The initial term of another company's agreement is as
good an answer to a reader that sees one passage at a time. So an answer from a document that is not the named one is weighted
down, unless its passage repeats the name.

A question names a document by names and figures that occur in its title or file name, by names that occur in its opening, and by
other words of its title or file name that the question uses in succession ("the software hosting agreement"). Where it names
several documents equally well, each of them counts as named. A name that occurs in none of the documents and passages, in no
form, is that of something else: then all answers count less.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from needlepoint.reading.documents import Readable
from needlepoint.reading.naming import NAME_WEIGHT, name_terms, proper_names, terms_naming
from needlepoint.text.terms import document_terms, question_words

OPENING = "opening"
"""The key of ``meta`` that holds a document's first words; the other context fields hold its names."""

_UNNAMED = 0.2  # what is left of the probability of an answer from a document that the question does not name
_SHORTEST_FORM = 4  # letters
_Terms = frozenset[str]


class NamedDocuments:
    """The documents that a question names, among those of the passages that are read for it.

    :param question: the question.
    :param documents: the passages.
    :param fields: the metadata keys that describe a document; none of them names one if it is empty.
    """

    def __init__(self, question: str, documents: Sequence[Readable], fields: Sequence[str]) -> None:
        self._question, self._fields = question, fields
        names = name_terms(question)
        self._weights = {term: NAME_WEIGHT if term in names else 1.0 for term in question_words(question)}
        self._successive = frozenset(pairwise(self._weights))
        described = {tuple(str(document.meta.get(field)) for field in fields): document for document in documents}
        naming = {self._naming(document) for document in described.values()}
        most = max(map(self._weight, naming), default=0.0)
        self._named = [terms for terms in naming if terms and self._weight(terms) == most]
        self._known = self._share_of_known_names(documents, described.values()) if fields else 1.0

    def share(self, document: Readable) -> float:
        """Return by how much to weight an answer from a passage: 1 if it is from a named document or repeats its name."""
        if not self._named:
            return self._known
        known = self._terms_in(document, self._fields)
        missing = [terms - known for terms in self._named]
        if all(missing):
            in_text = frozenset(document_terms(document.content))
            missing = [terms - in_text for terms in missing]
        lost = min(self._weight(terms) / self._weight(of) for terms, of in zip(missing, self._named, strict=True))
        return self._known * (1.0 - (1.0 - _UNNAMED) * lost)

    def _share_of_known_names(self, documents: Sequence[Readable], described: Iterable[Readable]) -> float:
        unknown = names = proper_names(self._question).intersection(self._weights)
        for document in described:
            unknown -= self._terms_in(document, self._fields)
        for document in documents:
            if not unknown:
                return 1.0
            terms = document_terms(document.content)
            unknown = frozenset(name for name in unknown if not any(_is_form(name, term) for term in terms))
        return 1.0 - (1.0 - _UNNAMED) * len(unknown) / len(names) if unknown else 1.0

    def _naming(self, document: Readable) -> _Terms:
        """Return the terms of the question by which it names a document."""
        in_titles = self._terms_in(document, [field for field in self._fields if field != OPENING])
        in_opening = self._terms_in(document, [field for field in self._fields if field == OPENING])
        names = {term for term, weight in self._weights.items() if weight > 1.0}
        by_name = {term for term in names if term in in_titles or (term in in_opening and not _is_figure(term))}
        words = {term for pair in self._successive if in_titles.issuperset(pair) for term in pair}
        return frozenset(by_name | words)

    def _terms_in(self, document: Readable, fields: Sequence[str]) -> _Terms:
        return terms_naming(self._question, [document.meta.get(field) for field in fields])

    def _weight(self, terms: _Terms) -> float:
        return sum(self._weights[term] for term in terms)


def _is_form(name: str, term: str) -> bool:
    """Tell other forms of a name: German and Germany."""
    return name == term or (
        min(len(name), len(term)) >= _SHORTEST_FORM and (term.startswith(name) or name.startswith(term))
    )


def _is_figure(term: str) -> bool:
    return any(map(str.isdigit, term))
