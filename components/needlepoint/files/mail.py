"""EML: a message's headers and text; attachments are named, not read."""

import codecs
import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message, MIMEPart
from email.utils import parsedate_to_datetime
from typing import Any, cast

from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, one_line, tidy_text
from needlepoint.files.plain import decode_text, unicode_encoding
from needlepoint.files.source import SourceText
from needlepoint.files.web import html_text, parse_html

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_DEEPEST = 30
_LONGEST_HEADER = 4_000
_LONGEST_ADDRESSES = 20_000


class _BoundedPolicy(email.policy.EmailPolicy):
    """The standard policy, but for headers too long to be parsed in good time: its parser is quadratic, in memory too."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[: _LONGEST_ADDRESSES if name.lower() in ("to", "cc") else _LONGEST_HEADER]


def read_email(data: bytes, limits: Limits) -> SourceText:
    """Read a message as one page: its headers as lines, its text, and the names of what is attached."""
    message = cast(EmailMessage, email.message_from_bytes(_ascii_based(data), policy=_BoundedPolicy()))
    headers = {name: _header(message, name) for name in _SHOWN}
    head = "\n".join(f"{name}: {value}" for name, value in headers.items() if value)
    attached = list(_attachment_names(message))
    parts = [head, _body(message), "\n".join(f"Attachment: {name}" for name in attached)]
    collector = PageCollector(limits)
    collector.add(tidy_text("\n\n".join(part for part in parts if part)), headers["Subject"])
    metadata: dict[str, str | int | float] = {
        "author": headers["From"],
        "from": headers["From"],
        "to": headers["To"],
        "cc": headers["Cc"],
        "subject": headers["Subject"],
        "date": _day(headers["Date"]),
        "attachments": ", ".join(attached),
    }
    return collector.source(type="email", title=headers["Subject"], metadata=metadata)


def _ascii_based(data: bytes) -> bytes:
    """Return the message from its first header on, in an encoding that the parser can take: with no mark before, no NULs."""
    encoding = unicode_encoding(data)
    if encoding is not None and encoding != "utf-8":
        data = data.decode(encoding, "replace").encode("utf-8")
    return data.removeprefix(codecs.BOM_UTF8).lstrip()


def _header(message: Message, name: str) -> str:
    try:
        return one_line(str(message.get(name, "")))
    except Exception:  # the standard library's header parser fails in many ways on broken headers
        raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
        return one_line(str(raw))


def _body(message: EmailMessage) -> str:
    """Return the plain text, or the HTML's text where there is no plain one; forwarded messages follow."""
    texts: list[str] = []
    for part in _parts(message):
        if part.get_content_type() == "multipart/alternative":
            texts.append(_best_alternative(part))
        elif part.get_content_maintype() == "text" and not part.is_attachment():
            texts.append(_part_text(part))
    return "\n\n".join(text for text in texts if text.strip())


def _best_alternative(part: MIMEPart) -> str:
    found = {each.get_content_type(): _part_text(each) for each in part.walk() if each.get_content_maintype() == "text"}
    plain = found.get("text/plain", "")
    return plain if plain.strip() else next((text for text in found.values() if text.strip()), "")


def _parts(part: MIMEPart, depth: int = 0) -> Iterator[MIMEPart]:
    """Return the parts in order; an alternative is one part, a forwarded message stays closed."""
    yield part
    is_open = part.is_multipart() and part.get_content_type() not in ("multipart/alternative", "message/rfc822")
    if is_open and depth < _DEEPEST:
        for child in part.iter_parts():
            yield from _parts(child, depth + 1)


def _part_text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    text = decode_text(payload, declared=part.get_content_charset())
    if part.get_content_subtype() == "html":
        root = parse_html(text)
        return "" if root is None else html_text(root)
    return _unwrapped(text) if _is_flowed(part) else text


def _is_flowed(part: Message) -> bool:
    return "format=flowed" in re.sub(r"[\s\"']", "", str(part.get("Content-Type", ""))).lower()


def _unwrapped(text: str) -> str:
    """Join the lines that ``format=flowed`` (RFC 3676) marks with a space at their end; ``-- `` begins a signature."""
    return re.sub(r"(?<!^--) \r?\n(?!>)", " ", text, flags=re.MULTILINE)


def _attachment_names(message: EmailMessage) -> Iterator[str]:
    for part in _parts(message):
        if part.get_content_type() == "message/rfc822":
            inner: Any = part.get_payload()
            subject = _header(inner[0], "Subject") if isinstance(inner, list) and inner else ""
            yield f"message “{subject}”" if subject else "message"
        elif not part.is_multipart() and (
            part.is_attachment() or part.get_content_maintype() not in ("text", "multipart")
        ):
            yield one_line(part.get_filename() or part.get_content_type())


def _day(stated: str) -> str:
    try:
        return parsedate_to_datetime(stated).date().isoformat()
    except (ValueError, TypeError):
        return ""
