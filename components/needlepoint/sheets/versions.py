"""Which documents are versions of one another or speak of one contract, and which of two is the later."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final

from needlepoint.sheets.naming import Marks, Naming, is_later, naming_of
from needlepoint.sheets.table import SheetDocument

MOST_OF_ONE_TITLE: Final = 4
"""A title that more documents share is that of a form, unless marks of a version tell them apart."""


@dataclass(frozen=True, slots=True)
class Version:
    """A document with what its name and title tell of the thing that it speaks of.

    :param title: None if it has none, or if it is a mail: its subject is that of a whole thread.
    :param marks: those of the name, and of the title what the name lacks.
    """

    document: SheetDocument
    name: Naming
    title: Naming | None
    marks: Marks

    @classmethod
    def of(cls, document: SheetDocument) -> "Version":
        """Read the name and the title of a document."""
        name = naming_of(PurePosixPath(document.name).stem)
        title = naming_of(document.title) if document.title and document.type != "email" else None
        return cls(document, name, title, name.marks.with_those_of(title.marks) if title else name.marks)

    @property
    def order(self) -> tuple[object, ...]:
        """A key that puts versions in their order, as far as names tell it."""
        marks = self.marks
        numbers = (marks.amendment, marks.stage, marks.draft)
        amendment, stage, draft = (-1 if number is None else number for number in numbers)
        return amendment, marks.is_restated, marks.version, stage, draft, self.document.date, self.document.name


@dataclass(frozen=True, slots=True)
class Order:
    """Two documents of one thing in their order.

    :param is_known: whether it is known which is the later; else they are in the order of their names.
    :param because: what tells: ``by their dates``, ``by their names``, or both.
    """

    earlier: SheetDocument
    later: SheetDocument
    is_known: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """Documents that may speak of one thing, in the order of their versions."""

    versions: tuple[Version, ...]

    def neighbours(self, among: Container[str]) -> Iterator[Order]:
        """Yield each version with the next, where both speak of one thing.

        :param among: the ids of the documents to take; the others are left out.
        """
        has_one_title = len(self.versions) <= MOST_OF_ONE_TITLE
        for one, other in pairwise(version for version in self.versions if version.document.id in among):
            is_same_text = one.name.words == other.name.words  # Lease.docx and Lease.pdf
            is_one_thing = one.marks != other.marks or (has_one_title and not is_same_text)
            if is_one_thing and not _contradict(one, other):
                yield _ordered(one, other)


def families(documents: Sequence[SheetDocument]) -> list[Family]:
    """Return the families of documents, each of two or more.

    Their names differ only in a version, a draft, an amendment or, of contracts, a day; and they lie in one folder, unless the
    name has words of its own. Or their titles have the same words of their own.
    """
    by_key: dict[tuple[str, ...], dict[str, Version]] = {}
    for version in map(Version.of, documents):
        for key in _keys(version):
            by_key.setdefault(key, {})[version.document.id] = version
    distinct = {tuple(sorted(members)): members for members in by_key.values() if len(members) > 1}
    return [Family(tuple(sorted(members.values(), key=lambda version: version.order))) for members in distinct.values()]


def _keys(version: Version) -> Iterator[tuple[str, ...]]:
    folder = str(PurePosixPath(version.document.path.replace("\\", "/")).parent)
    if version.name.words:
        yield "in", folder, *version.name.words
    for naming in (version.name, version.title):
        if naming and naming.is_own:
            yield "of", *naming.words


def _contradict(one: Version, other: Version) -> bool:
    """Return whether titles or years tell that two documents speak of different things."""
    if any(mine.years and theirs.years and mine.years != theirs.years for mine, theirs in _alike(one, other)):
        return True
    mine, theirs = one.title, other.title
    return bool(mine and theirs and mine.is_own and theirs.is_own and mine.words != theirs.words)


def _alike(one: Version, other: Version) -> Iterator[tuple[Naming, Naming]]:
    yield one.name, other.name
    if one.title and other.title:
        yield one.title, other.title


def _ordered(one: Version, other: Version) -> Order:
    """Put two documents in order by their own dates and the marks in their names; unknown if these contradict each other."""
    dates = one.document.date, other.document.date
    by_date = dates[0] > dates[1] if all(dates) and dates[0] != dates[1] else None
    by_marks = is_later(one.marks, other.marks)
    said = {each for each in (by_date, by_marks) if each is not None}
    if len(said) != 1:
        return Order(one.document, other.document, is_known=False)
    reasons = [reason for reason, known in (("dates", by_date), ("names", by_marks)) if known is not None]
    pair = (other, one) if said == {True} else (one, other)
    return Order(pair[0].document, pair[1].document, is_known=True, because=f"by their {' and '.join(reasons)}")
