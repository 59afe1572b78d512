"""The parts of a message: which are its text, and which are files that hang on it."""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message, MIMEPart
from typing import Any

from needlepoint.errors import UnreadableFileError
from needlepoint.files.mail.messages import header_text, message_bytes, parsed_message
from needlepoint.files.members.part import Part
from needlepoint.files.pages import one_line
from needlepoint.files.signed import is_signed, signed_content

_DEEPEST = 30
ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class MessagePart:
    """A part of a message.

    :param is_shown_inside: whether it is a picture within the text rather than a file that somebody attached.
    """

    part: MIMEPart
    is_shown_inside: bool = False

    @property
    def kind(self) -> str:
        """Its media type."""
        return self.part.get_content_type()

    @property
    def is_file(self) -> bool:
        """Whether somebody attached it: a file, or another message."""
        if self.kind == "message/rfc822":
            return _inner_message(self.part) is not None
        if self.part.is_multipart() or self.kind in ENCRYPTED or self.kind in _SIGNATURES or self.is_shown_inside:
            return False
        return self.part.is_attachment() or self.part.get_content_maintype() not in ("text", "multipart", "message")

    @property
    def name(self) -> str:
        """The name of the file that it is."""
        inner = _inner_message(self.part)
        if inner is not None:
            return f"{message_name(inner)}.eml"
        return _file_name(self.part) or f"attachment{mimetypes.guess_extension(self.kind) or ''}"


def parts_of(message: MIMEPart) -> Iterator[MessagePart]:
    """Return the parts in order; an alternative is one part, an attached message stays closed, a signed one is opened."""
    yield from _parts(message, 0, is_related=False)


def _parts(part: MIMEPart, depth: int, *, is_related: bool) -> Iterator[MessagePart]:
    kind = part.get_content_type()
    if kind in ENCRYPTED and depth < _DEEPEST and (inner := _signed_message(part)) is not None:
        yield from _parts(inner, depth + 1, is_related=False)
        return
    yield MessagePart(part, is_related and part.get_content_maintype() == "image")
    is_open = part.is_multipart() and kind not in ("multipart/alternative", "message/rfc822")
    if is_open and depth < _DEEPEST:
        for child in part.iter_parts():
            yield from _parts(child, depth + 1, is_related=is_related or kind == "multipart/related")
    elif kind == "multipart/alternative" and depth < _DEEPEST:
        yield from _files_in_alternatives(part)


def _files_in_alternatives(part: MIMEPart) -> Iterator[MessagePart]:
    """Return what is attached within one of the alternatives; some programs nest it there."""
    for each in part.walk():
        found = MessagePart(each, each.get_content_maintype() == "image")
        if each.get_content_maintype() != "text" and (found.is_file or found.is_shown_inside):
            yield found


def attached(message: MIMEPart) -> Iterator[Part]:
    """Return the files that hang on a message."""
    for each in parts_of(message):
        if each.is_file:
            yield Part(each.name, lambda each=each: [_content(each.part)])  # type: ignore[misc]


def message_name(message: Message) -> str:
    """Return what a message without a file name is called."""
    subject = header_text(message, "Subject").replace("/", "-").replace("\\", "-").strip(". ")
    return subject[:_LONGEST_NAME].strip() or "message"


def _content(part: MIMEPart) -> bytes:
    inner = _inner_message(part)
    if inner is not None:
        return message_bytes(inner)
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _inner_message(part: MIMEPart) -> EmailMessage | None:
    if part.get_content_type() != "message/rfc822":
        return None
    inner: Any = part.get_payload()
    return inner[0] if isinstance(inner, list) and inner else None


def _signed_message(part: MIMEPart) -> EmailMessage | None:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not is_signed("", payload):
        return None
    try:
        return parsed_message(signed_content(payload))
    except UnreadableFileError:
        return None


def _file_name(part: MIMEPart) -> str:
    try:
        return one_line(part.get_filename() or "")
    except Exception:  # broken parameters of a header
        return ""
