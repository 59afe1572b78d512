"""Fit a reader's calibration on questions with known answers: each is asked of all paragraphs, retrieved and read.

    python benchmarks/calibration.py SQUAD.json --model models/reader [--titles TITLES.json] [--questions 500] [--write]

SQUAD.json is in SQuAD 2.0's format; TITLES.json lists the articles to use (those that the reader was not trained on). Prints
the expected calibration error, by ten-fold cross-validation, and what the rule "answer if that is likelier right than there
being none" accepts; --write puts calibration.json beside the model.
"""

import argparse
import json
import random
import re
import string
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from needlepoint import TantivyDocumentStore
from needlepoint.reading.answers import Ranking
from needlepoint.reading.calibration import FILE
from needlepoint.reading.reader import SpanReader

RIGHT = 0.5  # an answer counts as right from this F1 of words on: it overlaps a gold answer by half


@dataclass(frozen=True)
class Question:
    """A question and its gold answers; none means that its paragraph does not answer it."""

    text: str
    answers: tuple[str, ...]


def main() -> None:
    """Retrieve, read, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--titles", type=Path)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--passages", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    paragraphs, questions = _load(arguments.data, arguments.titles)
    chosen = random.Random(1).sample(questions, min(arguments.questions, len(questions)))
    margins, right = _ask(paragraphs, chosen, arguments.model, arguments.passages)
    unanswerable = np.array([not question.answers for question in chosen])
    fitted = {"answer": _fit(margins, right), "no_answer": _fit(margins, unanswerable)}
    _report(margins, right, unanswerable)
    fitted["source"] = (
        f"Platt scaling of the best margin for {len(chosen)} questions of {arguments.data.name} on "
        f"{len(paragraphs)} paragraphs of held-out articles, {arguments.passages} passages read for each"
    )
    print(json.dumps(fitted, indent=2))
    if arguments.write:
        (arguments.model / FILE).write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")


def _load(path: Path, titles: Path | None) -> tuple[list[str], list[Question]]:
    wanted = set(json.loads(titles.read_text())) if titles else None
    paragraphs, questions = [], []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        if wanted is not None and article["title"] not in wanted:
            continue
        for paragraph in article["paragraphs"]:
            paragraphs.append(paragraph["context"])
            for qa in paragraph["qas"]:
                questions.append(Question(qa["question"], tuple(answer["text"] for answer in qa["answers"])))
    return paragraphs, questions


def _ask(paragraphs: list[str], questions: list[Question], model: Path, passages: int) -> tuple[Any, Any]:
    from haystack import Document

    reader = SpanReader(model)
    margins, right = [], []
    with tempfile.TemporaryDirectory() as folder:
        store = TantivyDocumentStore(folder)
        store.write_documents([Document(content=text) for text in dict.fromkeys(paragraphs)])
        for question in questions:
            texts = [document.content for document in store.query(question.text, top_k=passages)]
            readings = reader.read(question.text, texts, Ranking(by="margin"))
            best = max(
                (
                    (c.margin, text[c.start : c.end])
                    for text, r in zip(texts, readings, strict=True)
                    for c in r.candidates
                ),
                default=(-50.0, ""),
            )
            margins.append(best[0])
            right.append(any(_f1(best[1], answer) >= RIGHT for answer in question.answers))
        store.close()
    return np.array(margins), np.array(right)


def _fit(margins: Any, labels: Any) -> dict[str, float]:
    model = LogisticRegression(C=1e6).fit(margins[:, None], labels)
    return {"slope": round(float(model.coef_[0][0]), 4), "intercept": round(float(model.intercept_[0]), 4)}


def _report(margins: Any, right: Any, unanswerable: Any) -> None:
    def predicted(labels: Any) -> Any:
        model = LogisticRegression(C=1e6)
        return cross_val_predict(model, margins[:, None], labels, cv=10, method="predict_proba")[:, 1]

    p_right, p_none = predicted(right), predicted(unanswerable)
    shown = p_right > p_none
    print(f"best answer right: {right[~unanswerable].mean():.1%} of {(~unanswerable).sum()} answerable questions")
    print(
        f"expected calibration error: {_error(p_right, right):.3f} (right), {_error(p_none, unanswerable):.3f} (no answer)"
    )
    print(
        f"answered: {shown[~unanswerable].mean():.1%} of answerable, {shown[unanswerable].mean():.1%} of unanswerable questions"
    )
    print(f"of the answers given {right[shown].mean():.1%} are right")


def _error(probabilities: Any, labels: Any, bins: int = 10) -> float:
    """Return the expected calibration error with equal-width bins (Naeini et al. 2015)."""
    which = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [
        abs(probabilities[which == k].mean() - labels[which == k].mean()) * (which == k).mean()
        for k in range(bins)
        if (which == k).any()
    ]
    return float(sum(gaps))


def _f1(answer: str, gold: str) -> float:
    ours, theirs = _words(answer), _words(gold)
    if not ours or not theirs:
        return float(ours == theirs)
    common = (Counter(ours) & Counter(theirs)).total()
    return 2 * common / (len(ours) + len(theirs))


def _words(text: str) -> list[str]:
    """Normalise as SQuAD's script does: lower case, no punctuation, no articles."""
    plain = "".join(character for character in text.lower() if character not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", plain).split()


if __name__ == "__main__":
    main()
