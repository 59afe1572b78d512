r"""The form of an index on the server: its fields, and an analyser that makes the terms of the embedded store.

=============  =========================================================================================================
field          holds
=============  =========================================================================================================
``content``    the text that questions are compared with, in Unicode normal form C, and on a last line its forms, if it
               has any (:mod:`needlepoint.text.forms`)
``original``   the text as it was given, where that is another
``keys``       one keyword for each value of the metadata, in the form that :mod:`needlepoint.stores.tokens` describes:
               filters, ranges and facets mean the same in both stores, no value of one document can clash with the type
               of another's, and any number of metadata keys is one field
``meta``       the metadata as given, to read back
``searched``   the texts of other metadata that questions are compared with, such as the title
``fields``     what else Haystack keeps of a document, to read back
``embedding``  a vector
``sequence``   the order of writing
=============  =========================================================================================================

The analyser copies the steps of :mod:`needlepoint.text.terms`. ``(?U)`` makes Java's ``\w`` and ``\d`` mean all of
Unicode, as Python's do. Each pattern begins with what is rare and looks around only from there: the server tries them at
every character that is indexed, and they are a good part of what indexing costs it.
"""

from collections.abc import Iterable
from typing import Any

from needlepoint.stores.search_fields import CONTENT, metadata_fields, text_field
from needlepoint.text.terms import SCRIPTIO

FORMAT = 1
ANALYSER = "needlepoint_text"
_CHARACTER_FILTERS = {
    "needlepoint_apostrophe": (r"(?U)['\u2019](?<=\w.)(?:[sS](?!\w)|(?=\w))", ""),
    "needlepoint_decimal": (r"(?U)[.,](?<=\d.)(?=\d)", "\u02d0"),
    "needlepoint_scriptio": (rf"[^\x00-\u0dff](?<=[{SCRIPTIO}])", " $0 "),
}
SEARCHED = "searched"
_TEXT = {"type": "text", "analyzer": ANALYSER}


def index_form(
    *, similarity: str, shards: int, replicas: int | None, search_fields: Iterable[str] = (CONTENT,)
) -> dict[str, Any]:
    """Return the settings and mappings that an index is made with.

    :param search_fields: what questions will be compared with: ``content`` and metadata keys.
    :param similarity: ``dot_product`` or ``cosine``, for the embeddings.
    :param replicas: None keeps one where the cluster has a second node.
    """
    copies = {"auto_expand_replicas": "0-1"} if replicas is None else {"number_of_replicas": replicas}
    return {
        "settings": {"number_of_shards": shards, **copies, "analysis": _analysis()},
        "mappings": {
            "dynamic": "strict",
            "_meta": {"needlepoint": FORMAT},
            "properties": {
                "content": _TEXT,
                SEARCHED: {"properties": dict.fromkeys(metadata_fields(search_fields).values(), _TEXT)},
                "original": {"type": "keyword", "index": False, "doc_values": False},
                "keys": {"type": "keyword"},
                "meta": {"type": "object", "enabled": False},
                "fields": {"type": "object", "enabled": False},
                "sequence": {"type": "long"},
                "embedding": {
                    "type": "dense_vector",
                    "similarity": "cosine" if similarity == "cosine" else "max_inner_product",
                    # the server's default rounds to 8 bits, and may then find less than half of what is nearest
                    "index_options": {"type": "hnsw"},
                },
            },
        },
    }


def _analysis() -> dict[str, Any]:
    return {
        "char_filter": {
            name: {"type": "pattern_replace", "pattern": pattern, "replacement": replacement}
            for name, (pattern, replacement) in _CHARACTER_FILTERS.items()
        },
        "tokenizer": {"needlepoint_words": {"type": "pattern", "pattern": r"[^\p{IsAlphabetic}\p{N}]+"}},
        "filter": {
            "needlepoint_length": {"type": "length", "max": 64},
            "needlepoint_stemmer": {"type": "stemmer", "language": "porter2"},
        },
        "analyzer": {
            ANALYSER: {
                "type": "custom",
                "char_filter": list(_CHARACTER_FILTERS),
                "tokenizer": "needlepoint_words",
                "filter": ["needlepoint_length", "asciifolding", "lowercase", "needlepoint_stemmer"],
            }
        },
    }


def searched_field(search_field: str) -> str:
    """Return the full name that a searched field has on the server."""
    return CONTENT if search_field == CONTENT else f"{SEARCHED}.{text_field(search_field)}"
