"""HTML: what a reader of the page sees, headings on lines of their own, tables row by row."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree

from needlepoint.errors import UnreadableFileError
from needlepoint.files.dates import iso_day
from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, PageText, TextLine, one_line
from needlepoint.files.plain import decode_text
from needlepoint.files.shown.equations import linear_mathml
from needlepoint.files.shown.raised import raised
from needlepoint.files.shown.ticks import NOT_TICKED, TICKED, ticked_line
from needlepoint.files.source import SourceText
from needlepoint.files.web.parts import Visibility, control_text, picture_text, table_of
from needlepoint.text.marks import MarkKind

_DROPPED_NAMES = (
    "script style nav noscript template head svg iframe object embed audio video canvas map datalist rt rp option"
)
_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hgroup hr legend li main ol p pre search section summary table ul"
)
_DROPPED = frozenset(_DROPPED_NAMES.split())
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TICK_LINE = re.compile(r"^(.*[☐☒].*\n*)", re.MULTILINE)
_STRUCK = frozenset({"s", "strike", "del"})
_CELLS = frozenset({"td", "th", "caption"})
_FRAMES = frozenset({"iframe", "object", "embed"})
_CHARSET = re.compile(rb"<(?:meta[^>]+charset\s*=|\?xml[^>]+encoding\s*=)\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f\u00a0]+")
_DATES = ("article:published_time", "date", "dcterms.date", "dc.date", "article:modified_time", "last-modified")
_DEEPEST = 150  # levels of elements, each some calls deep


def read_html(data: bytes, limits: Limits) -> SourceText:
    """Read a web page as one page of text; scripts, styles, navigation and what is hidden are left out."""
    return page_source([data], limits)


def page_source(pages: Iterable[bytes], limits: Limits, *, charset: str | None = None, title: str = "") -> SourceText:
    """Read a web page and the frames in it as one page of text.

    :param pages: the page, then its frames.
    :param charset: stated beside the page, where the page itself states none.
    :param title: where the page states none.
    """
    collector = PageCollector(limits)
    text = PageText()
    metadata: dict[str, str | int | float] = {}
    for at, data in enumerate(pages):
        limits.check_markup(len(data), "html")
        stated = _CHARSET.search(data[:4096])
        root = parse_html(decode_text(data, declared=stated.group(1).decode("ascii") if stated else charset))
        if root is None:
            continue
        if at == 0:
            title, metadata = _title(root) or title, _metadata(root)
        text.extend(page_text(_main_part(root), collector.leave_unread))
        collector.check(len(text))
    collector.add(text.text, title, text.marks)
    return collector.source(type="html", title=title, metadata=metadata)


def _title(root: Any) -> str:
    stated = root.findtext(".//head/title") or root.findtext(".//title") or ""
    heading = root.find(".//h1")
    return str(stated).strip() or ("" if heading is None else html_text(heading))


def parse_html(text: str) -> Any | None:
    """Return the root element; nothing where there is no element at all. Entities are not expanded, nothing is fetched.

    :raises UnreadableFileError: it is nested too deeply.
    """
    # UTF-8 has no lone surrogates, and libxml2 ends at a NUL
    data = text.replace("\0", "").encode("utf-8", "replace")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(data, parser=parser) if data else None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):  # libxml2 drops all that follows
        raise UnreadableFileError(
            "its HTML is nested over two thousand levels deep: open it in a browser and save it as PDF"
        )
    return root


def page_text(root: Any, unread: Callable[[str], None] = lambda what: None) -> PageText:
    """Return the visible text below an element, with the rows of its tables marked.

    :param unread: is told what is left out.
    """
    return _page_of(root, Visibility(root), unread)


def _page_of(element: Any, visibility: Visibility, unread: Callable[[str], None]) -> PageText:
    writer = _Writer(visibility, unread)
    writer.element(element)
    writer.flush()
    return writer.page


def html_text(root: Any) -> str:
    """Return the visible text below an element."""
    return page_text(root).text


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

    def __init__(self, visibility: Visibility, unread: Callable[[str], None]) -> None:
        self.page = PageText()
        self._visibility = visibility
        self._unread = unread
        self._parts: list[str] = []  # of the text since the last table
        self._gap = 0  # line ends owed before the next text
        self._lead = 0  # and those before the first of the parts
        self._mark = ""  # list mark owed before the next text
        self._numbers: dict[Any, int] = {}  # of the item last written, for each ordered list
        self._heading = ""
        self._depth = 0
        self._writers: dict[str, Callable[[Any], None]] = {
            "br": self._line_end,
            "pre": self._preformatted,
            "table": self._table,
            "math": self._equation,
            "sup": self._raised,
            "img": self._picture,
            **dict.fromkeys(("input", "select", "textarea"), self._control),
        }

    def element(self, element: Any) -> None:
        """Write an element and what is in it."""
        tag = element.tag
        if tag in _DROPPED:
            if tag in _FRAMES and element.get("src", element.get("data", "")).startswith("http"):
                self._unread("a frame whose content lies elsewhere: it was not read")
            return
        if not isinstance(tag, str) or not self._visibility.is_shown(element):
            return
        if tag in _STRUCK or self._visibility.is_struck(element):
            if "".join(element.itertext()).strip():
                self._unread("struck-out text: left out")
            return
        self._writers.get(tag, self._flow)(element)

    def flush(self) -> None:
        """Hand what is written so far to the page."""
        text, gap = "".join(self._parts), self._lead
        self._parts = []
        for piece in _TICK_LINE.split(text) if TICKED in text else [text]:
            chosen = ticked_line(one_line(piece)) if TICKED in piece else None
            if chosen is None:
                self.page.write(piece, gap=gap)
            else:
                self._unread(NOT_TICKED)
                self.page.write_lines([TextLine(chosen, MarkKind.ROW, self._heading)], gap=gap)
            gap = 2 if piece.endswith("\n\n") else 1

    def _flow(self, element: Any) -> None:
        tag = element.tag
        if tag not in _BLOCKS:
            self._content(element)
            return
        gap = 1 if tag == "li" or _is_inner_list(element) else 2
        self._break(gap)
        if tag == "li":
            self._mark = self._item_mark(element)
        if tag in _HEADINGS:
            self._heading = one_line("".join(element.itertext()))
        self._content(element)
        self._break(gap)
        if tag == "li":
            self._mark = ""

    def _item_mark(self, item: Any) -> str:
        parent = item.getparent()
        if parent is None or parent.tag != "ol":
            return "- "
        if parent not in self._numbers:
            start = parent.get("start") or "1"
            self._numbers[parent] = int(start) - 1 if re.fullmatch(r"[0-9]{1,9}", start) else 0
        stated = item.get("value") or ""
        self._numbers[parent] = int(stated) if re.fullmatch(r"[0-9]{1,9}", stated) else self._numbers[parent] + 1
        return f"{self._numbers[parent]}. "

    def _content(self, element: Any) -> None:
        if self._depth > _DEEPEST:
            self._text("".join(element.itertext()))
            return
        self._depth += 1
        if text := element.text:
            self._text(text)
        for child in element:
            self.element(child)
            if text := child.tail:
                self._text(text)
        self._depth -= 1

    def _text(self, text: str) -> None:
        text = _SPACE.sub(" ", text)
        if self._gap or not self._parts or self._parts[-1].endswith((" ", "\n")):
            text = text.lstrip(" ")
        if text:
            self._write(text)

    def _write(self, text: str) -> None:
        if self._parts:
            self._parts.append("\n" * self._gap)
        else:
            self._lead = self._gap
        self._parts.append(self._mark + text)
        self._gap, self._mark = 0, ""

    def _block(self, text: str, gap: int = 2) -> None:
        self._break(gap)
        if text.strip():
            self._write(text)
        self._break(gap)

    def _break(self, gap: int) -> None:
        if gap > self._gap:
            self._gap = gap

    def _line_end(self, element: Any) -> None:
        self._break(1)

    def _preformatted(self, element: Any) -> None:
        self._block("".join(element.itertext()).strip("\n"))

    def _equation(self, element: Any) -> None:
        self._text(f" {linear_mathml(element)} ")

    def _control(self, element: Any) -> None:
        text = control_text(element)
        self._text(f" {text} " if text else "")

    def _picture(self, element: Any) -> None:
        self._block(picture_text(element))

    def _raised(self, element: Any) -> None:
        is_link = next(element.iter("a"), None) is not None
        self._text(raised("".join(self._parts[-3:]), html_text_of_children(element), is_link=is_link))

    def _table(self, table: Any) -> None:
        lines = table_of(table, self._visibility, heading=self._heading, text=self._text_of)
        if lines is None:
            self._blocks_of(table)  # a table that only arranges the page
            return
        if lines:
            self._break(2)
            gap = self._gap
            self.flush()
            self.page.write_lines(lines, gap=gap)
            self._gap, self._mark = 2, ""

    def _text_of(self, element: Any) -> str:
        if not len(element) and element.tag in _CELLS and not self._visibility.is_struck(element):
            return one_line(element.text or "")
        return _page_of(element, self._visibility, self._unread).text

    def _blocks_of(self, table: Any) -> None:
        self._break(2)
        for part in table.iter("caption", "td", "th"):
            if next(part.iterancestors("table"), None) is table and self._visibility.is_shown(part):
                self._content(part)
                self._break(1)
        self._break(2)


def html_text_of_children(element: Any) -> str:
    """Return the text within an element, whatever the element itself is."""
    return one_line("".join(element.itertext()))


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
