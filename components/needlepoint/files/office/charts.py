"""The data of a chart, as Office files hold it, as the rows of a table."""

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from needlepoint.files.office.number_formats import shown_number
from needlepoint.files.pages import TextLine, one_line
from needlepoint.files.tables import row_line, table_lines
from needlepoint.text.marks import MarkKind

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST_SERIES = 500
_MOST_CELLS = 500_000
Points = dict[int, str]
Series = tuple[str, Points, Points]
"""The name of a series, its categories and its values, both by their places."""


def chart_lines(root: Any, about: str = "") -> list[TextLine]:
    """Return a chart's title, and a line for each of its categories with the values of all series.

    :param root: the root element of the chart's part.
    :param about: what it stands under.
    """
    return series_lines(_title(root), _chartex_series(root) if root.tag.startswith(_CX) else _series(root), about)


def series_lines(title: str, series: Iterable[Series], about: str = "") -> list[TextLine]:
    """Return the title of a chart, and a line for each of its categories with the values of all series.

    :param about: what it stands under.
    """
    lines = [TextLine(title)] if title else []
    return lines + _rows(list(islice(series, _MOST_SERIES)), " ".join(dict.fromkeys(filter(None, [about, title]))))


def _rows(series: list[Series], about: str) -> list[TextLine]:
    categories: Points = {}
    for _, names, _ in series:
        categories |= {at: name for at, name in names.items() if at not in categories}
    places = sorted({at for _, names, values in series for at in (*names, *values)})
    places = places[: max(1, _MOST_CELLS // max(1, len(series)))]
    shown = [name for name, _, _ in series]
    if len(shown) == 1 and (not shown[0] or about.endswith(shown[0])):
        return table_lines(
            [[categories.get(at, ""), series[0][2].get(at, "")] for at in places], headings=0, about=about
        )
    rows = ([categories.get(at, ""), *(values.get(at, "") for _, _, values in series)] for at in places)
    return [TextLine(row_line(["", *shown], row), MarkKind.ROW, about) for row in rows if any(row[1:])]


def _title(root: Any) -> str:
    found = root.find(f"{_C}chart/{_C}title")
    found = root.find(f"{_CX}chart/{_CX}title") if found is None else found
    parts = [] if found is None else found.iter(f"{_A}t", f"{_C}v", f"{_CX}v")
    return one_line("".join(each.text or "" for each in parts))


def _series(root: Any) -> Iterator[Series]:
    """Return name, categories and values of each series."""
    for series in root.iter(f"{_C}ser"):
        name = series.find(f"{_C}tx")
        shown = "" if name is None else one_line(" ".join(each.text or "" for each in name.iter(f"{_C}v")))
        categories = _first(series, "cat", "xVal")
        values = _first(series, "val", "yVal")
        yield shown, _points(categories), _points(values)


def _first(element: Any, *names: str) -> Any | None:
    return next((found for name in names if (found := element.find(f"{_C}{name}")) is not None), None)


def _points(element: Any | None) -> Points:
    """Return the texts by their place; where categories have levels, the outer ones come first."""
    if element is None:
        return {}
    levels = element.findall(f".//{_C}lvl")
    if levels:
        return _joined_levels([_points_of(level, "") for level in levels])
    cache = next(element.iter(f"{_C}numCache", f"{_C}numLit", f"{_C}strCache", f"{_C}strLit"), None)
    if cache is None:
        return {}
    is_number = cache.tag.startswith(f"{_C}num")
    return _points_of(cache, (cache.findtext(f"{_C}formatCode") or "General") if is_number else "")


def _points_of(cache: Any, code: str) -> Points:
    found: Points = {}
    for point in cache.findall(f"{_C}pt"):
        at = point.get("idx") or ""
        if at.isascii() and at.isdigit() and len(at) < 10:
            text = one_line(point.findtext(f"{_C}v") or "")
            found[int(at)] = _shown(text, point.get("formatCode") or code) if code else text
    return found


def _joined_levels(levels: list[Points]) -> Points:
    """Join inner with outer categories; an outer one stands at the first of those that it holds."""
    inner, *outer = levels
    joined: Points = {}
    running = [""] * len(outer)
    for at in sorted({place for level in levels for place in level}):
        running = [level.get(at, name) for level, name in zip(outer, running, strict=True)]
        if at in inner:
            joined[at] = ", ".join(filter(None, [*reversed(running), inner[at]]))
    return joined


def _shown(text: str, code: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    return shown_number(value, code) if math.isfinite(value) else ""


def _chartex_series(root: Any) -> Iterator[Series]:
    names = [
        one_line(" ".join(each.text or "" for each in series.iter(f"{_CX}v"))) for series in root.iter(f"{_CX}series")
    ]
    for at, data in enumerate(root.iter(f"{_CX}data")):
        categories = _joined_levels([_levels(each) for each in data.findall(f"{_CX}strDim/{_CX}lvl")] or [{}])
        values = [_levels(each, each.get("formatCode") or "General") for each in data.findall(f"{_CX}numDim/{_CX}lvl")]
        yield names[at] if at < len(names) else "", categories, values[0] if values else {}


def _levels(level: Any, code: str = "") -> Points:
    points = [(each.get("idx") or "", one_line(each.text or "")) for each in level.findall(f"{_CX}pt")]
    return {int(at): _shown(text, code) if code else text for at, text in points if at.isdigit() and len(at) < 10}
