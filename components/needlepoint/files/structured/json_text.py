"""JSON and JSON lines: a record a line, names of values before them."""

import json
from dataclasses import replace
from typing import Any

from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, TextLine, one_line
from needlepoint.files.plain import decode_text, read_plain
from needlepoint.files.source import SourceText
from needlepoint.files.structured.records import Number, Records

_TITLES = ("title", "name")
_LONGEST_TITLE = 200


def read_json(data: bytes, limits: Limits) -> SourceText:
    """Read JSON as one page; what only looks like it (with comments, say) is read as plain text."""
    text = decode_text(data)
    try:
        limits.check_markup(len(data), "json")
        value = parsed_json(text)
    except ValueError:
        return read_json_lines(data, limits)
    collector = PageCollector(limits)
    records = Records(collector)
    records.write(value)
    collector.add(records.page.text, marks=records.page.marks)
    return collector.source(type="json", title=_title(value))


def read_json_lines(data: bytes, limits: Limits) -> SourceText:
    """Read a record a line; if the first lines are no JSON, the whole is read as plain text."""
    text = decode_text(data)
    collector = PageCollector(limits)
    records = Records(collector)
    read = 0
    for line in text.splitlines():
        try:
            if line.strip():
                records.write(parsed_json(line))
                read += 1
        except ValueError:
            if not read:
                return replace(read_plain(data, limits), type="json")
            collector.leave_unread("a line that is no JSON: its words are kept as they are")
            records.page.write_lines([TextLine(one_line(line))], gap=1)
            collector.check(len(records.page))
    collector.add(records.page.text, marks=records.page.marks)
    return collector.source(type="json")


def parsed_json(text: str) -> Any:
    """Return the value, its numbers as they are written.

    :raises ValueError: it is no JSON, or nested too deeply.
    """
    try:
        return json.loads(text, parse_float=Number, parse_int=Number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _title(value: Any) -> str | None:
    stated = (value.get(name) for name in _TITLES) if isinstance(value, dict) else ()
    return next((each for each in stated if isinstance(each, str) and len(each) <= _LONGEST_TITLE), None)
