"""Org, the notes and tasks of Emacs: headlines with their states and days, lists, tables, blocks, notes."""

import re
from bisect import bisect
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from needlepoint.files.limits import Limits
from needlepoint.files.markup.elements import Body, table, take_content
from needlepoint.files.markup.org_inline import OrgInline, day_text
from needlepoint.files.markup.reading import MarkupPage, read_markup
from needlepoint.files.source import SourceText
from needlepoint.files.tables import row_line

_LARGEST_PARSED = 5_000_000
_HEADLINE = re.compile(r"(\*+)[ \t]+(.*)")
_PRIORITY = re.compile(r"\[#([A-Za-z0-9]{1,2})\][ \t]*")
_TAGS = re.compile(r"[ \t]:([\w@#%:]+):[ \t]*$")
_PLANNED = re.compile(r"\b(SCHEDULED|DEADLINE|CLOSED):[ \t]*(<[^<>]*>(?:--<[^<>]*>)?|\[[^\[\]]*\])")
_KEYWORD = re.compile(r"[ \t]*#\+([\w-]+)(?:\[[^\]]*\])?:[ \t]*(.*)")
_BLOCK = re.compile(r"[ \t]*#\+(begin|end)_(\S+)[ \t]*(.*)", re.IGNORECASE)
_DRAWER = re.compile(r"[ \t]*:([\w-]+):[ \t]*$")
_ITEM = re.compile(r"([ \t]*)(?:([-+]|(?<=[ \t])\*)|(?:(\d{1,9})|[A-Za-z])[.)])(?:[ \t]+(.*)|$)")
_START = re.compile(r"\[@(\d{1,9})\][ \t]*")
_BOX = re.compile(r"\[([ xX-])\](?=[ \t]|$)")
_WIDTH = re.compile(r"<[lrc]?\d*>")
_FIXED = re.compile(r"[ \t]*:(?: |$)")
_NOTE = re.compile(r"\[fn:([\w-]+)\][ \t]*(.*)")
_NUMBERED_NOTE = re.compile(r"\[fn:(\d{1,6})[:\]]")
_HIDDEN_DRAWERS = frozenset({"PROPERTIES", "LOGBOOK", "CLOCK"})
_RAW = frozenset({"src", "example", "verse", "export", "comment"})
_STATES = frozenset("TODO DONE NEXT WAITING WAIT HOLD STARTED CANCELLED CANCELED DELEGATED SOMEDAY".split())  # noqa: SIM905
_STATE_KEYWORDS = ("TODO", "SEQ_TODO", "TYP_TODO")
_DEEPEST = 30  # lists in each other


def read_org(data: bytes, limits: Limits) -> SourceText:
    """Read an Org file as one page; its title is the one that it states, or its first headline."""
    return read_markup(data, limits, kind="org", largest=_LARGEST_PARSED, parse=_parsed)


def _parsed(text: str, unread: Callable[[str], None]) -> MarkupPage:
    return _Org(text.split("\n"), unread).page()


class _Org:
    """Reads a file line by line."""

    def __init__(self, lines: list[str], unread: Callable[[str], None]) -> None:
        self._lines = lines
        self._unread = unread
        self._stated: dict[str, list[str]] = {}
        for keyword in filter(None, map(_KEYWORD.match, lines)):
            self._stated.setdefault(keyword.group(1).upper(), []).append(keyword.group(2).strip())
        self._states = _STATES | {
            state.partition("(")[0]
            for key in _STATE_KEYWORDS
            for line in self._stated.get(key, [])
            for state in line.replace("|", " ").split()
        }
        self._last_ends = {
            match.group(2).lower(): at
            for at, line in enumerate(lines)
            if (match := _BLOCK.match(line)) and match.group(1).lower() == "end"
        }
        self._drawer_ends = [at for at, line in enumerate(lines) if line.strip().upper() == ":END:"]
        self._headlines = [at for at, line in enumerate(lines) if _HEADLINE.match(line)]
        self._body = Body()
        self._inline = OrgInline(
            self._body,
            unread,
            macros=self._stated.get("MACRO", []),
            last_note=max((int(number) for line in lines for number in _NUMBERED_NOTE.findall(line)), default=0),
        )
        self._items: list[tuple[int, int]] = []  # of the lists that are open: indent, depth that holds their items
        self._paragraph: list[str] = []
        self._caption = ""
        self._first = ""
        self._skipped_level = 0
        self._at = 0

    def page(self) -> MarkupPage:
        """Return what the lines give."""
        title = " ".join(self._stated.get("TITLE", []))
        shown = {
            key: day_text(", ".join(self._stated[key.upper()]))
            for key in ("subtitle", "author", "date")
            if key.upper() in self._stated
        }
        if title:
            self._body.block("h1", self._inline.content(title))
        for key, text in shown.items():
            self._body.block("p", f"{key.capitalize()}: {text}" if text else "")
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            self._line(line)
        self._end_paragraph()
        self._body.finish()
        title = "".join(self._inline.content(title).itertext()) if title else self._first
        said = {"subject": "DESCRIPTION", "keywords": "KEYWORDS"}
        stated = {name: " ".join(self._stated.get(key, [])) for name, key in said.items()}
        stated |= {key: shown.get(key, "") for key in ("author", "date")}
        return MarkupPage(self._body.root, title, stated)

    def _line(self, line: str) -> None:
        if headline := _HEADLINE.match(line):
            self._headline(len(headline.group(1)), headline.group(2))
        elif self._skipped_level:
            return
        elif not line.strip():
            self._blank()
        elif line.lstrip().startswith("#"):
            self._directive(line)
        elif drawer := _DRAWER.match(line):
            self._drawer(drawer.group(1).upper(), line)
        elif line.lstrip().startswith("|"):
            self._table(line)
        elif _FIXED.match(line):
            self._fixed(line)
        elif item := _ITEM.match(line):
            self._item(item)
        elif note := _NOTE.match(line):
            self._end_paragraph()
            self._close_lists(-1)
            self._paragraph = [f"[{note.group(1)}] {note.group(2)}"]
        elif re.fullmatch(r"[ \t]*-{5,}[ \t]*", line):
            self._end_paragraph()
        elif not re.match(r"[ \t]*CLOCK:[ \t]*\[", line):
            self._running(line)

    def _headline(self, level: int, text: str) -> None:
        if self._skipped_level and level > self._skipped_level:
            return
        self._end_paragraph()
        self._items = []
        self._skipped_level = level if re.match(r"COMMENT\b", text) else 0
        if self._skipped_level:
            return
        named: dict[str, str] = {}
        if tags := _TAGS.search(" " + text):
            text = text[: max(tags.start() - 1, 0)]
            named["Tags"] = ", ".join(filter(None, tags.group(1).split(":")))
        state, _, rest = text.partition(" ")
        state = state if state in self._states else ""
        text = rest.lstrip() if state else text
        if priority := _PRIORITY.match(text):
            text = text[priority.end() :]
            named["Priority"] = priority.group(1)
        content = self._inline.content(f"{state} {text}".strip())
        self._first = self._first or "".join(content.itertext()).removeprefix(state).strip()
        self._body.heading(level, content)
        self._planning(named)

    def _planning(self, named: dict[str, str]) -> None:
        """Write the days on the line below a headline, and what else the headline says, as the cells of a row."""
        if self._at < len(self._lines) and (found := _PLANNED.findall(self._lines[self._at])):
            named = {key.capitalize(): day_text(day) for key, day in found} | named
            self._at += 1
        if named:
            self._body.block("p", row_line(list(named), list(named.values())))

    def _blank(self) -> None:
        self._end_paragraph()
        if self._at >= 2 and not self._lines[self._at - 2].strip():
            self._close_lists(-1)

    def _running(self, line: str) -> None:
        indent = _indent(line)
        if self._items and indent <= self._items[-1][0]:
            self._end_paragraph()
            self._close_lists(indent - 1)
        self._paragraph.append(line.strip())

    def _item(self, match: re.Match[str]) -> None:
        self._end_paragraph()
        indent, number, text = _indent(match.group()), match.group(3), match.group(4) or ""
        self._close_lists(indent)
        is_numbered = match.group(2) is None
        value = number or ""
        if start := _START.match(text):
            value, text = start.group(1), text[start.end() :]
        if box := _BOX.match(text):
            text = ("☒" if box.group(1) in "xX" else "☐") + text[box.end() :]
        term, mark, definition = f"{text} ".partition(" :: ")
        is_term = bool(mark) and not is_numbered
        tag = "ol" if is_numbered else "dl" if is_term else "ul"
        if not self._items or self._items[-1][0] != indent:
            if len(self._items) < _DEEPEST:
                self._body.begin(tag)
                self._items.append((indent, self._body.depth))
        elif self._list_tag() != tag:
            self._body.end(self._items[-1][1] - 1)
            self._body.begin(tag)
        self._body.end(self._items[-1][1])
        if is_term:
            self._body.block("dt", self._inline.content(term.strip()))
            self._body.begin("dd")
            text = definition.strip()
        else:
            self._body.begin("li", **({"value": value} if is_numbered and value else {}))
        self._paragraph = [text] if text else []

    def _list_tag(self) -> str:
        self._body.end(self._items[-1][1])
        return self._body.tag

    def _close_lists(self, indent: int) -> None:
        """Close the lists that are indented further."""
        while self._items and self._items[-1][0] > indent:
            self._body.end(self._items.pop()[1] - 1)

    def _end_paragraph(self) -> None:
        if not self._paragraph:
            return
        content = self._inline.content("\n".join(self._paragraph))
        self._paragraph = []
        self._body.block("p", content)

    def _directive(self, line: str) -> None:
        """Read a line that begins with ``#``: a block, a keyword, or a comment."""
        block, keyword = _BLOCK.match(line), _KEYWORD.match(line)
        if block:
            self._end_paragraph()
            name = block.group(2).lower()
            if block.group(1).lower() == "begin" and name in _RAW and self._last_ends.get(name, -1) >= self._at:
                self._raw(name, block.group(3))
        elif keyword:
            self._end_paragraph()
            key, value = keyword.group(1).upper(), keyword.group(2).strip()
            if key == "CAPTION":
                self._caption = "".join(self._inline.content(value).itertext())
            elif key == "INCLUDE":
                self._unread(value.replace('"', "") + ": it is not in this file")
        elif not re.match(r"[ \t]*#(?:[ \t]|\+|$)", line):
            self._running(line)

    def _raw(self, name: str, argument: str) -> None:
        """Read a block whose lines stay as they are, up to its end."""
        lines = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            end = _BLOCK.match(line)
            if end and end.group(1).lower() == "end" and end.group(2).lower() == name:
                break
            lines.append(re.sub(r"^([ \t]*),(?=[*#,])", r"\1", line))
        if name == "export":
            self._unread(f"a part in another format ({argument.strip()}): its content was not read")
        elif name != "comment":
            self._write_caption()
            self._body.block("pre", "\n".join(lines))

    def _write_caption(self) -> None:
        if self._caption:
            self._body.block("p", self._caption)
            self._caption = ""

    def _drawer(self, name: str, line: str) -> None:
        """Leave out what Emacs keeps in a drawer for itself; the content of any other drawer is text."""
        if name not in _HIDDEN_DRAWERS:
            self._end_paragraph()
            return
        end = bisect(self._drawer_ends, self._at - 1)
        if end < len(self._drawer_ends) and bisect(self._headlines, self._at) == bisect(
            self._headlines, self._drawer_ends[end]
        ):
            self._at = self._drawer_ends[end] + 1
        else:
            self._running(line)

    def _fixed(self, line: str) -> None:
        self._end_paragraph()
        lines = self._run(line, lambda each: _FIXED.match(each) is not None)
        self._body.block("pre", "\n".join(each.strip().removeprefix(":") for each in lines))

    def _run(self, line: str, goes_on: Callable[[str], bool]) -> Iterator[str]:
        yield line
        while self._at < len(self._lines) and goes_on(self._lines[self._at]):
            yield self._lines[self._at]
            self._at += 1

    def _table(self, line: str) -> None:
        self._end_paragraph()
        if self._items and _indent(line) <= self._items[-1][0]:
            self._close_lists(_indent(line) - 1)
        rows: list[list[Any]] = []
        headings = 0
        for each in self._run(line, lambda other: other.lstrip().startswith("|")):
            row = each.strip()
            if "-" in row and not row.strip("|-+: "):
                headings = headings or len(rows)
                continue
            cells = [cell.strip() for cell in row.removeprefix("|").removesuffix("|").split("|")]
            if not all(not cell or _WIDTH.fullmatch(cell) for cell in cells):
                rows.append([self._cell(cell) for cell in cells])
        if rows:
            self._body.append(table(rows, headings if headings < len(rows) else 0, self._caption))
        self._caption = ""

    def _cell(self, text: str) -> Any:
        cell = etree.Element("td")
        take_content(cell, self._inline.content(text.replace("\\vert{}", "|").replace("\\vert", "|")))
        return cell


def _indent(line: str) -> int:
    return len(line.expandtabs(8)) - len(line.expandtabs(8).lstrip())
