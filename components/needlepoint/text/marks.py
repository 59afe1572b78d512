"""Marks on stretches of a text whose characters alone do not tell what they are: table rows, notes, page furniture."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class MarkKind(StrEnum):
    """What a stretch of text is.

    ``ROW`` is a table row that can be understood alone. ``NOTE`` is a remark on the text: a comment, or a note to a slide or a
    cell. ``FURNITURE`` is what pages repeat around their text: running headers, footers, page numbers, line numbers.
    """

    ROW = "row"
    NOTE = "note"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Mark:
    """The kind of ``text[start:end]``.

    :param about: context that its own words lack, such as a table's caption. It is searched with the passage, and given to
        the reader if the question names it.
    """

    start: int
    end: int
    kind: MarkKind
    about: str = ""

    def moved(self, by: int) -> "Mark":
        """Return the mark shifted by this many characters."""
        return Mark(self.start + by, self.end + by, self.kind, self.about)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data that JSON can hold."""
        return {"start": self.start, "end": self.end, "kind": self.kind.value, "about": self.about}


def marks_to_text(marks: Iterable[Mark]) -> str:
    """Return the marks of a text as one JSON string, because frameworks copy metadata between their steps value by value."""
    plain = [(mark.start, mark.end, mark.kind.value, mark.about) for mark in marks]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")) if plain else ""


def marks_from(values: str | Iterable[Mapping[str, Any]]) -> list[Mark]:
    """Return the marks that :func:`marks_to_text` or :meth:`Mark.to_dict` turned into plain data.

    :raises KeyError: a mark lacks a value.
    :raises ValueError: the string was not made by :func:`marks_to_text`, or a mark's kind is unknown.
    """
    if isinstance(values, str):
        rows = json.loads(values) if values else []
        return [Mark(start, end, MarkKind(kind), about) for start, end, kind, about in rows]
    return [Mark(int(v["start"]), int(v["end"]), MarkKind(v["kind"]), str(v.get("about", ""))) for v in values]


def readable(text: str, marks: Iterable[Mark]) -> str:
    """Return the text with each character of page furniture replaced by a blank, so that offsets stay true.

    Line breaks next to furniture become blanks too, because a sentence may continue across it; form feeds stay. Where blank
    lines set the furniture off on both sides, no sentence continues, and they stay too.
    """
    pieces, done = [], 0
    for mark in marks:
        if mark.kind is not MarkKind.FURNITURE:
            continue
        start, end = mark.start, mark.end
        is_set_off = _is_set_off(text, start, end)
        while not is_set_off and start > done and text[start - 1] in " \n":
            start -= 1
        while not is_set_off and end < len(text) and text[end] in " \n":
            end += 1
        pieces += [text[done:start], "".join("\f" if each == "\f" else " " for each in text[start:end])]
        done = end
    return "".join([*pieces, text[done:]]) if pieces else text


def _is_set_off(text: str, start: int, end: int) -> bool:
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    return (before == "\n\n" or before[-1:] in ("", "\f")) and (after == "\n\n" or after[:1] in ("", "\f"))
