"""What is drawn on a PDF page besides text: lines, filled areas and pictures, with their places as the page is shown."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from needlepoint.files.pdf.calls import fast

_Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

_DEVICE_UNITS = 100  # to a point: PDFium gives device coordinates as whole numbers
_MOST_OBJECTS = 4000
_MOST_SEGMENTS = 64  # a path of more is a drawing, not a frame of a table
_DEEPEST_FORM = 4
_THIN = 3.0  # points: what is thinner is a line
_SHORTEST = 5.0
_WHITE = 245

_object_of = fast(pdfium.FPDFPage_GetObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_object_in = fast(pdfium.FPDFFormObj_GetObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong)
_type_of = fast(pdfium.FPDFPageObj_GetType, ctypes.c_int, ctypes.c_void_p)


@dataclass(frozen=True, slots=True)
class Frame:
    """How a page's own coordinates become points from the upper left corner of the page as it is shown."""

    width: float
    height: float
    across: tuple[float, float, float]
    down: tuple[float, float, float]
    turned: int

    @classmethod
    def of(cls, page: pypdfium2.PdfPage) -> "Frame":
        """Return the frame of a page, with its rotation and crop box taken in."""
        width, height = page.get_size()
        origin, right, up = (
            _as_shown(page, width, height, *point) for point in ((0.0, 0.0), (100.0, 0.0), (0.0, 100.0))
        )
        across, down = (
            (round((right[axis] - origin[axis]) / 100, 3), round((up[axis] - origin[axis]) / 100, 3), origin[axis])
            for axis in (0, 1)
        )
        return cls(width, height, across, down, page.get_rotation())

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point is shown."""
        a, c, e = self.across
        b, d, f = self.down
        return a * x + c * y + e, b * x + d * y + f

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return where a box is shown: left, top, right, bottom."""
        a, c, e = self.across
        b, d, f = self.down
        x1, y1 = a * left + c * bottom + e, b * left + d * bottom + f
        x2, y2 = a * right + c * top + e, b * right + d * top + f
        return (x1 if x1 < x2 else x2, y1 if y1 < y2 else y2, x2 if x1 < x2 else x1, y2 if y1 < y2 else y1)

    def boxes(self, left: _Floats, bottom: _Floats, right: _Floats, top: _Floats) -> _Floats:
        """Return where many boxes are shown, one a row."""
        a, c, e = self.across
        b, d, f = self.down
        x1, y1 = a * left + c * bottom + e, b * left + d * bottom + f
        x2, y2 = a * right + c * top + e, b * right + d * top + f
        return np.stack([np.minimum(x1, x2), np.minimum(y1, y2), np.maximum(x1, x2), np.maximum(y1, y2)], axis=1)


def _as_shown(page: pypdfium2.PdfPage, width: float, height: float, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    sides = round(width * _DEVICE_UNITS), round(height * _DEVICE_UNITS)
    pdfium.FPDF_PageToDevice(page, 0, 0, *sides, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value / _DEVICE_UNITS, down.value / _DEVICE_UNITS


@dataclass(slots=True)
class Drawings:
    """Lines and areas of a page, as shown: left, top, right, bottom.

    :param across: lines from left to right.
    :param down: lines from top to bottom.
    :param filled: areas in a colour other than white.
    :param pictures: images and shadings.
    """

    across: list[Box] = field(default_factory=list)
    down: list[Box] = field(default_factory=list)
    filled: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)


def drawings(page: pypdfium2.PdfPage, frame: Frame) -> Drawings:
    """Return what is drawn on a page; of one with thousands of objects (a map) the first ones."""
    found = Drawings()
    for kind, drawn, matrix in _objects(page):
        place = _place(drawn, matrix, frame)
        if place is None:
            continue
        if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
            found.pictures.append(place)
        elif is_thin(place):
            add_line(found, place)
        else:
            _add_shape(found, drawn, matrix, frame, place)
    return found


Matrix = tuple[float, float, float, float, float, float]
"""``x`` becomes ``a * x + c * y + e``, and ``y`` becomes ``b * x + d * y + f``."""
SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _objects(page: pypdfium2.PdfPage) -> "Iterator[tuple[int, pdfium.FPDF_PAGEOBJECT, Matrix]]":
    """Return paths, pictures and shadings with the matrix of the form that they stand in."""
    count = min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)
    address = ctypes.cast(page.raw, ctypes.c_void_p).value
    waiting = [(drawn, SAME, 0) for drawn in map(_object_of, repeat(address), range(count - 1, -1, -1))]
    seen = 0
    while waiting and seen < _MOST_OBJECTS:
        object_address, matrix, depth = waiting.pop()
        seen += 1
        kind = _type_of(object_address)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        drawn = ctypes.cast(object_address, pdfium.FPDF_PAGEOBJECT)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            yield kind, drawn, matrix
        elif depth < _DEEPEST_FORM:
            own = product(_matrix(drawn), matrix)
            inner = min(pdfium.FPDFFormObj_CountObjects(drawn), _MOST_OBJECTS)
            waiting += [(_object_in(object_address, at), own, depth + 1) for at in range(inner - 1, -1, -1)]


def _matrix(drawn: "pdfium.FPDF_PAGEOBJECT") -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(drawn, found):
        return SAME
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def product(first: Matrix, second: Matrix) -> Matrix:
    """Return what the first and then the second make of a point."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def applied(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return where a point comes to stand."""
    return matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]


def _place(drawn: "pdfium.FPDF_PAGEOBJECT", matrix: Matrix, frame: Frame) -> Box | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(drawn, left, bottom, right, top):
        return None
    low = applied(matrix, left.value, bottom.value)
    high = applied(matrix, right.value, top.value)
    return frame.box(*low, *high)


def is_thin(place: Box) -> bool:
    """Tell a line from an area."""
    return place[2] - place[0] < _THIN or place[3] - place[1] < _THIN


def add_line(found: Drawings, place: Box) -> None:
    """Add a line, unless it is too short to part anything."""
    width, height = place[2] - place[0], place[3] - place[1]
    if width >= height and width >= _SHORTEST:
        found.across.append(place)
    elif height >= _SHORTEST:
        found.down.append(place)


def _add_shape(found: Drawings, drawn: "pdfium.FPDF_PAGEOBJECT", matrix: Matrix, frame: Frame, place: Box) -> None:
    mode, is_stroked = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(drawn, mode, is_stroked)
    if mode.value and not _is_white(drawn):
        found.filled.append(place)
    if is_stroked.value and pdfium.FPDFPath_CountSegments(drawn) <= _MOST_SEGMENTS:
        for side in _sides(drawn, matrix, frame):
            if is_thin(side):
                add_line(found, side)


def _is_white(drawn: "pdfium.FPDF_PAGEOBJECT") -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    known = pdfium.FPDFPageObj_GetFillColor(drawn, red, green, blue, alpha)
    return not known or min(red.value, green.value, blue.value) >= _WHITE or alpha.value == 0


def _sides(drawn: "pdfium.FPDF_PAGEOBJECT", matrix: Matrix, frame: Frame) -> Iterator[Box]:
    """Return the straight pieces of a path."""
    own = product(_matrix(drawn), matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    begin = last = (0.0, 0.0)
    for at in range(pdfium.FPDFPath_CountSegments(drawn)):
        segment = pdfium.FPDFPath_GetPathSegment(drawn, at)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            return
        point = frame.point(*applied(own, x.value, y.value))
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begin = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield spanned(last, point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield spanned(point, begin)
        last = point


def spanned(first: tuple[float, float], second: tuple[float, float]) -> Box:
    """Return the box between two points."""
    return (min(first[0], second[0]), min(first[1], second[1]), max(first[0], second[0]), max(first[1], second[1]))
