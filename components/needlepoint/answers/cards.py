"""Answers as a page draws them: one card for all answers of the same words, with every place in which they stand."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from needlepoint.answers.answer import Answer, Passage
from needlepoint.answers.replies import Quote, quote

_QUOTES = "\"'“”„\u2018\u2019«»"
_AROUND = re.compile(rf"^[\s{_QUOTES}(\[]+|[\s{_QUOTES})\].,;:]+$")


@dataclass(frozen=True, slots=True)
class Card:
    """One answer with all the places it stands in.

    :param answer: the best one of these words.
    :param quotes: every place with its own words and score; the best one's come first.
    """

    answer: Answer
    quotes: tuple[Quote, ...]

    @property
    def passage(self) -> Passage:
        """The passage in which the best one stands."""
        return self.answer.best.passage


def cards(answers: Iterable[Answer], *, most: int) -> list[Card]:
    """Return the first ``most`` cards, in the order of the answers; "no answer" has none."""
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        if not answer.is_no_answer:
            groups.setdefault(_same_words(answer.text), []).append(answer)
    return [_card(group) for group in list(groups.values())[:most]]


def _card(answers: list[Answer]) -> Card:
    return Card(answers[0], tuple(quote(answer, place) for answer in answers for place in answer.places))


def _same_words(answer: str) -> str:
    """Return what answers have in common that differ only in case, space, quotes and brackets around them and a stop.

    Signs stay: €12, $12 and -12 are three answers, and so are 5 % and 5, C and C#, 10² and 102.
    """
    folded = " ".join(unicodedata.normalize("NFC", answer).casefold().split())
    return _AROUND.sub("", folded) or folded
