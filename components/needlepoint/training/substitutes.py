"""Substitutes for words: a masked language model's guesses, and a word's neighbours among word vectors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from needlepoint.encoders.architecture import read_architecture
from needlepoint.errors import ModelError, TrainingError

WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_MASKED_AT_ONCE = 7  # every seventh word of a copy is masked: about the share that such models are trained with
_MOST_TOKENS = 512
_SPARE = 3  # this many times the guesses wanted are considered, since some are not words


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: ``text[start:end]``."""

    text: str
    start: int
    end: int


class MaskedGuesses:
    """A masked language model's guesses for a word, if the word is a single token to it.

    :param folder: a Hugging Face folder of a ``...ForMaskedLM``.
    :param most: the most guesses for a word.
    :param device: ``cpu`` or ``cuda``.
    :raises ModelError: it cannot be loaded, or is not such a model.
    """

    def __init__(self, folder: Path, *, most: int, device: str = "cpu") -> None:
        import torch
        import transformers

        transformers.logging.set_verbosity_error()
        try:
            config = transformers.AutoConfig.from_pretrained(folder)
            _check_masked(folder, config)
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(folder, use_fast=True)
            model = transformers.AutoModelForMaskedLM.from_pretrained(folder, dtype=torch.float32)
        except (OSError, ValueError) as error:
            raise ModelError(f"{folder} cannot be loaded as a masked language model: {error}") from error
        self._model = model.to(device).eval()
        self._most = most
        self._device = device
        self._length = min(read_architecture(folder, needs_head=False).max_tokens, _MOST_TOKENS)

    def of(self, text: str, words: Sequence[Word]) -> list[list[str]]:
        """Return guesses for each word of the text, best first; none for a word of several tokens."""
        found: list[list[str]] = [[] for _ in words]
        chunks = self._tokenizer(
            text, truncation=True, max_length=self._length, return_overflowing_tokens=True, return_offsets_mapping=True
        )
        by_place = {(word.start, word.end): number for number, word in enumerate(words)}
        for ids, offsets in zip(chunks["input_ids"], chunks["offset_mapping"], strict=True):
            places = [(at, by_place[tuple(o)]) for at, o in enumerate(offsets) if tuple(o) in by_place]
            for at, number, guesses in self._guess(ids, places):
                found[number] = self._as_words(guesses, words[number].text, is_first=offsets[at][0] == 0)
        return found

    def _guess(self, ids: list[int], places: list[tuple[int, int]]) -> list[tuple[int, int, list[int]]]:
        """Mask every n-th word in turn; return each word's token index, its number and the ids of its guesses."""
        import torch

        groups = [group for first in range(_MASKED_AT_ONCE) if (group := places[first::_MASKED_AT_ONCE])]
        if not groups:
            return []
        inputs = torch.tensor([ids] * len(groups), device=self._device)
        for row, group in enumerate(groups):
            inputs[row, [at for at, _ in group]] = self._tokenizer.mask_token_id
        with torch.inference_mode():
            logits = self._model(input_ids=inputs).logits
        best = logits.topk(min(self._most * _SPARE, logits.shape[-1]), dim=-1).indices
        return [(at, number, best[row, at].tolist()) for row, group in enumerate(groups) for at, number in group]

    def _as_words(self, ids: list[int], original: str, *, is_first: bool) -> list[str]:
        tokens = self._tokenizer.convert_ids_to_tokens(ids)
        # at the start of a word, a byte-level token begins with a blank; inside a word, a word piece begins with ##
        is_byte_level = self._tokenizer.convert_tokens_to_string(["Ġa"]).strip() == "a"
        begins = [not token.startswith("##") and (is_first or not is_byte_level or token[0] == "Ġ") for token in tokens]
        guesses = [
            self._tokenizer.convert_tokens_to_string([token]).strip()
            for token, begins_word in zip(tokens, begins, strict=True)
            if begins_word
        ]
        return _usable(guesses, original, self._most)


class WordVectors:
    """A word's nearest neighbours among vectors such as GloVe's, by cosine.

    :param path: a text file with a word and its numbers on each line; a first line of two numbers is skipped.
    :param most: the most neighbours of a word.
    :raises TrainingError: the file cannot be read.
    """

    def __init__(self, path: Path, *, most: int) -> None:
        self._words, vectors = _read_vectors(path)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        self._vectors = vectors / np.maximum(lengths, 1e-9)
        self._rows = {word: place for place, word in enumerate(self._words)}
        self._most = most
        self._known: dict[str, list[str]] = {}

    def of(self, word: str) -> list[str]:
        """Return a word's neighbours, nearest first; none for a word without a vector."""
        key = word if word in self._rows else word.lower()
        if key not in self._rows:
            return []
        if key not in self._known:
            near = self._vectors @ self._vectors[self._rows[key]]
            count = min(self._most * _SPARE, len(near) - 1)
            order = np.argpartition(-near, count)[: count + 1]
            nearest = [self._words[place] for place in order[np.argsort(-near[order], kind="stable")]]
            self._known[key] = _usable(nearest, key, self._most)
        return self._known[key]


def _usable(guesses: Sequence[str], original: str, most: int) -> list[str]:
    """Leave out guesses that are not words, and the word itself."""
    distinct = dict.fromkeys(guess for guess in guesses if WORD.fullmatch(guess) and guess.lower() != original.lower())
    return list(distinct)[:most]


def _check_masked(folder: Path, config: Any) -> None:
    names = config.architectures or []
    if not any(name.endswith(("ForMaskedLM", "ForPreTraining")) for name in names):
        raise ModelError(
            f"{folder} is a {', '.join(names) or 'bare encoder'}, not a ...ForMaskedLM: it cannot guess words"
        )


def _read_vectors(path: Path) -> tuple[list[str], npt.NDArray[np.float32]]:
    words: list[str] = []
    rows: list[npt.NDArray[np.float32]] = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                word, *numbers = line.rstrip().split(" ")
                if number == 1 and len(numbers) == 1:
                    continue
                row = np.array(numbers, dtype=np.float32)
                if rows and len(row) != len(rows[0]):
                    raise ValueError(f"line {number} has {len(row)} numbers, the first {len(rows[0])}")
                words.append(word)
                rows.append(row)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} cannot be read as word vectors: {error}") from error
    if not rows or not len(rows[0]):
        raise TrainingError(f"{path} holds no word vectors")
    return words, np.stack(rows)
