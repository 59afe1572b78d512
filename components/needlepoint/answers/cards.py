"""Groups answers for display: one card for all answers of the same words, with every place where they stand."""

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
    """One answer with all its places.

    :param answer: the best answer of these words.
    :param quotes: one for each place, with its own words and score; those of the best answer come first.
    """

    answer: Answer
    quotes: tuple[Quote, ...]

    @property
    def passage(self) -> Passage:
        """The passage of the best answer."""
        return self.answer.best.passage


def cards(answers: Iterable[Answer], *, most: int) -> list[Card]:
    """Return cards in the order of the answers; "no answer" has no card.

    :param most: the most cards to return.
    """
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        if not answer.is_no_answer:
            groups.setdefault(same_words(answer.text), []).append(answer)
    return [_card(group) for group in list(groups.values())[:most]]


def _card(answers: list[Answer]) -> Card:
    return Card(answers[0], tuple(quote(answer, place) for answer in answers for place in answer.places))


def same_words(answer: str) -> str:
    """Return a key that is equal for answers that differ only in case, white space, surrounding quotes, brackets or a stop.

    Signs stay: €12, $12 and -12 are three answers, and 5 % and 5, C and C#, 10² and 102 are two each.
    """
    folded = " ".join(unicodedata.normalize("NFC", answer).casefold().split())
    return _AROUND.sub("", folded) or folded
