"""Elements of a web page, made one after the other as a markup language names them."""

from typing import Any

from lxml import etree

_MOST_COLUMNS = 1_000  # of a table whose values stand under names


class Body:
    """The page that is being made: blocks in each other, text at the end of the innermost one, notes before each heading.

    :param outer: of a part that is made apart, the page that takes its notes.
    """

    def __init__(self, outer: "Body | None" = None) -> None:
        self._root = etree.Element("body")
        self._open = [self._root]
        self._texts: list[str] = []  # at the end of the innermost element, not yet in it
        self._notes: list[tuple[str, Any]] = [] if outer is None else outer._notes

    @property
    def root(self) -> Any:
        """The element that holds all."""
        self._flush()
        return self._root

    @property
    def depth(self) -> int:
        """How many elements are open."""
        return len(self._open)

    @property
    def tag(self) -> str:
        """The innermost element's tag."""
        return str(self._open[-1].tag)

    def begin(self, tag: str, **attributes: str) -> None:
        """Open an element in the innermost one."""
        self._flush()
        self._open.append(etree.SubElement(self._open[-1], tag, attributes))

    def end(self, depth: int) -> None:
        """Close elements until so many are open."""
        self._flush()
        del self._open[max(depth, 1) :]

    def text(self, text: str) -> None:
        """Add text to the innermost element."""
        self._texts.append(text)

    def content(self, content: Any) -> None:
        """Move the content of an element into the innermost one."""
        self.text(content.text or "")
        if len(content):
            self._flush()
            self._open[-1].extend(content)

    def block(self, tag: str, content: Any) -> None:
        """Add a whole element: its text, or an element whose content it takes over."""
        self._flush()
        element = etree.SubElement(self._open[-1], tag)
        if isinstance(content, str):
            element.text = content
        else:
            take_content(element, content)

    def append(self, element: Any) -> None:
        """Add an element to the innermost one."""
        self._flush()
        self._open[-1].append(element)

    def heading(self, level: int, content: Any) -> None:
        """Close all that is open, write the notes of the section, and begin another one."""
        self.finish()
        self.block(f"h{min(level, 6)}", content)

    def note(self, label: str, content: Any) -> None:
        """Keep a note for the end of the section."""
        self._notes.append((label, content))

    def finish(self) -> None:
        """Close all that is open and write the notes that are kept."""
        self.end(1)
        for label, content in self._notes:
            content.text = f"[{label}] {content.text or ''}"
            self.block("p", content)
        self._notes.clear()

    def _flush(self) -> None:
        text = "".join(self._texts)
        self._texts.clear()
        element = self._open[-1]
        last = next(element.iterchildren(reversed=True), None)  # len() counts all of them
        if text and last is not None:
            last.tail = (last.tail or "") + text
        elif text:
            element.text = (element.text or "") + text


def element(tag: str, text: str | None) -> Any:
    """Return an element of a text."""
    made = etree.Element(tag)
    made.text = text
    return made


def take_content(element: Any, content: Any) -> None:
    """Move the content of an element into an empty one."""
    element.text = content.text
    element.extend(content)


def table(rows: list[list[Any]], headings: int, caption: str = "") -> Any:
    """Return a table of cells: texts, or elements whose content they take over.

    :param headings: how many rows name the columns.
    """
    if max(map(len, rows), default=0) > _MOST_COLUMNS:
        return _lines(rows)
    made = etree.Element("table")
    if caption:
        etree.SubElement(made, "caption").text = caption
    for part, own in (("thead", rows[:headings]), ("tbody", rows[headings:])):
        holder = etree.SubElement(made, part)
        for row in own:
            line = etree.SubElement(holder, "tr")
            for cell in row:
                line.append(cell)
    return made


def _lines(rows: list[list[Any]]) -> Any:
    """Return rows that are too wide for a table as paragraphs."""
    made = etree.Element("div")
    for row in rows:
        etree.SubElement(made, "p").text = "; ".join("".join(cell.itertext()) for cell in row)
    return made
