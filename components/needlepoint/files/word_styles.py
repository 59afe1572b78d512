"""What a paragraph of a Word file is: a heading, an item of a list, the first of a page."""

import re
from collections.abc import Iterator
from typing import Any

from needlepoint.files.word_numbering import W, is_on

_MOST_LEVELS = 9


class Style:
    """What a paragraph's own properties and its styles make of it."""

    __slots__ = ("breaks_before", "is_heading", "numbering")

    def __init__(self, *, is_heading: bool, breaks_before: bool, numbering: tuple[str, int] | None) -> None:
        self.is_heading = is_heading
        self.breaks_before = breaks_before
        self.numbering = numbering


class Styles:
    """What a paragraph is, by its own properties and those of its style and the styles that is based on."""

    def __init__(self, root: Any) -> None:
        self._styles = {style.get(f"{W}styleId"): style for style in root.findall(f"{W}style")}

    def of(self, paragraph: Any) -> Style:
        """Return what a paragraph is."""
        chain = list(self._chain(paragraph))
        properties = [found for each in chain if (found := each.find(f"{W}pPr")) is not None]
        return Style(
            is_heading=any(_is_heading(each) for each in chain[1:]) or any(_outline(each) for each in properties),
            breaks_before=is_on(_first(properties, "pageBreakBefore")),
            numbering=_numbering(properties),
        )

    def _chain(self, paragraph: Any) -> Iterator[Any]:
        yield paragraph
        name = _style_name(paragraph)
        for _ in range(20):  # a damaged file may base a style on itself
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            based_on = style.find(f"{W}basedOn")
            name = None if based_on is None else based_on.get(f"{W}val")


def _style_name(paragraph: Any) -> str | None:
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return None if found is None else found.get(f"{W}val")


def _is_heading(style: Any) -> bool:
    name = style.find(f"{W}name")
    return name is not None and re.match(r"(?i)(heading \d|title$)", name.get(f"{W}val") or "") is not None


def _outline(properties: Any) -> bool:
    level = properties.find(f"{W}outlineLvl")
    return level is not None and (level.get(f"{W}val") or "9") in "012345678"


def _first(properties: list[Any], name: str) -> Any | None:
    return next((found for each in properties if (found := each.find(f"{W}{name}")) is not None), None)


def _numbering(properties: list[Any]) -> tuple[str, int] | None:
    """Return list and level; the level may stand in the paragraph and the list in its style."""
    ids = [found.get(f"{W}val") for each in properties if (found := each.find(f"{W}numPr/{W}numId")) is not None]
    levels = [found.get(f"{W}val") for each in properties if (found := each.find(f"{W}numPr/{W}ilvl")) is not None]
    if not ids or ids[0] in (None, "0"):
        return None
    level = int(levels[0]) if levels and (levels[0] or "").isdigit() else 0
    return str(ids[0]), min(level, _MOST_LEVELS)
