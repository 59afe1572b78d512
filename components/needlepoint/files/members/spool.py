"""The folder that files are unpacked into while they are read; a killed process's is removed by the next one."""

import shutil
import tempfile
import threading
from contextlib import suppress
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX = "needlepoint-members-"
_NEW = "needlepoint-new-"
_LOCK = "lock"


class Spool:
    """Makes folders for the members of files, in one folder that goes with it."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._folder: Path | None = None
        self._lock: FileLock | None = None
        self._numbers = count(1)

    def place(self) -> Path:
        """Return the path of a new folder, which does not exist yet."""
        with self._making:
            if self._folder is None:
                _clear_left_behind()
                self._folder, self._lock = _made()
            return self._folder / str(next(self._numbers))

    def close(self) -> None:
        """Remove all that is unpacked; safe to call more than once."""
        with self._making:
            if self._lock is not None:
                self._lock.release()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = self._lock = None


def _made() -> tuple[Path, FileLock]:
    """Make a folder, which nobody takes for left behind: it has its name only when its lock is held."""
    new = Path(tempfile.mkdtemp(prefix=_NEW))
    lock = _held(new)
    return new.rename(new.with_name(_PREFIX + new.name.removeprefix(_NEW))), lock


def _held(folder: Path) -> FileLock:
    lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
    lock.acquire()
    return lock


def _clear_left_behind() -> None:
    """Remove the folders whose process holds its lock no more: the system released it when the process died."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError, Timeout):
            if not (folder / _LOCK).exists():  # just being made, or not ours
                continue
            lock = _held(folder)
            shutil.rmtree(folder, ignore_errors=True)
            lock.release()
