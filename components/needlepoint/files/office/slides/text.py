"""The words of a slide's text boxes as they are shown: raised marks apart, struck-out words left out, equations on one line."""

from collections.abc import Callable, Iterator
from typing import Any

from needlepoint.files.office.symbols import shown_symbols
from needlepoint.files.pages import joined_paragraphs, one_line
from needlepoint.files.shown.equations import linear_omml
from needlepoint.files.shown.raised import raised

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
Unread = Callable[[str], None]


def frame_text(body: Any, unread: Unread) -> str:
    """Return the paragraphs of a text body; indented ones are items of a list.

    :param body: the ``txBody`` element.
    :param unread: is told what is left out.
    """
    lines = []
    for paragraph in body.iter(f"{_A}p"):
        parts = "".join(_parts(paragraph, unread)).split("\v")
        text = "\n".join(filter(None, map(one_line, parts)))
        if text:
            properties = paragraph.find(f"{_A}pPr")
            is_item = properties is not None and (properties.get("lvl") or "0") != "0"
            lines.append(f"- {text}" if is_item else text)
    return joined_paragraphs(lines)


def _parts(paragraph: Any, unread: Unread) -> Iterator[str]:
    line = ""
    for child in paragraph:
        text = _run(child, line, unread)
        line += text
        yield text


def _run(element: Any, line: str, unread: Unread) -> str:
    tag = element.tag
    if tag == f"{_A}br":
        return "\v"
    if tag in (f"{_A}r", f"{_A}fld"):
        return _shown(element, line, unread)
    if not isinstance(tag, str) or tag.startswith(_A):
        return ""
    return " ".join(linear_omml(each) for each in element.iter(_MATH))


def _shown(run: Any, line: str, unread: Unread) -> str:
    text = run.findtext(f"{_A}t") or ""
    look = run.find(f"{_A}rPr")
    if look is None or not text.strip():
        return text
    if look.get("strike") in ("sngStrike", "dblStrike"):
        unread("struck-out text: left out")
        return ""
    font = look.find(f"{_A}latin")
    text = shown_symbols(font.get("typeface") or "", text) if font is not None else text
    baseline = look.get("baseline") or "0"
    is_raised = not baseline.startswith("-") and baseline.strip("0%") != ""
    return raised(line, text) if is_raised else text


def show_one_branch(tree: Any) -> None:
    """Put the first branch that has content in the place of each set of alternative contents."""
    for alternatives in list(tree.iter(f"{_MC}AlternateContent")):
        branches = [each for each in alternatives if each.tag in (f"{_MC}Choice", f"{_MC}Fallback") and len(each)]
        parent = alternatives.getparent()
        if parent is None:
            continue
        at = parent.index(alternatives)
        tail = alternatives.tail
        parent.remove(alternatives)
        for offset, child in enumerate(list(branches[0]) if branches else []):
            parent.insert(at + offset, child)
        if tail and at < len(parent):
            parent[at].tail = tail
