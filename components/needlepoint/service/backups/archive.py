"""The file of a backup: a ZIP whose last member lists the others with their checksums.

::

    documents/000001.jsonl     whole documents: their records, pages and passages, each on a line of its own
    collection.jsonl           people's labels, and the model that passages are embedded with
    originals/<id>/<name>      uploaded files
    sheets.sqlite              question sheets
    people.sqlite              users and the parts that each may see, without their sessions
    backup.json                what this is, and the SHA-256 of every other member; written last
"""

import base64
import hashlib
import json
import os
import secrets
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np

from needlepoint.errors import BackupError
from needlepoint.stores.records import Record, decode_values, encode_values
from needlepoint.stores.tantivy.folder import sync_folder

SHEETS = "sheets.sqlite"
PEOPLE = "people.sqlite"
COLLECTION = "collection.jsonl"
DOCUMENTS = "documents/"
ORIGINALS = "originals/"
_MANIFEST = "backup.json"
_KIND = "needlepoint backup"
_VERSION = 1
_AT_ONCE = 2**20
_LONGEST_MANIFEST = 2**30
# what zipfile raises for damaged files: encryption, methods and headers that it does not know among them
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, KeyError, EOFError, NotImplementedError, RuntimeError)


class BackupWriter:
    """A backup that is being written; use :func:`new_backup`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add a member.

        :raises OSError: it cannot be written.
        """
        digest, size = hashlib.sha256(), 0
        with self._archive.open(name, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self._members[name] = {"sha256": digest.hexdigest(), "bytes": size}

    def add_file(self, name: str, path: Path) -> bool:
        """Add a file; return False if it has gone."""
        with suppress(FileNotFoundError), path.open("rb") as file:
            self.add(name, iter(lambda: file.read(_AT_ONCE), b""))
            return True
        return False

    def add_records(self, name: str, records: Iterable[tuple[str, Record]]) -> None:
        """Add records, each with the name of its index."""
        self.add(name, (_line(index, record) for index, record in records))

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Add the list of all members, without which no file is a backup."""
        manifest = {"kind": _KIND, "version": _VERSION, **facts, "members": self._members}
        self._archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))


@contextmanager
def new_backup(path: Path) -> Iterator[BackupWriter]:
    """Write a backup, which appears under its name when the block ends, whole; after an error there is none.

    :raises BackupError: there is such a file already, or it cannot be written.
    """
    if path.exists():
        raise BackupError(f"{path} exists already: choose another name, or remove it")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                yield BackupWriter(archive)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # unlike a renaming, it never replaces what another process has just put there
        sync_folder(path.parent)
    except FileExistsError:
        raise BackupError(f"{path} exists already: choose another name, or remove it") from None
    except OSError as error:
        raise BackupError(f"the backup {path} cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


class Backup:
    """A backup to read.

    :param path: the file.
    :raises BackupError: it is not a whole backup.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._archive = zipfile.ZipFile(path)
            self.facts = self._manifest()
        except FileNotFoundError:
            raise BackupError(f"there is no file {path}") from None
        except (*_DAMAGE, ValueError, TypeError):
            raise BackupError(
                f"{path} is not a whole backup (its writing was ended early, it was cut short, or it is something else):"
                " use another one"
            ) from None
        except OSError as error:
            raise BackupError(f"the backup {path} cannot be read: {error.strerror or error}") from error

    def _manifest(self) -> dict[str, Any]:
        info = self._archive.getinfo(_MANIFEST)
        if info.file_size > _LONGEST_MANIFEST:
            raise ValueError(_MANIFEST)
        facts: dict[str, Any] = json.loads(self._archive.read(info))
        if facts["kind"] != _KIND:
            raise ValueError(_KIND)
        if facts["version"] != _VERSION:
            raise BackupError(f"{self.path} was made by a later version of Needlepoint: update it")
        self._members: dict[str, dict[str, Any]] = {
            name: {"sha256": str(member["sha256"]), "bytes": int(member["bytes"])}
            for name, member in facts["members"].items()
        }
        return facts

    def names(self, beginning: str) -> list[str]:
        """Return the names of the members that begin so, sorted."""
        return sorted(name for name in self._members if name.startswith(beginning))

    @property
    def size(self) -> int:
        """The number of bytes in all members."""
        return sum(member["bytes"] for member in self._members.values())

    def verify(self, progress: Callable[[int], None] | None = None) -> None:
        """Read everything and compare it with its checksums.

        :param progress: called with numbers of bytes that have been read.
        :raises BackupError: something is damaged or missing; the message names the first such member.
        """
        for name in self._members:
            for chunk in self.chunks(name):
                if progress:
                    progress(len(chunk))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a member.

        :raises BackupError: they are not what was written; what has been yielded must not be kept.
        """
        expected = self._members[name]
        digest, size = hashlib.sha256(), 0
        with self._damage_explained(name), self._archive.open(name) as member:
            while size <= expected["bytes"] and (chunk := member.read(_AT_ONCE)):
                digest.update(chunk)
                size += len(chunk)
                yield chunk
        if digest.hexdigest() != expected["sha256"] or size != expected["bytes"]:
            raise self._damaged(name)

    @contextmanager
    def _damage_explained(self, name: str) -> Iterator[None]:
        try:
            yield
        except _DAMAGE as error:
            raise self._damaged(name) from error

    def _damaged(self, name: str) -> BackupError:
        return BackupError(f"{self.path} is damaged ({name} is not what was written): use another backup")

    def records(self, name: str) -> Iterator[tuple[str, Record]]:
        """Yield the records of a member, each with the name of its index."""
        for line in b"".join(self.chunks(name)).splitlines():
            yield _record(line)

    def save(self, name: str, file: IO[bytes]) -> None:
        """Write a member into an open file.

        :raises BackupError: it is damaged; what has been written must not be kept.
        """
        for chunk in self.chunks(name):
            file.write(chunk)

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def __enter__(self) -> "Backup":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _line(index: str, record: Record) -> bytes:
    vector = None
    if record.embedding is not None:
        vector = base64.b64encode(np.asarray(record.embedding, dtype="<f4").tobytes()).decode()
    values = {"id": record.id, "content": record.content, "meta": record.meta, "fields": record.fields}
    return encode_values({"index": index, **values, "vector": vector}) + b"\n"


def _record(line: bytes) -> tuple[str, Record]:
    values = decode_values(json.loads(line))
    vector = None
    if values["vector"] is not None:
        vector = np.frombuffer(base64.b64decode(values["vector"]), dtype="<f4").astype(np.float32)
    return values["index"], Record(values["id"], values["content"], values["meta"], values["fields"], vector)
