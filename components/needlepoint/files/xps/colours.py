"""Colours as XPS states them, as far as they tell whether something can be seen."""

import re
from typing import Any

from needlepoint.files.pdf.page import Look, look_of

_STATED = re.compile(r"\s*#([0-9a-fA-F]{2})?([0-9a-fA-F]{6})\s*")


def fill_look(element: Any) -> Look:
    """Return how the filling of glyphs or a path looks: ``#FF000000`` is alpha, red, green and blue; other forms are plain."""
    brush = element.find("{*}*/{*}SolidColorBrush")
    stated = _STATED.fullmatch(element.get("Fill") or ("" if brush is None else brush.get("Color") or ""))
    return Look.PLAIN if stated is None else look_of(min(bytes.fromhex(stated[2])), int(stated[1] or "FF", 16))
