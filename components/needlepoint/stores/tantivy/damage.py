"""Tells of damage: what tantivy and the records' checksums find becomes one line that names the index."""

import json
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from needlepoint.errors import CollectionError, NeedlepointError

_MAGIC = 1337


def damaged(folder: Path, reason: str) -> CollectionError:
    """Return the error for an index whose files are not what was written.

    :param folder: the index's folder.
    """
    return CollectionError(
        f"the index {folder} is damaged ({reason}): 'needlepoint documents check --repair' reads the files again"
    )


@contextmanager
def damage_told(folder: Path) -> Iterator[None]:
    """Turn errors of reading an index into one line.

    :raises CollectionError: the index is damaged.
    """
    try:
        yield
    except NeedlepointError:
        raise
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise damaged(folder, reason_of(error)) from error
    except BaseException as error:
        if not is_panic(error):
            raise
        raise damaged(folder, reason_of(error)) from error


def is_panic(error: BaseException) -> bool:
    """Whether tantivy gave up; its exception has no public class."""
    return type(error).__name__ == "PanicException"


def reason_of(error: BaseException) -> str:
    """Return an error's message on one line, or its kind if it has none; at most 300 characters."""
    return " ".join(str(error).split())[:300] or type(error).__name__


def damaged_files(folder: Path) -> list[str]:
    """Return what is wrong with the files of an index, one line each: every file's checksum is compared with its bytes.

    :param folder: the index's folder; without one, nothing is wrong.
    """
    if not folder.is_dir():
        return []
    try:
        segments = _segments(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return ["meta.json, the list of its segments, is missing or cannot be read"]
    wanted = {folder / f"{segment.name}.store" for segment in segments}
    found = {path for segment in segments for path in segment.files()}
    missing = [f"{path.name} is missing" for path in sorted(wanted - found)]
    return missing + [trouble for path in sorted(found) if (trouble := _trouble_of(path))]


def damaged_search_file(folder: Path, known: set[str], *, most_bytes: int) -> str:
    """Return what is wrong with the files that a search reads, or nothing; those that are whole are added to the known ones.

    A file keeps its bytes as long as it has its name. Texts (``.store``) are left out, since each has a checksum of its own.

    :param known: names of files that were whole.
    :param most_bytes: how much is read at most; if there is more, nothing is looked at.
    :raises OSError, ValueError, KeyError, TypeError: the list of the segments cannot be read.
    """
    found = (path for segment in _segments(folder) for path in segment.files() if path.suffix != ".store")
    new = sorted(path for path in found if path.name not in known)
    if sum(path.stat().st_size for path in new) > most_bytes:
        return ""
    for path in new:
        if trouble := _trouble_of(path):
            return trouble
        known.add(path.name)
    return ""


@dataclass(frozen=True, slots=True)
class _Segment:
    folder: Path
    name: str
    deletions: str

    def files(self) -> Iterator[Path]:
        """Yield its files; a list of deletions that a killed commit has left is none of them."""
        for path in self.folder.glob(f"{self.name}.*"):
            if path.suffix != ".del" or path.name == self.deletions:
                yield path


def _segments(folder: Path) -> list[_Segment]:
    segments = []
    for each in json.loads((folder / "meta.json").read_bytes())["segments"]:
        name = each["segment_id"].replace("-", "")
        segments.append(_Segment(folder, name, f"{name}.{(each.get('deletes') or {}).get('opstamp')}.del"))
    return segments


def _trouble_of(path: Path) -> str:
    """Compare a file with the CRC-32 in its footer: JSON, the length of that, and tantivy's magic number."""
    try:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            length, magic = struct.unpack("<II", data[-8:])
            footer = json.loads(data[-8 - length : -8]) if magic == _MAGIC else {}
            is_whole = zlib.crc32(memoryview(data)[: -8 - length]) == footer.get("crc")
    except (OSError, ValueError, struct.error, BufferError) as error:
        return f"{path.name} cannot be read ({reason_of(error)})"
    return "" if is_whole else f"{path.name} is not as it was written: its checksum is wrong"
