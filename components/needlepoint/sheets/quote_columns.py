"""Which columns of a table hold a quote, its document and its place, and what a row says."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from needlepoint.errors import SheetError
from needlepoint.sheets.quotes import GivenQuote

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "quote": (
        "quote",
        "quotation",
        "quoted words",
        "answer",
        "exact",
        "words",
        "quoted text",
        "cited text",
        "excerpt",
        "text",
    ),
    "document": (
        "document",
        "document name",
        "name",
        "file",
        "file name",
        "filename",
        "source",
        "doc",
        "source document",
    ),
    "document id": ("document id", "doc id", "document hash", "source id", "hash", "sha256", "id"),
    "path": ("path", "file path", "document path", "full path"),
    "page": ("page", "page number", "first page", "pages", "p"),
    "start": ("start", "start offset", "start character", "begin", "offset"),
    "end": ("end", "end offset", "end character"),
    "before": ("before", "prefix", "text before", "context before"),
    "after": ("after", "suffix", "text after", "context after"),
}
"""The headings under which each column is looked for, the likeliest first."""

_NUMBERS = ("page", "start", "end")


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Return in which column each value stands, by the headings; what has no column is left out."""
    plain = [heading_of(heading) for heading in headings]
    found: dict[str, int] = {}
    for name, known in HEADINGS.items():
        for heading in known:
            if heading in plain and plain.index(heading) not in found.values():
                found[name] = plain.index(heading)
                break
    return found


def heading_of(text: object) -> str:
    """Return a heading as it is compared: ``Document_ID`` and ``document id`` are one."""
    return " ".join(re.sub(r"[\W_]+", " ", str(text).casefold()).split())


def is_complete(columns: Mapping[str, int]) -> bool:
    """Return whether there are a quote and its document among the columns."""
    return "quote" in columns and bool({"document", "document id", "path"} & columns.keys())


def check_complete(columns: Mapping[str, int], headings: Sequence[str]) -> None:
    """Refuse a table in which a quote or its document has no column.

    :raises SheetError: one of them has none; the message names the headings that are there.
    """
    if is_complete(columns):
        return
    missing = "quote" if "quote" not in columns else "document (its name, path or id)"
    if [heading_of(heading) for heading in headings[:4]] == ["document", "title", "date", "type"]:
        where = "on the page Sources of its workbook, or in the file beside it that ends in .sources.csv"
        raise SheetError(f"this is the table of a sheet alone: its quotes are {where}")
    there = ", ".join(filter(None, (str(heading).strip()[:30] for heading in headings))) or "none"
    raise SheetError(f"there is no column for the {missing}; its columns are: {there[:200]}")


def told(columns: Mapping[str, int], headings: Sequence[str]) -> str:
    """Return in one line which columns were taken, and which are not there."""
    taken = [
        name if heading_of(headings[at]) == name else f"{name} (from '{str(headings[at]).strip()[:30]}')"
        for name, at in columns.items()
    ]
    missing = [name for name in HEADINGS if name not in columns]
    return ", ".join(taken) + (f"; not there: {', '.join(missing)}" if missing else "")


def quote_of(values: Mapping[str, Any], *, place: str, problem: str = "") -> GivenQuote | None:
    """Return the quote of a row; None if it has no quoted words.

    :param values: by the names of :data:`HEADINGS`.
    :param problem: why the quote cannot be looked up.
    """
    texts = {name: "" if value is None else str(value) for name, value in values.items()}
    words = texts.get("quote", "")
    if not words.strip() and not problem:
        return None
    numbers, wrong = _numbers(texts)
    document, document_id, path = (texts.get(name, "").strip() for name in ("document", "document id", "path"))
    if not (document or document_id or path or problem):
        problem = "it names no document"
    return GivenQuote(
        words,
        document=document,
        document_id=document_id,
        path=path,
        before=texts.get("before", ""),
        after=texts.get("after", ""),
        place=place,
        note=wrong,
        problem=problem,
        **numbers,
    )


def _numbers(texts: Mapping[str, str]) -> tuple[dict[str, int | None], str]:
    """Return page, start and end; and what is wrong with them."""
    numbers: dict[str, int | None] = dict.fromkeys(_NUMBERS)
    for name in _NUMBERS:
        text = texts.get(name, "").strip()
        if not text:
            continue
        number = _number(text)
        if number is None or number < (name == "page"):
            return dict.fromkeys(_NUMBERS), f"its {name} '{text[:20]}' is no number that can be one"
        numbers[name] = number
    start, end = numbers["start"], numbers["end"]
    if start is not None and end is not None and end <= start:
        return dict.fromkeys(_NUMBERS), f"its end {end:,} is not after its start {start:,}"
    return numbers, ""


def _number(text: str) -> int | None:
    found = re.fullmatch(r"(?:pages?\s*|p\.\s*)?(\d{1,12})(?:\.0+)?(?:\s*[-\u2013]\s*\d+)?", text, re.IGNORECASE)
    return int(found[1]) if found else None
