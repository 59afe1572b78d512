"""Finds the files below the paths that a user names, and groups them in batches with their hashes."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from needlepoint.errors import NeedlepointError
from needlepoint.files.identity import file_id

_BATCH_FILES = 32
_BATCH_BYTES = 16 * 2**20
_MAILDIR = {"cur", "new"}


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to index.

    :param folder: its folder, relative to the path that the user named.
    :param meta: metadata of this file.
    :param trouble: if not empty, ``path`` is a folder that cannot be read, and this is the reason.
    """

    path: Path
    folder: str
    meta: Mapping[str, Any] = field(default_factory=dict)
    trouble: str = ""


@dataclass(slots=True)
class IndexBatch:
    """Files for one run of the indexing pipeline, with the document ids of those that can be read."""

    paths: list[Path] = field(default_factory=list)
    ids: dict[Path, str] = field(default_factory=dict)
    folders: dict[Path, str] = field(default_factory=dict)
    metas: dict[Path, Mapping[str, Any]] = field(default_factory=dict)
    size: int = 0


def files_below(paths: Iterable[Path]) -> list[FoundFile]:
    """Return all files at and below the paths, each once, in order; hidden files and folders are left out.

    Of a mailbox in the form of a folder (Maildir), only the messages are found, with those of its hidden folders.

    A folder that cannot be read is among them, with the reason in ``trouble``.

    :raises NeedlepointError: a path does not exist, or there is no file at all.
    """
    found: dict[Path, FoundFile] = {}
    named = [Path(path).expanduser() for path in paths]
    for path in named:
        try:
            if not path.exists():
                raise NeedlepointError(f"{path}: no such file or folder")
        except OSError as error:
            raise NeedlepointError(f"{path}: {error.strerror}") from error
        root = path.resolve()
        for file in (
            sorted(_walk(root), key=lambda file: file.path) if root.is_dir() else [FoundFile(root, root.parent.name)]
        ):
            found.setdefault(file.path, file)
    if not found:
        raise NeedlepointError(f"{', '.join(map(str, named))}: no files here")
    return list(found.values())


def batches(files: Iterable[FoundFile], *, max_bytes: float = inf) -> Iterator[IndexBatch]:
    """Group files so that a batch fits into memory and is large enough to be worth a commit.

    :param max_bytes: files larger than this get no id, because they will not be read.
    """
    batch = IndexBatch()
    for file in files:
        size = _size(file.path)
        if batch.paths and (len(batch.paths) >= _BATCH_FILES or batch.size + size > _BATCH_BYTES):
            yield batch
            batch = IndexBatch()
        batch.paths.append(file.path)
        batch.folders[file.path] = file.folder
        batch.metas[file.path] = file.meta
        batch.size += size
        with suppress(OSError):  # the converter reports why it cannot be read
            if size <= max_bytes and file.path.is_file():  # reading a pipe or a device might never end
                batch.ids[file.path] = file_id(file.path)
    if batch.paths:
        yield batch


def _walk(root: Path) -> Iterator[FoundFile]:
    troubles: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=troubles.append):
        if {*folders} >= _MAILDIR:  # one file for each message; what lies beside them belongs to the mail program
            folders[:] = ["cur", "new", *(name for name in folders if Path(folder, name, "cur").is_dir())]
            names = []
        else:
            folders[:] = [name for name in folders if not name.startswith(".")]
        shown = Path(root.name, Path(folder).relative_to(root)).as_posix()
        paths = (Path(folder, name) for name in names if not name.startswith("."))
        yield from (FoundFile(path, shown) for path in paths if _may_be_file(path))
    for error in troubles:
        yield FoundFile(Path(error.filename), "", trouble=f"the folder cannot be read: {error.strerror}")


def _may_be_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the folder can be listed but not searched; the converter reports each file
        return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
