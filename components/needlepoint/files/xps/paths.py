"""What is drawn on an XPS page besides text: lines, filled areas and pictures."""

import re
from collections.abc import Iterator
from typing import Any

from needlepoint.files.pdf.drawings import Drawings, Matrix, add_line, applied, is_thin, spanned
from needlepoint.files.pdf.page import Look
from needlepoint.files.xps.colours import fill_look

_Point = tuple[float, float]
_TOKEN = re.compile(r"([A-Za-z])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4, "S": 4, "A": 7, "Z": 0}
_LONGEST = 10_000  # characters: a longer one is a drawing, no frame of a table
_MOST_SIDES = 64


def add_path(found: Drawings, element: Any, matrix: Matrix, *, is_picture: bool) -> None:
    """Add what a ``Path`` draws.

    :param matrix: from its coordinates to points of the page.
    :param is_picture: whether it is painted with a picture.
    """
    data = element.get("Data") or next((each.get("Figures") or "" for each in element.iter("{*}PathGeometry")), "")
    if len(data) > _LONGEST:
        return
    sides = [(applied(matrix, *first), applied(matrix, *last)) for first, last in _sides(data)]
    if not sides:
        return
    points = [point for side in sides for point in side]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    place = (left, top, right, bottom)
    if is_picture or next(element.iter("{*}VisualBrush"), None) is not None:
        found.pictures.append(place)
    elif is_thin(place):
        add_line(found, place)
    else:
        if _has(element, "Fill") and fill_look(element) not in (Look.WHITE, Look.INVISIBLE):
            found.filled.append(place)
        if len(sides) <= _MOST_SIDES and _has(element, "Stroke"):
            for side in map(spanned, *zip(*sides, strict=True)):
                if is_thin(side):
                    add_line(found, side)


def _has(element: Any, name: str) -> bool:
    return bool(element.get(name)) or element.find(f"{{*}}Path.{name}") is not None


def _sides(data: str) -> Iterator[tuple[_Point, _Point]]:
    """Return the straight pieces of a geometry in the abbreviated syntax; a curve is as good as the line between its ends."""
    begin = last = (0.0, 0.0)
    for command, numbers in _commands(data):
        kind = command.upper()
        if kind == "Z":
            yield last, begin
            last = begin
            continue
        x0, y0 = last if command.islower() else (0.0, 0.0)
        if kind == "H":
            point = (x0 + numbers[0], last[1])
        elif kind == "V":
            point = (last[0], y0 + numbers[0])
        else:
            point = (x0 + numbers[-2], y0 + numbers[-1])
        if kind == "M":
            begin = point
        else:
            yield last, point
        last = point


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """Return the commands with their numbers; a command that more numbers follow is repeated, a move as a line."""
    command, numbers = "", list[float]()
    for letter, number in _TOKEN.findall(data):
        if letter:
            command, numbers = letter if letter.upper() in _NUMBERS else "", []
            if command.upper() == "Z":
                yield command, []
        elif command.upper() not in ("", "Z"):
            numbers.append(float(number))
            if len(numbers) == _NUMBERS[command.upper()]:
                yield command, numbers
                numbers = []
                command = {"M": "L", "m": "l"}.get(command, command)
