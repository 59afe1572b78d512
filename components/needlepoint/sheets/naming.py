"""What a document's name or title names, apart from the marks of its version: ``Lease of Pier House, draft 2``."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

_LEAST_OWN_WORDS = 2
_TO_TENTH = "first second third fourth fifth sixth seventh eighth ninth tenth"
_ORDINALS: Final = _TO_TENTH.split()
_ORDINAL = rf"(?:{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))"
_AMENDMENT: Final = re.compile(
    rf"\b(?:(?P<ordinal>{_ORDINAL}) )?(?:amendment|addendum)\b(?: (?:(?:no|nr|number) )?(?P<number>\d{{1,2}})\b)?"
)
_RESTATED: Final = re.compile(r"\b(?:amended and restated|restated)\b")
_VERSION: Final = re.compile(r"\b(?:v|ver|version|rev|revision) ?(?P<version>\d{1,3}(?: \d{1,3}){0,2})\b")
_STAGES: Final = {"draft": 0, "redline": 0, "redlined": 0, "final": 1, "executed": 2, "signed": 2}
_STAGE: Final = re.compile(
    rf"\b(?:(?P<ordinal>{_ORDINAL}) )?(?P<stage>{'|'.join(_STAGES)})(?: (?:version|copy))?(?: (?P<number>\d{{1,2}}))?\b"
)
_DAY: Final = re.compile(
    r"\b(?:(?:19|20)\d\d ?(?:0[1-9]|1[0-2]) ?(?:0[1-9]|[12]\d|3[01])|(?:[0-2]?\d|3[01]) (?:0?[1-9]|1[0-2]) (?:19|20)\d\d)\b"
)
_LITTLE: Final = frozenset(
    ["a", "an", "the", "of", "to", "for", "by", "with", "between", "in", "on", "at", "and", "dated", "as"]
)
_VERSIONED = """
agreement articles bond bylaws charter contract covenant deed guarantee guaranty indenture lease licence license loan
mortgage mou nda plan policy proposal specification terms will
"""
_SHARED = """
affiliate alliance annex annual appendix company confidentiality consulting cooperation copy corp corporation
development disclosure distribution distributor document employment ex excel exhibit file form franchise general
hosting inc invoice joint letter limited llc ltd maintenance manufacturing marketing master meeting memo microsoft
minutes monthly mutual non notice order outsourcing page part plc powerpoint presentation purchase quarterly receipt
report sale sales scan schedule service services sheet slide software standard statement strategic supply template
untitled venture weekly word
"""
_CONTRACTS: Final = frozenset(_VERSIONED.split())
_COMMON: Final = _CONTRACTS | frozenset(_SHARED.split())


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells a version from the others.

    :param amendment: which amendment it is, 0 for none; None for one without a number.
    :param version: such as ``(2, 1)``; empty if there is none.
    :param stage: 0 for a draft, 1 for a final version, 2 for a signed one; None if nothing is said.
    :param draft: the draft's number.
    :param day: a day in the name; it tells versions apart, but not which is later.
    """

    amendment: int | None = 0
    is_restated: bool = False
    version: tuple[int, ...] = ()
    stage: int | None = None
    draft: int | None = None
    day: str = ""

    def with_those_of(self, other: "Marks") -> "Marks":
        """Return these marks, and of the other's those that are missing here."""
        missing = {
            name: getattr(other, name)
            for name in self.__slots__
            if getattr(self, name) == getattr(_NONE, name) and getattr(other, name) != getattr(_NONE, name)
        }
        return replace(self, **missing)


_NONE: Final = Marks()


@dataclass(frozen=True, slots=True)
class Naming:
    """A name or title, divided.

    :param words: what it names, without marks and little words.
    :param marks: the marks of its version.
    """

    words: tuple[str, ...]
    marks: Marks

    @property
    def is_own(self) -> bool:
        """Whether it names one thing: it has words besides those that many documents have, such as ``services agreement``."""
        return sum(word not in _COMMON and not word.isdigit() for word in self.words) >= _LEAST_OWN_WORDS

    @property
    def years(self) -> frozenset[str]:
        """The years that it names."""
        return frozenset(word for word in self.words if re.fullmatch(r"(?:19|20)\d\d", word))


def naming_of(text: str) -> Naming:
    """Divide a name or title.

    A year, a month or any other number is part of what is named: the annual reports of two years are two things. So is a day,
    unless the document is a contract, a plan or the like: the minutes of two days are two things.

        >>> naming_of("Lease of Pier House, draft 2").words
        ('lease', 'pier', 'house')
    """
    rest = _plain(text)
    amendment, restated, version, stage = (
        pattern.search(rest) for pattern in (_AMENDMENT, _RESTATED, _VERSION, _STAGE)
    )
    for pattern in (_AMENDMENT, _RESTATED, _VERSION, _STAGE):
        rest = pattern.sub(" ", rest)
    day = _DAY.search(rest) if _CONTRACTS.intersection(rest.split()) else None
    if day:
        rest = _DAY.sub(" ", rest)
    marks = Marks(
        amendment=_number(amendment) if amendment else 0,
        is_restated=restated is not None,
        version=tuple(map(int, version["version"].split())) if version else (),
        stage=_STAGES[stage["stage"]] if stage else None,
        draft=_number(stage) if stage else None,
        day="".join(day[0].split()) if day else "",
    )
    return Naming(tuple(word for word in rest.split() if word not in _LITTLE), marks)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    return " ".join(re.sub(r"[\W_]+", " ", folded).removeprefix("microsoft word ").split())


def _number(match: re.Match[str]) -> int | None:
    if ordinal := match["ordinal"]:
        return _ORDINALS.index(ordinal) + 1 if ordinal in _ORDINALS else int(ordinal[:-2])
    return int(match["number"]) if match["number"] else None


def is_later(one: Marks, other: Marks) -> bool | None:
    """Return whether the first of two versions is the later by its marks; None if they do not tell."""
    if (one.amendment == 0) != (other.amendment == 0) and not (one.is_restated or other.is_restated):
        return one.amendment != 0
    if one.is_restated != other.is_restated:
        return one.is_restated if one.amendment == other.amendment == 0 else None
    for mine, theirs in ((one.amendment, other.amendment), (one.version, other.version), (one.stage, other.stage)):
        if mine is None or theirs is None or () in (mine, theirs):
            continue
        if mine != theirs:
            return mine > theirs  # type: ignore[operator]
    if one.draft is not None and other.draft is not None and one.draft != other.draft:
        return one.draft > other.draft
    return None
