"""Where the pages of a text begin: after a form feed, or in mid-sentence with nothing in between; and what they are called."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

PAGE_BREAK = "\f"
_UNITS = {
    **dict.fromkeys(("xlsx", "xlsb", "xls", "ods"), "sheet"),
    **dict.fromkeys(("pptx", "ppt", "odp"), "slide"),
}


def join_pages(pages: Iterable[tuple[int, int, str]]) -> str:
    """Return the text of pages that follow each other: a form feed between two, unless one begins where the other ends.

    :param pages: start, end and text of each, in order.
    """
    parts: list[str] = []
    last = None
    for start, end, text in pages:
        if last is not None and start != last:
            parts.append(PAGE_BREAK)
        parts.append(text)
        last = end
    return "".join(parts)


def page_turns(text: str, starts: Iterable[int]) -> list[int]:
    """Return where a page begins without a form feed before it.

    :param starts: where the pages begin, in order.
    """
    return [start for start in starts if 0 < start <= len(text) and text[start - 1] != PAGE_BREAK]


def pages_turned(text: str, at: int, turns: Sequence[int] = ()) -> int:
    """Return how many pages begin in a text up to its character ``at``.

    :param turns: where pages begin without a form feed, in order.
    """
    return text.count(PAGE_BREAK, 0, at) + bisect_right(turns, at)


def page_unit(file_type: str) -> str:
    """Return what a page of this type of file is called: ``page``, ``slide`` or ``sheet``."""
    return _UNITS.get(file_type, "page")


def page_words(page: int, *, file_type: str, last_page: int = 0, section: str = "") -> str:
    """Return where words stand: ``page 3``, ``pages 3-4``, ``slide 12``, ``sheet Prices``.

    :param page: the page on which the words begin, from 1; ``last_page`` that on which they end.
    :param file_type: of the document, as metadata have it.
    :param section: the title of the page.
    """
    unit = page_unit(file_type)
    if unit != "page":
        return f"{unit} {section if section and unit == 'sheet' else page}"
    return f"pages {page}-{last_page}" if last_page > page else f"page {page}"
