"""Tables of LaTeX: cells between ``&``, rows between double backslashes, rules below the names of the columns."""

from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree
from pylatexenc.latexwalker import LatexCharsNode, LatexGroupNode, LatexMacroNode, LatexSpecialsNode

from needlepoint.files.markup.elements import table, take_content

_RULES = frozenset({"hline", "midrule", "toprule", "bottomrule", "specialrule"})
_ENDS = frozenset({"\\", "tabularnewline", "endhead", "endfirsthead", "endfoot", "endlastfoot"})


def latex_table(nodes: Iterable[Any], inner: Callable[[Iterable[Any]], Any], caption: str) -> Any | None:
    """Return a table; nothing where it has no row.

    :param nodes: what stands between its begin and its end.
    :param inner: gives an element that holds what some nodes give.
    """
    rows: list[list[list[Any]]] = []
    row: list[list[Any]] = [[]]
    headings = 0
    is_repeated = False  # the names of the columns stand there once more, for the pages that follow
    for node in [*nodes, None]:
        name = node.macroname if type(node) is LatexMacroNode else ""
        if node is None or name in _ENDS:
            rows += [row] if any(map(_has_text, row)) else []
            row = [[]]
            if name.startswith("end"):
                headings = headings if is_repeated or name.endswith("foot") else len(rows)
                rows, is_repeated = rows[:headings], True
        elif name in _RULES:
            headings = headings or len(rows)
        elif type(node) is LatexSpecialsNode and node.specials_chars == "&":
            row.append([])
        elif name != "caption":
            row[-1].append(node)
    if not rows:
        return None
    made = [[_cell(cell, inner) for cell in each] for each in rows]
    return table(made, headings if headings < len(rows) else 0, caption)


def _has_text(cell: list[Any]) -> bool:
    return any(type(node) is not LatexCharsNode or node.chars.strip() for node in cell if not _is_rule(node))


def _is_rule(node: Any) -> bool:
    return type(node) is LatexMacroNode and node.macroname in ("rowcolor", "cellcolor", "label", "centering")


def _cell(nodes: list[Any], inner: Callable[[Iterable[Any]], Any]) -> Any:
    cell = etree.Element("td")
    for node in nodes:
        if type(node) is LatexMacroNode and node.macroname in ("multicolumn", "multirow") and node.nodeargd:
            given = [each for each in node.nodeargd.argnlist if each is not None]
            number = (
                "".join(each.latex_verbatim() for each in given[0].nodelist) if type(given[0]) is LatexGroupNode else ""
            )
            if number.strip().lstrip("-").isdecimal():
                cell.set("colspan" if node.macroname == "multicolumn" else "rowspan", number.strip().lstrip("-"))
    take_content(cell, inner(nodes))
    return cell
