"""Cuts a document into passages, each with an id, its place in the source, and the source's metadata."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from needlepoint.text.marks import Mark, MarkKind, marks_from, readable
from needlepoint.text.paging import page_turns
from needlepoint.text.passages import Passage, split_passages

_OF_THE_SOURCE = ("pages", "page_turns", "section", "marks", "unread", "opening", "parents", "is_incomplete")


@dataclass(frozen=True, slots=True)
class SourcePassage:
    """A passage and its place: ``source[meta["start"]:meta["end"]] == content``.

    :param id: the same for the same place and words of the same document.
    :param meta: the source's metadata without ``pages``, ``marks`` and ``unread``, plus ``document_id``, ``start``, ``end``,
        ``page`` and ``opening``; also ``section`` if the page has a title, ``kind`` (``row`` or ``note``) if the passage is
        not running text, and ``page_turns``: where in ``content`` a page begins without a form feed before it.
    """

    id: str
    content: str
    meta: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Splitter:
    """Cuts documents into sentence-aligned passages that know their place in the source.

    :param max_words: the most words in a passage.
    :param overlap_sentences: how many sentences two neighbours share.
    :param opening_characters: how much of a document's beginning each of its passages carries as ``meta["opening"]``; 0 leaves
        it out.
    :raises ValueError: a number is out of range.
    """

    max_words: int = 120
    overlap_sentences: int = 1
    opening_characters: int = 600

    def __post_init__(self) -> None:
        if self.opening_characters < 0:
            raise ValueError(f"opening_characters must be at least 0, got {self.opening_characters}")
        split_passages("", max_words=self.max_words, overlap_sentences=self.overlap_sentences)  # checks the numbers

    def split(self, id: str, text: str, meta: Mapping[str, Any]) -> Iterator[SourcePassage]:
        """Yield the passages of a text in order; a text of white space has none.

        :param id: the document's id, unless ``meta`` has a ``document_id``.
        :param meta: the document's metadata; a converter puts the titles of its pages into ``pages``, and the marks on the
            text into ``marks``.
        """
        shared = {key: value for key, value in meta.items() if key not in _OF_THE_SOURCE}
        shared["document_id"] = shared.get("document_id") or id
        marks = marks_from(meta.get("marks") or "")
        shown = readable(text, marks)
        opening = str(meta.get("opening") or _first_words(_running_text(shown, marks), self.opening_characters))
        sections = _sections(meta.get("pages"))
        turns = page_turns(text, _page_starts(meta.get("pages")))
        for passage in split_passages(
            text, marks, turns=turns, max_words=self.max_words, overlap_sentences=self.overlap_sentences
        ):
            known = _first_words(f"{passage.about} {opening}", self.opening_characters) if passage.about else opening
            own = {**shared, "opening": known} if known else shared
            yield _source_passage(shown, passage, own, turns=turns, section=sections.get(passage.page))


def _running_text(text: str, marks: list[Mark]) -> str:
    """Return the text without the rows of its tables and without notes."""
    pieces, done = [], 0
    for mark in marks:
        if mark.kind is not MarkKind.FURNITURE:
            pieces.append(text[done : mark.start])
            done = mark.end
    return "".join([*pieces, text[done:]])


def _first_words(text: str, characters: int) -> str:
    """Return the first whole words of a text, joined by single blanks, in at most so many characters."""
    words = text[: 4 * characters].split()  # enough unless the text is mostly blanks
    joined = " ".join(words)
    if len(joined) <= characters:
        return joined
    return joined[: characters + 1].rpartition(" ")[0] or joined[:characters]


def _source_passage(
    text: str, passage: Passage, shared: Mapping[str, Any], *, turns: Sequence[int], section: str | None
) -> SourcePassage:
    content = text[passage.start : passage.end]
    meta = {**shared, "start": passage.start, "end": passage.end, "page": passage.page}
    if passage.kind is not None:
        meta["kind"] = passage.kind.value
    if inner := [turn - passage.start for turn in turns if passage.start < turn < passage.end]:
        meta["page_turns"] = inner
    if section:
        meta["section"] = section
    return SourcePassage(_passage_id(meta["document_id"], passage, content), content, meta)


def _passage_id(document_id: str, passage: Passage, content: str) -> str:
    key = f"{document_id}\0{passage.start}\0{passage.end}\0{content}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _page_starts(pages: Any) -> list[int]:
    if not isinstance(pages, list):
        return []
    return [page["start"] for page in pages if isinstance(page, Mapping) and isinstance(page.get("start"), int)]


def _sections(pages: Any) -> dict[int, str]:
    """Return the titles of the pages by page number; ``pages`` comes from a caller and may be anything."""
    if not isinstance(pages, list):
        return {}
    titled = (page for page in pages if isinstance(page, Mapping) and page.get("title"))
    return {page.get("number", 0): page["title"] for page in titled}
