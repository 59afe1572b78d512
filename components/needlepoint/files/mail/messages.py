"""Messages out of bytes: parsed, with headers of bounded length; mailboxes taken apart."""

import codecs
import email
import email.policy
import re
from collections.abc import Iterator
from email.generator import BytesGenerator
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from io import BytesIO
from typing import cast

from needlepoint.files.pages import one_line
from needlepoint.files.plain import unicode_encoding

_LONGEST_HEADER = 4_000
_LONGEST_ADDRESSES = 20_000
_LONG = frozenset({"to", "cc", "references"})
_FROM_LINE = re.compile(rb"\AFrom [^\n]*\n")
_MESSAGE = re.compile(rb"\n(\r?\n)(?=(From \S[^\n]*\d{4}[^\n]*\n[A-Za-z][A-Za-z0-9-]*:))")
_BLANK = re.compile(rb"\n\r?\n")
_LONGEST_HEAD = 1_000_000
_UNCHANGED = email.policy.compat32.clone(max_line_length=None, mangle_from_=False)


class _BoundedPolicy(email.policy.EmailPolicy):
    """The standard policy, but for headers too long to be parsed in good time: its parser is quadratic, in memory too."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[: _LONGEST_ADDRESSES if name.lower() in _LONG else _LONGEST_HEADER]


def parsed_message(data: bytes) -> EmailMessage:
    """Return a single message, parsed."""
    return cast(EmailMessage, email.message_from_bytes(_FROM_LINE.sub(b"", ascii_based(data)), policy=_BoundedPolicy()))


def parsed_headers(data: bytes) -> Message:
    """Return the headers of a message; what is below them is not looked at."""
    head = _FROM_LINE.sub(b"", data[:_LONGEST_HEAD])
    return BytesHeaderParser(policy=_BoundedPolicy()).parsebytes(_BLANK.split(head, maxsplit=1)[0])


def message_bytes(message: Message) -> bytes:
    """Return a message as a file of its own; the same message gives the same bytes."""
    out = BytesIO()
    BytesGenerator(out, policy=_UNCHANGED).flatten(message)
    return out.getvalue()


def ascii_based(data: bytes) -> bytes:
    """Return the message from its first header on, in an encoding that the parser can take: with no mark before, no NULs."""
    encoding = unicode_encoding(data)
    if encoding is not None and encoding != "utf-8":
        data = data.decode(encoding, "replace").encode("utf-8")
    return data.removeprefix(codecs.BOM_UTF8).lstrip()


def mailbox_messages(data: bytes) -> Iterator[bytes]:
    """Return the messages of a mailbox (mbox).

    A message begins below an empty line and ``From sender date``, with a header; lines of a text that begin with ``From`` have
    a ``>`` before it.
    """
    start = 0
    for match in _MESSAGE.finditer(data):
        yield data[start : match.start(2)]
        start = match.end(1)
    yield data[start:]


def header_text(message: Message, name: str) -> str:
    """Return a header on one line; empty where there is none."""
    try:
        return one_line(str(message.get(name, "")))
    except Exception:  # the standard library's header parser fails in many ways on broken headers
        raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
        return one_line(str(raw))
