"""Unpacks what a file holds into a folder, within bounds on number, size and ratio; one bad member costs itself alone."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from needlepoint.errors import UnreadableFileError
from needlepoint.files.identity import file_id
from needlepoint.files.limits import BOMB, Limits
from needlepoint.files.members.names import UniqueNames, is_hidden, member_name
from needlepoint.files.members.part import Member, Part, Unpacked

_MOST_UNREAD = 200
_LONGEST_SUFFIX = 20


def unpack(parts: Iterable[Part], folder: Path, holder: str, *, packed: int, limits: Limits) -> Unpacked:
    """Unpack all parts.

    :param folder: where to; it is made when the first member needs it.
    :param holder: the outer file's name, with which the names of its members begin.
    :param packed: bytes of the outer file.
    :raises UnreadableFileError: the whole is a bomb, or there is no room for it.
    """
    work = _Unpacking(folder, holder, packed, limits)
    try:
        for part in parts:
            if not work.take(part):
                break
    except UnreadableFileError as error:
        if str(error) in (BOMB, _NO_ROOM):
            shutil.rmtree(folder, ignore_errors=True)
            raise
        work.leave(f"what comes after {len(work.names):,} files in it: {error}")
    return Unpacked(tuple(work.members), tuple(work.names), tuple(work.unread))


_NO_ROOM = "there is no room to unpack it: free space on the disk, or set TMPDIR to another"


@dataclass(slots=True)
class _Unpacking:
    folder: Path
    holder: str
    packed: int
    limits: Limits
    members: list[Member] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    size: int = 0
    _unique: UniqueNames = field(default_factory=UniqueNames)

    def take(self, part: Part) -> bool:
        """Unpack a part; return whether more may follow."""
        try:
            name = member_name(part.name)
        except UnreadableFileError as error:
            self.leave(f"{part.name[:100]}: {error}")
            return True
        if is_hidden(name):
            return True
        if len(self.names) >= self.limits.max_members:
            self.leave(f"more than {self.limits.max_members:,} files in it: the others were not read, so split it")
            return False
        name = self._unique.unique(name)
        self.names.append(name)
        try:
            if part.reason:
                raise UnreadableFileError(part.reason)
            self.members.append(self._unpacked(part, name))
        except UnreadableFileError as error:
            if str(error) in (BOMB, _NO_ROOM):
                raise
            self.leave(f"{name}: {error}")
        return self._has_room()

    def leave(self, line: str) -> None:
        """Note what was not unpacked."""
        if len(self.unread) < _MOST_UNREAD:
            self.unread.append(line)

    def _has_room(self) -> bool:
        if self.size <= self.limits.max_unpacked_bytes:
            return True
        megabytes = self.limits.max_unpacked_bytes / 1e6
        self.leave(f"more than {megabytes:,.0f} MB of files in it: the others were not read, so split it")
        return False

    def _unpacked(self, part: Part, name: str) -> Member:
        suffix = PurePath(name).suffix
        place = (
            self.folder / f"{len(self.names)}{suffix if suffix.isascii() and len(suffix) <= _LONGEST_SUFFIX else ''}"
        )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                size = sum(file.write(chunk) for chunk in self._checked(part))
            if not size:
                raise UnreadableFileError("empty (0 bytes): nothing to index")
            return Member(name, place, file_id(place, f"{self.holder}/{name}"), size)
        except OSError as error:
            place.unlink(missing_ok=True)
            raise UnreadableFileError(_NO_ROOM) from error
        except UnreadableFileError:
            place.unlink(missing_ok=True)
            raise

    def _checked(self, part: Part) -> Iterator[bytes]:
        size = 0
        for chunk in _readable(part):
            size += len(chunk)
            self.size += len(chunk)
            if size > self.limits.max_bytes:
                raise UnreadableFileError(f"larger than the {self.limits.max_bytes / 1e6:,.0f} MB allowed: split it")
            if self.limits.is_bomb(self.size, self.packed):
                raise UnreadableFileError(BOMB)
            yield chunk


def _readable(part: Part) -> Iterator[bytes]:
    try:
        yield from part.chunks()
    except (UnreadableFileError, MemoryError):
        raise
    except Exception as error:  # whatever a library makes of broken data: one member, one reason
        raise UnreadableFileError(f"damaged ({type(error).__name__}): get the outer file again") from error
