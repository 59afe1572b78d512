"""The id of a document: the same file under the same name has the same id on every machine."""

import hashlib
import io
from pathlib import Path
from typing import BinaryIO


def document_id(name: str, data: bytes) -> str:
    """Return the first 32 hex digits of SHA-256 over the name, a NUL and the bytes.

    :param name: the file name, without its folders; lone surrogates of undecodable names are allowed.
    :param data: the file's bytes.
    """
    return _id(name, io.BytesIO(data))


def file_id(path: Path, name: str | None = None) -> str:
    """Return the id of the document that a file holds, read in blocks.

    :param name: the name that counts, where it is not that of the path.
    :raises OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return _id(path.name if name is None else name, file)


def _id(name: str, file: BinaryIO) -> str:
    begun = hashlib.sha256(name.encode("utf-8", "surrogatepass") + b"\0")
    return hashlib.file_digest(file, lambda: begun).hexdigest()[:32]  # type: ignore[arg-type]
