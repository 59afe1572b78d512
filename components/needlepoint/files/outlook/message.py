"""An Outlook message as an ordinary one: the same bytes each time, read like any other."""

import base64
import email
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.message import Message
from email.utils import format_datetime, formataddr
from urllib.parse import quote

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.mail.messages import parsed_headers
from needlepoint.files.mail.structure import message_name
from needlepoint.files.members.part import Part
from needlepoint.files.plain import decode_text
from needlepoint.files.rtf.reading import read_rtf

_KEPT_HEADERS = ("From", "To", "Cc", "Date", "Subject", "Message-ID", "In-Reply-To", "References", "Thread-Topic")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_ANY = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


@dataclass(frozen=True, slots=True)
class OutlookFile:
    """A file that hangs on a message.

    :param content: returns its bytes; those of an attached message are made from :attr:`message`.
    :param content_id: the name by which the text shows it, as a picture.
    """

    name: str
    content: Callable[[], bytes] = bytes
    media_type: str = ""
    content_id: str = ""
    message: "OutlookMessage | None" = None

    @property
    def is_shown_inside(self) -> bool:
        """Whether it is a picture within the text."""
        return bool(self.content_id) and self.media_type.startswith("image/")


@dataclass(slots=True)
class OutlookMessage:
    """A message by its properties.

    :param headers: those by name; ``transport`` has them as they came over the wire.
    """

    headers: dict[str, str] = field(default_factory=dict)
    transport: str = ""
    plain: str = ""
    html: bytes = b""
    html_charset: str = ""
    rtf: bytes = b""
    files: list[OutlookFile] = field(default_factory=list)


def address(name: str, mailbox: str) -> str:
    """Return a sender or receiver as headers have them; addresses within Exchange (``/O=...``) say nothing to anybody."""
    mailbox = mailbox if "@" in mailbox and mailbox.isascii() else ""
    name = "" if name == mailbox else name
    return formataddr((name, mailbox)) if mailbox else Header(name, "utf-8").encode(maxlinelen=0) if name else ""


def date_of(ticks: int) -> str:
    """Return a moment, counted in tenths of microseconds from 1601, as headers have it."""
    try:
        return format_datetime(_EPOCH + timedelta(microseconds=ticks // 10))
    except (OverflowError, ValueError):
        return ""


def ordinary(message: OutlookMessage, limits: Limits, depth: int = 0, *, is_outline: bool = False) -> bytes:
    """Return the message as bytes of the internet's form (RFC 5322).

    :param is_outline: whether the files that hang on it are named only, without their contents.
    """
    head = "".join(f"{name}: {value}\n" for name, value in _headers(message).items() if value)
    shown = [_file(each, limits, depth, is_outline) for each in message.files if each.is_shown_inside]
    attached = [_file(each, limits, depth, is_outline) for each in message.files if not each.is_shown_inside]
    body = _multipart("alternative", list(_texts(message, limits)), depth)
    body = _multipart("related", [body, *shown], depth)
    return head.encode("ascii", "replace") + b"MIME-Version: 1.0\n" + _multipart("mixed", [body, *attached], depth)


def files_of(message: OutlookMessage, limits: Limits) -> Iterator[Part]:
    """Return the files that hang on a message; what is an attached message becomes an ordinary one."""
    for each in message.files:
        inner = each.message
        if inner is not None:
            name = message_name(parsed_headers(ordinary(inner, limits, is_outline=True)))
            yield Part(f"{name}.eml", lambda inner=inner: [ordinary(inner, limits)])  # type: ignore[misc]
        elif not each.is_shown_inside:
            yield Part(each.name, lambda each=each: [each.content()])  # type: ignore[misc]


def _headers(message: OutlookMessage) -> Mapping[str, str]:
    stated: Message = email.message_from_string(message.transport.lstrip("\r\n"))
    made = {name: " ".join(str(stated[name]).split()) for name in _KEPT_HEADERS if stated[name]}
    own = {
        name: value if name in ("From", "To", "Cc") else _ascii(" ".join(value.split()))
        for name, value in message.headers.items()
        if value
    }
    return {**own, **{name: _ascii(value) for name, value in made.items()}}


def _ascii(value: str) -> str:
    return value if value.isascii() else Header(value.encode("utf-8", "replace").decode(), "utf-8").encode(maxlinelen=0)


def _texts(message: OutlookMessage, limits: Limits) -> Iterator[bytes]:
    plain = message.plain
    if message.rtf and not message.html and not plain.strip():
        plain = _rtf_text(message.rtf, limits)
    yield _text("plain", plain)
    if message.html:
        yield _text("html", decode_text(message.html, declared=message.html_charset or None))


def _rtf_text(packed: bytes, limits: Limits) -> str:
    from compressed_rtf import decompress

    try:
        return read_rtf(decompress(packed), limits).text
    except UnreadableFileError:
        return ""
    except Exception:  # the library raises what its arithmetic meets in damaged data
        return ""


def _text(kind: str, text: str) -> bytes:
    return _part(f'Content-Type: text/{kind}; charset="utf-8"\n', text.encode("utf-8", "replace"))


def _file(file: OutlookFile, limits: Limits, depth: int, is_outline: bool) -> bytes:
    if file.message is not None:
        inner = ordinary(file.message, limits, depth + 1, is_outline=is_outline)
        return b"Content-Type: message/rfc822\nContent-Disposition: attachment\n\n" + inner
    kind = file.media_type if _MEDIA_TYPE.fullmatch(file.media_type) else _ANY
    kind = kind if not kind.startswith(("message/", "multipart/")) else _ANY
    name = quote(file.name.encode("utf-8", "replace"))
    identified = f"Content-ID: <{quote(file.content_id)}>\n" if file.content_id else ""
    head = f"Content-Type: {kind}\n{identified}Content-Disposition: attachment; filename*=utf-8''{name}\n"
    return _part(head, b"" if is_outline else file.content())


def _part(head: str, content: bytes) -> bytes:
    return f"{head}Content-Transfer-Encoding: base64\n\n".encode("ascii", "replace") + base64.encodebytes(content)


def _multipart(kind: str, parts: list[bytes], depth: int) -> bytes:
    """Join parts; no line of theirs is like the boundary, since the depth of each message is in it."""
    if len(parts) == 1:
        return parts[0]
    boundary = f"=_{kind}_{depth}"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode()
    return (
        head + b"".join(b"--%s\n%s\n" % (boundary.encode(), part) for part in parts) + b"--%s--\n" % boundary.encode()
    )
