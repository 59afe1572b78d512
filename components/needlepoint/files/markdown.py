"""Markdown: the text without its markup."""

import re
from collections.abc import Callable
from dataclasses import replace

import cmarkgfm
from cmarkgfm.cmark import Options
from lxml.html import defs

from needlepoint.errors import UnreadableFileError
from needlepoint.files.dates import iso_day
from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, PageText
from needlepoint.files.plain import decode_text, read_plain
from needlepoint.files.source import SourceText
from needlepoint.files.web.reading import html_text, page_text, parse_html

_LARGEST_PARSED = 5_000_000
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FOOTNOTE = re.compile(r"^ {0,3}\[\^([\w-]+)\]:[ \t]*", re.MULTILINE)
_REFERENCE = re.compile(r"\s?\[\^([\w-]+)\]")
_NEWER_TAGS = (
    "article aside audio canvas data details dialog figcaption figure footer header main mark math meter nav output picture "
    "progress search section source summary svg template time track video wbr"
)
_EXTENSIONS = ["table", "strikethrough"]
_OPTIONS = (
    Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE
)  # its HTML is kept, as nobody runs it
_TAGS = defs.tags.union(_NEWER_TAGS.split())
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_STEP = re.compile(r"<(?:(/?(?:p|h[1-6]|t[dh]|li)\b)[^>]*+>(\n?)|/?([A-Za-z][A-Za-z0-9-]*))", re.IGNORECASE)
_PROPERTY = re.compile(r"^(\w[\w -]*):(.*)$", re.MULTILINE)


def read_markdown(data: bytes, limits: Limits) -> SourceText:
    """Read Markdown (CommonMark with tables) as one page; its title is the front matter's or the first heading.

    A file of many megabytes keeps its markup: parsing it would take minutes.
    """
    limits.check_markup(len(data), "markdown")
    if len(data) > _LARGEST_PARSED:
        return replace(read_plain(data, limits), type="markdown")
    text = decode_text(data).replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    stated = {key.lower(): _unquoted(value) for key, value in _PROPERTY.findall(front.group(1))} if front else {}
    body = text[front.end() :] if front else text
    collector = PageCollector(limits)
    try:
        page, heading = markdown_page(body, collector.leave_unread)
    except UnreadableFileError:  # quotes or lists in each other, hundreds of levels deep
        return replace(read_plain(data, limits), type="markdown")
    title = stated.get("title") or heading
    collector.add(page.text, title, page.marks)
    metadata: dict[str, str | int | float] = {
        "author": stated.get("author", ""),
        "subject": stated.get("description") or stated.get("subject", ""),
        "date": iso_day(stated.get("date", "")),
    }
    return collector.source(type="markdown", title=title, metadata=metadata)


def markdown_page(text: str, unread: Callable[[str], None]) -> tuple[PageText, str]:
    """Return what a reader of rendered Markdown sees, and its first heading.

    :param unread: is told what is left out.
    :raises UnreadableFileError: it is nested too deeply.
    """
    root = parse_html(_with_shown_tags(_html(_with_footnotes(text))))
    if root is None:
        return PageText(), ""
    heading = next(root.iter("h1", "h2"), None)
    return page_text(root, unread), "" if heading is None else html_text(heading)


def _with_footnotes(text: str) -> str:
    """Return the text with its footnotes, which CommonMark does not know, as paragraphs after the number that is printed."""
    defined = set(_FOOTNOTE.findall(text))
    if not defined:
        return text
    text = _FOOTNOTE.sub(lambda match: f"\n\\[{match.group(1)}\\] ", text)
    return _REFERENCE.sub(
        lambda match: f" \\[{match.group(1)}\\]" if match.group(1) in defined else match.group(), text
    )


def _html(text: str) -> str:
    clean = text.encode("utf-8", "replace").decode()  # no lone surrogates
    page: str = cmarkgfm.markdown_to_html_with_extensions(clean, options=_OPTIONS, extensions=_EXTENSIONS)
    return page


def _with_shown_tags(page: str) -> str:
    """Return the page with tags in running text that no browser knows, such as ``<role>``, as the text that they are."""
    if {name.lower() for name in set(_TAG_NAME.findall(page))} <= _TAGS:
        return page
    is_running = False  # an item of a list has running text where none of its lines is a block

    def shown(match: re.Match[str]) -> str:
        nonlocal is_running
        tag, block, name = match.group(), match.group(1), match.group(3)
        if block:
            is_running = not block.startswith("/") and not match.group(2)
        elif is_running and name.lower() not in _TAGS:
            return "&lt;" + tag[1:]
        return tag

    return _STEP.sub(shown, page)


def _unquoted(value: str) -> str:
    value = value.strip(" \t")
    value = value[1:] if value.startswith(("'", '"')) else value
    return value[:-1] if value.endswith(("'", '"')) else value
