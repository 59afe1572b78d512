"""A file inside of another, as the format of the outer one finds it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside of another, not unpacked yet.

    :param name: as the outer file states it, with folders where it has any.
    :param chunks: returns the bytes in pieces; may raise :class:`~needlepoint.errors.UnreadableFileError` with the reason.
    :param reason: why it cannot be unpacked, where that is known before.
    """

    name: str
    chunks: Callable[[], Iterable[bytes]]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside of another, unpacked.

    :param name: clean, relative to the outer file, such as ``contracts/a.pdf``.
    :param place: where its bytes are now.
    :param id: the id of its document.
    :param size: in bytes.
    """

    name: str
    place: Path
    id: str
    size: int


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was found in a file.

    :param members: those that were unpacked.
    :param names: of all that are in it, in order.
    :param unread: those that were not unpacked, with their reasons; one line each.
    """

    members: tuple[Member, ...] = ()
    names: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What the document of a file in a file has from the one that holds it.

    :param parent: the name of the document that holds it.
    :param parents: the ids of the documents that hold it.
    :param meta: metadata that counts for it, too, such as the sender of a letter.
    """

    parent: str
    parents: tuple[str, ...]
    meta: Mapping[str, Any] = field(default_factory=dict)
