"""The cache of exported graphs: one folder for each, named by a hash of the model that it was made from.

An export is written under a temporary name and then renamed, so a folder with the final name is complete. Two processes that
export the same model at once do the work twice and keep the first result. A broken export is made again.
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from needlepoint.encoders.architecture import Architecture
from needlepoint.encoders.tokens import TextTokenizer
from needlepoint.encoders.weights import Weights, weight_files
from needlepoint.errors import ModelError

if TYPE_CHECKING:
    from needlepoint.encoders.graph import Head

EXPORTER_VERSION = 3
_MANIFEST = "manifest.json"
_BLOCK = 1 << 20


class ExportCache:
    """Exported graphs below one folder.

    :param folder: the cache's folder; created at the first write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "onnx"

    def graph(
        self,
        model: Path,
        architecture: Architecture,
        *,
        int8_layers: Collection[int] = frozenset(),
        head: "Head" = "span",
    ) -> Path:
        """Return the file of a model's exported graph, and export it first if it is not there.

        :param model: a Hugging Face model folder.
        :param int8_layers: numbers of the encoder layers that compute in 8 bits.
        :param head: what the graph returns; see :func:`needlepoint.encoders.graph.write_graph`.
        :raises ModelError: the model is broken, or the export cannot be written.
        """
        kind = _layers_key(int8_layers) if head == "span" else f"{head}-{_layers_key(int8_layers)}"
        export = self._folder / f"{self.content_hash(model)}-{kind}-v{EXPORTER_VERSION}"
        if not _is_whole(export):
            self._write(export, model, architecture, int8_layers, head=head)
        return export / "model.onnx"

    def discard(self, graph: Path) -> None:
        """Remove an export that turned out to be unreadable; one that cannot be removed stays."""
        with suppress(OSError):
            self._move_away(graph.parent)

    def content_hash(self, model: Path) -> str:
        """Return a hash of a model's weights, configuration and tokenizer.

        It is computed again only when a file's size or modification time has changed.

        :raises ModelError: the weights are missing.
        """
        files = [model / "config.json", *weight_files(model)]
        files += [path for path in [model / "tokenizer.json"] if path.is_file()]
        stamp = [[str(f.resolve()), s.st_size, s.st_mtime_ns] for f in files for s in [f.stat()]]
        record = self._folder / "hashes" / f"{_digest(json.dumps(stamp))}.txt"
        with suppress(OSError, UnicodeDecodeError):
            known = record.read_text(encoding="ascii")
            if len(known) == len(_digest("")):
                return known
        content = _digest_of_files(files)
        self.remember(record.relative_to(self._folder), content)
        return content

    def recall(self, name: Path) -> str | None:
        """Return a small text that was kept with :meth:`remember`, or None.

        :param name: a path below the cache.
        """
        with suppress(OSError, UnicodeDecodeError):
            return (self._folder / name).read_text(encoding="utf-8")
        return None

    def remember(self, name: Path, text: str) -> None:
        """Keep a small text; if it cannot be written, nothing happens.

        :param name: a path below the cache.
        """
        with suppress(OSError):
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
                file.write(text)
            os.replace(file.name, path)

    def _write(
        self, export: Path, model: Path, architecture: Architecture, int8_layers: Collection[int], *, head: "Head"
    ) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _remove_leftovers(self._folder)
            if export.exists():
                self._move_away(export)
            reference = self.graph(model, architecture, head=head) if int8_layers else None
            with tempfile.TemporaryDirectory(dir=self._folder, prefix="writing-", ignore_cleanup_errors=True) as folder:
                _fill(Path(folder), model, architecture, int8_layers, reference=reference, head=head)
                _publish(Path(folder), export)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise ModelError(
                    f"no space left in {self._folder} for the exported model; free some or move NEEDLEPOINT_CACHE"
                ) from error
            raise ModelError(
                f"cannot export the model to {self._folder}: {error}; set NEEDLEPOINT_CACHE to another folder"
            ) from error

    def _move_away(self, export: Path) -> None:
        trash = Path(tempfile.mkdtemp(dir=self._folder, prefix="writing-"))
        with suppress(OSError):  # another process may have moved it first
            os.replace(export, trash / "broken")
        shutil.rmtree(trash, ignore_errors=True)


def _fill(
    folder: Path,
    model: Path,
    architecture: Architecture,
    int8_layers: Collection[int],
    *,
    reference: Path | None,
    head: "Head",
) -> None:
    # imported here because these modules need onnx, and a warm cache does not
    from needlepoint.encoders.graph import inner_tensors, write_graph
    from needlepoint.encoders.outliers import channel_peaks
    from needlepoint.encoders.probe import probe_windows

    with Weights(model) as weights:
        peaks = None
        if reference:
            windows = probe_windows(TextTokenizer(model), architecture.max_tokens)
            peaks = channel_peaks(reference, architecture, windows, inner_tensors(architecture, weights))
        write_graph(folder, architecture, weights, int8_layers=int8_layers, peaks=peaks, head=head)
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    (folder / _MANIFEST).write_text(json.dumps(sizes), encoding="utf-8")


def _publish(folder: Path, export: Path) -> None:
    try:
        os.rename(folder, export)
    except OSError:
        if not _is_whole(export):
            raise


def _is_whole(export: Path) -> bool:
    """Whether every file of an export is there at its full size."""
    try:
        sizes = json.loads((export / _MANIFEST).read_text(encoding="utf-8"))
        return bool(sizes) and all((export / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, AttributeError):
        return False


def _remove_leftovers(folder: Path, older_than_s: float = 86_400) -> None:
    """Remove the half-written files of processes that were killed."""
    import time

    for path in folder.glob("writing-*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > older_than_s:
                shutil.rmtree(path, ignore_errors=True)


def _layers_key(int8_layers: Collection[int]) -> str:
    return "int8." + ".".join(map(str, sorted(int8_layers))) if int8_layers else "fp32"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _digest_of_files(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()[:32]
