"""The files themselves: where an upload is kept, and which file a document may be shown from."""

import os
import secrets
import shutil
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from needlepoint.collection.known_files import file_at, paths_of, stored
from needlepoint.errors import NeedlepointError, UnknownDocumentError
from needlepoint.files.names import safe_name
from needlepoint.stores.tantivy.locking import WriteLock

_ARRIVING = ".arriving"
_LOCK = "lock"
_KEPT = ".kept-"  # and the document's id: no file that arrives has such a name
_COPIED_AT_ONCE = 2**20


class UploadTooLargeError(NeedlepointError):
    """An upload has more bytes than are allowed."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that has been received and is not indexed yet.

    :param path: where it lies for now, in a folder of its own; its name is the uploaded name made safe.
    """

    path: Path
    name: str
    size: int


class Originals:
    """The folder of uploaded files: ``<document id>/<name>``.

    :param folder: made at the first upload.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opening = threading.Lock()
        self._lock: WriteLock | None = None
        self._arrivals = folder / _ARRIVING / secrets.token_hex(8)

    def receive(self, name: str, data: BinaryIO, *, max_bytes: int) -> Arrival:
        """Write what is uploaded to disk; whatever the name is, the file lies in a folder that this one chose.

        :raises UploadTooLargeError: more than ``max_bytes``; nothing is left of it.
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
        """Make the folder of what arrives here, and hold its lock: no other process may clear it."""
        with self._opening:
            if self._lock is None:
                self._arrivals.mkdir(parents=True)
                lock = WriteLock(self._arrivals / _LOCK, timeout_s=0)
                lock.acquire()
                self._lock = lock

    def keep(self, arrival: Arrival, id_: str) -> tuple[Path, bool]:
        """Move a received file to its document's place; return where it lies now, and whether nothing lay there before.

        A mark tells until :meth:`forget` that its document may not be in the collection yet.
        """
        place = self.folder / id_ / arrival.path.name
        is_new = not place.exists()
        (arrival.path.parent / f"{_KEPT}{id_}").touch()
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(arrival.path, place)
        return place, is_new

    @staticmethod
    def forget(arrival: Arrival) -> None:
        """Remove a received file, if it is still where it arrived, and the folder made for it."""
        shutil.rmtree(arrival.path.parent, ignore_errors=True)

    def remove(self, id_: str) -> None:
        """Remove a document's file, if it was uploaded."""
        if id_.isalnum():
            shutil.rmtree(self.folder / id_, ignore_errors=True)

    def clear_unfinished(self, is_known: Callable[[str], bool]) -> None:
        """Remove what a process that was ended left half received or not yet indexed; what others have at hand stays.

        :param is_known: whether there is a document of this id.
        """
        for folder in (self.folder / _ARRIVING).glob("*"):
            lock = WriteLock(folder / _LOCK, timeout_s=0)
            with suppress(OSError, NeedlepointError):
                lock.acquire()
                try:
                    self._clear(folder, is_known)
                finally:
                    lock.release()

    def _clear(self, folder: Path, is_known: Callable[[str], bool]) -> None:
        for mark in folder.glob(f"*/{_KEPT}*"):
            id_ = mark.name.removeprefix(_KEPT)
            others = (other for other in folder.parent.glob(f"*/*/{mark.name}") if other.parent.parent != folder)
            if not any(others) and not is_known(id_):
                self.remove(id_)
        shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Remove what was received and not kept; receiving opens the folder anew."""
        with self._opening:
            if self._lock is not None:
                shutil.rmtree(self._arrivals, ignore_errors=True)
                self._lock.release()
            self._lock = None

    def find(self, id_: str, meta: Mapping[str, Any]) -> Path:
        """Return the file that a document was read from, only if it still is that very file.

        :param meta: the document's, whose ``path`` is where it was indexed from.
        :raises UnknownDocumentError: it has changed, moved or gone.
        """
        uploaded = self.folder / id_
        kept = sorted(uploaded.iterdir()) if id_.isalnum() and uploaded.is_dir() else []
        for path in [*map(stored, kept), *paths_of(meta)]:
            if found := file_at(path, id_):
                return found
        raise UnknownDocumentError(
            f"the file of {meta.get('name') or id_} is not at hand: it has changed, moved or gone since it was indexed"
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
