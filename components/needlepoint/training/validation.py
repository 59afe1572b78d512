"""Measures a model during training on held-out questions."""

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from needlepoint.evaluation.squad import SquadQuestion
from needlepoint.evaluation.squad_metrics import squad_scores
from needlepoint.reading.answers import Ranking, merge_windows
from needlepoint.reading.spans import read_window
from needlepoint.training.models import TrainableReader
from needlepoint.training.objectives import span_logits
from needlepoint.training.plan import Plan
from needlepoint.training.windows import LabelledWindow, tokenize

_BATCH = 32
_KEPT = ("exact", "f1", "best_exact", "best_f1", "HasAns_exact", "HasAns_f1", "NoAns_f1", "total")


class Validator:
    """Asks a model all questions and compares its answers with the gold answers by SQuAD's metrics.

    The model answers "not found" if the null score of the window beats its best span. Questions are cut into windows once.

    :param reader: the model in training; each call measures its current weights.
    """

    def __init__(self, reader: TrainableReader, questions: Sequence[SquadQuestion], plan: Plan) -> None:
        self._reader = reader
        # questions of several files may have the same id
        self._questions = [dataclasses.replace(q, id=str(n)) for n, q in enumerate(questions)]
        self._tokenized = list(
            tokenize(self._questions, reader.tokenizer, plan, max_tokens=reader.architecture.max_tokens)
        )
        self._windows = [LabelledWindow(w, n) for n, t in enumerate(self._tokenized) for w in t.windows]

    def __call__(self) -> dict[str, float]:
        """Return the official metrics in percent."""
        logits = iter(window_logits(self._reader, self._windows))
        answers, doubts = {}, {}
        for question, tokens in zip(self._questions, self._tokenized, strict=True):
            readings = [
                read_window(next(logits), window.passage, top_k=1, duplicate_filtering=0) for window in tokens.windows
            ]
            reading = merge_windows(question.context, tokens.passage, tokens.windows, readings, Ranking(by="margin"))
            best = reading.candidates[0] if reading.candidates else None
            answers[question.id] = question.context[best.start : best.end] if best else ""
            doubts[question.id] = -best.margin if best else float("inf")
        scores = squad_scores(self._questions, answers, doubts, threshold=0.0)
        return {name: round(scores[name], 2) for name in _KEPT if name in scores}


def window_logits(reader: TrainableReader, windows: Sequence[LabelledWindow]) -> list[npt.NDArray[np.float32]]:
    """Return the start and end logits of each window, shape (tokens, 2); call it with gradients switched off."""
    found: dict[int, npt.NDArray[np.float32]] = {}
    for indices in _by_length(windows):
        # calling a compiled model would compile it once more; its forward is not compiled
        start, end = span_logits(reader.model.forward, reader.collator(windows, indices))
        both = np.stack([start.cpu().numpy(), end.cpu().numpy()], axis=-1)
        found |= {index: both[row, : len(windows[index])] for row, index in enumerate(indices)}
    return [found[index] for index in range(len(windows))]


def _by_length(windows: Sequence[LabelledWindow]) -> Iterator[list[int]]:
    indices = sorted(range(len(windows)), key=lambda index: len(windows[index]))
    return (indices[begin : begin + _BATCH] for begin in range(0, len(indices), _BATCH))
