"""Data augmentation: copies of each paragraph in which words are replaced by likely substitutes.

TinyBERT's data augmentation (Jiao et al. 2020, arXiv 1909.10351, algorithm 1), with two differences: words of any answer are
never replaced, so that every label stays true; and a substitute takes the casing of the word that it replaces, between the same
blanks and punctuation marks.
"""

import json
import lzma
import os
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from needlepoint.errors import TrainingError
from needlepoint.evaluation.squad import SquadQuestion
from needlepoint.text.terms import STOP_WORDS
from needlepoint.training.substitutes import WORD, MaskedGuesses, Word, WordVectors


@dataclass(frozen=True, slots=True)
class Augmenter:
    """Makes copies of paragraphs.

    One of ``guesses`` and ``vectors`` is needed. With both, words that are a single token to the model are replaced by its
    guesses and others by their neighbours among the vectors, as in the paper.

    :param copies: the most copies of each paragraph, not counting the original.
    :param share: share of the replaceable words that is replaced in each copy.
    """

    guesses: MaskedGuesses | None
    vectors: WordVectors | None
    copies: int = 20
    share: float = 0.4
    seed: int = 7

    def paragraphs(self, questions: Sequence[SquadQuestion]) -> list[dict[str, Any]]:
        """Return one paragraph, in SQuAD's format, and its copies.

        :param questions: questions on one paragraph.
        """
        context = questions[0].context
        words = _exchangeable(context, questions)
        substitutes = self._substitutes(context, words)
        rng = random.Random(f"{self.seed} {context}")
        made = [_paragraph(context, questions, [], suffix="")]
        seen = {context}
        for _ in range(self.copies):
            pairs = zip(words, substitutes, strict=True)
            chosen = [(word, rng.choice(s)) for word, s in pairs if s and rng.random() < self.share]
            exchanged = [(word, in_casing_of(word.text, substitute)) for word, substitute in chosen]
            copy = _paragraph(context, questions, exchanged, suffix=f"-{len(made)}")
            if copy["context"] not in seen:
                seen.add(copy["context"])
                made.append(copy)
        return made

    def _substitutes(self, context: str, words: Sequence[Word]) -> list[list[str]]:
        guessed = self.guesses.of(context, words) if self.guesses else [[] for _ in words]
        if self.vectors is None:
            return guessed
        return [found or self.vectors.of(word.text) for found, word in zip(guessed, words, strict=True)]


def augment(
    questions: Iterable[SquadQuestion], augmenter: Augmenter, *, on_paragraph: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Return all questions and their copies as one file in SQuAD's format; copies have ids of their own, such as ``id-3``.

    :param questions: in the order of a file.
    :param on_paragraph: called after each paragraph.
    """
    articles: list[dict[str, Any]] = []
    for title, of_title in groupby(questions, key=attrgetter("article")):  # so that copies stay with their original
        paragraphs: list[dict[str, Any]] = []
        for _, of_context in groupby(of_title, key=lambda question: question.context):
            paragraphs += augmenter.paragraphs(list(of_context))
            on_paragraph()
        articles.append({"title": title, "paragraphs": paragraphs})
    return {"version": "v2.0", "data": articles}


def write_squad(content: dict[str, Any], path: Path) -> None:
    """Write a file in SQuAD's format, whole or not at all; compressed if its name ends with ``.xz``.

    :raises TrainingError: it cannot be written.
    """
    data = json.dumps(content, ensure_ascii=False).encode()
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(lzma.compress(data) if path.suffix == ".xz" else data)
        os.replace(unfinished, path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise TrainingError(f"{path} cannot be written: {error.strerror or error}") from error


def in_casing_of(word: str, substitute: str) -> str:
    """Return the substitute in lower case, Capitalised or in CAPITALS, as the word is."""
    if len(word) > 1 and word.isupper():
        return substitute.upper()
    return substitute[:1].upper() + substitute[1:].lower() if word[0].isupper() else substitute.lower()


def _exchangeable(context: str, questions: Sequence[SquadQuestion]) -> list[Word]:
    """Return the words that may be replaced: those outside answers that are no stop words and have a usual casing."""
    answers = [(a.start, a.start + len(a.text)) for question in questions for a in question.answers]
    words = [Word(match.group(), match.start(), match.end()) for match in WORD.finditer(context)]
    return [
        word
        for word in words
        if not any(word.start < end and start < word.end for start, end in answers)
        and word.text.lower() not in STOP_WORDS
        and (word.text.islower() or word.text.isupper() or word.text.istitle())
        and len(word.text) > 1
    ]


def _paragraph(
    context: str, questions: Sequence[SquadQuestion], exchanged: Sequence[tuple[Word, str]], *, suffix: str
) -> dict[str, Any]:
    parts, end = [], 0
    for word, substitute in exchanged:
        parts += [context[end : word.start], substitute]
        end = word.end

    def moved(place: int) -> int:
        return place + sum(len(substitute) - len(word.text) for word, substitute in exchanged if word.end <= place)

    qas = [
        {
            "id": question.id + suffix,
            "question": question.question,
            "answers": [{"text": answer.text, "answer_start": moved(answer.start)} for answer in question.answers],
            "is_impossible": question.is_impossible,
        }
        for question in questions
    ]
    return {"context": "".join([*parts, context[end:]]), "qas": qas}
