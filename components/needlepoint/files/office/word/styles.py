"""What a paragraph of a Word file is: a heading, an item of a list, the first of a page."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from needlepoint.files.office.word.numbering import W, is_on

_MOST_LEVELS = 9


class Style:
    """What a paragraph's own properties and its styles make of it."""

    __slots__ = ("breaks_before", "is_caption", "is_heading", "numbering")

    def __init__(
        self, *, is_heading: bool, is_caption: bool, breaks_before: bool, numbering: tuple[str, int] | None
    ) -> None:
        self.is_heading = is_heading
        self.is_caption = is_caption
        self.breaks_before = breaks_before
        self.numbering = numbering


_PLAIN_STYLE = Style(is_heading=False, is_caption=False, breaks_before=False, numbering=None)


class RunLook(NamedTuple):
    """How a run of characters is shown: not at all, struck out, raised."""

    is_hidden: bool = False
    is_struck: bool = False
    is_raised: bool = False


_PLAIN = RunLook()


class Styles:
    """What a paragraph is, by its own properties and those of its style and the styles that is based on."""

    def __init__(self, root: Any) -> None:
        self._styles = {style.get(f"{W}styleId"): style for style in root.findall(f"{W}style")}
        self._looks: dict[str | None, RunLook] = {None: _PLAIN}

    def of(self, paragraph: Any) -> Style:
        """Return what a paragraph is."""
        if paragraph.find(f"{W}pPr") is None:
            return _PLAIN_STYLE
        chain = [paragraph, *self._chain(_style_name(paragraph))]
        properties = [found for each in chain if (found := each.find(f"{W}pPr")) is not None]
        return Style(
            is_heading=any(_is_heading(each) for each in chain[1:]) or any(_outline(each) for each in properties),
            is_caption=any(_is_named(each, "caption") for each in chain[1:]),
            breaks_before=is_on(_first(properties, "pageBreakBefore")),
            numbering=_numbering(properties),
        )

    def look(self, run: Any, paragraph: Any) -> RunLook:
        """Return how a run is shown: as it says itself, else as the styles of its characters and its paragraph say."""
        own = run.find(f"{W}rPr")
        of_paragraph = self._look_of(_style_name(paragraph)) if paragraph is not None else _PLAIN
        if own is None:
            return of_paragraph
        style = own.find(f"{W}rStyle")
        of_style = _PLAIN if style is None else self._look_of(style.get(f"{W}val"))
        # what both styles switch on is off: ECMA-376, 17.7.3
        styled = RunLook(
            of_style.is_hidden != of_paragraph.is_hidden,
            of_style.is_struck != of_paragraph.is_struck,
            of_style.is_raised or of_paragraph.is_raised,
        )
        return _own_look(own, styled)

    def _look_of(self, name: str | None) -> RunLook:
        if name not in self._looks:
            look = _PLAIN
            for style in reversed(list(self._chain(name))):
                properties = style.find(f"{W}rPr")
                look = look if properties is None else _own_look(properties, look)
            self._looks[name] = look
        return self._looks[name]

    def _chain(self, name: str | None) -> Iterator[Any]:
        for _ in range(20):  # a damaged file may base a style on itself
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            based_on = style.find(f"{W}basedOn")
            name = None if based_on is None else based_on.get(f"{W}val")


def _style_name(paragraph: Any) -> str | None:
    properties = paragraph.find(f"{W}pPr")
    found = None if properties is None else properties.find(f"{W}pStyle")
    return None if found is None else found.get(f"{W}val")


def _own_look(properties: Any, otherwise: RunLook) -> RunLook:
    """Return the look that run properties make of another."""
    hidden, raised = properties.find(f"{W}vanish"), properties.find(f"{W}vertAlign")
    struck = [found for name in ("strike", "dstrike") if (found := properties.find(f"{W}{name}")) is not None]
    return RunLook(
        otherwise.is_hidden if hidden is None else is_on(hidden),
        any(map(is_on, struck)) if struck else otherwise.is_struck,
        otherwise.is_raised if raised is None else raised.get(f"{W}val") == "superscript",
    )


def _is_heading(style: Any) -> bool:
    return _is_named(style, r"heading \d|title$")


def _is_named(style: Any, pattern: str) -> bool:
    name = style.find(f"{W}name")
    return name is not None and re.match(pattern, name.get(f"{W}val") or "", re.IGNORECASE) is not None


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
