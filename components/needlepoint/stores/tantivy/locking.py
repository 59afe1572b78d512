"""A lock for one writing process at a time: a lock file that the operating system releases when its holder dies."""

from pathlib import Path

from filelock import FileLock, Timeout

from needlepoint.errors import StoreLockedError

_POLL_S = 0.05


class WriteLock:
    """An exclusive lock on a file, held by one object of one process.

    :param path: the lock file; it is created if it is missing, and stays.
    :param timeout_s: how long to wait for another holder, in seconds.
    """

    def __init__(self, path: Path, timeout_s: float) -> None:
        self._path = path
        # any thread may release it; no soft lock where files cannot be locked, because nobody would release it after a crash
        self._lock = FileLock(path, timeout=timeout_s, thread_local=False, fallback_to_soft=False)

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._lock.is_locked

    def acquire(self, *, waits: bool = True) -> None:
        """Take the lock; if this object holds it already, do nothing.

        :param waits: whether to wait for another holder until the timeout.
        :raises StoreLockedError: another process holds it for longer than the timeout.
        :raises OSError: the lock file cannot be opened for writing.
        """
        if self.is_held:
            return
        try:
            self._lock.acquire(timeout=None if waits else 0, poll_interval=_POLL_S)
        except Timeout:
            raise StoreLockedError(
                f"another process is writing into the store {self._path.parent}: wait until it has finished,"
                " or choose another folder"
            ) from None

    def release(self) -> None:
        """Release the lock; if it is not held, do nothing."""
        self._lock.release()
