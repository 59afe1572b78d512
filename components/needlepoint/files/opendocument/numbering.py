"""The numbers and bullets of lists and headings, which the file holds only as rules."""

from collections.abc import Mapping
from typing import Any

from needlepoint.files.office.word.numbering import shown_number
from needlepoint.files.opendocument.package import STYLE, TEXT, whole

_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_NUMBERS = (f"{TEXT}list-level-style-number", f"{TEXT}outline-level-style")
_LONGEST_AFFIX = 20  # characters
_ID = "{http://www.w3.org/XML/1998/namespace}id"
Counts = dict[int, int]


class Level:
    """The rule of one level of a list."""

    def __init__(self, element: Any) -> None:
        self.is_bullet = element.tag not in _NUMBERS
        self.format = element.get(f"{STYLE}num-format") or ""
        self.before = (element.get(f"{STYLE}num-prefix") or "")[:_LONGEST_AFFIX]
        self.after = (element.get(f"{STYLE}num-suffix") or "")[:_LONGEST_AFFIX]
        self.start = whole(element.get(f"{TEXT}start-value"))
        self.shown = whole(element.get(f"{TEXT}display-levels"), most=10)


def rules_of(style: Any | None) -> dict[int, Level]:
    """Return the rules of a list's or the outline's style by level, from 1."""
    levels = [] if style is None else [each for each in style if isinstance(each.tag, str) and each.get(f"{TEXT}level")]
    return {whole(each.get(f"{TEXT}level"), most=20): Level(each) for each in levels}


def label(rules: Mapping[int, Level], counts: Counts, level: int, start: str | None = None) -> str:
    """Count a paragraph and return what is shown before it: ``2.1``, ``(a)``, ``-`` for any bullet, or nothing.

    :param counts: of the levels so far; changed.
    :param start: the number that the paragraph itself states.
    """
    own = rules.get(level)
    first = 1 if own is None else own.start
    counts[level] = whole(start, least=0) if start else counts.get(level, first - 1) + 1
    for deeper in [each for each in counts if each > level]:
        del counts[deeper]
    if own is None or own.is_bullet:
        return "-"
    numbers = [_number(rules, counts, each) for each in range(max(1, level - own.shown + 1), level + 1)]
    if not own.format:
        return ""
    return f"{own.before}{'.'.join(filter(None, numbers))}{own.after}".strip()


def _number(rules: Mapping[int, Level], counts: Counts, level: int) -> str:
    rule = rules.get(level)
    number_format = _FORMATS.get(rule.format if rule else "1")
    start = rule.start if rule else 1
    return shown_number(counts.get(level, start), number_format) if number_format else ""


class Lists:
    """Counts the lists of a document.

    :param styles: of lists, by name.
    """

    def __init__(self, styles: Mapping[str, Any]) -> None:
        self._styles = styles
        self._rules: dict[str, dict[int, Level]] = {}
        self._by_id: dict[str, Counts] = {}
        self._by_style: dict[str, Counts] = {}

    def rules(self, name: str) -> dict[int, Level]:
        """Return the rules of a list style."""
        if name not in self._rules:
            self._rules[name] = rules_of(self._styles.get(name))
        return self._rules[name]

    def begin(self, element: Any, name: str) -> Counts:
        """Return the counts with which a list begins, those of the list that it continues.

        :param name: of its style.
        """
        counts: Counts = {}
        if (continued := element.get(f"{TEXT}continue-list")) is not None:
            counts = self._by_id.get(continued, counts)
        elif element.get(f"{TEXT}continue-numbering") == "true":
            counts = self._by_style.get(name, counts)
        if (id_ := element.get(_ID)) is not None:
            self._by_id[id_] = counts
        self._by_style[name] = counts
        return counts
