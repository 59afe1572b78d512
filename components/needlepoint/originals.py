"""The files themselves: where an upload is kept, and which file a document may be shown from."""

import os
import secrets
import shutil
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from needlepoint.errors import NeedlepointError, UnknownDocumentError
from needlepoint.files.identity import document_id
from needlepoint.files.names import safe_name
from needlepoint.index.locking import WriteLock

_ARRIVING = ".arriving"
_LOCK = "lock"
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

    def keep(self, arrival: Arrival) -> tuple[str, Path]:
        """Move a received file to its place; return its document's id and where it lies now."""
        id_ = document_id(arrival.path.name, arrival.path.read_bytes())
        place = self.folder / id_ / arrival.path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(arrival.path, place)
        self.forget(arrival)
        return id_, place

    @staticmethod
    def forget(arrival: Arrival) -> None:
        """Remove a received file, if it is still there, and its folder."""
        shutil.rmtree(arrival.path.parent, ignore_errors=True)

    def remove(self, id_: str) -> None:
        """Remove a document's file, if it was uploaded."""
        if id_.isalnum():
            shutil.rmtree(self.folder / id_, ignore_errors=True)

    def clear_unfinished(self) -> None:
        """Remove what a process that was ended left half received; what others receive just now stays."""
        for folder in (self.folder / _ARRIVING).glob("*"):
            lock = WriteLock(folder / _LOCK, timeout_s=0)
            with suppress(OSError, NeedlepointError):
                lock.acquire()
                shutil.rmtree(folder, ignore_errors=True)
                lock.release()

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
        for path in [*kept, Path(str(meta.get("path") or ""))]:
            if path.name and _is_still(path, id_):
                return path
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


def _is_still(path: Path, id_: str) -> bool:
    try:
        status = path.stat()
        return path.is_file() and _hash(path, status.st_mtime_ns, status.st_size, status.st_ino) == id_
    except (OSError, ValueError):
        return False


@lru_cache(maxsize=1_000)
def _hash(path: Path, changed_ns: int, size: int, inode: int) -> str:
    """Return the id that the file has now; the numbers make a changed file another one to the cache."""
    return document_id(path.name, path.read_bytes())
