"""The characters of a PDF page's text: where they stand and how they are drawn, asked of PDFium for many at a time."""

import ctypes
import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from needlepoint.files.pdf.calls import fast
from needlepoint.files.pdf.drawings import Box, Frame
from needlepoint.files.pdf.page import PLAIN, Look, Style, look_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WIDE = re.compile("[\U00010000-\U0010ffff]")
_INVISIBLE, _STROKE = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_STROKE
_BOX_BYTES = 4 * np.dtype(np.float32).itemsize
_BOLD_NAME = re.compile(rb"bold|black|heavy|demi|CMBX", re.IGNORECASE)
_LONGEST_NAME = 128  # bytes
_BOLD = 600

_loose_box_of = fast(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_text_object_of = fast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_angle_of = fast(pdfium.FPDFText_GetCharAngle, ctypes.c_float, ctypes.c_void_p, ctypes.c_int)
_render_mode_of = fast(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_int, ctypes.c_void_p)
_font_of = fast(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p, ctypes.c_void_p)
_fill_colour_of = fast(pdfium.FPDFPageObj_GetFillColor, ctypes.c_int, *[ctypes.c_void_p] * 5)


class Letters:
    """The characters of a page's text; PDFium's lock must be held."""

    def __init__(self, text_page: pypdfium2.PdfTextPage, frame: Frame) -> None:
        self.text: str = text_page.get_text_range(errors="surrogatepass")
        self._page = text_page.raw
        self._address = ctypes.cast(text_page.raw, ctypes.c_void_p).value
        self._frame = frame
        self._rectangle = (ctypes.c_float * 4)()
        self._rectangle_address = ctypes.addressof(self._rectangle)
        self._colour = (ctypes.c_uint * 4)()
        self._colour_addresses = [ctypes.addressof(self._colour) + 4 * at for at in range(4)]
        self._styles: dict[int | None, Style] = {None: PLAIN}
        self._bold: dict[int, bool] = {}
        # PDFium counts UTF-16 units, Python characters
        self._wide = [match.start() for match in _WIDE.finditer(self.text)]
        self._is_same = pdfium.FPDFText_CountChars(self._page) == len(self.text) + len(self._wide)
        self._is_plain = self._is_same and not self._wide

    def box(self, place: int) -> Box:
        """Return the box of a character as shown: left, top, right, bottom; all 0 where it has none."""
        if not _loose_box_of(self._address, self._index(place), self._rectangle_address):
            return (0.0, 0.0, 0.0, 0.0)
        left, top, right, bottom = self._rectangle
        return self._frame.box(left, bottom, right, top)

    def span_boxes(self, starts: Sequence[int], ends: Sequence[int], styles: Sequence[Style]) -> list[list[float]]:
        """Return the left edges of words, their top edges, right edges and bottom edges.

        What is written from left to right is as high as the first of its characters.

        :param starts: the first character of each word.
        :param ends: one past the last of each.
        :param styles: how each is drawn.
        """
        both = self._boxes([*starts, *(end - 1 for end in ends)])
        boxes, last = both[: len(starts)], both[len(starts) :]
        if turned := [at for at, style in enumerate(styles) if style.angle]:
            boxes[turned, :2] = np.minimum(boxes, last)[turned, :2]
            boxes[turned, 3] = np.maximum(boxes, last)[turned, 3]
        np.maximum(boxes[:, 2], last[:, 2], out=boxes[:, 2])
        found: list[list[float]] = boxes.T.tolist()
        return found

    def _boxes(self, places: Sequence[int]) -> "NDArray[np.float64]":
        """Return the boxes of characters, one a row; all 0 where one has none."""
        found = np.zeros((len(places), 4), dtype=np.float32)
        rows = range(found.ctypes.data, found.ctypes.data + found.nbytes, _BOX_BYTES)
        known = list(map(_loose_box_of, repeat(self._address), self._indices(places), rows))
        left, top, right, bottom = found.T.astype(np.float64)
        boxes = self._frame.boxes(left, bottom, right, top)
        if not all(known):
            boxes[np.array(known) == 0] = 0.0
        return boxes

    def styles(self, places: Sequence[int]) -> list[Style]:
        """Return how characters are drawn."""
        objects = list(map(_text_object_of, repeat(self._address), self._indices(places)))
        for drawn, place in dict(zip(objects, places, strict=True)).items():
            if drawn not in self._styles:
                self._styles[drawn] = Style(self._look(drawn), self._angle(place), self._is_bold(drawn))
        return list(map(self._styles.__getitem__, objects))

    def _look(self, drawn: int) -> Look:
        mode = _render_mode_of(drawn)
        if mode == _INVISIBLE:
            return Look.INVISIBLE
        known = _fill_colour_of(drawn, *self._colour_addresses)
        if not known or mode == _STROKE:
            return Look.PLAIN
        red, green, blue, alpha = self._colour
        return look_of(min(red, green, blue), alpha)

    def _is_bold(self, drawn: int) -> bool:
        font = _font_of(drawn) or 0
        if font not in self._bold:
            self._bold[font] = bool(font) and _is_bold(font)
        return self._bold[font]

    def _angle(self, place: int) -> int:
        turned = round(math.degrees(_angle_of(self._address, self._index(place))))
        return (turned + self._frame.turned) % 360

    def _indices(self, places: Sequence[int]) -> Sequence[int]:
        return places if self._is_plain else [self._index(place) for place in places]

    def _index(self, place: int) -> int:
        """Return PDFium's number of a character."""
        if self._is_plain:
            return place
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
