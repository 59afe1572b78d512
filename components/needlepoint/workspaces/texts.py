"""The bounds of what people write, and its cleaning before it is kept."""

import secrets
from datetime import UTC, datetime

from needlepoint.errors import WorkspaceError

LONGEST_NAME = 100
LONGEST_NOTE = 10_000
"""Characters of a note."""


def checked_name(name: str) -> str:
    """Return a workspace's name without white space around it.

    :raises WorkspaceError: it is empty, too long or has characters that cannot be shown.
    """
    kept = name.strip()
    if not kept or len(kept) > LONGEST_NAME or not kept.isprintable():
        raise WorkspaceError(f"a workspace's name has 1 to {LONGEST_NAME} visible characters: 'Lease of Harbour House'")
    return kept


def checked_note(note: str) -> str:
    """Return a note as it can be kept.

    :raises WorkspaceError: it is too long.
    """
    if len(note) > LONGEST_NOTE:
        raise WorkspaceError(f"a note has at most {LONGEST_NOTE:,} characters, this one has {len(note):,}: shorten it")
    return storable(note).strip()


def storable(text: str) -> str:
    """Return text without characters that SQLite's text cannot hold."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def folded(*texts: str) -> str:
    """Return texts as they are searched: without case, on one line."""
    return " ".join(" ".join(texts).casefold().split())


def new_id() -> str:
    """Return an id that no other workspace, question or pin has."""
    return secrets.token_hex(8)


def now() -> str:
    """Return the time as ISO 8601 in UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
