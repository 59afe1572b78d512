"""Jupyter notebooks: the text of Markdown cells, code as lines, what the code printed."""

from collections.abc import Mapping
from typing import Any

from needlepoint.files.limits import Limits
from needlepoint.files.markdown import markdown_page
from needlepoint.files.pages import PageCollector, PageText, clean_text
from needlepoint.files.plain import decode_text
from needlepoint.files.source import SourceText
from needlepoint.files.structured.json_text import parsed_json, read_json
from needlepoint.files.web.reading import page_text, parse_html

_LONGEST_OUTPUT = 20_000  # characters; a longer one is a log


def read_notebook(data: bytes, limits: Limits) -> SourceText:
    """Read a notebook as one page; its title is its first heading."""
    limits.check_markup(len(data), "notebooks")
    try:
        notebook = parsed_json(decode_text(data))
    except ValueError:
        return read_json(data, limits)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells", notebook.get("worksheets")), list):
        return read_json(data, limits)
    collector = PageCollector(limits)
    page = PageText()
    title = ""
    for cell in _cells(notebook):
        if cell.get("cell_type") in ("markdown", "heading"):
            text, heading = markdown_page(_joined(cell.get("source")), collector.leave_unread)
            page.extend(text)
            title = title or heading
        else:
            _write_lines(page, _joined(cell.get("source", cell.get("input"))))
        for output in _dicts(cell.get("outputs")):
            _output(output, page, collector)
        collector.check(len(page))
    collector.add(page.text, title, page.marks)
    return collector.source(type="notebook", title=title or None)


def _cells(notebook: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the cells; older notebooks have them in sheets."""
    sheets = _dicts(notebook.get("worksheets"))
    return _dicts(notebook.get("cells")) or [cell for sheet in sheets for cell in _dicts(sheet.get("cells"))]


def _output(output: Mapping[str, Any], page: PageText, collector: PageCollector) -> None:
    stated = output.get("data")
    shown: Mapping[str, Any] = stated if isinstance(stated, dict) else output
    if markup := _joined(shown.get("text/html", shown.get("html"))):
        root = parse_html(markup)
        if root is not None:
            page.extend(page_text(root, collector.leave_unread))
        return
    text = _joined(shown.get("text/markdown") or shown.get("text/plain") or shown.get("text"))
    if output.get("ename"):
        text = f"{output.get('ename')}: {output.get('evalue')}"
    if len(text) > _LONGEST_OUTPUT:
        collector.leave_unread(f"an output of over {_LONGEST_OUTPUT:,} characters: its end was not read")
    _write_lines(page, text[:_LONGEST_OUTPUT])
    if any(name.startswith("image/") for name in shown):
        collector.leave_unread("a picture that the code has drawn: it was not read")


def _write_lines(page: PageText, text: str) -> None:
    page.write("\n".join(line.rstrip() for line in clean_text(text).split("\n")))


def _joined(value: Any) -> str:
    """Return a text that is written as one, or as a list of lines."""
    if isinstance(value, list):
        return "".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) else ""


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
