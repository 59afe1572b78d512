"""Attachments in Outlook's own form (``winmail.dat``, TNEF): the message that they came with, and the files."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import DAMAGED, Limits
from needlepoint.files.mail.messages import parsed_message
from needlepoint.files.mail.reading import read_message
from needlepoint.files.members.part import Part
from needlepoint.files.outlook import properties as known
from needlepoint.files.outlook.message import OutlookFile, OutlookMessage, address, date_of, files_of, ordinary
from needlepoint.files.source import SourceText

_MARK = b"\x78\x9f\x3e\x22"
_ATTRIBUTE = struct.Struct("<BHHI")
_SUBJECT, _BODY, _CODE_PAGE = 0x8004, 0x800C, 0x9007
_PROPERTIES, _ATTACHED_PROPERTIES = 0x9003, 0x9005
_ATTACHMENT_BEGINS, _TITLE, _CONTENT = 0x9002, 0x8010, 0x800F
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (known.UNICODE, known.ANSI, known.BINARY, known.OBJECT)
_SEVERAL = 0x1000
_FIRST_NAMED = 0x8000
_GUID = 16
_MOST_PROPERTIES = 100_000
_DEEPEST = 30


def read_tnef(data: bytes, limits: Limits) -> SourceText:
    """Read the message as one page: what it says, and the names of what is attached."""
    return read_message(parsed_message(ordinary(_message(data), limits, is_outline=True)), limits)


def tnef_parts(data: bytes, limits: Limits) -> Iterator[Part]:
    """Return the files that hang on the message."""
    return files_of(_message(data), limits)


@dataclass(slots=True)
class _Attachment:
    title: str = ""
    content: bytes = b""
    values: dict[int, tuple[int, bytes]] = field(default_factory=dict)


def _message(data: bytes, depth: int = 0) -> OutlookMessage:
    """Return the message.

    :raises UnreadableFileError: the file is damaged from the beginning; one that is cut short is read as far as it goes.
    """
    page, attachments = "cp1252", list[_Attachment]()
    texts: dict[int, bytes] = {}
    values: dict[int, tuple[int, bytes]] = {}
    for id_, content in _attributes(data):
        if id_ == _CODE_PAGE:
            page = known.codec_of(int.from_bytes(content[:4], "little"))
        elif id_ in (_SUBJECT, _BODY):
            texts[id_] = content
        elif id_ == _PROPERTIES:
            values.update(_values(content))
        elif id_ == _ATTACHMENT_BEGINS:
            attachments.append(_Attachment())
        elif attachments:
            _complete(attachments[-1], id_, content, page)
    if not texts and not values and not attachments:
        raise UnreadableFileError(DAMAGED)
    return _made(texts, values, page, files=list(_files(attachments, page, depth)))


def _made(
    texts: dict[int, bytes], values: dict[int, tuple[int, bytes]], page: str, files: list[OutlookFile]
) -> OutlookMessage:
    def text(property_: int) -> str:
        return _text(values.get(property_), page)

    sender = next((each for each in map(text, (known.SENDER_SMTP, known.SENDER_ADDRESS)) if "@" in each), "")
    sent = values.get(known.SENT, (0, b""))[1]
    headers = {
        "From": address(text(known.SENDER_NAME), sender),
        "To": address(text(known.SHOWN_TO), ""),
        "Cc": address(text(known.SHOWN_CC), ""),
        "Date": date_of(int.from_bytes(sent, "little")) if sent else "",
        "Subject": text(known.SUBJECT) or texts.get(_SUBJECT, b"").decode(page, "replace").rstrip("\0"),
        "Message-ID": text(known.MESSAGE_ID),
        "In-Reply-To": text(known.REPLY_TO_ID),
        "References": text(known.REFERENCES),
        "Thread-Topic": text(known.TOPIC),
    }
    plain = text(known.BODY) or texts.get(_BODY, b"").decode(page, "replace").rstrip("\0")
    html, rtf = (values.get(each, (0, b""))[1] for each in (known.HTML, known.RTF))
    number = int.from_bytes(values.get(known.INTERNET_CODE_PAGE, (0, b""))[1], "little")
    charset = known.codec_of(number) if number else ""
    return OutlookMessage(headers, plain=plain, html=html, html_charset=charset, rtf=rtf, files=files)


def _complete(attachment: _Attachment, id_: int, content: bytes, page: str) -> None:
    if id_ == _TITLE:
        attachment.title = content.decode(page, "replace").rstrip("\0")
    elif id_ == _CONTENT:
        attachment.content = content
    elif id_ == _ATTACHED_PROPERTIES:
        attachment.values = _values(content)


def _files(attachments: list[_Attachment], page: str, depth: int) -> Iterator[OutlookFile]:
    for number, each in enumerate(attachments, start=1):
        names = (known.ATTACHED_NAME, known.ATTACHED_SHORT_NAME, known.NAME)
        stated = next(filter(None, (_text(each.values.get(name), page) for name in names)), "")
        name = stated or each.title or f"attachment {number}"
        kind, held = each.values.get(known.ATTACHED, (0, b""))
        if kind == known.OBJECT and held[_GUID:].startswith(_MARK):
            if depth < _DEEPEST:
                yield OutlookFile(name, message=_message(held[_GUID:], depth + 1))
            continue
        media_type, content_id = (_text(each.values.get(id_), page) for id_ in (known.ATTACHED_TYPE, known.CONTENT_ID))
        content = each.content or held
        yield OutlookFile(name, lambda content=content: content, media_type, content_id)  # type: ignore[misc]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = len(_MARK) + 2
    while place + _ATTRIBUTE.size <= len(data):
        _, id_, _, size = _ATTRIBUTE.unpack_from(data, place)
        place += _ATTRIBUTE.size
        if place + size > len(data):
            return
        yield id_, data[place : place + size]
        place += size + 2  # the checksum


def _values(data: bytes) -> dict[int, tuple[int, bytes]]:
    """Return the first value of each property, with its type; those after a damaged one are lost."""
    found: dict[int, tuple[int, bytes]] = {}
    try:
        place = 4
        for _ in range(min(int.from_bytes(data[:4], "little"), _MOST_PROPERTIES)):
            kind, id_ = struct.unpack_from("<HH", data, place)
            place = _after_name(data, place + 4) if id_ >= _FIRST_NAMED else place + 4
            values, place = _list(data, place, kind)
            if values:
                found.setdefault(id_, (kind, values[0]))
    except (struct.error, KeyError):
        pass
    return found


def _after_name(data: bytes, place: int) -> int:
    (kind,) = struct.unpack_from("<I", data, place + _GUID)
    place += _GUID + 4
    if kind == 0:
        return place + 4
    (size,) = struct.unpack_from("<I", data, place)
    return place + 4 + _padded(size)


def _list(data: bytes, place: int, kind: int) -> tuple[list[bytes], int]:
    base = kind & ~_SEVERAL
    if base not in _VARIABLE and not kind & _SEVERAL:
        size = _SIZES[base]
        return [data[place : place + size]], place + size
    (count,) = struct.unpack_from("<I", data, place)
    place += 4
    values = []
    for _ in range(min(count, _MOST_PROPERTIES)):
        if base in _VARIABLE:
            (size,) = struct.unpack_from("<I", data, place)
            place += 4
        else:
            size = _SIZES[base]
        values.append(data[place : place + size])
        place += _padded(size)
        if place > len(data):
            raise struct.error("it ends too early")
    return values, place


def _padded(size: int) -> int:
    return size + (-size) % 4


def _text(value: tuple[int, bytes] | None, page: str) -> str:
    if value is None:
        return ""
    kind, content = value
    return content.decode("utf-16-le" if kind & ~_SEVERAL == known.UNICODE else page, "replace").rstrip("\0")
