# ruff: noqa: RUF001 - marks of many scripts are what this is about
"""From the lines of a page to paragraphs: which line ends only wrap, which hyphens only part a word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from needlepoint.files.pdf.lines import Line
from needlepoint.files.pdf.page import Word
from needlepoint.files.pdf.words import CLAUSE

_MARKER = re.compile(
    r"(?:[•●○◦▪■□‣\u2043∙·*\u2013\u2014-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,3}(?:\.\d{1,3})+(?:-\d+)?[.)]?|§+|Article|Section|ARTICLE|SECTION)\s"
)
_LABEL = re.compile(r"(?:By|Name|Title|Its|Date|Attention|Attn\.?|Tel\.?|Telephone|Phone|Fax|Facsimile|E-?mail)\s*:")
_LEFT_OUT = re.compile(r"\w \[(?:\s?\*){1,5}\s?\]$")  # the words that stood there were longer
_BLANK = re.compile(r"_{6,}$")
_GOES_ON = re.compile(
    r"(?:,|\b(?:and|or|of|in|to|the|under|by|with|see|per|sections?|articles?|clauses?|paragraphs?|exhibits?|rules?|no\.))\s*$",
    re.IGNORECASE,
)
_ITEM_END = re.compile(r"[;\u037e]\s+(?:and|or)$")  # the last but one of a list
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_COMPOUND_PREFIXES = frozenset(
    {"all", "cross", "dual", "ex", "half", "high", "low", "non", "self", "third", "two", "well"}
)
_CHAIN = re.compile(r"\w{1,4}-\w")  # the middle of a compound such as state-of-the-art
_SHORT_NAME = 24  # characters
_FEW_LINES = 6
_SET_OFF = 1.5  # of the height of letters
_SHORT_OF_MEASURE = 0.65  # of the width between equal margins: a line that is shorter ends a paragraph
_MOST_LEADING = 2.5  # of the height of letters' boxes: lines further apart have an empty one between them
_COLUMN_STEP = 20.0  # points: lines that begin within it have the same left margin
_NEARLY = 0.85
_WIDEST = 0.88  # of a page, where no line tells how far its text reaches
_LONGEST_CENTRED = 50  # characters
_MOST_ALONE, _LONGEST_ALONE = 10, 60  # lines, and characters of each
_COLUMN_LINE, _COLUMN_WIDTH = 35, 220.0  # characters and points, of running text
_ENDS_WITHIN = re.compile(
    r"\b(?:and|or|of|in|to|the|a|an|this|these|such|its|their|any|all|each|under|by|with|for|as|that|which|is|are|was|were|be|at"
    r"|from|on|upon|into|if|has|have|will|shall|may|not)$"
)
_MARKS = ".,;:()\"'“”’"
_SENTENCE_ENDS = tuple(".!?:;\"'”\u2019)]")
_ENDS = tuple(".!?:;")
_FRACTION = "\u2044"  # the slash between the figures of a fraction

Part = tuple[str, Word | None]
"""A stretch of text and the word that it is of; none for what stands between words."""
_SPACE: Part = (" ", None)


@dataclass(frozen=True)
class Layout:
    """What most lines of a page have in common.

    :param measure: width between equal margins; 0 where it is not known.
    :param right: where its running text ends.
    :param edge: where it would end with a margin as wide as the left one.
    """

    lines: Sequence[Line]
    leading: float
    margins: Mapping[int, float]
    measure: float
    right: float = 0.0
    edge: float = 0.0

    @classmethod
    def of(cls, parts: Sequence[Sequence[Line]], *, width: float, is_whole: bool) -> "Layout":
        """Return that of the lines of a page, in reading order.

        :param parts: the lines of each part of the page.
        :param width: of the page, in points.
        :param is_whole: the page has one part and no tables.
        """
        lines = [line for part in parts for line in part]
        left = min((line.left for line in lines), default=0.0)
        measure = width - 2 * left if is_whole else 0.0
        return cls(lines, _usual_leading(lines), _right_margins(lines), measure, _right_end(lines, width), width - left)

    def beside_text(self, part: Sequence[Line]) -> "Layout":
        """Return what holds for a part of the page: where it ends is not known if running text stands to its right."""
        top, bottom, right = part[0].top, part[-1].bottom, max(line.right for line in part)
        beside = [line for line in self.lines if top < line.bottom and line.top < bottom and right < line.left]
        is_text = sum(len(line.text) for line in beside) > _COLUMN_LINE * len(beside)
        is_text = is_text or any(self.margins.get(_column(line), 0.0) - line.left > _COLUMN_WIDTH for line in beside)
        if is_text:
            return replace(self, right=0.0)
        return replace(self, right=self.edge) if right > self.right else self

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the page in lower case."""
        return frozenset(word.text.strip(_MARKS).lower() for line in self.lines for word in line.words)


def line_parts(line: Line) -> list[Part]:
    """Return the words of a line with what stands between them."""
    parts: list[Part] = []
    last: Word | None = None
    for piece in line.pieces:
        for word in piece.words:
            if last is not None and not _touch(last, word):
                parts.append(_SPACE)
            parts.append((word.text, word))
            last = word
    return parts


def _touch(before: Word, word: Word) -> bool:
    """Tell a word that PDFium split at a raised or lowered letter from words with a gap between them."""
    if word.text[:1] == _FRACTION:
        return before.text[-1:].isdigit()
    if word.text[:1].isupper() and CLAUSE.fullmatch(before.text):
        return False
    if before.line == word.line and not (before.is_raised or word.is_raised):
        return word.start == before.end
    if before.is_raised:
        return word.start == before.end
    if word.is_raised:
        return not word.text.startswith("[")
    ends = before.text[-1:] + word.text[:1]
    if ends.isdigit():
        return False  # a footnote's number must not become part of a figure
    return abs(word.left - before.right) < 0.12 * max(before.height, word.height)


def joint(lines: Sequence[Line], position: int, layout: Layout) -> str:
    """Return what stands between a line and the one before it: a space, a line end or a blank line."""
    before, line = lines[position - 1], lines[position]
    if before.is_cut and not _differ(before, line):
        return " "
    size = max(min(before.height, line.height), 1.0)
    step = line.bottom - before.bottom
    if line.drawn_above is not None:
        if _is_signed(before, line.drawn_above):
            return "\n"
        underline = line.drawn_above.bottom - before.bottom
        step -= underline if underline <= 1.4 * max(layout.leading, size) else 0.0
    if step > 1.4 * max(layout.leading, size) or _differ(before, line):
        return "\n\n"
    if before.left - line.left > 15 * size:
        return "\n"  # a date set to the right
    if _BLANK.search(before.text) or _BLANK.fullmatch(line.text):
        return "\n"
    if _LABEL.match(line.text) or _are_pairs(before, line) or _begins_item(before, line) or _is_indented(before, line):
        return "\n"
    is_lower = line.text[:1].islower() and not before.text.endswith(_ENDS) and before.right - before.left > 120
    if is_lower and not _are_centred(lines[position - 1 : position + 1]):
        return " "
    return "\n" if _is_short(lines, position, layout) else " "


def _is_signed(before: Line, drawn: Line) -> bool:
    """Tell the line on which somebody signs from one drawn below a heading in running text."""
    return "/s/" in before.text or drawn.right > before.right + before.height or drawn.left > before.right


def runs_on(before: Line, line: Line) -> bool:
    """Tell whether the sentence at the foot of a column or page goes on at the head of the next."""
    above, below = before.text.rstrip(), line.text.lstrip()
    if before.is_cut:
        return below[:1].isalnum() and not _differ(before, line)
    if abs(before.height - line.height) > 0.12 * max(before.height, line.height) or _MARKER.match(below + " "):
        return False
    if above.endswith(_ENDS) and not (above.endswith(".") and below[:1].islower()):
        return False
    if below.lstrip("(\"“‘'")[:1].islower():
        return True
    if len(below) > _SHORT_NAME and below.isupper() and not above.isupper():
        return False  # a notice in capitals
    return _GOES_ON.search(above) is not None and not _ITEM_END.search(above)


def _differ(line: Line, other: Line) -> bool:
    """Tell letters of another size: a heading, a note."""
    return abs(line.height - other.height) > 0.12 * max(min(line.height, other.height), 1.0)


def _are_pairs(before: Line, line: Line) -> bool:
    """Tell two rows of names and values: both begin shortly, and what follows stands below each other."""
    if len(before.pieces) < 2 or len(line.pieces) < 2 or line.text[:1].islower():
        return False
    is_short = max(before.pieces[0].length, line.pieces[0].length) <= _SHORT_NAME
    is_aligned = abs(before.pieces[1].left - line.pieces[1].left) < 2.0
    return is_short and is_aligned and _sets_value_off(before) and _sets_value_off(line)


def _sets_value_off(line: Line) -> bool:
    """Tell a name and its value from two words with a wide space between them, as in justified text."""
    name, value = line.pieces[:2]
    return name.text.endswith(":") or value.left - name.right > _SET_OFF * line.height


def _begins_item(before: Line, line: Line) -> bool:
    """Tell a list item by its mark; a number at the head of a line may also be part of a sentence."""
    if not _MARKER.match(line.text):
        return False
    if before.text.endswith(_SENTENCE_ENDS):
        return True
    return _MARKER.match(before.text) is not None and not _GOES_ON.search(before.text)


def _is_short(lines: Sequence[Line], position: int, layout: Layout) -> bool:
    """Tell whether the next line's first word would have fitted on this one, so that the break was meant."""
    before, line = lines[position - 1], lines[position]
    if _LEFT_OUT.search(before.text) and not _MARKER.match(line.text):
        return False
    is_judged_alone = len(lines) <= _FEW_LINES and before.right - before.left < _SHORT_OF_MEASURE * layout.measure
    if is_judged_alone and not _GOES_ON.search(before.text):
        return True
    around = lines[max(position - 4, 0) : position + 4]
    right = max((each.right for each in around if _same_column(each, before)), default=before.right)
    right = max(right, layout.margins.get(_column(before), right))
    if _are_lines_alone(lines, position, layout):
        right = max(right, layout.right)
    return before.right + line.first_word + 0.3 * line.height < right


def _are_lines_alone(lines: Sequence[Line], position: int, layout: Layout) -> bool:
    """Tell lines of an address, a title page, a signature or a list from a paragraph: each is short and begins anew."""
    first, *others = lines[position - 1].pieces
    if others and lines[position].left > first.right and not first.text.endswith(":"):
        return False  # a cell beside others wraps
    block = _block(lines, position, layout)
    if len(block) > _MOST_ALONE or max(len(line.text) for line in block) > _LONGEST_ALONE:
        return False
    if _are_centred(block):
        before = lines[position - 1].text
        return " " not in before or not _ENDS_WITHIN.search(before)
    if _MARKER.match(block[0].text):
        return False
    return not any(_ENDS_WITHIN.search(line.text) for line in block[:-1]) and not any(
        line.text[:1].islower() for line in block[1:]
    )


def _block(lines: Sequence[Line], position: int, layout: Layout) -> Sequence[Line]:
    """Return the lines around one that nothing but line ends part."""
    first, end = position - 1, position + 1
    while first > 0 and position - first <= _MOST_ALONE and _is_next(lines[first - 1], lines[first], layout):
        first -= 1
    while end < len(lines) and end - position <= _MOST_ALONE and _is_next(lines[end - 1], lines[end], layout):
        end += 1
    return lines[first:end]


def _is_next(before: Line, line: Line, layout: Layout) -> bool:
    step = line.bottom - before.bottom
    return step <= 1.4 * max(layout.leading, line.height) and not _differ(before, line) and line.drawn_above is None


def _are_centred(block: Sequence[Line]) -> bool:
    middles = [line.left + line.right for line in block]
    lefts = [line.left for line in block]
    is_short = max(len(line.text) for line in block) <= _LONGEST_CENTRED and not _MARKER.match(block[0].text)
    return is_short and max(middles) - min(middles) < 2 * block[0].height < max(lefts) - min(lefts)


def _same_column(line: Line, other: Line) -> bool:
    return line.left < other.right and other.left < line.right and abs(line.height - other.height) < 0.12 * other.height


def _is_indented(before: Line, line: Line) -> bool:
    """Tell a paragraph that begins with an indent; what hangs below a list mark is the same item."""
    is_indent = 0.8 * line.height < line.left - before.left < 6 * line.height
    return is_indent and before.text.endswith(_SENTENCE_ENDS) and not _MARKER.match(before.text)


def _usual_leading(lines: Sequence[Line]) -> float:
    """Return the step from line to line that most text of the page has; 0 where there is none."""
    steps = sorted(
        (line.bottom - before.bottom, (line.bottom - before.bottom) / line.height)
        for before, line in pairwise(lines)
        if 0.5 * line.height < line.bottom - before.bottom < 3 * line.height
    )
    close = [step for step, heights in steps if heights < _MOST_LEADING] or [step for step, _ in steps]
    return close[len(close) // 3] if close else 0.0


def _right_end(lines: Sequence[Line], width: float) -> float:
    """Return where the longer lines of a page end; as a drawing may reach further, not the last of them.

    Where they nearly end with a margin as wide as the left one, they do: ragged lines hide it.
    """
    ends = sorted(line.right for line in lines if len(line.text) > _LONGEST_ALONE)
    if not ends:
        return max([_WIDEST * width, *(line.right for line in lines)])
    end, equal = ends[int(0.9 * (len(ends) - 1))], width - min(line.left for line in lines)
    return max(end, equal) if end > _NEARLY * equal else end


def _right_margins(lines: Sequence[Line]) -> dict[int, float]:
    """Return where most lines of a column end; not all of them, as a title may span two columns."""
    ends: dict[int, list[float]] = {}
    for line in lines:
        ends.setdefault(_column(line), []).append(line.right)
    return {column: sorted(rights)[int(0.8 * (len(rights) - 1))] for column, rights in ends.items() if len(rights) > 4}


def _column(line: Line) -> int:
    return round(line.left / _COLUMN_STEP)


def without_hyphen(before: str, is_cut: bool, text: str, layout: Layout | None) -> tuple[str, str]:
    """Return the earlier text and what joins it to the next line, with a hyphen at its end taken out or kept.

    :param before: the last word of the line that ends.
    :param is_cut: PDFium took a hyphen from its end.
    :param text: the first word of the next line.
    :param layout: of the page, for its other words.
    """
    if not is_cut and before[-1:] not in "-\u2010":
        return before, " "
    if not is_cut and re.search(r"[^\W\d_][-\u2010]$", before) and text[:1].islower():
        is_cut, before = True, before[:-1]
    if not is_cut:
        return before, "" if re.search(r"\w[-\u2010]$", before) and text[:1].isalnum() else " "
    return before, "-" if _keeps_hyphen(before, text, layout.words if layout else frozenset()) else ""


def _keeps_hyphen(before: str, text: str, words: frozenset[str]) -> bool:
    """Tell a compound broken at its hyphen from a word broken anywhere, by the other words of the page."""
    head, tail = re.search(r"(?<![\w-])[\w-]*$", before), re.match(r"\w*", text)
    first, second = (head.group().lower() if head else ""), (tail.group().lower() if tail else "")
    if not first.replace("-", "").isalpha() or not second.isalpha() or not text[:1].islower():
        return True
    if f"{first}-{second}" in words or len(first) == 1 or _CHAIN.match(text):
        return True
    if first + second in words:
        return False
    return "-" in first or first in _COMPOUND_PREFIXES
