"""Parts of a web page that are more than running text: what is shown of it at all, form controls, pictures, tables."""

import re
from collections.abc import Callable
from typing import Any

from needlepoint.files.pages import TextLine, one_line
from needlepoint.files.tables import Cell, grid, table_lines

_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration[a-z-]*\s*:[^;]*line-through", re.IGNORECASE)
_STRUCK_RULE = re.compile(r"([^{}]+)\{[^{}]*text-decoration[a-z-]*\s*:[^;{}]*line-through[^{}]*\}", re.IGNORECASE)
_CLASS = re.compile(r"(?:[a-z]\w*)?\.([\w-]+)", re.IGNORECASE)
_CONTROLLERS = ("aria-controls", "data-target", "data-bs-target", "href")
_CONTROLLING = f"//*[{' or '.join(f'@{name}' for name in _CONTROLLERS)}]"
_CONTROLS = frozenset({"button", "a", "div", "span", "li", "h1", "h2", "h3", "h4", "h5", "h6", "summary"})
_FOLDS = ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle")
_SILENT = frozenset({"hidden", "submit", "button", "reset", "image", "password", "file", "search", "color"})
_FEW_WORDS = 20  # of a part that is hidden from screen readers only: signs and repeats are shorter
_WORDS_OF_PICTURE = 4  # fewer name a logo or a sign
_MOST_COLUMNS = 1000


class Visibility:
    """Tells what a reader of the page sees, or sees after a click on the heading of a folded part.

    :param root: the page, or a part of it.
    """

    def __init__(self, root: Any) -> None:
        page = root.getroottree().getroot()
        styles = "".join(text for style in page.iter("style") for text in style.itertext())
        selectors = [each.strip() for rule in _STRUCK_RULE.findall(styles) for each in rule.split(",")]
        self._struck_classes = {match.group(1) for each in selectors if (match := _CLASS.fullmatch(each))}
        self._folded = {
            target.lstrip("#")
            for element in page.xpath(_CONTROLLING)
            if element.tag in _CONTROLS
            for name in _CONTROLLERS
            if (target := element.get(name) or "") and (name != "href" or (target[0] == "#" and _folds(element)))
        }

    def is_shown(self, element: Any) -> bool:
        """Tell whether an element is neither hidden nor only a means to use the page, such as a button."""
        if not element.keys() and element.tag not in ("button", "dialog"):
            return True
        if element.tag == "button":
            return (
                _folds(element)
                or next(element.iterancestors("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"), None) is not None
            )
        if element.tag == "dialog":
            return element.get("open") is not None
        if element.get("role") == "navigation":
            return False
        if element.get("id") in self._folded:
            return True
        if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
            return False
        return element.get("aria-hidden") != "true" or len("".join(element.itertext()).split()) > _FEW_WORDS

    def is_struck(self, element: Any) -> bool:
        """Tell whether a line goes through the text."""
        if self._struck_classes and not self._struck_classes.isdisjoint((element.get("class") or "").split()):
            return True
        style = element.get("style")
        return bool(style) and _STRUCK.search(style) is not None


def _folds(element: Any) -> bool:
    return any(element.get(name) is not None for name in _FOLDS)


def control_text(element: Any) -> str:
    """Return what a form control shows: its value, the option chosen, a tick box."""
    if element.tag == "textarea":
        return one_line(element.text or "")
    if element.tag == "select":
        chosen = [option for option in element.iter("option") if option.get("selected") is not None]
        return ", ".join(one_line("".join(option.itertext())) for option in chosen)
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "☒" if element.get("checked") is not None else "☐"
    return "" if kind in _SILENT else one_line(element.get("value") or "")


def picture_text(element: Any) -> str:
    """Return what the page says that a picture shows, where that is more than a name."""
    text = one_line(element.get("alt") or "")
    return f"Picture: {text}" if len(text.split()) >= _WORDS_OF_PICTURE else ""


def table_of(table: Any, visibility: Visibility, *, heading: str, text: Callable[[Any], str]) -> list[TextLine] | None:
    """Return the lines of a table; nothing where it only arranges the page.

    :param heading: what it stands under.
    :param text: gives the text of an element.
    """
    rows = [row for row in table.iter("tr") if _own_table(row) is table and visibility.is_shown(row)]
    if next(table.iterdescendants("table"), None) is not None or len(rows) < 2:
        return None
    captions = [one_line(text(caption)) for caption in table.findall("caption")]
    cells = [[cell for cell in row if cell.tag in ("td", "th") and visibility.is_shown(cell)] for row in rows]
    texts = grid([[Cell(_cell_text(text(each)), *_spans(each, len(rows))) for each in row] for row in cells])
    lines = table_lines(
        texts,
        headings=_heading_rows(rows, cells),
        about=" ".join(dict.fromkeys([heading, *captions])),
        has_labels=_has_labels(cells),
    )
    return [TextLine(caption) for caption in captions] + lines


def _cell_text(text: str) -> str:
    """Return a cell's text on one line, the items of a list in it separated by commas."""
    return one_line(re.sub(r"\s*\n- ", ", ", text.removeprefix("- ")))


def _own_table(element: Any) -> Any:
    return next(element.iterancestors("table"), None)


def _spans(cell: Any, rows: int) -> tuple[int, int]:
    if not cell.attrib:
        return 1, 1
    columns, down = (
        int(value) if re.fullmatch(r"[0-9]{1,5}", value := (cell.get(name) or "1").strip()) else 1
        for name in ("colspan", "rowspan")
    )
    return min(columns, _MOST_COLUMNS), min(down or rows, rows)


def _heading_rows(rows: list[Any], cells: list[list[Any]]) -> int | None:
    """Return how many rows of headings the page marks: those of its head, else the first ones of ``th`` cells alone."""
    head = 0
    while head < len(rows) and rows[head].getparent().tag == "thead":
        head += 1
    if not head and cells and len(cells[0]) > 1:
        head = next((at for at, row in enumerate(cells) if not _is_heading(row)), len(cells))
    return head or None


def _is_heading(row: list[Any]) -> bool:
    return bool(row) and all(cell.tag == "th" for cell in row)


def _has_labels(cells: list[list[Any]]) -> bool:
    """Tell whether each row is a name, marked as such, and what it names."""
    return all(len(row) <= 2 for row in cells) and any(row and row[0].tag == "th" for row in cells)
