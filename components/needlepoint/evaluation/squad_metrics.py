"""The metrics of SQuAD 2.0 under their official names.

Method, normalisation and best-threshold search are those of the official script, evaluate-v2.0.py (Rajpurkar et al. 2018,
"Know What You Don't Know"), to the last digit. ``transformers`` contains the script, too, but takes seconds and torch to
import. A test compares the two.
"""

import re
import string
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from needlepoint.evaluation.squad import SquadQuestion

PARTLY_RIGHT: Final = 0.5
"""An answer with at least this F1 counts as right wherever answers are only right or wrong."""

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised_words(text: str) -> list[str]:
    """Return the words to compare: in lower case, without ASCII punctuation and English articles."""
    return _ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split()


def exact_match(answer: str, golds: Collection[str]) -> float:
    """Return 1.0 if an answer has exactly the words of one of the gold answers, else 0.0.

    :param answer: empty for "no answer".
    :param golds: empty for an unanswerable question, for which only "no answer" is right.
    """
    words = normalised_words(answer)
    return float(any(normalised_words(gold) == words for gold in _scored_golds(golds)))


def f1(answer: str, golds: Collection[str]) -> float:
    """Return the harmonic mean of precision and recall of an answer's words, against the gold answer where it is highest.

    :param answer: empty for "no answer".
    :param golds: empty for an unanswerable question, for which only "no answer" is right.
    """
    words = normalised_words(answer)
    return max(_overlap(words, normalised_words(gold)) for gold in _scored_golds(golds))


def is_right(answer: str, question: SquadQuestion) -> bool:
    """Whether an answer has an F1 of at least :data:`PARTLY_RIGHT`; never for an unanswerable question."""
    golds = [gold.text for gold in question.answers]
    return bool(answer and golds) and f1(answer, golds) >= PARTLY_RIGHT


def _scored_golds(golds: Collection[str]) -> Collection[str]:
    """Drop gold answers that normalise to nothing, as the official script does; the empty text stands for "no answer"."""
    return [gold for gold in golds if normalised_words(gold)] or [""]


def _overlap(words: list[str], gold: list[str]) -> float:
    if not words or not gold:
        return float(words == gold)
    common = (Counter(words) & Counter(gold)).total()
    if not common:
        return 0.0
    precision, recall = common / len(words), common / len(gold)
    return 2 * precision * recall / (precision + recall)


def squad_scores(
    questions: Collection[SquadQuestion],
    answers: Mapping[str, str],
    no_answer: Mapping[str, float] | None = None,
    *,
    threshold: float = 1.0,
) -> dict[str, float]:
    """Return the official metrics, in percent.

    They are ``exact``, ``f1`` and ``total``, the same with the prefixes ``HasAns_`` and ``NoAns_``, and, if ``no_answer`` is
    given, ``best_exact``, ``best_exact_thresh``, ``best_f1`` and ``best_f1_thresh``.

    :param questions: at least one.
    :param answers: the answer's text by question id; empty for "no answer".
    :param no_answer: how sure the reader is that there is no answer, by question id; needed for the best thresholds, which
        also need a text in ``answers`` for every question.
    :param threshold: an answer counts as "no answer" if ``no_answer`` is above it.
    :raises ValueError: a question is missing from ``answers`` or ``no_answer``.
    """
    _check_complete(questions, answers, no_answer)
    golds = {question.id: [answer.text for answer in question.answers] for question in questions}
    raw = {
        "exact": {key: exact_match(answers[key], golds[key]) for key in golds},
        "f1": {key: f1(answers[key], golds[key]) for key in golds},
    }
    decided = {
        name: {
            key: float(not golds[key]) if no_answer and no_answer[key] > threshold else score
            for key, score in of.items()
        }
        for name, of in raw.items()
    }
    result = _means(decided, list(golds), prefix="")
    for prefix, wanted in (("HasAns_", True), ("NoAns_", False)):
        keys = [key for key in golds if bool(golds[key]) is wanted]
        result |= _means(decided, keys, prefix=prefix) if keys else {}
    if no_answer is not None:
        for name, of in raw.items():
            best, result[f"best_{name}_thresh"] = _best_threshold(of, answers, no_answer, golds)
            result[f"best_{name}"] = best
    return result


def _check_complete(
    questions: Collection[SquadQuestion], answers: Mapping[str, str], no_answer: Mapping[str, float] | None
) -> None:
    if not questions:
        raise ValueError("there must be at least one question")
    for question in questions:
        if question.id not in answers or (no_answer is not None and question.id not in no_answer):
            raise ValueError(f"question {question.id!r} is missing from answers or no_answer")


def _means(scores: Mapping[str, Mapping[str, float]], keys: list[str], *, prefix: str) -> dict[str, float]:
    means = {f"{prefix}{name}": 100.0 * sum(of[key] for key in keys) / len(keys) for name, of in scores.items()}
    return means | {f"{prefix}total": len(keys)}


def _best_threshold(
    scores: Mapping[str, float],
    answers: Mapping[str, str],
    no_answer: Mapping[str, float],
    golds: Mapping[str, Collection[str]],
) -> tuple[float, float]:
    """Return the best mean score that any threshold gives, in percent, and the lowest such threshold.

    At first every question counts as "no answer"; answers are then admitted one by one, the most certain first.
    """
    score = best = float(sum(not gold for gold in golds.values()))
    threshold = 0.0
    for key in sorted((key for key in no_answer if key in golds), key=lambda key: no_answer[key]):
        score += scores[key] if golds[key] else -float(bool(answers[key]))
        if score > best:
            best, threshold = score, no_answer[key]
    return 100.0 * best / len(scores), threshold
