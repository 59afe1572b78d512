"""The conversation that a message belongs to: messages of one have the same ``thread``."""

import re
from email.message import Message

from needlepoint.files.mail.messages import header_text

_ANSWER = re.compile(
    r"(?:(?:re|aw|antw|sv|vs|odp|ref|rif|fw|fwd|wg|tr|rv|vl|doorst|i|r)\s*(?:\[\d+\]|\(\d+\))?\s*:\s*|\[(?:ext|extern|external)\]\s*)+",
    re.IGNORECASE,
)
_ID = re.compile(r"<[^<>\s]+>")


def thread_of(message: Message) -> str:
    """Return what a conversation is about: its subject without ``Re:`` and ``Fwd:``.

    Outlook states the first subject in a header of its own. Without any subject, it is the id of the first message.
    """
    stated = header_text(message, "Thread-Topic") or header_text(message, "Subject")
    topic = _ANSWER.sub("", stated, count=1) if _ANSWER.match(stated) else stated
    return topic.strip() or first_id(message)


def first_id(message: Message) -> str:
    """Return the id of the first message of a conversation, as far as this one knows it."""
    for header in ("References", "In-Reply-To", "Message-ID"):
        found = _ID.search(header_text(message, header))
        if found:
            return found.group()
    return ""


def own_id(message: Message) -> str:
    """Return the id of a message."""
    found = _ID.search(header_text(message, "Message-ID"))
    return found.group() if found else ""
