# ruff: noqa: RUF001 - signs that look alike are what this is about
"""Equations of Office (OMML) and of web pages (MathML), written on one line: ``x = (a + b)/2``, ``10⁶``, ``√(x)``."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from needlepoint.files.shown.raised import raised

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TEXTS = frozenset({f"{_M}t", f"{_W}t", f"{_A}t"})
_SPACED = re.compile(r"\s*([=<>≤≥≠≈≡±×÷→⇒∈]|(?<=[\w)\]])\s*[+\u2212](?=\s*[\w(\[√]))\s*")
_DEEPEST = 40
_SIMPLE = re.compile(r"[\w.,%°]+|\([^()]*\)")


def linear_omml(element: Any) -> str:
    """Return an ``m:oMath`` on one line."""
    return _tidy(_omml(element, 0))


def linear_mathml(element: Any) -> str:
    """Return a ``math`` element on one line."""
    return _tidy(_mathml(element, 0))


def _tidy(text: str) -> str:
    return " ".join(_SPACED.sub(r" \1 ", text).split())


def _omml(element: Any, depth: int) -> str:
    tag = element.tag
    if not isinstance(tag, str) or tag.endswith("Pr") or depth > _DEEPEST:
        return ""
    if tag in _TEXTS:
        return element.text or ""
    write = _OMML.get(tag.removeprefix(_M))
    if write is not None:
        return write(lambda name: _part(element, name, depth))
    return "".join(_omml(child, depth + 1) for child in element)


def _part(element: Any, name: str, depth: int) -> str:
    if name == "chr":
        found = element.find(f"{_M}naryPr/{_M}chr")
        return "∫" if found is None else str(found.get(f"{_M}val") or "∫")
    if name == "rows":
        rows = ([_omml(cell, depth + 1) for cell in row.findall(f"{_M}e")] for row in element.findall(f"{_M}mr"))
        return "; ".join(", ".join(cells) for cells in rows)
    joint = ", " if name == "e" else ""
    return joint.join(_omml(child, depth + 1) for child in element.findall(f"{_M}{name}"))


Parts = Callable[[str], str]
_OMML: dict[str, Callable[[Parts], str]] = {
    "f": lambda part: _fraction(part("num"), part("den")),
    "sSup": lambda part: _power(part("e"), part("sup")),
    "sSub": lambda part: _index(part("e"), part("sub")),
    "sSubSup": lambda part: _power(_index(part("e"), part("sub")), part("sup")),
    "rad": lambda part: _root(part("e"), part("deg")),
    "d": lambda part: f"({part('e')})",
    "nary": lambda part: f"{part('chr')}{_bounds(part('sub'), part('sup'))} {part('e')}",
    "func": lambda part: f"{part('fName')} {part('e')}",
    "limLow": lambda part: f"{part('e')}{_bounds(part('lim'), '')}",
    "limUpp": lambda part: f"{part('e')}{_bounds('', part('lim'))}",
    "m": lambda part: f"[{part('rows')}]",
}


def _mathml(element: Any, depth: int) -> str:
    if not isinstance(element.tag, str) or depth > _DEEPEST:
        return ""
    name = element.tag.rpartition("}")[2].rpartition(":")[2].lower()
    if name in ("annotation", "annotation-xml", "mphantom", "none", "mprescripts"):
        return ""
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        return (
            " ".join("".join(element.itertext()).split(" ")) if name == "mtext" else "".join(element.itertext()).strip()
        )
    parts = [_mathml(child, depth + 1) for child in element if isinstance(child.tag, str)]
    write = _MATHML.get(name)
    if write is not None and len(parts) >= _MATHML_PARTS.get(name, 2):
        return write(parts)
    return ("; " if name == "mtable" else ", " if name == "mtr" else "").join(parts) or (element.text or "").strip()


_MATHML_PARTS = {"msubsup": 3, "munderover": 3, "msqrt": 0, "mfenced": 0}
_MATHML: dict[str, Callable[[list[str]], str]] = {
    "mfrac": lambda parts: _fraction(parts[0], parts[1]),
    "msup": lambda parts: _power(parts[0], parts[1]),
    "msub": lambda parts: _index(parts[0], parts[1]),
    "msubsup": lambda parts: _power(_index(parts[0], parts[1]), parts[2]),
    "msqrt": lambda parts: _root("".join(parts), ""),
    "mroot": lambda parts: _root(parts[0], parts[1]),
    "munder": lambda parts: f"{parts[0]}{_bounds(parts[1], '')} ",
    "mover": lambda parts: f"{parts[0]}{_bounds('', parts[1])} ",
    "munderover": lambda parts: f"{parts[0]}{_bounds(parts[1], parts[2])} ",
    "mfenced": lambda parts: f"({', '.join(parts)})",
}


def _fraction(above: str, below: str) -> str:
    return f"{_grouped(above)}/{_grouped(below)}"


def _power(base: str, exponent: str) -> str:
    written = raised("x", exponent.strip())
    return f"{base}{written}" if written != exponent.strip() and "[" not in written else f"{base}^{_grouped(exponent)}"


def _index(base: str, index: str) -> str:
    return f"{base}{index}" if index.isdigit() and base.isalpha() else f"{base}_{_grouped(index)}"


def _root(inner: str, degree: str) -> str:
    return f"{degree}√({inner})" if degree.strip() else f"√({inner})"


def _bounds(low: str, high: str) -> str:
    return "".join(f"{sign}{_grouped(text)}" for sign, text in (("_", low), ("^", high)) if text.strip())


def _grouped(text: str) -> str:
    text = text.strip()
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def all_linear(elements: Iterable[Any]) -> str:
    """Return several ``m:oMath`` on one line, in order."""
    return "; ".join(filter(None, map(linear_omml, elements)))
