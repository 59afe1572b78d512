"""Where words stand, as plain data: the same keys in replies, confirmed answers and pinned quotes."""

from collections.abc import Mapping
from typing import Any

_ABOUT = ("title", "name", "type", "date", "date_of", "folder", "pages")


def document_data(document_id: str, meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a place says of its document.

    :param meta: of the document's record, or of one of its passages.
    """
    return {"id": document_id, **{name: meta.get(name) for name in _ABOUT}}


def place_data(
    words: str,
    *,
    document: Mapping[str, Any],
    page: int | None,
    last_page: int | None,
    section: Any,
    start: int,
    end: int,
    before: str,
    after: str,
    score: float | None,
) -> dict[str, Any]:
    """Return words of a document with their sentence.

    :param start: where the words begin in the document's text, and ``end`` one past their last character.
    :param before: what of their sentence stands just before them; ``after`` what stands just after them.
    """
    return {
        "answer": words,
        "score": score,
        "document": document,
        "page": page,
        "last_page": last_page,
        "section": section,
        "start": start,
        "end": end,
        "quote": {"before": before, "after": after, "start": start - len(before), "end": end + len(after)},
    }
