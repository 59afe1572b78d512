"""The text of one document with its pages and, where words are searched for that have changed, its words."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from needlepoint.stores.names import PAGES
from needlepoint.stores.record_store import RecordStore, records_in
from needlepoint.text.paging import join_pages

WORD: Final = re.compile(r"\w+")
_CLAUSE_END: Final = re.compile(r"[.:;!?()\n\f\u201c\u201d\"]")


@dataclass(frozen=True)
class DocumentText:
    """The text of a document.

    :param starts: the first character of each page, in order; ``titles`` their titles.
    """

    text: str
    starts: Sequence[int] = (0,)
    titles: Sequence[str] = ()

    @classmethod
    def of(cls, store: RecordStore, document_id: str) -> "DocumentText":
        """Read a document's text from the store; empty if it has none."""
        pages = list(records_in(store, PAGES, {"document_id": document_id}))
        pages.sort(key=lambda page: int(page.meta["number"]))
        spans = [(int(page.meta["start"]), int(page.meta["end"]), page.content) for page in pages]
        titles = [str(page.meta.get("title") or "") for page in pages]
        return cls(join_pages(spans), [start for start, _, _ in spans], titles)

    def page_at(self, at: int) -> int:
        """Return the page on which a character stands, from 1."""
        return max(1, bisect_right(self.starts, at))

    def title_at(self, at: int) -> str:
        """Return the title of the page on which a character stands; empty without one."""
        page = self.page_at(at)
        return self.titles[page - 1] if page <= len(self.titles) else ""

    @cached_property
    def words(self) -> list[tuple[int, int]]:
        """Where each word begins and ends."""
        return [match.span() for match in WORD.finditer(self.text)]

    @cached_property
    def folded(self) -> list[str]:
        """Each word without case."""
        return [self.text[start:end].casefold() for start, end in self.words]

    def goes_on(self, number: int) -> bool:
        """Return whether a word is of one clause with the word before it."""
        if not 0 < number < len(self.words):
            return False
        return _CLAUSE_END.search(self.text, self.words[number - 1][1], self.words[number][0]) is None

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """The numbers of the words that are equal but for case."""
        positions: dict[str, list[int]] = {}
        for number, word in enumerate(self.folded):
            positions.setdefault(word, []).append(number)
        return positions
