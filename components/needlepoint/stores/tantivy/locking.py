"""One writing process at a time: a lock file that the operating system frees when its holder dies."""

import sys
import time
from pathlib import Path
from typing import IO

from needlepoint.errors import StoreLockedError

_POLL_S = 0.05


class WriteLock:
    """An exclusive lock on a file, held by one open file of one process.

    :param path: the lock file; it is made where it is missing, and stays.
    :param timeout_s: how long to wait for another holder.
    """

    def __init__(self, path: Path, timeout_s: float) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._file: IO[bytes] | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._file is not None

    def acquire(self) -> None:
        """Take the lock; nothing happens if it is held by this object already.

        :raises StoreLockedError: if another process keeps it for longer than the time-out.
        :raises OSError: if the lock file cannot be opened for writing.
        """
        if self._file is not None:
            return
        file = self._path.open("ab")
        try:
            self._wait_for(file)
        except BaseException:
            file.close()
            raise
        self._file = file

    def _wait_for(self, file: IO[bytes]) -> None:
        deadline = time.monotonic() + self._timeout_s
        while not _try_lock(file):
            if time.monotonic() >= deadline:
                raise StoreLockedError(
                    f"another process is writing into the store {self._path.parent}: wait until it has finished,"
                    " or choose another folder"
                )
            time.sleep(_POLL_S)

    def release(self) -> None:
        """Free the lock; nothing happens if it is not held."""
        file, self._file = self._file, None
        if file is not None:
            file.close()  # which frees the lock


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
