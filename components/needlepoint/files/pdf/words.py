"""The words of a PDF page as PDFium finds them, each with its place on the page as it is shown."""

import ctypes
import math
import re
import struct
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from needlepoint.files.pages import clean_text
from needlepoint.files.pdf.accents import has_accents, mend_accents
from needlepoint.files.pdf.drawings import Box, Frame, drawings
from needlepoint.files.pdf.page import PLAIN, Look, PageWords, Style, Word
from needlepoint.files.shown.raised import raised

_LINE_HYPHEN = "\ufffe"  # PDFium's mark for a hyphen at a line end, in place of the line break
_LINE_END = re.compile(f"\r\n|\r|\n|{_LINE_HYPHEN}|$")
_WIDE = re.compile("[\U00010000-\U0010ffff]")
_LONGER = re.compile(r"(?:^|\n)[^\s\xa0]{3}")  # the beginning of a line: a line has one direction
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")
_TOKEN = re.compile(r"[^\s\xa0]+")
_LEADING = re.compile(r"\d{1,2}(?=[^\W\d_]{2})")
_RAISED = re.compile(r"(?<=[^\W_])([\d*†‡§]{1,3})(?=\W*$)|(?<=[.,;:)%\]”\"])(\d{1,3})$")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_FOUR_FLOATS = struct.Struct("4f")
_BOLD_NAME = re.compile(rb"bold|black|heavy|demi|CMBX", re.IGNORECASE)
_LONGEST_NAME = 128  # bytes
_BOLD = 600
_WHITE = 245
_LIGHT = 150
_PALE = 100
_SMALLEST = 1.2  # points: letters lower than that are not there to be read


def _fast(function: Any, result: type, *arguments: type) -> Any:
    """Return a function of PDFium to call for every word: pypdfium2's own, which check each argument, take twice as long."""
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_loose_box_of = _fast(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_text_object_of = _fast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_render_mode_of = _fast(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_int, ctypes.c_void_p)
_font_of = _fast(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p, ctypes.c_void_p)
_fill_colour_of = _fast(pdfium.FPDFPageObj_GetFillColor, ctypes.c_int, *[ctypes.c_void_p] * 5)


def read_words(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> PageWords:
    """Read a page; PDFium's lock must be held."""
    frame = Frame.of(page)
    letters = Letters(text_page, frame)
    words = list(_words(letters))
    if has_accents(letters.text):
        words = mend_accents(words, letters.box)
    return PageWords(frame.width, frame.height, words, drawings(page, frame), len(_CONTROLS.findall(letters.text)))


class Letters:
    """The characters of a page's text and where they stand."""

    def __init__(self, text_page: pypdfium2.PdfTextPage, frame: Frame) -> None:
        self.text: str = text_page.get_text_range(errors="surrogatepass")
        self._page = text_page.raw
        self._address = ctypes.cast(text_page.raw, ctypes.c_void_p).value
        self._frame = frame
        self._rectangle = ctypes.create_string_buffer(_FOUR_FLOATS.size)
        self._rectangle_address = ctypes.addressof(self._rectangle)
        self._styles: dict[int, Style] = {}
        self._bold: dict[int, bool] = {}
        # PDFium counts UTF-16 units, Python characters
        self._wide = [match.start() for match in _WIDE.finditer(self.text)]
        self._is_same = pdfium.FPDFText_CountChars(self._page) == len(self.text) + len(self._wide)
        self._is_plain = self._is_same and not self._wide
        self._shift = frame.shift
        self._is_turned = self._has_turned_words()

    def box(self, place: int) -> Box:
        """Return the box of a character as shown: left, top, right, bottom; all 0 where it has none."""
        index = place if self._is_plain else self._index(place)
        if not _loose_box_of(self._address, index, self._rectangle_address):
            return (0.0, 0.0, 0.0, 0.0)
        left, top, right, bottom = _FOUR_FLOATS.unpack(self._rectangle)
        if self._shift is None:
            return self._frame.box(left, bottom, right, top)
        across, down = self._shift
        return (left + across, down - top, right + across, down - bottom)

    def span_box(self, start: int, end: int) -> Box:
        """Return the box of characters that are written from left to right, as high as the first of them."""
        if self._shift is None or not self._is_plain or end - start == 1:
            box, last = self.box(start), self.box(end - 1)
            return (box[0], box[1], max(box[2], last[2]), box[3])
        address, rectangle = self._address, self._rectangle_address
        if not _loose_box_of(address, start, rectangle):
            return (0.0, 0.0, 0.0, 0.0)
        left, top, right, bottom = _FOUR_FLOATS.unpack(self._rectangle)
        if _loose_box_of(address, end - 1, rectangle):
            right = max(right, _FOUR_FLOATS.unpack(self._rectangle)[2])
        across, down = self._shift
        return (left + across, down - top, right + across, down - bottom)

    def style_key(self, place: int) -> int:
        """Return which text object a character is of; 0 where it is of none."""
        return _text_object_of(self._address, place if self._is_plain else self._index(place)) or 0

    def style(self, place: int) -> Style:
        """Return how a character is drawn."""
        address = self.style_key(place)
        if not address:
            return PLAIN
        style = self._styles.get(address)
        if style is None:
            angle = self._angle(self._index(place)) if self._is_turned else 0
            style = self._styles[address] = Style(_look(address), angle, self._is_bold(address))
        return style

    def _is_bold(self, drawn: int) -> bool:
        font = _font_of(drawn) or 0
        if font not in self._bold:
            self._bold[font] = bool(font) and _is_bold(font)
        return self._bold[font]

    def _has_turned_words(self) -> bool:
        """Tell whether any longer word is not written from left to right, as far as the places of its letters tell."""
        for match in _LONGER.finditer(self.text):
            first, last = self.box(match.start()), self.box(match.end() - 1)
            if abs(last[1] - first[1]) > 0.3 * (first[3] - first[1]) and last[0] - first[2] < first[3] - first[1]:
                return True
        return False

    def _angle(self, index: int) -> int:
        turned = round(math.degrees(pdfium.FPDFText_GetCharAngle(self._page, index)))
        return (turned + self._frame.turned) % 360

    def _index(self, place: int) -> int:
        unit = place + bisect_left(self._wide, place) if self._wide else place
        return unit if self._is_same else int(pdfium.FPDFText_GetCharIndexFromTextIndex(self._page, unit))


def _is_bold(font: int) -> bool:
    """Tell a bold font by its weight or its name."""
    handle = ctypes.cast(font, pdfium.FPDF_FONT)
    if pdfium.FPDFFont_GetWeight(handle) >= _BOLD:
        return True
    name = ctypes.create_string_buffer(_LONGEST_NAME)
    length = pdfium.FPDFFont_GetBaseFontName(handle, name, _LONGEST_NAME)
    return length <= _LONGEST_NAME and _BOLD_NAME.search(name.value) is not None


def _look(drawn: int) -> Look:
    mode = _render_mode_of(drawn)
    if mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
        return Look.INVISIBLE
    colour = (ctypes.c_uint * 4)()
    first = ctypes.addressof(colour)
    known = _fill_colour_of(drawn, first, first + 4, first + 8, first + 12)
    if not known or mode == pdfium.FPDF_TEXTRENDERMODE_STROKE:
        return Look.PLAIN
    red, green, blue, alpha = colour
    if alpha == 0:
        return Look.INVISIBLE
    darkest = min(red, green, blue)
    if darkest >= _WHITE:
        return Look.WHITE
    return Look.LIGHT if darkest >= _LIGHT or alpha < _PALE else Look.PLAIN


def _words(letters: Letters) -> Iterator[Word]:
    start = 0
    for number, match in enumerate(_LINE_END.finditer(letters.text)):
        tokens = list(_TOKEN.finditer(letters.text, start, match.start()))
        start = match.end()
        if not tokens:
            continue
        words = _line_words(letters, tokens, number)
        if words and match.group() == _LINE_HYPHEN:
            words[-1].is_cut = True
        yield from words


def _line_words(letters: Letters, tokens: list[re.Match[str]], line: int) -> list[Word]:
    first, last = letters.style_key(tokens[0].start()), letters.style_key(tokens[-1].start())
    # the text of one object is in one piece, so what lies between two words of it is of it, too
    shared = letters.style(tokens[0].start()) if first == last else None
    words: list[Word] = []
    for token in tokens:
        start, end = token.span()
        style = shared or letters.style(start)
        if style.angle:
            left, top, right, bottom = _union(letters.box(start), letters.box(end - 1))
        else:
            left, top, right, bottom = letters.span_box(start, end)
        text = token.group()
        if not (text.isascii() and text.isprintable()):
            text = clean_text(text).strip()
        if not text or bottom - top < _SMALLEST:
            continue
        word = Word(text, start, end, left, top, right, bottom, line, style)
        if text[0].isdigit() and style.angle == 0 and len(text) == end - start and (lead := _LEADING.match(text)):
            words += _led(letters, word, lead.end())
        elif text[-1] in _LETTERS or style.angle or len(text) < end - start or not (found := _RAISED.search(text)):
            words.append(word)
        else:
            words += _apart(letters, word, found.end(found.lastindex or 0))
    return words


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


def raised_text(before: str, mark: str) -> str:
    """Return how raised figures are written: ``10⁶``, and ``million [3]`` for the mark of a note."""
    return raised(before, mark).strip()


def _is_raised(box: Box, base: Box) -> bool:
    height = base[3] - base[1]
    return box[3] - box[1] < 0.87 * height and box[3] < base[3] - 0.12 * height


def _union(box: Box, other: Box) -> Box:
    return (min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3]))
