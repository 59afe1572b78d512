"""The words of a PDF page as PDFium finds them, each with its place on the page as it is shown."""

import re
from collections.abc import Sequence

import numpy as np
import pypdfium2

from needlepoint.files.pages import clean_text
from needlepoint.files.pdf.accents import has_accents, mend_accents
from needlepoint.files.pdf.drawings import Box, Frame, drawings
from needlepoint.files.pdf.letters import Letters
from needlepoint.files.pdf.page import PageWords, Word
from needlepoint.files.shown.raised import raised

CLAUSE = re.compile(r"\d{1,3}(?:\.\d{1,3})+\.?")
"""The number of a clause: a space follows it, even where none is drawn."""
_LINE_HYPHEN = "\ufffe"  # PDFium's mark for a hyphen at a line end, in place of the line break
_LINE_END = re.compile(f"\r\n|[\r\n{_LINE_HYPHEN}]")
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")
_IS_SPACE = np.array([chr(code).isspace() or chr(code) == _LINE_HYPHEN for code in range(0x10000)])
_LEADING = re.compile(r"\d{1,2}(?=[^\W\d_]{2})")
_HEADING = re.compile("[A-Z][a-z]{2}")
_RAISED = re.compile(r"(?<=[^\W_])([\d*†‡§]{1,3})(?=\W*$)|(?<=[.,;:)%\]”\"])(\d{1,3})$")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_SMALLEST = 1.2  # points: letters lower than that are not there to be read


def read_words(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> PageWords:
    """Read a page; PDFium's lock must be held."""
    frame = Frame.of(page)
    letters = Letters(text_page, frame)
    words = _words(letters)
    if has_accents(letters.text):
        words = mend_accents(words, letters.box)
    return PageWords(frame.width, frame.height, words, drawings(page, frame), len(_CONTROLS.findall(letters.text)))


def _words(letters: Letters) -> list[Word]:
    """Return the words of a page."""
    text = letters.text
    starts, ends = _word_ends(text)
    line_ends = list(_LINE_END.finditer(text))
    lines = np.searchsorted([match.start() for match in line_ends], starts).tolist()
    styles = letters.styles(starts)
    boxes = letters.span_boxes(starts, ends, styles)
    words: list[Word] = []
    for start, end, line, style, left, top, right, bottom in zip(starts, ends, lines, styles, *boxes, strict=True):
        word_text = text[start:end]
        if not (word_text.isascii() and word_text.isprintable()):
            word_text = clean_text(word_text).strip()
        if not word_text or bottom - top < _SMALLEST:
            continue
        word = Word(word_text, start, end, left, top, right, bottom, line, style)
        if word_text[-1] in _LETTERS and not word_text[0].isdigit():
            words.append(word)
        else:
            words += _parted(letters, word)
    _mark_cut(words, [line for line, match in enumerate(line_ends) if match.group() == _LINE_HYPHEN])
    return words


def _mark_cut(words: Sequence[Word], lines: Sequence[int]) -> None:
    """Mark the last word of each of these lines as one that a hyphen follows."""
    last_words = {word.line: word for word in words} if lines else {}
    for line in lines:
        if line in last_words:
            last_words[line].is_cut = True


def _word_ends(text: str) -> tuple[list[int], list[int]]:
    """Return where the words of a text begin, and where they end."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    is_letter = np.zeros(len(codes) + 2, dtype=np.bool_)
    is_letter[1:-1] = ~_IS_SPACE[np.minimum(codes, len(_IS_SPACE) - 1)]
    edges = np.flatnonzero(is_letter[1:] != is_letter[:-1])
    return edges[::2].tolist(), edges[1::2].tolist()


def _parted(letters: Letters, word: Word) -> list[Word]:
    """Part what is raised at either end of a word from it."""
    text, length = word.text, word.end - word.start
    if word.style.angle:
        return [word]
    if len(text) == length and (lead := _LEADING.match(text)):
        return _led(letters, word, lead.end())
    if len(text) == length and (number := CLAUSE.match(text)) and _HEADING.match(text, number.end()):
        return _numbered(letters, word, number.end())
    if text[-1] not in _LETTERS and len(text) >= length and (found := _RAISED.search(text)):
        return _apart(letters, word, found.end(found.lastindex or 0))
    return [word]


def _apart(letters: Letters, word: Word, after: int) -> list[Word]:
    """Part a raised number from the word that it follows: an exponent stays with it, the mark of a footnote does not.

    :param after: where in the word the number ends.
    """
    begin = after
    first = (word.left, word.top, word.right, word.bottom)
    while begin > 1 and _is_raised(letters.box(word.start + begin - 1), first):
        begin -= 1
    base, mark, rest = word.text[:begin], word.text[begin:after], word.text[after:]
    if not mark or mark.strip("0123456789*†‡§"):
        return [word]
    shown = raised_text(base, mark)
    if not shown.startswith("["):
        word.text = base + shown + rest
        return [word]
    at = word.start + begin
    left, top, _, bottom = letters.box(at)
    return [
        Word(base + rest, word.start, at, word.left, word.top, left, word.bottom, word.line, word.style),
        Word(shown, at, at + len(mark), left, top, word.right, bottom, word.line, word.style, is_raised=True),
    ]


def _led(letters: Letters, word: Word, after: int) -> list[Word]:
    """Part the raised number of a note from the word that follows it."""
    left, top, _, bottom = letters.box(word.start + after)
    first = (word.left, word.top, left, word.bottom)
    if not _is_raised(first, (left, top, left, bottom)):
        return [word]
    at, mark = word.start + after, word.text[:after]
    return [
        Word(f"[{mark}]", word.start, at, word.left, first[1], left, first[3], word.line, word.style),
        Word(word.text[after:], at, word.end, left, top, word.right, bottom, word.line, word.style, word.is_cut),
    ]


def _numbered(letters: Letters, word: Word, after: int) -> list[Word]:
    """Part a clause's number from the heading that follows it, as its reader does."""
    at = word.start + after
    end, begin = letters.box(at - 1)[2], letters.box(at)[0]
    return [
        Word(word.text[:after], word.start, at, word.left, word.top, end, word.bottom, word.line, word.style),
        Word(
            word.text[after:],
            at,
            word.end,
            begin,
            word.top,
            word.right,
            word.bottom,
            word.line,
            word.style,
            word.is_cut,
        ),
    ]


def raised_text(before: str, mark: str) -> str:
    """Return how raised figures are written: ``10⁶``, and ``million [3]`` for the mark of a note."""
    return raised(before, mark).strip()


def _is_raised(box: Box, base: Box) -> bool:
    height = base[3] - base[1]
    return box[3] - box[1] < 0.87 * height and box[3] < base[3] - 0.12 * height
