"""What the readers of markup share: the file is parsed to elements of a web page, and is plain text where that fails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from needlepoint.files.dates import iso_day
from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, clean_text
from needlepoint.files.plain import decode_text, read_plain
from needlepoint.files.source import SourceText
from needlepoint.files.stated_dates import stated_day
from needlepoint.files.web.reading import page_text

_AS_IT_IS = "it is read as plain text, with its markup"
_DAMAGED = f"its markup is damaged, nested too deeply, too long in a line or without text: {_AS_IT_IS}"


@dataclass(frozen=True, slots=True)
class MarkupPage:
    """What a parser makes of a file.

    :param root: an HTML element that holds the text.
    :param title: the document's own title.
    :param stated: what else the file says of itself: ``author``, ``date`` and so on.
    """

    root: Any
    title: str = ""
    stated: Mapping[str, str] = field(default_factory=dict)


def read_markup(
    data: bytes,
    limits: Limits,
    *,
    kind: str,
    largest: int,
    parse: Callable[[str, Callable[[str], None]], MarkupPage],
) -> SourceText:
    """Read a file in a markup language as one page; it loses no words, whatever is wrong with it.

    :param kind: what ``meta["type"]`` says.
    :param largest: size in bytes up to which it is parsed; a larger one keeps its markup, as parsing would take minutes.
    :param parse: returns the page, and tells the function that it is given what it leaves out.
    """
    limits.check_markup(len(data), kind)
    if len(data) > largest:
        return _plain(data, limits, kind, f"its markup, of over {largest // 1_000_000} MB, was not parsed: {_AS_IT_IS}")
    collector = PageCollector(limits)
    try:
        parsed = parse(clean_text(decode_text(data)), collector.leave_unread)
        page = page_text(parsed.root, collector.leave_unread)
    except Exception:  # a parser that fails, or elements nested too deeply, cost the markup and not the words
        return _plain(data, limits, kind, _DAMAGED)
    if not page.text:
        return _plain(data, limits, kind, _DAMAGED)
    collector.add(page.text, parsed.title, page.marks)
    date = parsed.stated.get("date", "").strip()
    metadata = {**parsed.stated, "date": iso_day(date) or stated_day(date)}
    return collector.source(type=kind, title=parsed.title, metadata=metadata)


def _plain(data: bytes, limits: Limits, kind: str, why: str) -> SourceText:
    return replace(read_plain(data, limits), type=kind, unread=(why,))
