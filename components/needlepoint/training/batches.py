"""Batches of windows of similar length, in an order that depends on seed and epoch alone."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from needlepoint.training.windows import LabelledWindow

# the windows of this many batches are sorted by length together: hardly any padding, and still a random order
_POOL_BATCHES = 40
_LEAST_POOLS = 4  # fewer would put the same windows together in every epoch

_MULTIPLE = 8  # of tokens, to which batches are padded


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows padded to one length.

    :param inputs: the model's inputs by name, each of shape (windows, tokens).
    :param types: 0 on question and padding, 1 on the passage if the tokenizer tells them apart; shape (windows, tokens).
    :param mask: 1 on tokens, 0 on padding; shape (windows, tokens).
    :param start: the answers' first tokens, shape (windows,); ``UNLABELLED`` where nobody has labelled the question.
    :param end: their last tokens.
    :param indices: the windows' indices in the list from which they were taken.
    """

    inputs: dict[str, torch.Tensor]
    types: torch.Tensor
    mask: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor
    indices: tuple[int, ...]


def batch_order(windows: Sequence[LabelledWindow], *, batch_size: int, seed: int, epoch: int) -> list[tuple[int, ...]]:
    """Return the indices of the windows of every batch of an epoch."""
    rng = random.Random(f"{seed} {epoch}")
    indices = list(range(len(windows)))
    rng.shuffle(indices)
    batches: list[tuple[int, ...]] = []
    size = batch_size * max(1, min(_POOL_BATCHES, len(indices) // (batch_size * _LEAST_POOLS)))
    for begin in range(0, len(indices), size):
        pool = sorted(indices[begin : begin + size], key=lambda index: len(windows[index]))
        cut = [tuple(pool[i : i + batch_size]) for i in range(0, len(pool), batch_size)]
        rng.shuffle(cut)
        batches += cut
    return batches


@dataclass(frozen=True, slots=True)
class Collator:
    """Pads windows for one model.

    :param pad_id: the padding token.
    :param token_types: how many token types the model tells apart; 0 if it takes none.
    """

    pad_id: int
    token_types: int
    device: torch.device

    def __call__(self, windows: Sequence[LabelledWindow], indices: Sequence[int]) -> Batch:
        """Return the windows at these indices as one batch."""
        chosen = [windows[index] for index in indices]
        length = max(map(len, chosen))
        length += -length % _MULTIPLE
        ids = np.full((len(chosen), length), self.pad_id, dtype=np.int64)
        types, mask = np.zeros_like(ids), np.zeros_like(ids)
        for row, item in enumerate(chosen):
            ids[row, : len(item)] = item.window.ids
            types[row, : len(item)] = item.window.type_ids
            mask[row, : len(item)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask}
        if self.token_types:
            inputs["token_type_ids"] = np.minimum(types, self.token_types - 1)
        return Batch(
            inputs={name: self._tensor(values) for name, values in inputs.items()},
            types=self._tensor(types),
            mask=self._tensor(mask),
            start=self._tensor(np.array([item.start for item in chosen])),
            end=self._tensor(np.array([item.end for item in chosen])),
            indices=tuple(indices),
        )

    def _tensor(self, values: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(values).to(self.device)
