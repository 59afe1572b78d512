"""The journal of a store folder: one file, written by the one process that may write.

Added and deleted records can be hidden from readers until there is enough disk space to settle the change; overwritten records
cannot. So while records are overwritten, a second file reserves the space that undoing the change would need, in case the disk is
full by then.
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
    """The entry of the change that is under way; only the holder of the lock may call :meth:`note` and :meth:`forget`.

    :param path: the file, which exists only while a change is under way.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reserve = path.with_name(f"{path.name}.reserve")

    def stamp(self) -> Stamp | None:
        """Return a value that changes with the entry, or None if there is no entry.

        :raises CollectionError: the folder cannot be read.
        """
        try:
            status = os.stat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise CollectionError(f"the store's journal {self._path} cannot be read: {error.strerror}") from error
        return status.st_mtime_ns, status.st_ino, status.st_size

    def note(self, entry: Entry) -> None:
        """Keep the entry; it replaces the former one and is durable when this returns.

        :raises CollectionError: it cannot be written; the former entry is unchanged.
        """
        data = encode_entry(entry)
        try:
            if any(entry.overwritten.values()):
                _reserve(self._reserve, max(_LEAST_RESERVE_BYTES, 3 * len(data)))
            write_whole(self._path, data)
        except OSError as error:
            raise CollectionError(
                f"the store {self._path.parent} could not be written and is unchanged: {error.strerror}"
            ) from error

    def make_room(self) -> None:
        """Free the disk space that was reserved for undoing the change."""
        with suppress(OSError):
            self._reserve.unlink(missing_ok=True)

    def noted(self) -> Entry | None:
        """Return the entry, or None.

        :raises CollectionError: the entry cannot be read.
        """
        try:
            return decode_entry(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CollectionError(f"the store's journal {self._path} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise CollectionError(
                f"the store's journal {self._path} records an interrupted change, but cannot be read ({error}):"
                " remove it and index the files again, because a document may be only partly in the store"
            ) from error

    def forget(self) -> None:
        """Remove the entry.

        :raises CollectionError: the entry cannot be removed.
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
