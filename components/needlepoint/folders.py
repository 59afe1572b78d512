"""From what a user names to files in batches: folders walked, files hashed."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from needlepoint.errors import NeedlepointError
from needlepoint.files.identity import document_id

_BATCH_FILES = 32
_BATCH_BYTES = 16 * 2**20
_HASHED_BYTES = 200 * 2**20


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to index, the folder it stands in, told from where the user pointed, and metadata of its own."""

    path: Path
    folder: str
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class IndexBatch:
    """Files that go through the indexing pipeline in one run, with their document ids."""

    paths: list[Path] = field(default_factory=list)
    ids: dict[Path, str] = field(default_factory=dict)
    folders: dict[Path, str] = field(default_factory=dict)
    metas: dict[Path, Mapping[str, Any]] = field(default_factory=dict)
    size: int = 0


def files_below(paths: Iterable[Path]) -> list[FoundFile]:
    """Return all files at and below the paths, each once, in order; hidden files and folders are left out.

    :raises NeedlepointError: a path does not exist, or there is no file at all.
    """
    found: dict[Path, FoundFile] = {}
    named = [Path(path).expanduser() for path in paths]
    for path in named:
        if not path.exists():
            raise NeedlepointError(f"{path}: no such file or folder")
        root = path.resolve()
        for file in sorted(_walk(root)) if root.is_dir() else [root]:
            found.setdefault(file, FoundFile(file, _folder(file, root)))
    if not found:
        raise NeedlepointError(f"{', '.join(map(str, named))}: no files here")
    return list(found.values())


def batches(files: Iterable[FoundFile]) -> Iterator[IndexBatch]:
    """Group files so that a batch's text fits into memory and its commits pay."""
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
        if size <= _HASHED_BYTES and file.path.is_file():  # reading a pipe or a device would not end
            _hash_into(batch, file.path)
    if batch.paths:
        yield batch


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in names if not name.startswith(".") and Path(folder, name).is_file())


def _folder(file: Path, root: Path) -> str:
    if not root.is_dir():
        return root.parent.name
    below = file.parent.relative_to(root).as_posix()
    return root.name if below == "." else f"{root.name}/{below}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _hash_into(batch: IndexBatch, path: Path) -> None:
    try:
        batch.ids[path] = document_id(path.name, path.read_bytes())
    except OSError:
        return  # the converter says why it cannot be read
