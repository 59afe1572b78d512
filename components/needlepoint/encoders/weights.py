"""The weights of a Hugging Face folder as 32-bit numpy arrays."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from needlepoint.errors import ModelError

Floats = npt.NDArray[np.float32]
_ONE_FILE = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_PICKLE = "pytorch_model.bin"
_EMBEDDINGS = ("embeddings.word_embeddings.weight", "embeddings.tok_embeddings.weight")


def weight_files(folder: Path) -> list[Path]:
    """Return the files that hold the weights.

    :raises ModelError: there are none, or only a pickle file; reading that would run code from it.
    """
    if (folder / _ONE_FILE).is_file():
        return [folder / _ONE_FILE]
    if (folder / _INDEX).is_file():
        return _shards(folder)
    if (folder / _PICKLE).is_file() or (folder / f"{_PICKLE}.index.json").is_file():
        raise ModelError(
            f"{folder} has its weights only as {_PICKLE}; convert it once with "
            "AutoModelForQuestionAnswering.from_pretrained(folder).save_pretrained(folder, safe_serialization=True)"
        )
    raise ModelError(f"{folder} holds no {_ONE_FILE}")


def _shards(folder: Path) -> list[Path]:
    try:
        names = json.loads((folder / _INDEX).read_text(encoding="utf-8"))["weight_map"].values()
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelError(f"{folder / _INDEX} cannot be read ({error}); copy the model's folder again") from error
    paths = [folder / Path(name).name for name in sorted(set(names))]
    for path in paths:
        if not path.is_file():
            raise ModelError(f"{path} is missing; copy the model's folder again")
    return paths


def incomplete(folder: Path, name: str) -> ModelError:
    """Return the error that a model's weights lack a tensor of this name."""
    return ModelError(f"the weights in {folder} lack {name}, so this is not a complete model")


class Weights(Mapping[str, Floats]):
    """The tensors of one model, each read on access; use it as a context manager.

    :param folder: a Hugging Face model folder.
    :raises ModelError: the weights are missing or broken.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._source: dict[str, tuple[Any, str]] = {}
        try:
            for path in weight_files(folder):
                file = self._stack.enter_context(safe_open(str(path), framework="np"))
                self._source |= {_modern(name): (file, name) for name in file.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            raise ModelError(
                f"the weights in {folder} cannot be read ({error}); copy the model's folder again"
            ) from error

    def __enter__(self) -> "Weights":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __getitem__(self, name: str) -> Floats:
        if name not in self._source:
            raise incomplete(self._folder, name)
        file, stored_name = self._source[name]
        try:
            return np.asarray(file.get_tensor(stored_name)).astype(np.float32, copy=False)
        except (SafetensorError, TypeError, ValueError) as error:
            raise ModelError(f"{name} in {self._folder} cannot be read ({error})") from error

    def __contains__(self, name: object) -> bool:
        return name in self._source

    def __iter__(self) -> Iterator[str]:
        return iter(self._source)

    def __len__(self) -> int:
        return len(self._source)

    def find(self, name: str) -> Floats | None:
        """Return a tensor that only some models have, or None."""
        return self[name] if name in self._source else None

    def encoder_prefix(self) -> str:
        """Return the prefix of the encoder's tensor names, such as ``bert.``; those of the head have none.

        :raises ModelError: there are no word embeddings.
        """
        for name in self._source:
            for embedding in _EMBEDDINGS:
                if name.endswith(embedding):
                    return name.removesuffix(embedding)
        raise ModelError(f"the weights in {self._folder} hold no word embeddings, so this is not a BERT-type model")


def _modern(name: str) -> str:
    """Rename the layer norms of checkpoints that were converted from TensorFlow to today's names."""
    return name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")
