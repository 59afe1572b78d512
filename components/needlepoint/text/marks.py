"""What parts of a text are, where their characters alone do not tell: rows of a table, notes, furniture of the page."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class MarkKind(StrEnum):
    """What a stretch of text is.

    ``ROW`` is a row of a table that can be understood alone, ``NOTE`` what somebody wrote about the text (a comment, a note to
    a slide or a cell), ``FURNITURE`` what a page repeats around its text: running headers, footers, page numbers, line numbers.
    """

    ROW = "row"
    NOTE = "note"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Mark:
    """``text[start:end]`` is of a kind.

    :param about: what it is about that its own words do not say, such as a table's caption: searched with it, and told to
        the reader where the question names it.
    """

    start: int
    end: int
    kind: MarkKind
    about: str = ""

    def moved(self, by: int) -> "Mark":
        """Return the mark in a text that has so many characters before this one's."""
        return Mark(self.start + by, self.end + by, self.kind, self.about)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, fit for JSON."""
        return {"start": self.start, "end": self.end, "kind": self.kind.value, "about": self.about}


def marks_to_text(marks: Iterable[Mark]) -> str:
    """Return the marks of a text as one JSON text: frameworks copy metadata between their steps, value by value."""
    plain = [(mark.start, mark.end, mark.kind.value, mark.about) for mark in marks]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) if plain else ""


def marks_from(values: str | Iterable[Mapping[str, Any]]) -> list[Mark]:
    """Return the marks that :func:`marks_to_text` or :meth:`Mark.to_dict` made plain.

    :raises KeyError: one lacks a value.
    :raises ValueError: it is no such text, or one is of no known kind.
    """
    if isinstance(values, str):
        rows = json.loads(values) if values else []
        return [Mark(start, end, MarkKind(kind), about) for start, end, kind, about in rows]
    return [Mark(int(v["start"]), int(v["end"]), MarkKind(v["kind"]), str(v.get("about", ""))) for v in values]


def readable(text: str, marks: Iterable[Mark]) -> str:
    """Return the text with a blank in the place of each character of furniture, so that offsets stay true.

    Line breaks next to the furniture become blanks too, for a sentence goes on across it; a form feed stays.
    """
    pieces, done = [], 0
    for mark in marks:
        if mark.kind is not MarkKind.FURNITURE:
            continue
        start, end = mark.start, mark.end
        while start > done and text[start - 1] in " \n":
            start -= 1
        while end < len(text) and text[end] in " \n":
            end += 1
        pieces += [text[done:start], "".join("\f" if each == "\f" else " " for each in text[start:end])]
        done = end
    return "".join([*pieces, text[done:]]) if pieces else text
