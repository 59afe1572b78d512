"""Files with the files inside of them: read depth first, a few at a time, and handed out in groups that fit into memory."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from needlepoint.errors import UnreadableFileError
from needlepoint.files.file_document import FileDocument
from needlepoint.files.limits import BOMB, Limits
from needlepoint.files.members.part import Member
from needlepoint.files.members.spool import Spool
from needlepoint.files.workers.reading_ahead import MOST_HELD, Reading
from needlepoint.files.workers.requests import FileRequest

_MOST_MEMBERS = 200  # in a group


@dataclass(frozen=True, slots=True)
class FamilyFile:
    """A file to use: one that was named, or one inside of it.

    :param root: the file that was named.
    :param name: its name, which begins with that of the root.
    :param parent: the name of the file that holds it; empty for the root.
    """

    path: Path
    root: Path
    name: str
    parent: str = ""

    @property
    def inner(self) -> str:
        """Its name below the root's; empty for the root."""
        return self.name.removeprefix(self.root.name).removeprefix("/")

    def added(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a caller adds to the metadata of the named file, as it counts for this one."""
        if not self.parent or "name" not in given:
            return dict(given)
        shown, known = str(given["name"]), self.root.name
        names = {"name": self.name.removeprefix(known), "parent": self.parent.removeprefix(known)}
        return {**given, **{key: shown + rest for key, rest in names.items()}}


@dataclass(slots=True)
class Holder:
    """A file whose members are being read.

    :param members: the ids of the documents that it holds.
    :param unread: the members that cannot be read, with their reasons.
    :param is_begun: whether a group without all of its members was handed out.
    """

    file: FamilyFile
    request: FileRequest
    document: FileDocument
    members: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    is_begun: bool = False

    @property
    def id(self) -> str:
        """The id of its document."""
        return self.document.id


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A file inside of another that is a document already.

    :param holder_id: the id of the document of the other file.
    """

    id: str
    holder_id: str
    path: Path


@dataclass(slots=True)
class Group:
    """Files whose text fits into memory.

    :param files: to use, in order; a file stands before those inside of it.
    :param adopted: members that are known already.
    :param finished: the holders of which this group has the last member.
    :param refused: named files that turn out to be bombs, with the reason.
    """

    files: list[FamilyFile] = field(default_factory=list)
    adopted: list[KnownMember] = field(default_factory=list)
    finished: list[Holder] = field(default_factory=list)
    refused: dict[Path, str] = field(default_factory=dict)
    characters: int = 0

    @property
    def is_full(self) -> bool:
        """Whether it should be used before more is read."""
        return self.characters > MOST_HELD or len(self.files) > _MOST_MEMBERS


class _BombError(Exception):
    """All members together are out of proportion to the file."""


class Families:
    """Reads files and what is inside of them.

    :param reading: reads the files.
    :param known: returns those of some ids that are documents already, whose files need not be read.
    """

    def __init__(
        self, reading: Reading, limits: Limits, *, known: Callable[[Sequence[str]], set[str]] = lambda ids: set()
    ) -> None:
        self._reading = reading
        self._limits = limits
        self._known = known
        self._spool = Spool()
        self._spools: dict[Path, Path] = {}
        self._group = Group()
        self._open: list[Holder] = []
        self._root_size = self._count = self._size = 0

    def request(self, path: Path) -> FileRequest:
        """Return the request for a named file."""
        spool = self._spools.get(path) or self._spools.setdefault(path, self._spool.place())
        return FileRequest(path, self._limits, spool=spool)

    def groups(self, paths: Sequence[Path]) -> Iterator[Group]:
        """Return the files with all that is inside of them, in order.

        :raises ReadingStoppedError: whoever asked has stopped it.
        """
        for path in paths:
            yield from self._family(path)
            if self._group.is_full:
                yield self._handed_out()
        if self._group.files or self._group.finished or self._group.refused:
            yield self._handed_out()

    @property
    def begun(self) -> str | None:
        """The id of the named file's document of which only a part has been handed out."""
        return self._open[0].id if self._open and self._open[0].is_begun else None

    def close(self) -> None:
        """Remove all that is unpacked."""
        self._spool.close()

    def _family(self, path: Path) -> Iterator[Group]:
        request = self.request(path)
        self._root_size, self._count, self._size = request.size, 0, 0
        try:
            yield from self._file(request, FamilyFile(path, path, path.name))
        except _BombError:
            self._group.files = [file for file in self._group.files if file.root != path]
            self._group.refused[path] = BOMB
            self._open.clear()
        finally:
            spool = self._spools.pop(path)
            if spool.exists():
                shutil.rmtree(spool, ignore_errors=True)

    def _file(self, request: FileRequest, file: FamilyFile) -> Iterator[Group]:
        result = self._reading.look(request)
        holder = self._open[-1] if self._open else None
        if isinstance(result, UnreadableFileError):
            self._fail(request, file, holder, result)
            return
        document = result if holder is None else result.inside(holder.document.inheritance)
        self._reading.amend(request, replace(document, members=()))
        self._group.files.append(file)
        self._group.characters += len(document.text)
        if document.members:
            yield from self._members(Holder(file, request, document))

    def _fail(self, request: FileRequest, file: FamilyFile, holder: Holder | None, why: UnreadableFileError) -> None:
        if holder is None:
            self._reading.amend(request, why)
            self._group.files.append(file)
        else:
            self._reading.take(request)
            holder.unread.append(f"{file.name.removeprefix(holder.file.name + '/')}: {why}")

    def _members(self, holder: Holder) -> Iterator[Group]:
        self._open.append(holder)
        for request, file in self._new_members(holder):
            if self._group.is_full:
                yield self._handed_out()
            yield from self._file(request, file)
        self._open.pop()
        if not holder.is_begun:
            self._reading.amend(holder.request, replace(holder.document.with_unread(holder.unread), members=()))
        self._group.finished.append(holder)

    def _new_members(self, holder: Holder) -> list[tuple[FileRequest, FamilyFile]]:
        members = self._within_bounds(holder)
        holder.members += [member.id for member in members]
        known = self._known(holder.members)
        self._group.adopted += [
            KnownMember(each.id, holder.id, holder.file.path / each.name) for each in members if each.id in known
        ]
        new = [self._member(holder, member) for member in members if member.id not in known]
        self._reading.begin(request for request, _ in new)
        return new

    def _within_bounds(self, holder: Holder) -> Sequence[Member]:
        room, members = self._limits.max_members - self._count, holder.document.members
        if len(members) > room:
            holder.unread.append(f"more than {self._limits.max_members:,} files in all: the others were not read")
            members = members[: max(room, 0)]
        self._count += len(members)
        self._size += sum(member.size for member in members)
        if self._limits.is_bomb(self._size, self._root_size):
            raise _BombError
        return members

    def _member(self, holder: Holder, member: Member) -> tuple[FileRequest, FamilyFile]:
        name, path = f"{holder.file.name}/{member.name}", holder.file.path / member.name
        is_deepest = len(self._open) >= self._limits.max_depth
        spool = None if is_deepest else member.place.with_name(f"{member.place.name}.files")
        request = FileRequest(path, self._limits, name=name, at=member.place, spool=spool)
        return request, FamilyFile(path, holder.file.root, name, holder.file.name)

    def _handed_out(self) -> Group:
        """Return the group; documents whose members are not all in it or before it are marked as incomplete."""
        here = {file.path for file in self._group.files}
        for holder in self._open:
            if holder.file.path in here:
                meta = {**holder.document.meta, "is_incomplete": True}
                self._reading.amend(holder.request, replace(holder.document, meta=meta, members=()))
                holder.is_begun = True
        group, self._group = self._group, Group()
        return group
