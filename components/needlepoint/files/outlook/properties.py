"""The numbers by which Outlook names the properties of messages and attachments (MS-OXPROPS)."""

import codecs

SUBJECT, TOPIC, TRANSPORT = 0x0037, 0x0070, 0x007D
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
FROM_NAME, FROM_ADDRESS, FROM_SMTP = 0x0042, 0x0065, 0x5D02
SHOWN_TO, SHOWN_CC = 0x0E04, 0x0E03
SENT, DELIVERED = 0x0039, 0x0E06
BODY, HTML, RTF = 0x1000, 0x1013, 0x1009
MESSAGE_ID, REFERENCES, REPLY_TO_ID = 0x1035, 0x1039, 0x1042
CODE_PAGE, INTERNET_CODE_PAGE = 0x3FFD, 0x3FDE
NAME, ADDRESS, SMTP, RECIPIENT_KIND = 0x3001, 0x3003, 0x39FE, 0x0C15
ATTACHED, ATTACHED_NAME, ATTACHED_SHORT_NAME = 0x3701, 0x3707, 0x3704
ATTACHED_TYPE, CONTENT_ID = 0x370E, 0x3712

UNICODE, ANSI, BINARY, OBJECT = 0x001F, 0x001E, 0x0102, 0x000D

_PAGES = {
    65001: "utf-8",
    20127: "ascii",
    28591: "latin-1",
    28592: "iso8859-2",
    28605: "iso8859-15",
    50220: "iso2022_jp",
}


def codec_of(page: int | None) -> str:
    """Return Python's name of a Windows code page; of an unknown one, the Western."""
    name = _PAGES.get(page or 0, f"cp{page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
