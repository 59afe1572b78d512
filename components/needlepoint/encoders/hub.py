"""Models of the Hugging Face hub: found in the local cache, or downloaded on request."""

import os
from pathlib import Path

from needlepoint.errors import ModelError

_WANTED_FILES = ("*.json", "*.txt", "model*.safetensors")


def may_be_hub_name(name: str) -> bool:
    """Whether a text looks like a model's name on the hub."""
    parts = name.split("/")
    return len(parts) <= 2 and all(part and part[0] not in ".~" and "\\" not in part for part in parts)


def cached_snapshot(name: str, revision: str | None) -> Path | None:
    """Return a model's snapshot in the local Hugging Face cache, or None if it is missing or incomplete.

    :param revision: branch, tag or commit; ``main`` by default.
    """
    repository = _hub_cache() / f"models--{name.replace('/', '--')}"
    try:
        commit = (repository / "refs" / (revision or "main")).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        commit = revision or ""
    snapshot = repository / "snapshots" / commit
    is_complete = bool(commit) and (snapshot / "config.json").is_file() and (snapshot / "tokenizer.json").is_file()
    return snapshot if is_complete and any(snapshot.glob("model*.safetensors")) else None


def _hub_cache() -> Path:
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def download_snapshot(name: str, revision: str | None) -> Path:
    """Download a model from the hub.

    :param revision: branch, tag or commit; ``main`` by default.
    :raises ModelError: the download is forbidden or fails.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        raise ModelError(f"model {name} is not on disk and HF_HUB_OFFLINE forbids the download; name a folder instead")
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(_WANTED_FILES)))
    except Exception as error:  # the hub's client raises whatever its transport does
        reason = str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
        raise ModelError(
            f"model {name} could not be downloaded ({reason}); name a folder instead, or leave it out to use the default"
        ) from error
