"""The fields of a record that a question is compared with: its content, and metadata such as the title, each with a weight.

Each word of the question counts with the score of its best field, plus :data:`TIE` times the scores of the other fields. If the
scores were added up, a document with the question's name for it in its file name and in every passage would outrank passages
that match the rest of the question.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from needlepoint.stores.records import Record
from needlepoint.text.forms import forms

CONTENT = "content"
LANGUAGE = "language"
"""The metadata key of a document's language, by ISO 639-1."""
MAX_INDEXED_CHARACTERS = 20_000_000
SearchFields = Mapping[str, float]
ONLY_CONTENT: SearchFields = {CONTENT: 1.0}

TIE = 0.2
"""What of its other fields counts beside a word's best one: 0 is the best alone, 1 the sum of all."""
WAYS_TIE = 0.2
"""The same of the other ways of writing a word."""

_WEIGHTED = re.compile(r"(.+)\^(\d*\.?\d+)")
_JOINED = re.compile(r"(?<![A-Za-z])[A-Z]?[a-z]++(?:[A-Z][a-z]++)+")
_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])")


def weighted(search_fields: str | Sequence[str] | None) -> dict[str, float]:
    """Return the weight of each field's BM25 score: ``["content", "title^0.5"]`` is ``{"content": 1.0, "title": 0.5}``.

    :param search_fields: ``content`` and metadata keys; the default weight is 1. None means the content alone.
    :raises ValueError: it is not a list of field names, or a weight is 0.
    """
    named = [CONTENT] if search_fields is None else search_fields
    named = [named] if isinstance(named, str) else named
    if not isinstance(named, Sequence) or not named or not all(isinstance(name, str) and name for name in named):
        raise _error(search_fields)
    matches = [(name, _WEIGHTED.fullmatch(name)) for name in named]
    fields = {match[1] if match else name: float(match[2]) if match else 1.0 for name, match in matches}
    if not all(fields.values()):
        raise _error(search_fields)
    return fields


def text_field(search_field: str) -> str:
    """Return a search field's name in an index: ``content``, or a metadata key in hex."""
    return CONTENT if search_field == CONTENT else f"meta_{search_field.encode('utf-8').hex()}"


def metadata_fields(search_fields: Iterable[str]) -> dict[str, str]:
    """Return the metadata keys among search fields, each with its name in an index."""
    return {name: text_field(name) for name in search_fields if name != CONTENT}


def searched_texts(record: Record, search_field: str) -> list[str]:
    """Return the texts to index for a search field of a record: its own, and their forms in its language."""
    language = record.meta.get(LANGUAGE)
    if search_field == CONTENT:
        texts = [record.content[:MAX_INDEXED_CHARACTERS]]
        found = [forms(text, language) for text in texts]
    else:
        texts = metadata_texts(record.meta.get(search_field))
        found = [_remembered_forms(text, language if isinstance(language, str) else "") for text in texts]
    return [*texts, *filter(None, found)]


def metadata_texts(value: object) -> list[str]:
    """Return the texts to index for a metadata value, which is a text or a list of texts.

    Joined words, as in file names, are added a second time in parts: EmmisMarketing, Emmis Marketing.
    """
    values = value if isinstance(value, list) else [value]
    found = [element for element in values if isinstance(element, str)]
    return [*found, *(words for text in found for words in _parted(text))]


@lru_cache(maxsize=1024)  # the passages of one document share its title, name and opening
def _remembered_forms(text: str, language: str) -> str:
    return forms(text, language)


@lru_cache(maxsize=1024)
def _parted(text: str) -> tuple[str, ...]:
    return tuple(_JOINT.sub(" ", word) for word in _JOINED.findall(text))


def missing(search_field: str) -> str:
    """Return the error message for an index that was made without a search field."""
    return f"the index was made without the search field {search_field!r}: index the files again into another store"


def _error(got: object) -> ValueError:
    return ValueError(
        "search_fields must be a list of 'content' and metadata keys, optionally with a weight above 0 such as title^0.5, "
        f"got {got!r}"
    )
