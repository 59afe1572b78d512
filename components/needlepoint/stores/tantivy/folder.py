"""The store's folder: its format version, its subfolders and their names.

::

    needlepoint-store.json     {"format": 1, ...}: marks the folder as a store; written first, never changed
    write.lock                 locked by the process that writes
    journal                    the change that is under way, or was when the process was killed;
                               journal.reserve keeps disk space for undoing it
    indexes/<name>/            one tantivy index each
    damaged/                   damaged indexes that were set aside; may be removed
    originals/                 uploaded files; not part of any index
    sheets/                    question sheets and what was read for them; not part of any index
    people/                    users, and the log of what they did; not part of any index
"""

import json
import os
import re
import secrets
import shutil
import sys
from pathlib import Path

from needlepoint.errors import CollectionError
from needlepoint.text.terms import ANALYSER

FORMAT = 1
_MARKER = "needlepoint-store.json"
JOURNAL = "journal"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,127}")


class StoreFolder:
    """The paths below a store's folder; nothing is created before :meth:`make` and :meth:`prepare`.

    :param path: the store's folder, which need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = False

    @property
    def lock_file(self) -> Path:
        """The file that the writing process locks."""
        return self.path / "write.lock"

    @property
    def journal_file(self) -> Path:
        """The file that records the change under way."""
        return self.path / JOURNAL

    def index_folder(self, name: str) -> Path:
        """Return the folder of an index.

        :raises CollectionError: the name is not allowed.
        """
        if not _NAME.fullmatch(name) or name.endswith("."):
            raise CollectionError(
                f"an index cannot be named {name!r}: use letters, digits, '_', '-' and '.', at most 128 characters"
            )
        return self.path / "indexes" / name

    def index_names(self) -> list[str]:
        """Return the names of the indexes that exist, sorted."""
        if not self.exists():
            return []
        return sorted(meta.parent.name for meta in (self.path / "indexes").glob("[!.]*/meta.json"))

    def exists(self) -> bool:
        """Whether the folder is a store; False if there is none yet.

        :raises CollectionError: the path is something else, cannot be read, or is a store of another format.
        """
        if self._known:
            return True
        try:
            self._known = self._check()
        except OSError as error:
            raise CollectionError(f"the store {self.path} cannot be read: {error.strerror or error}") from error
        return self._known

    def _check(self) -> bool:
        try:
            text = (self.path / _MARKER).read_text(encoding="utf-8")
        except FileNotFoundError:
            self._refuse_foreign_files()
            return False
        except NotADirectoryError:
            raise CollectionError(f"{self.path} is a file: a store needs a folder of its own") from None
        found = _format_of(text)
        if found != FORMAT:
            raise CollectionError(
                f"the store {self.path} has format {found}, but this version needs format {FORMAT}:"
                " index the files again into another folder, or use the version that made it"
            )
        return True

    def _refuse_foreign_files(self) -> None:
        if not self.path.exists():
            return
        foreign = sorted(entry.name for entry in self.path.iterdir() if not _is_ours(entry.name))
        if foreign:
            raise CollectionError(
                f"the folder {self.path} is not a store, and not empty (it contains {foreign[0]!r}): choose another folder"
            )

    def make(self) -> None:
        """Create the folder if it is missing, so that its lock file can be opened.

        :raises OSError: it cannot be created.
        """
        if not self.exists():
            self.path.mkdir(parents=True, exist_ok=True)

    def prepare(self) -> None:
        """Mark the folder as a store; only the holder of the lock may call this.

        :raises OSError: the folder cannot be written.
        """
        self._known = False  # it may have been removed meanwhile
        if not self.exists():
            marker = json.dumps({"format": FORMAT, "analyser": ANALYSER}) + "\n"
            write_whole(self.path / _MARKER, marker.encode())
            self._known = True
        (self.path / "indexes").mkdir(exist_ok=True)
        for left_over in (self.path / "indexes").glob(".*"):
            shutil.rmtree(left_over, ignore_errors=True)
        for left_over in self.path.glob(f".{JOURNAL}.*"):
            left_over.unlink(missing_ok=True)

    def remove_index(self, name: str) -> None:
        """Remove an index with all its data; only the holder of the lock may call this.

        :raises OSError: it cannot be removed.
        """
        folder = self.index_folder(name)
        hidden = folder.with_name(f".removed-{secrets.token_hex(8)}")
        os.replace(folder, hidden)  # atomic; the next write removes what a crash leaves of it
        shutil.rmtree(hidden, ignore_errors=True)

    def set_aside(self, name: str) -> Path:
        """Move an index into the subfolder ``damaged``; only the holder of the lock may call this.

        :raises OSError: it cannot be moved.
        """
        place = self.path / "damaged" / f"{name}-{secrets.token_hex(4)}"
        place.parent.mkdir(exist_ok=True)
        os.replace(self.index_folder(name), place)
        return place


def _is_ours(name: str) -> bool:
    # our own files may be left by a process that was killed before it wrote the marker; the others belong to the system
    return name in {"write.lock", "originals", "sheets", "people", ".DS_Store", "lost+found"} or name.startswith(
        f".{_MARKER}"
    )


def _format_of(text: str) -> object:
    try:
        return json.loads(text)["format"]
    except (ValueError, KeyError, TypeError):
        return "unknown"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file atomically, replacing a former one; it is durable when this returns.

    :raises OSError: it cannot be written; a former file is unchanged.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a folder's list of files durable.

    :raises OSError: the folder cannot be synchronised.
    """
    if sys.platform == "win32":  # does so by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
