"""Markdown: the text without its markup."""

import re
from dataclasses import replace

from markdown_it import MarkdownIt

from needlepoint.files.dates import iso_day
from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector
from needlepoint.files.plain import decode_text, read_plain
from needlepoint.files.source import SourceText
from needlepoint.files.web import html_text, parse_html

_LARGEST_PARSED = 5_000_000
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PROPERTY = re.compile(r"^(\w[\w -]*):(.*)$", re.MULTILINE)


def read_markdown(data: bytes, limits: Limits) -> SourceText:
    """Read Markdown (CommonMark with tables) as one page; its title is the front matter's or the first heading.

    A file of many megabytes keeps its markup: parsing it would take minutes.
    """
    if len(data) > _LARGEST_PARSED:
        return replace(read_plain(data, limits), type="markdown")
    text = decode_text(data).replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    stated = {key.lower(): _unquoted(value) for key, value in _PROPERTY.findall(front.group(1))} if front else {}
    body = text[front.end() :] if front else text
    root = parse_html(MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"]).render(body))
    heading = None if root is None else next(root.iter("h1", "h2"), None)
    title = stated.get("title") or ("" if heading is None else html_text(heading))
    collector = PageCollector(limits)
    collector.add("" if root is None else html_text(root), title)
    metadata: dict[str, str | int | float] = {
        "author": stated.get("author", ""),
        "subject": stated.get("description") or stated.get("subject", ""),
        "date": iso_day(stated.get("date", "")),
    }
    return collector.source(type="markdown", title=title, metadata=metadata)


def _unquoted(value: str) -> str:
    value = value.strip(" \t")
    value = value[1:] if value.startswith(("'", '"')) else value
    return value[:-1] if value.endswith(("'", '"')) else value
