"""EML and mailboxes: a message's headers and text; the files that hang on it."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from needlepoint.files.archives.reading import listing
from needlepoint.files.limits import Limits
from needlepoint.files.mail.messages import ascii_based, header_text, mailbox_messages, parsed_headers, parsed_message
from needlepoint.files.mail.structure import attached, message_name, parts_of
from needlepoint.files.mail.text import SHOWN, MessageText
from needlepoint.files.mail.threads import first_id, own_id, thread_of
from needlepoint.files.members.names import UniqueNames, member_name
from needlepoint.files.members.part import Part
from needlepoint.files.pages import PageCollector
from needlepoint.files.source import SourceText


def read_email(data: bytes, limits: Limits) -> SourceText:
    """Read a message as one page: headers as lines, text, the names of what is attached."""
    return read_message(parsed_message(data), limits)


def email_parts(data: bytes, limits: Limits) -> Iterator[Part]:
    """Return the files that hang on a message."""
    return attached(parsed_message(data))


def read_message(message: EmailMessage, limits: Limits) -> SourceText:
    """Read a message that is parsed already, as :func:`read_email` does."""
    collector = PageCollector(limits)
    page = MessageText(collector, limits).page(message)
    collector.add(page.text, header_text(message, "Subject"), page.marks)
    headers = {name: header_text(message, name) for name in SHOWN}
    metadata: dict[str, str | int | float] = {
        "author": headers["From"],
        "from": headers["From"],
        "to": headers["To"],
        "cc": headers["Cc"],
        "subject": headers["Subject"],
        "date": _day(headers["Date"]),
        "thread": thread_of(message),
        "message_id": own_id(message),
        "thread_id": first_id(message),
        "attachments": ", ".join(part.name for part in parts_of(message) if part.is_file),
    }
    return collector.source(type="email", title=headers["Subject"], metadata=metadata)


def read_mailbox(data: bytes, limits: Limits) -> SourceText:
    """Read the names of a mailbox's messages; each of them is a document of its own."""
    unique = UniqueNames()
    names = (unique.unique(member_name(part.name)) for part in mailbox_parts(data, limits))
    return listing(names, limits, type="mailbox")


def mailbox_parts(data: bytes, limits: Limits) -> Iterator[Part]:
    """Return the messages of a mailbox, named by day and subject."""
    for each in mailbox_messages(ascii_based(data)):
        message = parsed_headers(each)
        name = f"{_day(header_text(message, 'Date'))} {message_name(message)}.eml".strip()
        yield Part(name, lambda each=each: [each])  # type: ignore[misc]


def _day(stated: str) -> str:
    try:
        return parsedate_to_datetime(stated).date().isoformat()
    except (ValueError, TypeError):
        return ""
