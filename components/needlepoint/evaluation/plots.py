"""Draws the reliability of probabilities, and the effect of a threshold on them, as plain SVG without a library."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

_SIDE, _MARGIN, _GAP = 300, 50, 70
_COLOURS = ("#1f5fa8", "#c2571a", "#3b7d3b", "#7a4fa3")

Points = list[tuple[float, float]]


def reliability_svg(trust: Mapping[str, Mapping[str, Any]]) -> str:
    """Return an SVG drawing of two plots.

    The left one shows the share of right answers against the stated probability, the right one precision against coverage.

    :param trust: the curves by name, each with ``bins`` and ``thresholds`` as in a report.
    """
    reliability = {name: [(b["probability"], b["right"]) for b in of["bins"]] for name, of in trust.items()}
    precision = {
        name: [(row["coverage"], row["precision"]) for row in of["thresholds"] if row["precision"] is not None]
        for name, of in trust.items()
    }
    left = _panel(0, "probability stated", "share that is right", reliability, diagonal=True)
    right = _panel(_SIDE + _GAP, "share of questions answered", "share of answers that are right", precision)
    width, height = 2 * _SIDE + _GAP + 2 * _MARGIN, _SIDE + 2 * _MARGIN
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
    ground = f'<rect width="{width}" height="{height}" fill="white"/>'
    return "\n".join([head, ground, *left, *right, *_legend(list(trust)), "</svg>"]) + "\n"


def _panel(shift: int, across: str, up: str, curves: Mapping[str, Points], *, diagonal: bool = False) -> Iterable[str]:
    yield f'<g transform="translate({_MARGIN + shift},{_MARGIN})">'
    yield f'<rect width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#888"/>'
    for step in range(0, 11, 2):
        at, label = _SIDE * step / 10, f"{10 * step} %"
        yield f'<text x="{at}" y="{_SIDE + 16}" text-anchor="middle">{label}</text>'
        yield f'<text x="-6" y="{_SIDE - at + 4}" text-anchor="end">{label}</text>'
    yield f'<text x="{_SIDE / 2}" y="{_SIDE + 36}" text-anchor="middle">{escape(across)}</text>'
    yield f'<text x="0" y="-10">{escape(up)}</text>'
    if diagonal:
        yield f'<line x1="0" y1="{_SIDE}" x2="{_SIDE}" y2="0" stroke="#bbb" stroke-dasharray="4"/>'
    for number, points in enumerate(curves.values()):
        yield from _curve(points, _COLOURS[number % len(_COLOURS)])
    yield "</g>"


def _curve(points: Points, colour: str) -> Iterable[str]:
    places = [(_SIDE * x, _SIDE * (1 - y)) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in places:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'


def _legend(names: list[str]) -> Iterable[str]:
    for number, name in enumerate(names):
        y, colour = 16, _COLOURS[number % len(_COLOURS)]
        x = _MARGIN + _SIDE + _GAP // 2 + 120 * number
        yield f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{colour}"/><text x="{x + 10}" y="{y}">{escape(name)}</text>'
