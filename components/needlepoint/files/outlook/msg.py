"""Outlook messages (``.msg``): a file of streams, one for each property."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.mail.messages import parsed_message
from needlepoint.files.mail.reading import read_message
from needlepoint.files.members.part import Part
from needlepoint.files.ole import BoundedOle
from needlepoint.files.outlook import properties as known
from needlepoint.files.outlook.message import OutlookFile, OutlookMessage, address, date_of, files_of, ordinary
from needlepoint.files.source import SourceText

_PROPERTIES = "__properties_version1.0"
_RECIPIENT, _ATTACHMENT = "__recip_version1.0_", "__attach_version1.0_"
_HEADS = {_RECIPIENT: 8, _ATTACHMENT: 8}
_ENTRY = struct.Struct("<HHI8s")
_KINDS = {1: "To", 2: "Cc"}
_DEEPEST = 30


def read_msg(data: bytes, limits: Limits) -> SourceText:
    """Read a message as one page: headers as lines, text, the names of what is attached."""
    with _opened(data, limits) as message:
        return read_message(parsed_message(ordinary(message, limits, is_outline=True)), limits)


def msg_parts(data: bytes, limits: Limits) -> Iterator[Part]:
    """Return the files that hang on a message."""
    with _opened(data, limits) as message:
        yield from files_of(message, limits)


@contextmanager
def _opened(data: bytes, limits: Limits) -> Iterator[OutlookMessage]:
    """Open a message; its files can be read inside the block.

    :raises UnreadableFileError: the file is damaged.
    """
    try:
        with BoundedOle(io.BytesIO(data)) as ole:
            yield _Storage(ole, [], limits).message()
    except (OSError, ValueError, struct.error, IndexError, KeyError, TypeError) as error:
        raise UnreadableFileError("the message is damaged: open it in Outlook and save it again") from error


class _Storage:
    """A message, a receiver or an attachment within the file."""

    def __init__(self, ole: Any, path: list[str], limits: Limits, depth: int = 0, page: str = "") -> None:
        self._ole = ole
        self._path = path
        self._limits = limits
        self._depth = depth
        self._fixed = self._fixed_values()
        self._page = page or known.codec_of(self.number(known.CODE_PAGE) or self.number(known.INTERNET_CODE_PAGE))

    def message(self) -> OutlookMessage:
        """Return the message that it is."""
        page = self.number(known.INTERNET_CODE_PAGE)
        return OutlookMessage(
            headers=self._headers(),
            transport=self.text(known.TRANSPORT),
            plain=self.text(known.BODY),
            html=self.binary(known.HTML) or self.text(known.HTML).encode(),
            html_charset=known.codec_of(page) if page and self.binary(known.HTML) else "",
            rtf=self.binary(known.RTF),
            files=list(self._files()),
        )

    def text(self, property_: int) -> str:
        """Return a text; empty where there is none."""
        found = self._stream(property_, known.UNICODE)
        if found is not None:
            return found.decode("utf-16-le", "replace").rstrip("\0")
        return (self._stream(property_, known.ANSI) or b"").decode(self._page, "replace").rstrip("\0")

    def binary(self, property_: int) -> bytes:
        """Return bytes; none where there are none."""
        return self._stream(property_, known.BINARY) or b""

    def attached(self) -> bytes:
        """Return the bytes of the attachment that it is."""
        return self.binary(known.ATTACHED)

    def number(self, property_: int) -> int | None:
        """Return a number; None where there is none."""
        value = self._fixed.get(property_)
        return None if value is None else int.from_bytes(value[:4], "little")

    def _headers(self) -> dict[str, str]:
        receivers: dict[str, list[str]] = {}
        for storage in self._inside(_RECIPIENT):
            kind = _KINDS.get(storage.number(known.RECIPIENT_KIND) or 0, "")
            mailbox = storage.text(known.SMTP) or storage.text(known.ADDRESS)
            receivers.setdefault(kind, []).append(address(storage.text(known.NAME), mailbox))
        sent = self._fixed.get(known.SENT) or self._fixed.get(known.DELIVERED)
        return {
            "From": self._sender(),
            "To": ", ".join(filter(None, receivers.get("To", ()))) or address(self.text(known.SHOWN_TO), ""),
            "Cc": ", ".join(filter(None, receivers.get("Cc", ()))) or address(self.text(known.SHOWN_CC), ""),
            "Date": date_of(int.from_bytes(sent, "little")) if sent else "",
            "Subject": self.text(known.SUBJECT),
            "Message-ID": self.text(known.MESSAGE_ID),
            "In-Reply-To": self.text(known.REPLY_TO_ID),
            "References": self.text(known.REFERENCES),
            "Thread-Topic": self.text(known.TOPIC),
        }

    def _sender(self) -> str:
        name = self.text(known.SENDER_NAME) or self.text(known.FROM_NAME)
        for place in (known.SENDER_SMTP, known.FROM_SMTP, known.SENDER_ADDRESS, known.FROM_ADDRESS):
            if "@" in (mailbox := self.text(place)):
                return address(name, mailbox)
        return address(name, "")

    def _files(self) -> Iterator[OutlookFile]:
        for number, storage in enumerate(self._inside(_ATTACHMENT), start=1):
            inner = [*storage._path, f"__substg1.0_{known.ATTACHED:04X}{known.OBJECT:04X}"]
            names = (known.ATTACHED_NAME, known.ATTACHED_SHORT_NAME, known.NAME)
            name = next(filter(None, map(storage.text, names)), f"attachment {number}")
            if self._ole.exists([*inner, _PROPERTIES]):
                if self._depth < _DEEPEST:
                    message = _Storage(self._ole, inner, self._limits, self._depth + 1, self._page).message()
                    yield OutlookFile(name, message=message)
                continue
            kind, content_id = storage.text(known.ATTACHED_TYPE), storage.text(known.CONTENT_ID)
            yield OutlookFile(name, storage.attached, kind, content_id)

    def _inside(self, beginning: str) -> Iterator["_Storage"]:
        depth = len(self._path)
        names = sorted(
            {
                path[depth]
                for path in self._ole.listdir(streams=True, storages=False)
                if len(path) > depth and path[:depth] == self._path and path[depth].startswith(beginning)
            }
        )
        for name in names:
            yield _Storage(self._ole, [*self._path, name], self._limits, self._depth, self._page)

    def _stream(self, property_: int, kind: int) -> bytes | None:
        path = [*self._path, f"__substg1.0_{property_:04X}{kind:04X}"]
        if not self._ole.exists(path) or self._ole.get_type(path) != _STREAM:
            return None
        content: bytes = self._ole.openstream(path).read()
        return content

    def _fixed_values(self) -> dict[int, bytes]:
        path = [*self._path, _PROPERTIES]
        if not self._ole.exists(path):
            return {}
        data = self._ole.openstream(path).read()
        head = next((size for name, size in _HEADS.items() if self._path and self._path[-1].startswith(name)), None)
        start = head if head is not None else 24 if self._path else 32
        whole = len(data) - (len(data) - start) % _ENTRY.size
        return {id_: value for _, id_, _, value in _ENTRY.iter_unpack(data[start:whole])}


_STREAM = 2  # olefile's word for a stream, not a storage
