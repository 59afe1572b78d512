"""What OpenDocument styles say of text that changes what is read: hidden, struck out, raised, on a new page."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from needlepoint.files.opendocument.package import FO, STYLE, TABLE, TEXT

_DEEPEST = 30  # styles that derive from each other


class Look(NamedTuple):
    """How text in a style is shown."""

    is_hidden: bool = False
    is_struck: bool = False
    is_raised: bool = False
    breaks_before: bool = False
    breaks_after: bool = False
    font: str = ""


PLAIN = Look()


class Styles:
    """Looks up styles by family and name.

    :param sets: the styles of a document, set by set; the first one of a name counts.
    """

    def __init__(self, sets: Iterable[list[Any]]) -> None:
        self._styles: dict[tuple[str, str], Any] = {}
        self.lists: dict[str, Any] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        for style in (each for styles in sets for each in styles):
            name = style.get(f"{STYLE}name") or ""
            if style.tag == f"{STYLE}style":
                self._styles.setdefault((style.get(f"{STYLE}family") or "", name), style)
            elif style.tag == f"{TEXT}list-style":
                self.lists.setdefault(name, style)

    def look(self, family: str, name: str | None) -> Look:
        """Return how text in a style is shown.

        :param family: ``paragraph``, ``text``, ``table-cell``, ``section`` ...
        """
        if not name:
            return PLAIN
        if (family, name) not in self._looks:
            self._looks[family, name] = self._read(family, name)
        return self._looks[family, name]

    def is_shown(self, family: str, name: str | None) -> bool:
        """Whether the sheet or the section of a style is shown."""
        stated = self._stated(family, name or "")
        return stated.get(f"{TABLE}display", "true") != "false" and stated.get(f"{TEXT}display", "true") != "none"

    def stated(self, family: str, name: str | None, attribute: str) -> str:
        """Return what a style, or the one that it derives from, states."""
        return self._stated(family, name or "").get(attribute, "")

    def _read(self, family: str, name: str) -> Look:
        stated = self._stated(family, name)
        through = (stated.get(f"{STYLE}text-line-through-{each}", "none") for each in ("style", "type"))
        position = stated.get(f"{STYLE}text-position", "").split(" ")[0]
        return Look(
            is_hidden=stated.get(f"{TEXT}display") == "none",
            is_struck=any(each != "none" for each in through),
            is_raised=position == "super" or (position.endswith("%") and position[:1].isdigit() and position != "0%"),
            breaks_before=stated.get(f"{FO}break-before") == "page" or bool(stated.get(f"{STYLE}master-page-name")),
            breaks_after=stated.get(f"{FO}break-after") == "page",
            font=(stated.get(f"{STYLE}font-name") or stated.get(f"{FO}font-family", "")).strip("'"),
        )

    def _stated(self, family: str, name: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for style in self._chain(family, name):
            own = {key: value for part in style if isinstance(part.tag, str) for key, value in part.items()}
            if (master := style.get(f"{STYLE}master-page-name")) is not None:
                own[f"{STYLE}master-page-name"] = master
            found = {**own, **found}
        return found

    def _chain(self, family: str, name: str) -> Iterator[Any]:
        for _ in range(_DEEPEST):
            style = self._styles.get((family, name))
            if style is None:
                return
            yield style
            name = style.get(f"{STYLE}parent-style-name") or ""
