"""The text of a message: headers, what it says, and the names of what is attached."""

import re
from email.message import EmailMessage, Message, MIMEPart

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.mail.furniture import mark_furniture
from needlepoint.files.mail.messages import header_text
from needlepoint.files.mail.structure import ENCRYPTED, MessagePart, parts_of
from needlepoint.files.pages import PageCollector, PageText, TextLine
from needlepoint.files.plain import decode_text
from needlepoint.files.source import SourceText
from needlepoint.files.structured.content_lines import read_calendar
from needlepoint.files.web.reading import page_text, parse_html

SHOWN = ("From", "To", "Cc", "Date", "Subject")
_STUB = 0.5  # of the words: a plain text that has fewer of the richer one's is a hint, not the message
_CALENDAR = "text/calendar"
_NO_TEXT = frozenset({"css", "x-vcard", "vcard"})
_QUOTED = re.compile(r"(?:> ?)+")


class MessageText:
    """Writes a message to a page."""

    def __init__(self, collector: PageCollector, limits: Limits) -> None:
        self._unread = collector.leave_unread
        self._check = collector.check
        self._limits = limits

    def page(self, message: EmailMessage) -> PageText:
        """Return the text of a message."""
        page, body = PageText(), PageText()
        headers = {name: header_text(message, name) for name in SHOWN}
        page.write("\n".join(f"{name}: {value}" for name, value in headers.items() if value))
        parts = list(parts_of(message))
        for part in parts:
            body.extend(self._part(part))
            self._check(len(body))
        mark_furniture(body)
        page.extend(body)
        page.write("\n".join(f"Attachment: {part.name}" for part in parts if part.is_file))
        return page

    def _part(self, each: MessagePart) -> PageText:
        part = each.part
        if each.kind == "multipart/alternative":
            return self._best_alternative(part)
        if each.is_shown_inside:
            self._unread(f"picture {each.name}: its content was not read")
        elif each.kind in ENCRYPTED:
            self._unread("an encrypted part: it was not read")
        elif part.get_content_maintype() == "text" and not part.is_attachment():
            return self._text(part)
        return PageText()

    def _best_alternative(self, part: MIMEPart) -> PageText:
        """Return the plain text; the richer one where the plain one is missing or only says that there is another."""
        found: dict[str, PageText] = {}
        for each in part.walk():
            if each.get_content_maintype() == "text":
                found.setdefault(each.get_content_type(), self._text(each))
        plain, invitation = found.pop("text/plain", PageText()), found.pop(_CALENDAR, PageText())
        richest = max(found.values(), key=len, default=PageText())
        best = richest if _is_stub(plain.text.split(), richest.text.split()) else plain
        best.extend(invitation)
        return best

    def _text(self, part: Message) -> PageText:
        page = PageText()
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or part.get_content_subtype() in _NO_TEXT:
            return page
        if part.get_content_type() == _CALENDAR:
            return self._calendar(payload)
        text = decode_text(payload, declared=part.get_content_charset())
        if part.get_content_subtype() == "html":
            root = parse_html(text)
            return page if root is None else page_text(root, self._unread)
        page.write(unquoted(_unwrapped(text) if _is_flowed(part) else text))
        return page

    def _calendar(self, payload: bytes) -> PageText:
        try:
            return _page_of(read_calendar(payload, self._limits))
        except UnreadableFileError:  # it holds no event
            return PageText()


def _page_of(source: SourceText) -> PageText:
    page, done = PageText(), 0
    for mark in source.marks:
        page.write(source.text[done : mark.start])
        page.write_lines([TextLine(source.text[mark.start : mark.end], mark.kind, mark.about)])
        done = mark.end
    page.write(source.text[done:])
    return page


def _is_stub(plain: list[str], rich: list[str]) -> bool:
    """Tell a plain text that only says that there is another: it is much shorter, or has other words."""
    if len(plain) < _STUB * len(rich):
        return True
    shared = len(set(plain).intersection(rich))
    return len(rich) > len(plain) and shared < _STUB * len(set(plain))


def unquoted(text: str) -> str:
    """Return a plain text without the marks of quoted lines (``>``); where the quoting changes, a paragraph ends."""
    lines, before = [], 0
    for line in text.replace("\r\n", "\n").split("\n"):
        marks = _QUOTED.match(line)
        depth = marks.group().count(">") if marks else 0
        lines += [""] if depth != before else []
        lines.append(line[marks.end() :] if marks else line)
        before = depth
    return "\n".join(lines)


def _is_flowed(part: Message) -> bool:
    return "format=flowed" in re.sub(r"[\s\"']", "", str(part.get("Content-Type", ""))).lower()


def _unwrapped(text: str) -> str:
    """Join the lines that ``format=flowed`` (RFC 3676) marks with a space at their end; ``-- `` begins a signature."""
    return re.sub(r"(?<!^--) \r?\n(?!>)", " ", text, flags=re.MULTILINE)
