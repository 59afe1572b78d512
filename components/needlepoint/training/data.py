"""Questions for training: files mixed by share, and whole articles held out for validation."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from needlepoint.errors import TrainingError
from needlepoint.evaluation.squad import SquadQuestion, read_squad

MOST_VALIDATION_QUESTIONS = 1000
_MOST_OVER = 2.0  # whole articles may hold out up to this many times the share


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Questions for training and for validation; no article is in both.

    :param questions: for training, in the files' order; a question may occur more than once.
    :param validation: for validation, in the files' order.
    :param held_out: titles of the articles held out of training, sorted; ``validation`` may be a sample of their questions.
    :param sources: number of training questions by file.
    :param validated: number of validation questions by file.
    """

    questions: tuple[SquadQuestion, ...]
    validation: tuple[SquadQuestion, ...] = ()
    held_out: tuple[str, ...] = ()
    sources: Mapping[str, int] = field(default_factory=dict)
    validated: Mapping[str, int] = field(default_factory=dict)

    @property
    def unvalidated(self) -> tuple[str, ...]:
        """The files without a validation question."""
        return tuple(name for name in self.sources if not self.validated.get(name))


def gather(
    files: Sequence[Path],
    *,
    mix: Mapping[str, float] | None = None,
    validation_share: float = 0.0,
    held_out: Iterable[str] | None = None,
    seed: int = 7,
    unlabelled: bool = False,
) -> TrainingData:
    """Read files of questions, hold out articles, and mix the rest.

    :param files: in SQuAD's format.
    :param mix: how much of a file is used, by its name without ending: 0.4 draws 40 %, 2 takes everything twice.
        Files of the same name are told apart by their folder, as in ``folder/name``.
    :param validation_share: share of each file's questions to hold out, by whole articles; a file in which every article is far
        larger gives none. If more than a thousand questions are held out, validation takes a sample, from each file in
        proportion to its training questions.
    :param held_out: the titles of the articles to hold out, instead of drawing them.
    :param unlabelled: also take questions that nobody has labelled; of held-out articles they are left out.
    :raises SquadFileError: a file is not in SQuAD's format.
    :raises TrainingError: no question is left for training or validation, ``mix`` names none of the files, or two files have
        the same name.
    """
    by_source = {name: read_squad(path, unlabelled=unlabelled) for name, path in _source_names(files).items()}
    shares = dict(mix or {})
    _check_mix(shares, by_source)
    wanted = frozenset(held_out) if held_out is not None else _draw_articles(by_source, validation_share, seed)
    learnt: list[SquadQuestion] = []
    sources: dict[str, int] = {}
    for name, questions in by_source.items():
        chosen = _share([q for q in questions if q.article not in wanted], shares.get(name, 1.0), f"{seed} {name}")
        sources[name] = len(chosen)
        learnt += chosen
    if not learnt:
        raise TrainingError("no questions are left to learn from; lower the validation share or raise the mix")
    held = sorted(wanted & {question.article for questions in by_source.values() for question in questions})
    kept = {name: [q for q in of if q.is_labelled and q.article in wanted] for name, of in by_source.items()}
    validation = _validation(kept, sources, seed)
    if held_out is not None and not any(validation.values()):
        raise TrainingError("none of the titles to hold out is in the data; check the file of titles")
    measured = tuple(question for questions in validation.values() for question in questions)
    counts = {name: len(questions) for name, questions in validation.items()}
    return TrainingData(tuple(learnt), measured, tuple(held), sources, counts)


def _source_names(files: Sequence[Path]) -> dict[str, Path]:
    bare = Counter(map(_bare_name, files))
    named: dict[str, Path] = {}
    for path in files:
        name = _bare_name(path)
        if bare[name] > 1:
            name = f"{path.absolute().parent.name}/{name}"
        if name in named:
            raise TrainingError(f"two files are named {name}: {named[name]} and {path}; rename one of them")
        named[name] = path
    return named


def _bare_name(path: Path) -> str:
    return path.name.removesuffix(".xz").removesuffix(".json")


def _validation(
    kept: Mapping[str, list[SquadQuestion]], learnt: Mapping[str, int], seed: int
) -> dict[str, list[SquadQuestion]]:
    """Return the validation questions by file; a sample takes from each file in proportion to its training questions."""
    total = sum(learnt.values())
    if sum(map(len, kept.values())) <= MOST_VALIDATION_QUESTIONS:
        return dict(kept)
    parts = {name: max(1, MOST_VALIDATION_QUESTIONS * count // total) for name, count in learnt.items()}
    return {name: _sample(questions, parts[name], seed) for name, questions in kept.items()}


def _check_mix(shares: Mapping[str, float], by_source: Mapping[str, object]) -> None:
    for name, share in shares.items():
        if name not in by_source:
            raise TrainingError(f"the mix names {name!r}, which is none of the files: {', '.join(by_source)}")
        if not 0 < share <= 10:
            raise TrainingError(f"the mix of {name} must be above 0 and at most 10, got {share:g}")


def _draw_articles(by_source: Mapping[str, Sequence[SquadQuestion]], share: float, seed: int) -> frozenset[str]:
    """Draw articles from every file; if all are far larger than the share, take the smallest one."""
    by_source = {name: [q for q in questions if q.is_labelled] for name, questions in by_source.items()}
    if not share or not any(by_source.values()):
        return frozenset()
    sizes = Counter(question.article for questions in by_source.values() for question in questions)
    if len(sizes) < 2:
        raise TrainingError(
            "validation holds out whole articles, and the data has only one; use --validation-share 0 or add files"
        )
    drawn: set[str] = set()
    for questions in by_source.values():
        _draw_of(questions, share, seed, drawn)
    return frozenset(drawn) or frozenset([min(sizes, key=lambda title: (sizes[title], title))])


def _draw_of(questions: Sequence[SquadQuestion], share: float, seed: int, drawn: set[str]) -> None:
    """Draw articles from one file until the share is reached; skip those that would exceed it by far.

    :param drawn: the articles drawn from other files, some of which may be in this one too; the new ones are added.
    """
    sizes = Counter(question.article for question in questions)
    titles = sorted(sizes)
    random.Random(seed).shuffle(titles)
    held, wanted = sum(sizes[title] for title in drawn), share * len(questions)
    for title in titles:
        if title not in drawn and held < wanted and held + sizes[title] <= _MOST_OVER * wanted:
            drawn.add(title)
            held += sizes[title]


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
