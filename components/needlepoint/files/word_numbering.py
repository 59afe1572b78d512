"""The numbers and bullets that Word puts before paragraphs, which the file holds only as rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_ONES = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LARGEST_ROMAN = 4000


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    pattern: str = ""


@dataclass(slots=True)
class Numbering:
    """Counts through a document and gives each numbered paragraph its label.

    :param levels: per list, the levels' rules.
    :param lists: per ``numId``, the list it belongs to (several may share one count).
    """

    levels: Mapping[str, Mapping[int, _Level]] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

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
        lists = {num.get(f"{W}numId", ""): _value(num, "abstractNumId") for num in root.findall(f"{W}num")}
        return cls(levels=levels, lists=lists)

    def label(self, num_id: str, level: int) -> str:
        """Count a paragraph and return what Word shows before it: ``2.1``, ``(a)``, ``-`` for any bullet, or nothing."""
        list_id = self.lists.get(num_id)
        rules = self.levels.get(list_id or "")
        if list_id is None or not rules or level not in rules:
            return ""
        counts = self._counts.setdefault(list_id, {})
        counts[level] = counts.get(level, rules[level].start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if rules[level].format == "bullet":
            return "-"
        if rules[level].format == "none":
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            rule = rules.get(at, _Level())
            return _shown_number(counts.get(at, rule.start), rule.format)

        return re.sub(r"%([1-9])", shown, rules[level].pattern).strip()


def _read_level(level: Any) -> _Level:
    return _Level(
        start=_whole(_value(level, "start"), 1),
        format=_value(level, "numFmt") or "decimal",
        pattern=_value(level, "lvlText"),
    )


def _value(element: Any, child: str) -> str:
    found = element.find(f"{W}{child}")
    return "" if found is None else str(found.get(f"{W}val") or "")


def _whole(text: str | None, default: int = 0) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else default


def _shown_number(number: int, style: str) -> str:
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
