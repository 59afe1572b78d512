"""Markdown: the text without its markup."""

import html
import re
from dataclasses import replace
from typing import Any

from lxml.html import defs
from markdown_it import MarkdownIt

from needlepoint.files.dates import iso_day
from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, PageText
from needlepoint.files.plain import decode_text, read_plain
from needlepoint.files.source import SourceText
from needlepoint.files.web import html_text, page_text, parse_html

_LARGEST_PARSED = 5_000_000
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FOOTNOTE = re.compile(r"^ {0,3}\[\^([\w-]+)\]:[ \t]*", re.MULTILINE)
_REFERENCE = re.compile(r"\s?\[\^([\w-]+)\]")
_NEWER_TAGS = (
    "article aside audio canvas data details dialog figcaption figure footer header main mark math meter nav output picture "
    "progress search section source summary svg template time track video wbr"
)
_TAGS = defs.tags.union(_NEWER_TAGS.split())
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
    parser = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"])
    parser.add_render_rule("html_inline", _shown_tag)
    root = parse_html(parser.render(_with_footnotes(body)))
    heading = None if root is None else next(root.iter("h1", "h2"), None)
    title = stated.get("title") or ("" if heading is None else html_text(heading))
    collector = PageCollector(limits)
    page = PageText() if root is None else page_text(root, collector.leave_unread)
    collector.add(page.text, title, page.marks)
    metadata: dict[str, str | int | float] = {
        "author": stated.get("author", ""),
        "subject": stated.get("description") or stated.get("subject", ""),
        "date": iso_day(stated.get("date", "")),
    }
    return collector.source(type="markdown", title=title, metadata=metadata)


def _with_footnotes(text: str) -> str:
    """Return the text with its footnotes, which CommonMark does not know, as paragraphs after the number that is printed."""
    defined = set(_FOOTNOTE.findall(text))
    if not defined:
        return text
    text = _FOOTNOTE.sub(lambda match: f"\n\\[{match.group(1)}\\] ", text)
    return _REFERENCE.sub(
        lambda match: f" \\[{match.group(1)}\\]" if match.group(1) in defined else match.group(), text
    )


def _shown_tag(renderer: Any, tokens: Any, at: int, options: Any, environment: Any) -> str:
    """Return an HTML tag as it is, but what no browser knows, such as ``<role>``, as the text that it is."""
    content: str = tokens[at].content
    name = re.match(r"</?([A-Za-z][A-Za-z0-9-]*)", content)
    return content if name is None or name.group(1).lower() in _TAGS else html.escape(content)


def _unquoted(value: str) -> str:
    value = value.strip(" \t")
    value = value[1:] if value.startswith(("'", '"')) else value
    return value[:-1] if value.endswith(("'", '"')) else value
