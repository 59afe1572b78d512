"""Questions as labelled windows, cut exactly as the reader cuts them when it answers."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from needlepoint.encoders.tokens import TextTokenizer, Tokens, Window
from needlepoint.evaluation.squad import GoldAnswer, SquadQuestion
from needlepoint.training.plan import Plan

UNLABELLED = -100  # the place that cross entropy leaves out
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class LabelledWindow:
    """A window and the position of the answer in it.

    :param question: the question's index in the list that was given.
    :param start: the answer's first token in the window; 0, the window's first token, stands for "not here", and ``UNLABELLED``
        for a question that nobody has labelled.
    :param end: its last token, or the same.
    """

    window: Window
    question: int
    start: int = 0
    end: int = 0

    def __len__(self) -> int:
        return len(self.window.ids)


@dataclass(frozen=True, slots=True)
class TokenizedQuestion:
    """The tokens of a question's whole paragraph, and the windows of question and paragraph."""

    passage: Tokens
    windows: tuple[Window, ...]


def tokenize(
    questions: Sequence[SquadQuestion], tokenizer: TextTokenizer, plan: Plan, *, max_tokens: int
) -> Iterator[TokenizedQuestion]:
    """Cut each question and its paragraph into windows.

    :param max_tokens: the longest window that the model can take.
    """
    length = min(plan.max_seq_len, max_tokens)
    for begin in range(0, len(questions), _AT_ONCE):
        some = questions[begin : begin + _AT_ONCE]
        contexts = list(dict.fromkeys(question.context for question in some))
        passages = dict(zip(contexts, tokenizer.encode(contexts), strict=True))
        for question, tokens in zip(some, tokenizer.encode([question.question for question in some]), strict=True):
            asked = Tokens(*(part[: plan.max_query_length] for part in (tokens.ids, tokens.starts, tokens.ends)))
            passage = passages[question.context]
            windows = tokenizer.windows(asked, passage, max_tokens=length, stride=plan.doc_stride)
            yield TokenizedQuestion(passage, tuple(windows))


def label(
    questions: Sequence[SquadQuestion], tokenizer: TextTokenizer, plan: Plan, *, max_tokens: int
) -> list[LabelledWindow]:
    """Return the windows of all questions with their labels.

    A window that holds the whole answer is labelled with it; one that holds none of it is labelled "not here". A window that
    cuts the answer in two is left out, since neither label would be true. Windows of unlabelled questions are kept as such.
    """
    labelled: list[LabelledWindow] = []
    tokenized = tokenize(questions, tokenizer, plan, max_tokens=max_tokens)
    for number, (question, tokens) in enumerate(zip(questions, tokenized, strict=True)):
        labelled += _label(number, question, tokens)
    return labelled


def _label(number: int, question: SquadQuestion, tokens: TokenizedQuestion) -> Iterator[LabelledWindow]:
    if not question.answers:
        place = 0 if question.is_labelled else UNLABELLED
        yield from (LabelledWindow(window, number, place, place) for window in tokens.windows)
        return
    first, last = _token_span(tokens.passage, question.answers[0])
    if last < first:  # no token has any of its characters
        return
    for window in tokens.windows:
        begin, size = window.passage.start, window.passage.stop - window.passage.start
        start, end = first - window.first_token, last - window.first_token
        if end < 0 or start >= size:
            yield LabelledWindow(window, number)
        elif start >= 0 and end < size:
            yield LabelledWindow(window, number, begin + start, begin + end)


def _token_span(tokens: Tokens, answer: GoldAnswer) -> tuple[int, int]:
    first = int(np.searchsorted(tokens.ends, answer.start, side="right"))
    last = int(np.searchsorted(tokens.starts, answer.start + len(answer.text), side="left")) - 1
    return first, last


def digest(windows: Iterable[LabelledWindow]) -> str:
    """Return a hash of the windows' content, by which to recognise them."""
    hashed = hashlib.sha256()
    for item in windows:
        hashed.update(item.window.ids.tobytes())
        hashed.update(f"{item.start},{item.end};".encode())
    return hashed.hexdigest()[:16]
