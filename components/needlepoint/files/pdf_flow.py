"""From the lines that PDFium finds on a page to paragraphs.

Only white space, the hyphens at line ends and ligatures change: every other character stays, in PDFium's order, so that a
range of the finished text can be found again on the page (:func:`raw_range`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from needlepoint.files.pages import LIGATURES, clean_text

LINE_HYPHEN = "\ufffe"  # PDFium's mark for a hyphen at a line end, in place of the line break
_LINE_END = re.compile(f"\r\n|\r|\n|{LINE_HYPHEN}")
_INVISIBLE = re.compile(r"[\s\x00-\x1f\x7f-\xa0\xad\u200b\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff\ufffd\u2010-]")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_SPACES = re.compile(r"[ \t\n\f]+")
_MARKER = re.compile(
    r"(?:[•●○◦▪■□‣\u2043∙·*\u2013\u2014-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,3}(?:\.\d{1,3})+(?:-\d+)?[.)]?|§+|Article|Section|ARTICLE|SECTION)\s"
)
_GOES_ON = re.compile(
    r"(?:,|\b(?:and|or|of|in|to|the|under|by|with|see|per|sections?|articles?|clauses?|paragraphs?|exhibits?))\s*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_COMPOUND_PREFIXES = frozenset(
    {"all", "cross", "dual", "ex", "half", "high", "low", "non", "self", "third", "two", "well"}
)
_CHAIN = re.compile(r"\w{1,4}-\w")  # the middle of a compound such as state-of-the-art
_COLUMN_STEP = 20.0  # points: lines that begin within it have the same left margin
_SENTENCE_ENDS = tuple(".!?:;\"'”\u2019)]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page as PDFium gives it, with its place in points (y grows upwards).

    :param text: without its line end.
    :param hyphenated: it ends in a hyphen that PDFium took out.
    :param height: of its letters' boxes, which follows the font size.
    :param first_word: width of its first word.
    """

    text: str
    hyphenated: bool
    left: float
    right: float
    bottom: float
    height: float
    first_word: float


@dataclass(frozen=True, slots=True)
class _Layout:
    """What most lines of a page have in common."""

    leading: float
    margins: Mapping[int, float]


def line_spans(raw: str) -> list[tuple[int, int, bool]]:
    """Return start, end and whether a hyphen was taken out, for each line of PDFium's text that shows anything."""
    spans, start = [], 0
    for match in _LINE_END.finditer(raw):
        spans.append((start, match.start(), match.group() == LINE_HYPHEN))
        start = match.end()
    spans.append((start, len(raw), False))
    return [span for span in spans if raw[span[0] : span[1]].strip() or span[2]]


def flow(lines: Sequence[Line]) -> str:
    """Return the lines as paragraphs, a blank line between two; a list or a table keeps one line each."""
    words = _page_words(lines)
    layout = _Layout(leading=_usual_leading(lines), margins=_right_margins(lines))
    parts: list[str] = []
    for position, line in enumerate(lines):
        text = _SPACES.sub(" ", clean_text(line.text)).strip()
        if position:
            joint = _joint(lines, position, layout)
            if (joint in ("", " ") and lines[position - 1].hyphenated) or joint == " ":
                parts[-1], joint = _without_hyphen(parts[-1], lines[position - 1].hyphenated, text, words)
            elif lines[position - 1].hyphenated:
                parts[-1] += "-"
            parts.append(joint)
        parts.append(text)
    if lines and lines[-1].hyphenated:
        parts.append("-")
    return "".join(parts).strip()


def _joint(lines: Sequence[Line], position: int, layout: _Layout) -> str:
    """Return what stands between a line and the one before it: a space, a line end or a blank line."""
    before, line = lines[position - 1], lines[position]
    if before.hyphenated:
        return " "
    size = max(min(before.height, line.height), 1.0)
    step = before.bottom - line.bottom
    if abs(step) < 0.5 * size or _overlaps(before, line):
        return "" if _touch(before, line) else " "
    if step < 0:
        return " " if _runs_on(lines, position) else "\n\n"  # the next column
    if step > 1.4 * max(layout.leading, size) or abs(before.height - line.height) > 0.12 * size:
        return "\n\n"
    if _row_left(lines, position - 1) - line.left > 15 * size:
        return "\n"  # the heads of a table's columns, a date set to the right
    starts_item = _begins_item(before, line)
    return "\n" if starts_item or _is_short(lines, position, layout) or _is_indented(before, line) else " "


def _row_left(lines: Sequence[Line], position: int) -> float:
    """Return where the row begins that a line is a part of; PDFium cuts a row at wide gaps."""
    left, bottom = lines[position].left, lines[position].bottom
    for each in lines[max(position - 30, 0) : position]:
        if abs(each.bottom - bottom) < 0.5 * each.height:
            left = min(left, each.left)
    return left


def _begins_item(before: Line, line: Line) -> bool:
    """Tell a list item by its mark; a number at the head of a line may also be part of a sentence."""
    if not _MARKER.match(line.text.lstrip()):
        return False
    if before.text.rstrip().endswith(_SENTENCE_ENDS):
        return True
    return _MARKER.match(before.text.lstrip()) is not None and not _GOES_ON.search(before.text)


def _overlaps(before: Line, line: Line) -> bool:
    """Tell a raised or lowered piece (an index, an exponent, a footnote mark) from a line of its own."""
    shorter = min(len(before.text.strip()), len(line.text.strip()))
    if shorter > 12:
        return False
    low, high = max(before.bottom, line.bottom), min(before.bottom + before.height, line.bottom + line.height)
    return high - low > 0.35 * min(before.height, line.height)


def _touch(before: Line, line: Line) -> bool:
    """Tell a word that PDFium split at a raised or lowered letter from words with a gap between them."""
    ends = before.text[-1:] + line.text[:1]
    if ends.isdigit() or any(end.isspace() for end in ends):
        return False  # a footnote's number must not become part of a figure
    return abs(line.left - before.right) < 0.12 * max(before.height, line.height)


def _runs_on(lines: Sequence[Line], position: int) -> bool:
    """Tell whether the sentence at the foot of a column goes on at the head of the next."""
    before, line = lines[position - 1].text.rstrip(), lines[position].text.lstrip()
    return not before.endswith((".", "!", "?", ":")) and line[:1].islower()


def _is_short(lines: Sequence[Line], position: int, layout: _Layout) -> bool:
    """Tell whether the next line's first word would have fitted on this one, so that the break was meant."""
    before, line = lines[position - 1], lines[position]
    around = lines[max(position - 4, 0) : position + 4]
    right = max((each.right for each in around if _same_column(each, before)), default=before.right)
    right = max(right, layout.margins.get(_column(before), right))
    return before.right + line.first_word + 0.3 * line.height < right


def _same_column(line: Line, other: Line) -> bool:
    return line.left < other.right and other.left < line.right and abs(line.height - other.height) < 0.12 * other.height


def _is_indented(before: Line, line: Line) -> bool:
    """Tell a paragraph that begins with an indent; what hangs below a list mark is the same item."""
    is_indent = 0.8 * line.height < line.left - before.left < 6 * line.height
    return is_indent and before.text.rstrip().endswith(_SENTENCE_ENDS) and not _MARKER.match(before.text.lstrip())


def _usual_leading(lines: Sequence[Line]) -> float:
    """Return the step from line to line that most text of the page has; 0 where there is none."""
    steps = sorted(
        before.bottom - line.bottom
        for before, line in pairwise(lines)
        if 0.5 * line.height < before.bottom - line.bottom < 3 * line.height
    )
    return steps[len(steps) // 3] if steps else 0.0


def _right_margins(lines: Sequence[Line]) -> dict[int, float]:
    """Return where most lines of a column end; not all of them, as a title may span two columns."""
    ends: dict[int, list[float]] = {}
    for line in lines:
        ends.setdefault(_column(line), []).append(line.right)
    return {column: sorted(rights)[int(0.8 * (len(rights) - 1))] for column, rights in ends.items() if len(rights) > 4}


def _column(line: Line) -> int:
    return round(line.left / _COLUMN_STEP)


def _page_words(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset(word.lower() for line in lines for word in _WORD.findall(line.text))


def _without_hyphen(before: str, hyphenated: bool, text: str, words: frozenset[str]) -> tuple[str, str]:
    """Return the earlier line and what joins it to the next one, with a hyphen at its end taken out or kept."""
    if not hyphenated and re.search(r"[^\W\d_][-\u2010]$", before) and text[:1].islower():
        hyphenated, before = True, before[:-1]
    if not hyphenated:
        return before, "" if re.search(r"\w[-\u2010]$", before) and text[:1].isalnum() else " "
    return before, "-" if _keeps_hyphen(before, text, words) else ""


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


def raw_range(raw: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range of PDFium's text that a range of the page's finished text came from.

    Both have the same visible characters but for hyphens, so counting those finds the place.

    :param raw: PDFium's text of the page.
    :param text: what :func:`flow` made of it.
    """
    first, last = len(visible(text[:start])), len(visible(text[:end]))
    if first == last:
        return 0, 0
    places = [place for place, character in enumerate(raw) for _ in visible(character)]
    begin, finish = places[first], places[last - 1] + 1
    if text[start] == "-" and begin and raw[begin - 1] == "-":
        begin -= 1
    return begin, finish


def visible(text: str) -> str:
    """Return the characters that are neither white space nor a hyphen nor odd, in which both texts agree."""
    text = _INVISIBLE.sub("", text)
    return text if text.isascii() else _LIGATURE.sub(lambda match: LIGATURES[match.group()], text)
