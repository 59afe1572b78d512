"""Words by which a document says what a question asks in plainer ones: an agreement "ends", its text has a "term" or "expires".

Only words that people ask with and documents avoid: each is searched by its own form and by these. The form that a passage scores
best with counts, and a fifth of the others' scores: "shall continue for a term of five years, unless terminated" tells more of an
end than "terminated" alone.
"""

import functools
from collections.abc import Mapping
from typing import Final

from needlepoint.text.terms import document_terms, question_terms

_SAID_AS: Final = {
    "begin": "commence effective",
    "breach": "default",
    "cancel": "terminate",
    "cure": "remedy",
    "end": "expire terminate term continue year",
    "expire": "end terminate term continue year",
    "govern": "construe",
    "interpret": "construe govern",
    "jurisdiction": "law",
    "last": "term continue",
    "long": "term period year",
    "notice": "notify",
    "pay": "payment payable",
    "run": "term continue",
    "sign": "execute date",
    "start": "commence effective",
}


def synonyms(question: str) -> dict[str, list[str]]:
    """Return the terms to search for beside a question's own because documents say the same by them.

    ``synonyms("When does the lease end?")`` is ``{"end": ["expir", "termin", "term"]}``.

    :returns: for terms as :func:`needlepoint.text.terms.question_words` gives them; analysed once more, they are the same.
    """
    known = _terms()
    return {term: list(known[term]) for term in question_terms(question) if term in known}


@functools.cache
def _terms() -> Mapping[str, list[str]]:
    return {document_terms(word)[0]: document_terms(others) for word, others in _SAID_AS.items()}
