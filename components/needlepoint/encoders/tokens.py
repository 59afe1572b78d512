"""Turns text into windows of token ids that a model can read at once; each token knows its characters."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from needlepoint.errors import ModelError

Integers = npt.NDArray[np.int32]
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A tokenised text: ``ids[i]`` stands for ``text[starts[i]:ends[i]]``.

    Tokens may share characters (the bytes of one emoji), and characters may belong to no token (spaces, stripped accents).
    """

    ids: Integers
    starts: Integers
    ends: Integers

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Window:
    """A question and a stretch of a text as one model input.

    :param ids: special tokens, question and passage, shape (tokens,).
    :param type_ids: the token type of each of them, 0 or 1, shape (tokens,).
    :param passage: where the passage's tokens are in ``ids``.
    :param first_token: the index of the passage's first token among the whole text's tokens.
    """

    ids: Integers
    type_ids: Integers
    passage: slice
    first_token: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """The special tokens before the question, between question and passage, and after the passage."""

    ids: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    type_ids: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    question_type: int
    passage_type: int

    @property
    def size(self) -> int:
        return sum(map(len, self.ids))


class TextTokenizer:
    """The tokenizer of one model folder; safe to use from several threads.

    A special token spelt out in a text (``[SEP]``, ``<s>``) is read as plain characters, so that no document can end its own
    window.

    :param folder: a Hugging Face model folder.
    :raises ModelError: ``tokenizer.json`` is missing or broken, or cannot encode pairs of texts.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer = _load(folder)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._frame = _frame(self._tokenizer, folder)
        self._single = _single_frame(self._tokenizer)
        self._size = int(self._tokenizer.get_vocab_size())  # takes as long as copying the vocabulary
        self._tokenizer.encode_special_tokens = True

    @property
    def special_tokens(self) -> int:
        """How many special tokens every window has, besides question and passage."""
        return self._frame.size

    @property
    def size(self) -> int:
        """How many tokens it knows."""
        return self._size

    def vocabulary(self) -> dict[str, int]:
        """Return the id of every token."""
        return dict(self._tokenizer.get_vocab())

    def encode(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokenise texts of any length, without special tokens."""
        safe = [_LONE_SURROGATE.sub("\ufffd", text) for text in texts]
        return [_tokens(encoding) for encoding in self._tokenizer.encode_batch(safe, add_special_tokens=False)]

    def windows(
        self, question: Tokens, passage: Tokens, *, max_tokens: int, stride: int, context: Tokens | None = None
    ) -> list[Window]:
        """Slide over a passage so that each stretch fits the model together with the question.

        :param question: already cut to the length allowed.
        :param max_tokens: the longest window, special tokens and question included.
        :param stride: tokens from one window's start to the next; reduced where it would skip tokens.
        :param context: tokens to put before each stretch, where no answer is looked for; cut to a quarter of the room that the
            question leaves.
        :returns: the windows in order; none if the passage has no tokens.
        :raises ValueError: the question leaves no room for a passage.
        """
        room = max_tokens - len(question) - self.special_tokens
        if room < 1:
            raise ValueError(
                f"max_seq_len={max_tokens} leaves no room for a passage beside {len(question)} question tokens"
            )
        before = passage.ids[:0] if context is None else context.ids[: room // 4]
        room -= len(before)
        step = min(stride, room)
        last_start = max(0, len(passage) - room)
        starts = range(0, last_start + step, step) if len(passage) else ()
        return [self._window(question.ids, before, passage.ids[start : start + room], start) for start in starts]

    def alone(self, text: Tokens, *, max_tokens: int) -> Window:
        """Return a single text as a model input, cut to ``max_tokens``, special tokens included."""
        before, after = self._single
        room = max(0, max_tokens - len(before) - len(after))
        ids = np.concatenate([before, text.ids[:room], after], dtype=np.int32, casting="unsafe")
        passage = slice(len(before), len(ids) - len(after))
        return Window(ids=ids, type_ids=np.zeros_like(ids), passage=passage, first_token=0)

    def _window(self, question: Integers, context: Integers, passage: Integers, first_token: int) -> Window:
        frame = self._frame
        before, between, after = frame.ids
        types = [frame.type_ids[0], (frame.question_type,) * len(question), frame.type_ids[1]]
        types += [(frame.passage_type,) * (len(context) + len(passage)), frame.type_ids[2]]
        begin = len(before) + len(question) + len(between) + len(context)
        return Window(
            ids=np.concatenate([before, question, between, context, passage, after], dtype=np.int32, casting="unsafe"),
            type_ids=np.concatenate(types, dtype=np.int32, casting="unsafe"),
            passage=slice(begin, begin + len(passage)),
            first_token=first_token,
        )


def _tokens(encoding: Any) -> Tokens:
    offsets = np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2)
    return Tokens(ids=np.array(encoding.ids, dtype=np.int32), starts=offsets[:, 0], ends=offsets[:, 1])


def _load(folder: Path) -> Tokenizer:
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelError(
            f"{folder} holds no tokenizer.json; "
            "write one with AutoTokenizer.from_pretrained(folder).save_pretrained(folder)"
        )
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        return Tokenizer.from_str(json.dumps(_with_overrides(state, _settings(folder))))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"{path} is not a readable tokenizer ({error}); copy the model's folder again") from error


def _settings(folder: Path) -> dict[str, Any]:
    path = folder / "tokenizer_config.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _with_overrides(state: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Let ``tokenizer_config.json`` overrule ``tokenizer.json`` where transformers does so."""
    normalizer = state.get("normalizer") or {}
    if normalizer.get("type") == "BertNormalizer":
        names = {
            "lowercase": "do_lower_case",
            "strip_accents": "strip_accents",
            "handle_chinese_chars": "tokenize_chinese_chars",
        }
        normalizer |= {key: settings[name] for key, name in names.items() if name in settings}
    splitter = state.get("pre_tokenizer") or {}
    if splitter.get("type") == "ByteLevel" and "add_prefix_space" in settings:
        splitter["add_prefix_space"] = settings["add_prefix_space"]
    return state


def _frame(tokenizer: Tokenizer, folder: Path) -> _Frame:
    """Encode one pair of texts to find out how this tokenizer joins question and passage."""
    pair = tokenizer.encode("a", "b")
    sequences = pair.sequence_ids
    if 0 not in sequences or 1 not in sequences or sequences[0] is not None:
        raise ModelError(f"{folder / 'tokenizer.json'} does not join a question and a passage with special tokens")
    question, passage = sequences.index(0), sequences.index(1)
    question_end = question + sequences.count(0)
    passage_end = passage + sequences.count(1)
    parts = (slice(0, question), slice(question_end, passage), slice(passage_end, None))
    return _Frame(
        ids=tuple(tuple(pair.ids[part]) for part in parts),  # type: ignore[arg-type]
        type_ids=tuple(tuple(pair.type_ids[part]) for part in parts),  # type: ignore[arg-type]
        question_type=pair.type_ids[question],
        passage_type=pair.type_ids[passage],
    )


def _single_frame(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """Encode a single text to find out which special tokens this tokenizer puts before and after it."""
    single = tokenizer.encode("a")
    inside = [place for place, sequence in enumerate(single.sequence_ids) if sequence == 0]
    return single.ids[: inside[0]], single.ids[inside[-1] + 1 :]
