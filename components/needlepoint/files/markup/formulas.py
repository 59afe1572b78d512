"""Formulas in LaTeX as they are written on one line: ``x² ≤ a/b``."""

import re
from functools import cache, lru_cache
from typing import Any

from docutils.utils.math.latex2mathml import tex2mathml
from lxml import etree
from pylatexenc.latex2text import LatexNodes2Text, get_default_latex_context_db

from needlepoint.files.shown.equations import linear_mathml

_LONGEST = 5_000  # characters
_NO_TEXT = re.compile(
    r"\\(?:label|tag|ref|eqref)\s*\{[^{}]*\}|\\(?:nonumber|notag|displaystyle|limits|!|,|;|:|quad|qquad)(?![A-Za-z])"
)
_MOST_DEEP = 60


@lru_cache(maxsize=10_000)
def formula_text(tex: str) -> str:
    """Return a formula on one line; one that cannot be understood keeps its commands."""
    tex = " ".join(_NO_TEXT.sub(" ", tex).split())
    if len(tex) > _LONGEST or tex.count("{") > _MOST_DEEP * 5 or _depth(tex) > _MOST_DEEP:
        return tex
    try:
        return linear_mathml(etree.fromstring(tex2mathml(tex)))
    except Exception:  # a command that is unknown there
        return _by_tables(tex)


def sign_of(name: str) -> str:
    """Return the letters or the sign that a command without arguments stands for; nothing of any other."""
    shown = getattr(_signs().get_macro_spec(name), "simplify_repl", None)
    return shown if isinstance(shown, str) and "%" not in shown else ""


@cache
def _signs() -> Any:
    return get_default_latex_context_db()


def _by_tables(tex: str) -> str:
    try:
        return " ".join(LatexNodes2Text(math_mode="text", strict_latex_spaces=False).latex_to_text(tex).split())
    except Exception:
        return tex


def _depth(tex: str) -> int:
    depth = deepest = 0
    for each in re.findall("[{}]", tex):
        depth += 1 if each == "{" else -1
        deepest = max(deepest, depth)
    return deepest
