"""EML and mailboxes: a message's headers and text; attachments are named, not read."""

import codecs
import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message, MIMEPart
from email.utils import parsedate_to_datetime
from typing import Any, cast

from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, PageText, one_line
from needlepoint.files.plain import decode_text, unicode_encoding
from needlepoint.files.source import SourceText
from needlepoint.files.web.reading import page_text, parse_html

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_DEEPEST = 30
_LONGEST_HEADER = 4_000
_LONGEST_ADDRESSES = 20_000
_STUB = 0.5  # of the words: a plain text that has fewer of the richer one's is a hint, not the message
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_NO_TEXT = frozenset({"css", "calendar", "x-vcard", "vcard"})
_QUOTED = re.compile(r"(?:> ?)+")
_FROM_LINE = re.compile(rb"\AFrom [^\n]*\n")
_MESSAGE = re.compile(rb"\n(\r?\n)(?=(From \S[^\n]*\d{4}[^\n]*\n[A-Za-z][A-Za-z0-9-]*:))")


class _BoundedPolicy(email.policy.EmailPolicy):
    """The standard policy, but for headers too long to be parsed in good time: its parser is quadratic, in memory too."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[: _LONGEST_ADDRESSES if name.lower() in ("to", "cc") else _LONGEST_HEADER]


def read_email(data: bytes, limits: Limits) -> SourceText:
    """Read a message as one page, or a mailbox as a page for each message: headers as lines, text, what is attached."""
    collector = PageCollector(limits)
    messages = [_parsed(each) for each in mailbox_messages(_ascii_based(data))]
    for message in messages:
        page = PageText()
        _Reader(page, collector).read(message)
        collector.add(page.text, header_text(message, "Subject"), page.marks)
    first = messages[0]
    if len(messages) > 1:
        return collector.source(type="email", metadata={"messages": len(messages)})
    headers = {name: header_text(first, name) for name in _SHOWN}
    metadata: dict[str, str | int | float] = {
        "author": headers["From"],
        "from": headers["From"],
        "to": headers["To"],
        "cc": headers["Cc"],
        "subject": headers["Subject"],
        "date": _day(headers["Date"]),
        "attachments": ", ".join(_attachment_names(first)),
    }
    return collector.source(type="email", title=headers["Subject"], metadata=metadata)


def mailbox_messages(data: bytes) -> list[bytes]:
    """Return the messages of a mailbox (mbox); of a single message, itself.

    A message begins below an empty line and ``From sender date``, with a header; lines of a text that begin with ``From`` have
    a ``>`` before it.
    """
    if not data.startswith(b"From "):
        return [data]
    starts = [0, *(match.end(1) for match in _MESSAGE.finditer(data))]
    ends = [*(match.start(2) for match in _MESSAGE.finditer(data)), len(data)]
    return [_FROM_LINE.sub(b"", data[start:end]) for start, end in zip(starts, ends, strict=True)]


def parsed_message(data: bytes) -> EmailMessage:
    """Return a single message, parsed."""
    return _parsed(_ascii_based(data))


def _parsed(data: bytes) -> EmailMessage:
    return cast(EmailMessage, email.message_from_bytes(data, policy=_BoundedPolicy()))


def _ascii_based(data: bytes) -> bytes:
    """Return the message from its first header on, in an encoding that the parser can take: with no mark before, no NULs."""
    encoding = unicode_encoding(data)
    if encoding is not None and encoding != "utf-8":
        data = data.decode(encoding, "replace").encode("utf-8")
    return data.removeprefix(codecs.BOM_UTF8).lstrip()


def header_text(message: Message, name: str) -> str:
    """Return a header on one line; empty where there is none."""
    try:
        return one_line(str(message.get(name, "")))
    except Exception:  # the standard library's header parser fails in many ways on broken headers
        raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
        return one_line(str(raw))


class _Reader:
    """Writes a message, and those that it forwards, to a page."""

    def __init__(self, page: PageText, collector: PageCollector) -> None:
        self._page = page
        self._unread = collector.leave_unread
        self._check = collector.check

    def read(self, message: EmailMessage, depth: int = 0) -> None:
        headers = {name: header_text(message, name) for name in _SHOWN}
        lines = [f"{name}: {value}" for name, value in headers.items() if value]
        self._page.write("\n".join(lines))
        for part in _parts(message):
            self._part(part, depth)
            self._check(len(self._page))
        attached = list(_attachment_names(message))
        self._page.write("\n".join(f"Attachment: {name}" for name in attached))
        for name in attached:
            self._unread(f"attachment {name}: its content was not read")

    def _part(self, part: MIMEPart, depth: int) -> None:
        kind = part.get_content_type()
        if kind == "multipart/alternative":
            self._page.extend(self._best_alternative(part))
        elif kind == "message/rfc822":
            inner: Any = part.get_payload()
            if isinstance(inner, list) and inner and depth < _DEEPEST:
                self._page.write("Forwarded message:")
                self.read(cast(EmailMessage, inner[0]), depth + 1)
        elif kind in _ENCRYPTED:
            self._unread("an encrypted part: it was not read")
        elif part.get_content_maintype() == "text" and not part.is_attachment():
            self._page.extend(self._text(part))

    def _best_alternative(self, part: MIMEPart) -> PageText:
        """Return the plain text; the richer one where the plain one is missing or only says that there is another."""
        found: dict[str, PageText] = {}
        for each in part.walk():
            if each.get_content_maintype() == "text":
                found.setdefault(each.get_content_type(), self._text(each))
        plain = found.pop("text/plain", PageText())
        richest = max(found.values(), key=len, default=PageText())
        return richest if _is_stub(plain.text.split(), richest.text.split()) else plain

    def _text(self, part: Message) -> PageText:
        page = PageText()
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            return page
        text = decode_text(payload, declared=part.get_content_charset())
        if part.get_content_subtype() == "html":
            root = parse_html(text)
            return page if root is None else page_text(root, self._unread)
        if part.get_content_subtype() in _NO_TEXT:
            return page
        page.write(unquoted(_unwrapped(text) if _is_flowed(part) else text))
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


def _parts(part: MIMEPart, depth: int = 0) -> Iterator[MIMEPart]:
    """Return the parts in order; an alternative is one part, a forwarded message stays closed."""
    yield part
    is_open = part.is_multipart() and part.get_content_type() not in ("multipart/alternative", "message/rfc822")
    if is_open and depth < _DEEPEST:
        for child in part.iter_parts():
            yield from _parts(child, depth + 1)


def _is_flowed(part: Message) -> bool:
    return "format=flowed" in re.sub(r"[\s\"']", "", str(part.get("Content-Type", ""))).lower()


def _unwrapped(text: str) -> str:
    """Join the lines that ``format=flowed`` (RFC 3676) marks with a space at their end; ``-- `` begins a signature."""
    return re.sub(r"(?<!^--) \r?\n(?!>)", " ", text, flags=re.MULTILINE)


def _attachment_names(message: EmailMessage) -> Iterator[str]:
    for part in _parts(message):
        kind = part.get_content_type()
        is_other = part.get_content_maintype() not in ("text", "multipart", "message")
        if not part.is_multipart() and kind not in _ENCRYPTED and (part.is_attachment() or is_other):
            yield one_line(part.get_filename() or kind)


def _day(stated: str) -> str:
    try:
        return parsedate_to_datetime(stated).date().isoformat()
    except (ValueError, TypeError):
        return ""
