"""The numbers and bullets that Word puts before paragraphs, which the file holds only as rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_ONES = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LARGEST_ROMAN = 4000
_LONGEST_PATTERN = 100  # characters; nobody sees a longer one whole


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How the paragraphs of a level are numbered.

    :param format: Word's name of it, such as ``lowerRoman``; ``bullet`` or ``none`` where nothing is counted.
    :param pattern: what is shown, with ``%1`` for the number of the first level.
    :param is_legal: whether all numbers are shown in figures.
    """

    start: int = 1
    format: str = "decimal"
    pattern: str = ""
    is_legal: bool = False


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A ``w:num``: the list whose count it shares, its levels' rules, and the levels that it begins anew."""

    count_id: str
    levels: Mapping[int, ListLevel]
    restarted: frozenset[int]


@dataclass(slots=True)
class Numbering:
    """Counts through a document and gives each numbered paragraph its label.

    :param lists: per ``numId``, its rules (several may share one count).
    """

    lists: Mapping[str, NumberedList] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def from_part(cls, root: Any | None) -> "Numbering":
        """Read the rules of ``word/numbering.xml``.

        :param root: its root element; nothing where the document has no lists.
        """
        if root is None:
            return cls()
        levels = {
            abstract.get(f"{W}abstractNumId", ""): {
                _whole(level.get(f"{W}ilvl")): _read_level(level) for level in abstract.findall(f"{W}lvl")
            }
            for abstract in root.findall(f"{W}abstractNum")
        }
        return cls({num.get(f"{W}numId", ""): _read_list(num, levels) for num in root.findall(f"{W}num")})

    def label(self, num_id: str, level: int) -> str:
        """Count a paragraph and return what Word shows before it: ``2.1``, ``(a)``, ``-`` for any bullet, or nothing."""
        found = self.lists.get(num_id)
        if found is None or level not in found.levels:
            return ""
        rules, own = found.levels, found.levels[level]
        counts = self._counts.setdefault(found.count_id, {})
        if level in found.restarted and (num_id, level) not in self._begun:
            self._begun.add((num_id, level))
            counts.pop(level, None)
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if own.format == "bullet":
            return "-"
        if own.format == "none":
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            rule = rules.get(at, ListLevel())
            return shown_number(counts.get(at, rule.start), "decimal" if own.is_legal else rule.format)

        return re.sub(r"%([1-9])", shown, own.pattern).strip()


def is_on(element: Any | None) -> bool:
    """Tell whether a switch such as ``w:tblHeader`` is there and not switched off."""
    return element is not None and element.get(f"{W}val") not in ("0", "false", "off")


def _read_list(num: Any, levels: Mapping[str, Mapping[int, ListLevel]]) -> NumberedList:
    count_id = _value(num, "abstractNumId")
    own = dict(levels.get(count_id, {}))
    restarted = set()
    for override in num.findall(f"{W}lvlOverride"):
        at = _whole(override.get(f"{W}ilvl"))
        if (level := override.find(f"{W}lvl")) is not None:
            own[at] = _read_level(level)
        if override.find(f"{W}startOverride") is not None:
            own[at] = replace(own.get(at, ListLevel()), start=_whole(_value(override, "startOverride"), 1))
            restarted.add(at)
    return NumberedList(count_id, own, frozenset(restarted))


def _read_level(level: Any) -> ListLevel:
    return ListLevel(
        start=_whole(_value(level, "start"), 1),
        format=_value(level, "numFmt") or "decimal",
        pattern=_value(level, "lvlText")[:_LONGEST_PATTERN],
        is_legal=is_on(level.find(f"{W}isLgl")),
    )


def _value(element: Any, child: str) -> str:
    found = element.find(f"{W}{child}")
    return "" if found is None else str(found.get(f"{W}val") or "")


def _whole(text: str | None, default: int = 0) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else default


def shown_number(number: int, style: str) -> str:
    """Return a number in one of Word's formats, such as ``lowerRoman``; in figures where the format is another."""
    if style in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 10)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman.upper() if style == "upperRoman" else roman
    return f"{number:02}" if style == "decimalZero" else str(number)


def _roman(number: int) -> str:
    if not 0 < number < _LARGEST_ROMAN:
        return str(number)
    text = ""
    for value, letters in _ROMAN + _ROMAN_ONES:
        while number >= value:
            text, number = text + letters, number - value
    return text
