"""Finds a reader's model: in a folder, in the Hugging Face cache, on the hub if allowed, or among the bundled ones."""

from dataclasses import dataclass
from pathlib import Path

from needlepoint.encoders.hub import cached_snapshot, download_snapshot, may_be_hub_name
from needlepoint.errors import ModelError
from needlepoint.resources import bundled_model, bundled_reader, is_bundled

PREFERRED = "deepset/tinyroberta-squad2"


@dataclass(frozen=True, slots=True)
class FoundReader:
    """A model folder and where it was found.

    :param name: the model's name for messages.
    :param folder: a Hugging Face model folder.
    :param origin: ``folder``, ``Hugging Face cache``, ``downloaded`` or ``bundled``.
    """

    name: str
    folder: Path
    origin: str


def find_reader(
    name_or_path: str | Path | None = None, *, allow_download: bool = False, revision: str | None = None
) -> FoundReader:
    """Find the named model; without a name, deepset/tinyroberta-squad2 if it is on disk, else the bundled reader.

    :param name_or_path: a folder, ``models/reader`` or ``models/reader-small`` (the bundled readers, whatever the working
        directory), or a model's name on the hub.
    :param allow_download: download a model that is not on disk from the hub, unless ``HF_HUB_OFFLINE`` is set.
    :param revision: branch, tag or commit of a model on the hub.
    :raises ModelError: the model is not on disk, and the download is not allowed or fails.
    """
    if name_or_path is None or not str(name_or_path).strip():
        return _default(allow_download)
    folder = bundled_model(str(name_or_path)) or Path(name_or_path).expanduser()
    if folder.is_dir():
        return FoundReader(folder.resolve().name, folder.resolve(), "folder")
    name = str(name_or_path)
    if not may_be_hub_name(name):
        raise ModelError(f"no model folder at {folder}; name a folder, or leave it out to use the bundled reader")
    cached = cached_snapshot(name, revision)
    if cached:
        return FoundReader(name, cached, "Hugging Face cache")
    if allow_download:
        return FoundReader(name, download_snapshot(name, revision), "downloaded")
    raise ModelError(f"model {name} is neither a folder nor in the Hugging Face cache, and downloads are not allowed")


def name_elsewhere(found: FoundReader) -> str:
    """Return the name under which another process or machine finds the same model.

    A folder of a user's own must be there under the same path.
    """
    if is_bundled(found.folder):
        return f"models/{found.folder.name}"
    return str(found.folder) if found.origin == "folder" else found.name


def _default(allow_download: bool) -> FoundReader:
    cached = cached_snapshot(PREFERRED, None)
    if cached:
        return FoundReader(PREFERRED, cached, "Hugging Face cache")
    if allow_download:
        return FoundReader(PREFERRED, download_snapshot(PREFERRED, None), "downloaded")
    folder = bundled_reader()
    if not folder.is_dir():
        raise ModelError(f"the bundled reader is missing from {folder}; name a model, or reinstall Needlepoint")
    return FoundReader("bundled reader", folder, "bundled")
