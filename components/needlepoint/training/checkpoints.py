"""Checkpoints: everything that a training needs to go on as if it had never stopped.

Each is a folder that is written under another name and then renamed, so every checkpoint found is complete. Weights are
safetensors; the rest is read by torch's ``weights_only`` loader, which runs no code.
"""

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from needlepoint.errors import TrainingError

_WEIGHTS = "model.safetensors"
_STATE = "state.pt"
_IDENTITY = "training.json"
_BEST = "best.safetensors"
_PREFIX = "step-"


class Checkpoints:
    """The checkpoints of one training.

    :param folder: created at the first save.
    :param identity: everything that decides the result; a training resumes only from checkpoints with the same identity.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        self._folder = folder
        self._identity = json.loads(json.dumps(identity))

    def save(self, step: int, weights: Mapping[str, torch.Tensor], state: Mapping[str, Any]) -> None:
        """Write a checkpoint, then remove older ones.

        :param state: tensors, numbers and texts, and lists and dictionaries of them.
        """
        folder = self._folder / f"{_PREFIX}{step:09d}"
        unfinished = self._folder / f"unfinished-{step}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        save_file(_detached(weights), unfinished / _WEIGHTS)
        torch.save(dict(state), unfinished / _STATE)
        (unfinished / _IDENTITY).write_text(json.dumps(self._identity, indent=2) + "\n", encoding="utf-8")
        _flush(unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
        for older in _saved(self._folder)[:-1]:
            shutil.rmtree(older, ignore_errors=True)

    def latest(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]] | None:
        """Return weights and state of the last checkpoint, or None.

        :raises TrainingError: it belongs to another training, or cannot be read.
        """
        saved = _saved(self._folder)
        if not saved:
            return None
        self._check_identity(saved[-1])
        try:
            state: dict[str, Any] = torch.load(saved[-1] / _STATE, weights_only=True, map_location="cpu")
            weights: dict[str, torch.Tensor] = load_file(saved[-1] / _WEIGHTS)
            return weights, state
        except (OSError, SafetensorError, RuntimeError, ValueError) as error:
            raise TrainingError(f"the checkpoint {saved[-1]} cannot be read; remove it to begin anew") from error

    def save_best(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Save the weights that did best on validation so far."""
        self._folder.mkdir(parents=True, exist_ok=True)
        save_file(_detached(weights), self._folder / f"{_BEST}.new")
        os.replace(self._folder / f"{_BEST}.new", self._folder / _BEST)

    def best(self) -> dict[str, torch.Tensor]:
        """Return the weights last given to :meth:`save_best`."""
        weights: dict[str, torch.Tensor] = load_file(self._folder / _BEST)
        return weights

    def clear(self) -> None:
        """Remove all checkpoints, once the result is saved elsewhere."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _check_identity(self, checkpoint: Path) -> None:
        before = json.loads((checkpoint / _IDENTITY).read_text(encoding="utf-8"))
        names = sorted(before.keys() | self._identity.keys())
        changes = [
            f"{name} was {before.get(name)}, now {self._identity.get(name)}"
            for name in names
            if before.get(name) != self._identity.get(name)
        ]
        if changes:
            raise TrainingError(
                f"{self._folder} holds checkpoints of another training ({'; '.join(changes)}); "
                "repeat its command to go on with it, or name another folder"
            )


def saved_precision(folder: Path) -> str | None:
    """Return the precision of the last checkpoint in a folder, or None if there is no readable one."""
    saved = _saved(folder)
    if not saved:
        return None
    with suppress(OSError, RuntimeError, ValueError, KeyError):
        # memory-mapped, so that the optimiser's tensors beside it are not read
        return str(torch.load(saved[-1] / _STATE, weights_only=True, map_location="cpu", mmap=True)["precision"])
    return None


def _saved(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{_PREFIX}*"))


def _detached(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}


def _flush(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
