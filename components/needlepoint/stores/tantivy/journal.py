"""The journal of a store folder: one file, for the one process that writes.

What is added or deleted can be hidden from readers until there is room to settle it; what is overwritten cannot. So while records
are overwritten a second file keeps the room that taking them back needs, should the disk be full by then.
"""

import os
from contextlib import suppress
from pathlib import Path

from needlepoint.errors import CollectionError
from needlepoint.stores.changes import Entry
from needlepoint.stores.entries import decode_entry, encode_entry
from needlepoint.stores.tantivy.folder import sync_folder, write_whole

Stamp = tuple[int, int, int]
_LEAST_RESERVE_BYTES = 256_000


class JournalFile:
    """The entry of the change that is under way; :meth:`note` and :meth:`forget` are for the holder of the lock.

    :param path: the file; there is none while no change is under way.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reserve = path.with_name(f"{path.name}.reserve")

    def stamp(self) -> Stamp | None:
        """Return what changes with the entry, or None where there is none.

        :raises CollectionError: the folder cannot be looked into.
        """
        try:
            status = os.stat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise CollectionError(f"the store's journal {self._path} cannot be read: {error.strerror}") from error
        return status.st_mtime_ns, status.st_ino, status.st_size

    def note(self, entry: Entry) -> None:
        """Keep the entry, in the place of what was noted before; it is durable when this returns.

        :raises CollectionError: it cannot be written; what was noted before is still noted.
        """
        data = encode_entry(entry)
        try:
            if any(entry.overwritten.values()):
                _reserve(self._reserve, max(_LEAST_RESERVE_BYTES, 3 * len(data)))
            write_whole(self._path, data)
        except OSError as error:
            raise CollectionError(
                f"the store {self._path.parent} could not be written, and is as it was before: {error.strerror}"
            ) from error

    def make_room(self) -> None:
        """Give back the room that was reserved for taking the change back."""
        with suppress(OSError):
            self._reserve.unlink(missing_ok=True)

    def noted(self) -> Entry | None:
        """Return what is kept.

        :raises CollectionError: it cannot be read.
        """
        try:
            return decode_entry(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CollectionError(f"the store's journal {self._path} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise CollectionError(
                f"the store's journal {self._path} tells of a change that was interrupted and cannot be read ({error}):"
                " remove it and index the files again, since a document may be in the store in part"
            ) from error

    def forget(self) -> None:
        """Remove the entry.

        :raises CollectionError: it cannot be removed.
        """
        self.make_room()
        try:
            self._path.unlink(missing_ok=True)
            sync_folder(self._path.parent)
        except OSError as error:
            raise CollectionError(f"the store's journal {self._path} cannot be removed: {error.strerror}") from error


def _reserve(path: Path, size: int) -> None:
    with path.open("wb") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.write(bytes(size))
