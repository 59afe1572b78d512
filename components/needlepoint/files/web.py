"""HTML: what a reader of the page sees, headings on lines of their own, tables row by row."""

import re
from typing import Any

from lxml import etree, html

from needlepoint.errors import UnreadableFileError
from needlepoint.files.dates import iso_day
from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, tidy_text
from needlepoint.files.plain import decode_text
from needlepoint.files.source import SourceText
from needlepoint.files.tables import Cell, grid, table_lines

_DROPPED_NAMES = (
    "script style nav noscript template head svg math iframe object audio video canvas map button select datalist input "
    "textarea dialog"
)
_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hgroup hr legend li main ol p pre search section summary table ul"
)
_DROPPED = frozenset(_DROPPED_NAMES.split())
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_TIGHT = frozenset({"li", "dt", "dd"})
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_CHARSET = re.compile(rb"<(?:meta[^>]+charset\s*=|\?xml[^>]+encoding\s*=)\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f\u00a0]+")
_DATES = ("article:published_time", "date", "dcterms.date", "dc.date", "article:modified_time", "last-modified")
_MOST_COLUMNS = 1000
_DEEPEST = 150  # levels of elements, each some calls deep


def read_html(data: bytes, limits: Limits) -> SourceText:
    """Read a web page as one page of text; scripts, styles, navigation and what is hidden are left out."""
    charset = _CHARSET.search(data[:4096])
    root = parse_html(decode_text(data, declared=charset.group(1).decode("ascii") if charset else None))
    collector = PageCollector(limits)
    title = "" if root is None else (root.findtext(".//head/title") or root.findtext(".//title") or "")
    heading = None if root is None else root.find(".//h1")
    title = title.strip() or ("" if heading is None else html_text(heading))
    collector.add("" if root is None else html_text(_main_part(root)), title)
    return collector.source(type="html", title=title, metadata={} if root is None else _metadata(root))


def parse_html(text: str) -> Any | None:
    """Return the root element; nothing where there is no element at all. Entities are not expanded, nothing is fetched.

    :raises UnreadableFileError: it is nested too deeply.
    """
    # UTF-8 has no lone surrogates, and libxml2 ends at a NUL
    data = text.replace("\0", "").encode("utf-8", "replace")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(data, parser=parser)
    except etree.ParserError:
        return None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):  # libxml2 drops all that follows
        raise UnreadableFileError(
            "its HTML is nested over two thousand levels deep: open it in a browser and save it as PDF"
        )
    return root


def html_text(root: Any) -> str:
    """Return the visible text below an element."""
    writer = _Writer()
    writer.element(root)
    return tidy_text("".join(writer.parts))


def _metadata(root: Any) -> dict[str, str | int | float]:
    stated: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name and meta.get("content"):
            stated.setdefault(name, meta.get("content"))
    return {
        "author": stated.get("author") or stated.get("article:author", ""),
        "subject": stated.get("description") or stated.get("og:description", ""),
        "keywords": stated.get("keywords", ""),
        "language": (root.get("lang") or "")[:20],
        "date": next((day for name in _DATES if (day := iso_day(stated.get(name, "")))), ""),
    }


class _Writer:
    """Writes text, with white space as a browser would show it."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._gap = 0  # line ends owed before the next text
        self._mark = ""  # list mark owed before the next text
        self._numbers: dict[Any, int] = {}  # of the item last written, for each ordered list
        self._depth = 0

    def element(self, element: Any) -> None:
        """Write an element and what is in it."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _DROPPED or _is_hidden(element) or _is_translation(element):
            return
        if tag == "br":
            self._break(1)
        elif tag == "pre":
            self._block("".join(element.itertext()).strip("\n"))
        elif tag == "table":
            self._table(element)
        else:
            self._flow(element)

    def _flow(self, element: Any) -> None:
        tag = element.tag
        gap = 0 if tag not in _BLOCKS else 1 if tag in _TIGHT or _is_inner_list(element) else 2
        self._break(gap)
        if tag == "li":
            self._mark = self._item_mark(element)
        self._content(element)
        self._break(gap)
        if tag == "li":
            self._mark = ""

    def _item_mark(self, item: Any) -> str:
        parent = item.getparent()
        if parent is None or parent.tag != "ol":
            return "- "
        start = parent.get("start") or "1"
        before = int(start) - 1 if re.fullmatch(r"[0-9]{1,9}", start) else 0
        self._numbers[parent] = self._numbers.get(parent, before) + 1
        return f"{self._numbers[parent]}. "

    def _content(self, element: Any) -> None:
        if self._depth > _DEEPEST:
            self._text("".join(element.itertext()))
            return
        self._depth += 1
        self._text(element.text)
        for child in element:
            self.element(child)
            self._text(child.tail)
        self._depth -= 1

    def _text(self, text: str | None) -> None:
        text = _SPACE.sub(" ", text) if text else ""
        if self._gap or not self.parts or self.parts[-1].endswith((" ", "\n")):
            text = text.lstrip(" ")
        if text:
            self._write(text)

    def _write(self, text: str) -> None:
        if self.parts:
            self.parts.append("\n" * self._gap)
        self.parts.append(self._mark + text)
        self._gap, self._mark = 0, ""

    def _block(self, text: str) -> None:
        self._break(2)
        if text.strip():
            self._write(text)
        self._break(2)

    def _break(self, gap: int) -> None:
        self._gap = max(self._gap, gap)

    def _table(self, table: Any) -> None:
        rows = [row for row in table.iter("tr") if _own_table(row) is table]
        if next(table.iterdescendants("table"), None) is not None or len(rows) < 2:
            self._blocks_of(table)  # a table that only arranges the page
            return
        lines = [html_text(caption) for caption in table.findall("caption")]
        cells = [[cell for cell in row if cell.tag in ("td", "th") and not _is_hidden(cell)] for row in rows]
        texts = grid([[Cell(_cell_text(each), *_spans(each, len(rows))) for each in row] for row in cells])
        self._block("\n".join(lines + table_lines(texts, has_headings=_has_headings(cells))))

    def _blocks_of(self, table: Any) -> None:
        self._break(2)
        for part in table.iter("caption", "td", "th"):
            if _own_table(part) is table:
                self._content(part)
                self._break(1)
        self._break(2)


def _cell_text(cell: Any) -> str:
    """Return a cell's text on one line, the items of a list in it separated by commas."""
    return re.sub(r"\s*\n- ", ", ", html_text(cell).removeprefix("- "))


def _is_inner_list(element: Any) -> bool:
    return element.tag in ("ul", "ol", "p") and next(element.iterancestors("li"), None) is not None


def _is_translation(element: Any) -> bool:
    """Tell an item that only links to this page in another language."""
    links = element.findall("a") if element.tag == "li" else []
    return len(links) == 1 and links[0].get("hreflang") is not None


def _main_part(root: Any) -> Any:
    """Return the part that the page marks as its main content, where most of the text is; else the whole."""
    marked = root.xpath("//main | //*[@role='main']")
    if len(marked) != 1:
        return root
    main = marked[0]
    return main if len("".join(main.itertext())) * 3 > len("".join(root.itertext())) else root


def _own_table(element: Any) -> Any:
    return next(element.iterancestors("table"), None)


def _spans(cell: Any, rows: int) -> tuple[int, int]:
    columns, down = (
        int(value) if re.fullmatch(r"\d{1,4}", value := cell.get(name) or "1") else 1 for name in ("colspan", "rowspan")
    )
    return min(columns, _MOST_COLUMNS), min(down or rows, rows)


def _has_headings(rows: list[list[Any]]) -> bool | None:
    """Tell by ``th`` cells: a first row of them names columns; one at the head of each row names the row."""
    first = rows[0] if rows else []
    if len(first) > 1 and all(cell.tag == "th" for cell in first):
        return True
    return False if any(cell.tag == "th" for row in rows for cell in row) else None


def _is_hidden(element: Any) -> bool:
    if element.get("hidden") is not None or element.get("aria-hidden") == "true" or element.get("role") == "navigation":
        return True
    return _HIDDEN.search(element.get("style") or "") is not None
