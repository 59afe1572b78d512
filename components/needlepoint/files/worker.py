"""The process that reads files for the pool: one request a line on stdin, one reply a line on stdout, both JSON."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from needlepoint.errors import UnreadableFileError
from needlepoint.files.identity import document_id
from needlepoint.files.limits import Limits
from needlepoint.files.reading import read_bytes, read_data
from needlepoint.files.source import Page, SourceText
from needlepoint.text.marks import marks_from


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read.

    :param document_id: the id of the document that it holds.
    :param size: of the file, in bytes.
    """

    source: SourceText
    document_id: str
    size: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, fit for JSON."""
        source = {**asdict(self.source), "marks": [mark.to_dict() for mark in self.source.marks]}
        return {"source": source, "document_id": self.document_id, "size": self.size}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "ReadFile":
        """Return what :meth:`to_dict` made plain.

        :raises KeyError, TypeError, ValueError: it is something else.
        """
        source = dict(values["source"])
        source["pages"] = tuple(Page(**page) for page in source["pages"])
        source["marks"] = tuple(marks_from(source["marks"]))
        source["unread"] = tuple(source["unread"])
        return cls(SourceText(**source), str(values["document_id"]), int(values["size"]))


def read(path: Path, limits: Limits) -> ReadFile:
    """Read a file in this process.

    :raises UnreadableFileError: it cannot be read; the message is one line for the user.
    """
    data = read_bytes(path, limits)
    return ReadFile(read_data(path.name, data, limits), document_id(path.name, data), len(data))


def main() -> None:
    """Answer requests until stdin ends."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no reply
    _send(replies, {"ready": True})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _send(replies, _reply(Path(request["path"]), Limits(**request["limits"])))


def _reply(path: Path, limits: Limits) -> dict[str, Any]:
    try:
        return {"read": read(path, limits).to_dict()}
    except UnreadableFileError as error:
        return {"reason": str(error), "is_memory": isinstance(error.__cause__, MemoryError)}


def _send(replies: BinaryIO, reply: Mapping[str, Any]) -> None:
    text = json.dumps(reply, ensure_ascii=False, separators=(",", ":"), default=str)
    replies.write(text.encode("utf-8", "surrogatepass") + b"\n")
    replies.flush()
