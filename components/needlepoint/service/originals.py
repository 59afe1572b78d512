"""The original files: keeps uploads, and finds the file that a document can be shown from."""

import os
import secrets
import shutil
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from needlepoint.collection.known_files import file_at, paths_of, stored
from needlepoint.errors import NeedlepointError, UnknownDocumentError
from needlepoint.files.members.part import Member
from needlepoint.files.names import safe_name
from needlepoint.stores.tantivy.locking import WriteLock

_ARRIVING = ".arriving"
_LOCK = "lock"
_LEAVING = ".leaving"
_KEPT = ".kept-"  # followed by the document's id; no uploaded file has such a name
_MEMBERS = ".members"
_MOST_KEPT = 1_000_000_000  # bytes of unpacked files, which can be unpacked again
_COPIED_AT_ONCE = 2**20


class UploadTooLargeError(NeedlepointError):
    """An upload has more bytes than allowed."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that has been received and is not indexed yet.

    :param path: its temporary place, in a folder of its own; the file name is the uploaded name made safe.
    :param name: the uploaded name.
    :param size: its size in bytes.
    """

    path: Path
    name: str
    size: int


class Originals:
    """The folder of uploaded files: ``<document id>/<name>``.

    :param folder: the folder; created at the first upload.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opening = threading.Lock()
        self._lock: WriteLock | None = None
        self._arrivals = folder / _ARRIVING / secrets.token_hex(8)

    def receive(self, name: str, data: BinaryIO, *, max_bytes: int) -> Arrival:
        """Write an upload to disk, in a new folder; its name cannot lead out of that folder.

        :raises UploadTooLargeError: it has more than ``max_bytes``; nothing is left of it.
        :raises NeedlepointError: it cannot be written; nothing is left of it.
        """
        folder = self._arrivals / secrets.token_hex(8)
        try:
            self._open()
            folder.mkdir()
            path = folder / safe_name(name)
            return Arrival(path, name, _copy(data, path, max_bytes))
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            reason = error.strerror or error
            raise NeedlepointError(f"the upload cannot be kept in {self.folder}: {reason}") from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _open(self) -> None:
        """Create this process's folder of arrivals, and hold its lock, so that no other process clears it."""
        with self._opening:
            if self._lock is None:
                self._arrivals.mkdir(parents=True)
                lock = WriteLock(self._arrivals / _LOCK, timeout_s=0)
                lock.acquire()
                self._lock = lock

    def keep(self, arrival: Arrival, id_: str) -> tuple[Path, bool]:
        """Move a received file to its document's folder; return its new path, and whether no such file existed before.

        Until :meth:`forget`, a marker file records that its document may not be in the collection yet.
        """
        place = self.folder / id_ / arrival.path.name
        is_new = not place.exists()
        (arrival.path.parent / f"{_KEPT}{id_}").touch()
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(arrival.path, place)
        return place, is_new

    @staticmethod
    def forget(arrival: Arrival) -> None:
        """Remove a received file's temporary folder, with the file if it was not moved."""
        shutil.rmtree(arrival.path.parent, ignore_errors=True)

    def leave(self, ids: Iterable[str]) -> None:
        """Note that documents are about to be deleted: should this process die before :meth:`remove`, their files go later."""
        for id_ in ids:
            if id_.isalnum() and (self.folder / id_).is_dir():
                with suppress(OSError):  # the documents go all the same
                    (self.folder / _LEAVING).mkdir(exist_ok=True)
                    (self.folder / _LEAVING / id_).touch()

    def remove(self, id_: str) -> None:
        """Remove a document's file, if it was uploaded."""
        if id_.isalnum():
            shutil.rmtree(self.folder / id_, ignore_errors=True)
            shutil.rmtree(self.folder / _MEMBERS / id_, ignore_errors=True)
            with suppress(OSError):
                (self.folder / _LEAVING / id_).unlink()

    def clear_unfinished(self, is_known: Callable[[str], bool]) -> None:
        """Remove files that a killed process left half received, not indexed, or of a document that it deleted.

        Files of running processes stay.

        :param is_known: returns whether there is a document with this id.
        """
        for folder in (self.folder / _ARRIVING).glob("*"):
            lock = WriteLock(folder / _LOCK, timeout_s=0)
            with suppress(OSError, NeedlepointError):
                lock.acquire()
                try:
                    self._clear(folder, is_known)
                finally:
                    lock.release()
        for mark in (self.folder / _LEAVING).glob("*"):
            with suppress(NeedlepointError):
                if not self._is_kept_for_now(mark.name) and not is_known(mark.name):
                    self.remove(mark.name)

    def _is_kept_for_now(self, id_: str) -> bool:
        return any((self.folder / _ARRIVING).glob(f"*/*/{_KEPT}{id_}"))

    def _clear(self, folder: Path, is_known: Callable[[str], bool]) -> None:
        for mark in folder.glob(f"*/{_KEPT}*"):
            id_ = mark.name.removeprefix(_KEPT)
            others = (other for other in folder.parent.glob(f"*/*/{mark.name}") if other.parent.parent != folder)
            if not any(others) and not is_known(id_):
                self.remove(id_)
        shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Remove the received files that were not kept; the next upload opens the folder again."""
        with self._opening:
            if self._lock is not None:
                shutil.rmtree(self._arrivals, ignore_errors=True)
                self._lock.release()
            self._lock = None

    def member(self, id_: str) -> Path | None:
        """Return the file of a document inside of another file, if it is still unpacked."""
        folder = self.folder / _MEMBERS / id_
        if not id_.isalnum() or not folder.is_dir():
            return None
        with suppress(OSError):
            os.utime(folder)  # used now
        return next(iter(sorted(folder.iterdir())), None)

    def keep_members(self, members: Iterable[Member], *, first: str) -> None:
        """Move unpacked files here; those that were not used for the longest time make room.

        :param first: the id of the document that is wanted now; it is kept whatever its size.
        :raises NeedlepointError: they cannot be written.
        """
        size = 0
        try:
            for member in sorted(members, key=lambda each: each.id != first):
                size += member.size
                if size > _MOST_KEPT and member.id != first:
                    break
                folder = self.folder / _MEMBERS / member.id
                folder.mkdir(parents=True, exist_ok=True)
                shutil.move(member.place, folder / safe_name(member.name))
        except OSError as error:
            raise NeedlepointError(
                f"the file cannot be unpacked into {self.folder}: {error.strerror or error}"
            ) from error
        self._make_room(spared=first)

    def _make_room(self, *, spared: str) -> None:
        sizes = []
        for folder in (self.folder / _MEMBERS).iterdir():
            with suppress(OSError):  # another process may be doing the same
                sizes.append((folder.stat().st_mtime, sum(file.stat().st_size for file in folder.iterdir()), folder))
        total = sum(size for _, size, _ in sizes)
        for _, size, folder in sorted(sizes):
            if total <= _MOST_KEPT:
                return
            if folder.name != spared:
                shutil.rmtree(folder, ignore_errors=True)
                total -= size

    def find(self, id_: str, meta: Mapping[str, Any]) -> Path:
        """Return the file that a document was read from, if it is unchanged.

        :param meta: the document's metadata, with the ``path`` that it was indexed from.
        :raises UnknownDocumentError: the file has changed, moved or gone.
        """
        uploaded = self.folder / id_
        kept = sorted(uploaded.iterdir()) if id_.isalnum() and uploaded.is_dir() else []
        for path in [*map(stored, kept), *paths_of(meta)]:
            if found := file_at(path, id_):
                return found
        raise UnknownDocumentError(
            f"the file of {meta.get('name') or id_} is not available: it was changed, moved or deleted after it was indexed"
        )


def _copy(data: BinaryIO, path: Path, max_bytes: int) -> int:
    size = 0
    with path.open("xb") as file:
        while chunk := data.read(_COPIED_AT_ONCE):
            size += len(chunk)
            if size > max_bytes:
                raise UploadTooLargeError(f"larger than the {max_bytes / 1e6:,.0f} MB allowed: split it")
            file.write(chunk)
    return size
