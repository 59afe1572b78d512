"""Many files at once: the browser sends them in bundles, since the uploader is slow with many, and the page takes them apart."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import streamlit as st

_JS = Path(__file__).parent / "bundles.js"
_SUFFIX = ".needlepoint-bundle"
_FEW = 20  # files that are sent as they are
_MOST_BYTES = 100_000_000
_LONGEST_HEAD = 20_000_000


class UploadedFile(Protocol):
    """What Streamlit hands over for an uploaded file; the name of one from a folder has its path below that folder."""

    name: str
    size: int

    def getbuffer(self) -> memoryview:
        """Return the file's bytes."""
        ...


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that was uploaded alone or in a bundle.

    :param data: its bytes, which are those of the upload and not copied.
    """

    name: str
    data: memoryview

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.data)

    def opened(self) -> BinaryIO:
        """Return the file, to be read."""
        return io.BytesIO(self.data)


def draw() -> None:
    """Let the browser bundle the files that are given to the uploader in the container ``adding-files``."""
    component = st.components.v2.component("needlepoint_bundles", js=_JS.read_text("utf-8"))
    component(data={"few": _FEW, "most": _MOST_BYTES, "suffix": _SUFFIX}, key="bundles")


def unbundled(files: Sequence[UploadedFile]) -> list[SentFile]:
    """Return the files that were sent; what calls itself a bundle and is none is a file."""
    return [each for file in files for each in _inside(file)]


def _inside(file: UploadedFile) -> Iterator[SentFile]:
    data = file.getbuffer()
    listed = _listed(data) if file.name.endswith(_SUFFIX) else None
    if listed is None:
        yield SentFile(file.name, data)
        return
    at, names_and_sizes = listed
    for name, size in names_and_sizes:
        yield SentFile(name, data[at : at + size])
        at += size


def _listed(data: memoryview) -> tuple[int, list[tuple[str, int]]] | None:
    """Return where the files of a bundle begin, and their names and sizes; None if it is no bundle."""
    end = bytes(data[:_LONGEST_HEAD]).find(b"\n") + 1
    try:
        found = [(str(name), int(size)) for name, size in json.loads(bytes(data[:end]))]
    except (ValueError, TypeError, RecursionError):
        return None
    if not found or any(size < 0 for _, size in found) or end + sum(size for _, size in found) != len(data):
        return None
    return end, found
