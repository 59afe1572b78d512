"""Example replies for the OpenAPI description."""

from typing import Any

_DOCUMENT = {
    "id": "9f2c61c4a27be6d0a4be5a1fd7a3b2c1",
    "title": "Lease of Harbour House",
    "name": "lease-harbour-house.docx",
    "type": "docx",
    "date": "2021-03-30",
    "folder": "contracts",
    "pages": 22,
}
_PLACE = {
    "answer": "31 March 2031",
    "score": 0.94,
    "document": _DOCUMENT,
    "page": 7,
    "last_page": 7,
    "section": "3. Term",
    "start": 18_204,
    "end": 18_217,
    "quote": {
        "before": "The term shall end on ",
        "after": ", unless extended under clause 4.",
        "start": 18_182,
        "end": 18_250,
    },
}
_PASSAGE = {
    "id": "1b0a",
    "rank": 1,
    "score": 0.81,
    "text": "The term shall end on 31 March 2031, unless extended under clause 4.",
    "start": 18_182,
    "end": 18_250,
    "page": 7,
    "section": "3. Term",
    "document": _DOCUMENT,
}
_CARD = {
    **_PLACE,
    "retrieval_rank": 1,
    "retrieval_score": 0.81,
    "passage": _PASSAGE,
    "places": [],
    "haystack": {"answer": {"answer": "31 March 2031", "...": "..."}, "document": {"id": "1b0a", "...": "..."}},
}


def _example(description: str, value: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"example": value}}}


ANSWERED = _example(
    "The answers, best first; `document.text[start:end]` is the answer.",
    {
        "question": "When does the lease end?",
        "found": True,
        "answers": [_CARD],
        "doubtful": [],
        "no_answer_score": 0.02,
        "nearest": [_PASSAGE],
        "read": {"passages": 20, "documents": 6},
        "seconds": {"total": 0.42, "retrieval": 0.002, "reading": 0.41},
        "reader": {"model": "bundled reader", "precision": "fp32", "calibrated": True},
    },
)
HAYSTACK_ANSWERED = _example(
    "As Haystack 1.26 gives it.",
    {
        "query": "When does the lease end?",
        "answers": [
            {
                "answer": "31 March 2031",
                "type": "extractive",
                "score": 0.94,
                "context": "The term shall end on 31 March 2031, unless extended under clause 4.",
                "offsets_in_document": [{"start": 22, "end": 35}],
                "offsets_in_context": [{"start": 22, "end": 35}],
                "document_ids": ["1b0a"],
                "meta": {"name": "lease-harbour-house.docx", "page": 7, "start": 18_204, "end": 18_217},
            }
        ],
        "documents": [
            {"id": "1b0a", "content": _PASSAGE["text"], "content_type": "text", "meta": {"name": _DOCUMENT["name"]}}
        ],
    },
)
VERIFIED = _example(
    "What became of each quote, in the order of the request; `document.text[now.start:now.end]` is `now.words`.",
    {
        "holds": False,
        "counts": {"holds": 0, "moved": 1, "changed": 0, "gone": 0, "not checked": 0},
        "quotes": [
            {
                "outcome": "moved",
                "reason": "the document was changed or replaced since",
                "quote": {"words": "31 March 2031", "path": "contracts/lease.docx", "page": 7, "place": "quote 1"},
                "now": {
                    "document_id": "51f0a1c6e2b94d7786aa0c3f9e5b7d10",
                    "name": "lease.docx",
                    "page": 8,
                    "last_page": 8,
                    "start": 19_320,
                    "end": 19_333,
                    "words": "31 March 2031",
                    "similarity": 1.0,
                },
            }
        ],
    },
)

_MEANINGS = {
    400: "The request cannot be answered as asked.",
    401: "It is not known who asks: log in.",
    404: "Not found.",
    409: "The current state does not allow it.",
    413: "Larger than the limits allow.",
    422: "The request is not well formed.",
    429: "Too many wrong passwords: try again after the seconds in `Retry-After`.",
    501: "The pipelines cannot do this.",
    503: "Busy or not ready: try again after the seconds in `Retry-After`.",
    504: "The request took longer than allowed.",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI's descriptions of error replies."""
    return {
        status: {
            "description": _MEANINGS[status],
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {"errors": {"type": "array", "items": {"type": "string"}}},
                    },
                    "example": {"errors": ["one line: what, where, how to mend it"]},
                }
            },
        }
        for status in statuses
    }
