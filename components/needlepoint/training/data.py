"""Questions for training: files mixed by share, and whole articles held out for validation."""

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from needlepoint.errors import TrainingError
from needlepoint.squad import SquadQuestion, read_squad

MOST_VALIDATION_QUESTIONS = 1000


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What is learnt from and what is measured on; no article is in both.

    :param questions: to learn from, in the files' order; one that is wanted twice is there twice.
    :param validation: to measure on, in the files' order.
    :param held_out: the articles that are not learnt from, sorted; ``validation`` may be a sample of their questions.
    :param sources: questions to learn from, by file.
    """

    questions: tuple[SquadQuestion, ...]
    validation: tuple[SquadQuestion, ...] = ()
    held_out: tuple[str, ...] = ()
    sources: Mapping[str, int] = field(default_factory=dict)


def gather(
    files: Sequence[Path],
    *,
    mix: Mapping[str, float] | None = None,
    validation_share: float = 0.0,
    held_out: Iterable[str] | None = None,
    seed: int = 7,
) -> TrainingData:
    """Read files of questions, hold articles out, and mix the rest.

    :param files: in SQuAD's format.
    :param mix: how much of a file is used, by its name without ending: 0.4 draws 40 %, 2 takes everything twice.
    :param validation_share: articles with about this share of all questions are held out, of every file.
    :param held_out: the titles of the articles to hold out, instead of drawing them.
    :raises SquadFileError: a file is not as it should be.
    :raises TrainingError: nothing is left to learn from, or ``mix`` names no file.
    """
    by_source = {_source_name(path): read_squad(path) for path in files}
    shares = dict(mix or {})
    _check_mix(shares, by_source)
    everything = [question for questions in by_source.values() for question in questions]
    wanted = frozenset(held_out) if held_out is not None else _draw_articles(everything, validation_share, seed)
    validation = _sample([q for q in everything if _article(q) in wanted], MOST_VALIDATION_QUESTIONS, seed)
    if held_out is not None and not validation:
        raise TrainingError("none of the titles to hold out is in the data; check the file of titles")
    learnt: list[SquadQuestion] = []
    sources: dict[str, int] = {}
    for name, questions in by_source.items():
        chosen = _share([q for q in questions if _article(q) not in wanted], shares.get(name, 1.0), f"{seed} {name}")
        sources[name] = len(chosen)
        learnt += chosen
    if not learnt:
        raise TrainingError("no questions are left to learn from; lower the validation share or raise the mix")
    held = sorted(wanted & {_article(question) for question in everything})
    return TrainingData(tuple(learnt), tuple(validation), tuple(held), sources)


def _source_name(path: Path) -> str:
    return path.name.removesuffix(".xz").removesuffix(".json")


def _check_mix(shares: Mapping[str, float], by_source: Mapping[str, object]) -> None:
    for name, share in shares.items():
        if name not in by_source:
            raise TrainingError(f"the mix names {name!r}, which is none of the files: {', '.join(by_source)}")
        if not 0 < share <= 10:
            raise TrainingError(f"the mix of {name} must be above 0 and at most 10, got {share:g}")


def _article(question: SquadQuestion) -> str:
    """Return the title; a paragraph without one is an article of its own."""
    return question.title or hashlib.sha256(question.context.encode()).hexdigest()[:16]


def _draw_articles(questions: Sequence[SquadQuestion], share: float, seed: int) -> frozenset[str]:
    sizes = Counter(map(_article, questions))
    if not share:
        return frozenset()
    if len(sizes) < 2:
        raise TrainingError(
            "validation holds out whole articles, and the data has only one; use --validation-share 0 or add files"
        )
    titles = sorted(sizes)
    random.Random(seed).shuffle(titles)
    drawn: set[str] = set()
    while titles[1:] and sum(sizes[title] for title in drawn) < share * len(questions):
        drawn.add(titles.pop())
    return frozenset(drawn)


def _sample(questions: list[SquadQuestion], most: int, seed: int) -> list[SquadQuestion]:
    if len(questions) <= most:
        return questions
    chosen = sorted(random.Random(seed).sample(range(len(questions)), most))
    return [questions[place] for place in chosen]


def _share(questions: list[SquadQuestion], share: float, seed: str) -> list[SquadQuestion]:
    whole = int(share)
    part = round((share - whole) * len(questions))
    return (
        questions * whole + _sample(questions, part, random.Random(seed).randrange(1 << 30))
        if part
        else questions * whole
    )
