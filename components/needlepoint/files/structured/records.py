"""Nested values, of JSON or XML, as records: a line each, with the names of the values before them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from needlepoint.errors import UnreadableFileError
from needlepoint.files.pages import PageCollector, PageText, TextLine, one_line
from needlepoint.files.tables import row_line, sheet_lines
from needlepoint.files.web.reading import html_text, parse_html
from needlepoint.text.marks import MarkKind

_DEEPEST = 40
_MOST_VALUES = 30  # of a record on one line
_LONG_TEXT = 300  # characters; a longer value is running text
_LONGEST_WORD = 1000  # characters; a longer one is data, such as a picture
_LONGEST_ABOUT = 300
_MOST_NUMBERS = 50  # of a list; more are measurements or shapes
_MARKUP = re.compile(r"</[a-zA-Z][a-zA-Z0-9]*\s*>|<(?:br|p|hr|img)\b[^<>]*>", re.IGNORECASE)


class Number(str):
    """A number as it is written."""

    __slots__ = ()


@dataclass(slots=True)
class _Found:
    """What a record holds: short values, long texts, and lists that are records of their own."""

    values: list[tuple[str, str]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    lists: list[tuple[str, Sequence[Any]]] = field(default_factory=list)


class Records:
    """Writes values to a page.

    :param collector: refuses too much text, and is told what is left out.
    """

    def __init__(self, collector: PageCollector) -> None:
        self.page = PageText()
        self._check, self._unread = collector.check, collector.leave_unread
        self._gap = 2

    def write(self, value: Any, about: str = "", depth: int = 0) -> None:
        """Write a value of any kind.

        :param about: the names that it stands under, and the record that it belongs to.
        """
        if depth > _DEEPEST:
            self._unread(f"values nested over {_DEEPEST} levels deep: left out")
        elif isinstance(value, Mapping):
            self._record(value, about, depth)
        elif isinstance(value, list):
            self._list(value, about, depth)
        elif text := self._text(value):
            self._line(TextLine(text))

    def _record(self, record: Mapping[str, Any], about: str, depth: int) -> None:
        found = _Found()
        inner: list[tuple[str, Mapping[str, Any]]] = []
        self._collect(record, "", found, depth)
        if len(found.values) > _MOST_VALUES:
            inner = [(name, value) for name, value in record.items() if isinstance(value, Mapping)]
            found = _Found()
            self._collect(
                {name: value for name, value in record.items() if not isinstance(value, Mapping)}, "", found, depth
            )
        whole = row_line([name for name, _ in found.values], [text for _, text in found.values])
        if len(found.values) > _MOST_VALUES:
            for name, text in found.values:
                self._line(TextLine(row_line([name], [text]), MarkKind.ROW, about))
        elif whole:
            self._line(TextLine(whole, MarkKind.ROW, about))
            about = _joined(about, whole)
        for name, text in found.texts:
            self.page.write(f"{name}:" if name else "")
            self.page.write(text, gap=1)
            self._gap = 2
            self._check(len(self.page))
        for name, value in [*inner, *found.lists]:
            self._gap = 2
            self.write(value, _joined(about, name), depth + 1)
            self._gap = 2

    def _collect(self, record: Mapping[str, Any], prefix: str, found: _Found, depth: int) -> None:
        """Sort what a record holds; the names of what records in it hold are joined with a dot."""
        for name, value in record.items():
            path = ".".join(filter(None, [prefix, one_line(str(name))]))
            if isinstance(value, Mapping):
                if depth > _DEEPEST:
                    self._unread(f"values nested over {_DEEPEST} levels deep: left out")
                else:
                    self._collect(value, path, found, depth + 1)
            elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
                found.lists.append((path, value))
            else:
                text = self._joined_list(value) if isinstance(value, list) else self._text(value)
                if text:
                    (found.texts if len(text) > _LONG_TEXT else found.values).append((path, text))

    def _list(self, values: Sequence[Any], about: str, depth: int) -> None:
        if values and all(isinstance(each, list) and not _is_nested(each) for each in values):
            if all(isinstance(cell, Number) for row in values for cell in row) and len(values) > 1:
                self._unread("a table of numbers without names: left out")
                return
            for line in sheet_lines(([one_line(self._text(cell)) for cell in row] for row in values), about=about):
                self._line(line)
        elif any(isinstance(each, Mapping | list) for each in values):
            for each in values:
                self.write(each, about, depth + 1)
        else:
            for text in filter(None, map(self._text, values)):
                self._line(TextLine(one_line(text)))

    def _joined_list(self, values: Sequence[Any]) -> str:
        if len(values) > _MOST_NUMBERS and all(isinstance(each, Number) for each in values):
            self._unread(f"a list of over {_MOST_NUMBERS} numbers: left out")
            return ""
        return ", ".join(filter(None, map(self._text, values)))

    def _text(self, value: Any) -> str:
        """Return a single value as text; markup in it is read as a browser would show it."""
        if value is None:
            return ""
        if not isinstance(value, str):
            return str(value).lower() if isinstance(value, bool) else str(value)
        if len(value) > _LONGEST_WORD and not re.search(r"\s", value[:_LONGEST_WORD]):
            self._unread("a long value without spaces, no text: left out")
            return ""
        text = _shown(value) if _MARKUP.search(value) else value
        return text.strip() if len(text) > _LONG_TEXT else one_line(text)

    def _line(self, line: TextLine) -> None:
        self.page.write_lines([line], gap=self._gap)
        self._gap = 1
        self._check(len(self.page))


def _is_nested(values: Sequence[Any]) -> bool:
    return any(isinstance(each, Mapping | list) for each in values)


def _joined(about: str, more: str) -> str:
    return f"{about} {more}".strip()[:_LONGEST_ABOUT]


def _shown(markup: str) -> str:
    try:
        root = parse_html(markup)
    except UnreadableFileError:  # nested too deeply
        return markup
    return "" if root is None else html_text(root)
