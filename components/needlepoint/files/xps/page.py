"""A page of an XPS file: its words and what is drawn besides them, in points from its upper left corner."""

import math
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from needlepoint.files.office.slides.text import show_one_branch
from needlepoint.files.pages import clean_text
from needlepoint.files.pdf.drawings import Box, Drawings, Matrix, applied, product
from needlepoint.files.pdf.page import Look, PageWords, Style, Word
from needlepoint.files.xps.colours import fill_look
from needlepoint.files.xps.fonts import Face, Fonts
from needlepoint.files.xps.glyphs import glyph_count, offsets, shown_text, word_spans
from needlepoint.files.xps.numbers import matrix_in, number_in
from needlepoint.files.xps.paths import add_path
from needlepoint.files.xps.pictures import PlacedPicture, placed_picture

_POINTS = 0.75  # a pixel of XPS is the 96th part of an inch
_KEY = "{http://schemas.microsoft.com/winfx/2006/xaml}Key"
_SHARED = re.compile(r"\{StaticResource\s+([^}\s]+)\s*\}")
_MOST_DRAWN = 4000
_SAME_BASELINE, _TOUCHING, _BACK = 0.1, 0.12, 0.3  # of the font's size


def read_page(root: Any, path: str, fonts: Fonts) -> tuple[PageWords, list[PlacedPicture]]:
    """Read a page; return its words and what is drawn, and which of that are pictures with parts of their own.

    :param root: its ``FixedPage``.
    :param path: of its part, to which the names of fonts are relative.
    """
    show_one_branch(root)
    canvas = _Canvas(root, path, fonts)
    canvas.walk(root, (_POINTS, 0.0, 0.0, _POINTS, 0.0, 0.0), is_hidden=False)
    width, height = (_POINTS * number_in(root.get(side)) for side in ("Width", "Height"))
    return PageWords(width, height, canvas.words, canvas.drawings, canvas.nameless), canvas.pictures


class _Canvas:
    """What is found on a page so far."""

    def __init__(self, root: Any, path: str, fonts: Fonts) -> None:
        self.words: list[Word] = []
        self.drawings = Drawings()
        self.pictures: list[PlacedPicture] = []
        self.nameless = 0
        self._path = path
        self._fonts = fonts
        self._brushes = {each.get(_KEY): each for each in root.iter("{*}ImageBrush") if each.get(_KEY)}
        self._shared = {
            each.get(_KEY): each.get("Matrix") or "" for each in root.iter("{*}MatrixTransform") if each.get(_KEY)
        }
        self._pen: _Pen | None = None
        self._line = self._drawn = self._letters = 0

    def walk(self, parent: Any, matrix: Matrix, *, is_hidden: bool) -> None:
        for element in parent:
            name = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if name not in ("Canvas", "Glyphs", "Path"):
                continue
            own = product(self._transform(element, name), matrix)
            hides = is_hidden or number_in(element.get("Opacity"), 1.0) <= 0
            if name == "Canvas":
                self.walk(element, own, is_hidden=hides)
            elif name == "Glyphs":
                self._glyphs(element, own, is_hidden=hides)
            elif not hides and self._drawn < _MOST_DRAWN:
                self._drawn += 1
                self._draw(element, own)

    def _draw(self, element: Any, matrix: Matrix) -> None:
        shared = _SHARED.fullmatch((element.get("Fill") or "").strip())
        brush = self._brushes.get(shared[1]) if shared else next(element.iter("{*}ImageBrush"), None)
        before = len(self.drawings.pictures)
        add_path(self.drawings, element, matrix, is_picture=brush is not None)
        if brush is not None and len(self.drawings.pictures) > before:
            placed = placed_picture(brush, self._path, matrix, self.drawings.pictures[-1])
            self.pictures += [placed] if placed else []

    def _transform(self, element: Any, name: str) -> Matrix:
        stated = element.get("RenderTransform") or ""
        if shared := _SHARED.fullmatch(stated.strip()):
            stated = self._shared.get(shared[1], "")
        elif not stated:
            inner = element.find(f"{{*}}{name}.RenderTransform/{{*}}MatrixTransform")
            stated = "" if inner is None else inner.get("Matrix") or ""
        return matrix_in(stated)

    def _glyphs(self, element: Any, matrix: Matrix, *, is_hidden: bool) -> None:
        size = number_in(element.get("FontRenderingEmSize"))
        text, indices = shown_text(element.get("UnicodeString") or ""), element.get("Indices") or ""
        if not text:
            self.nameless += glyph_count(indices)
        if not text.strip() or size <= 0:
            return
        face = self._fonts.face(self._path, element.get("FontUri") or "")
        run = _Run(element, size, face, matrix, is_hidden=is_hidden)
        places = offsets(text, indices, face.width)
        goes_on = self._begin(run)
        # what is written from right to left stays one word: its letters follow each other in the order of reading
        for start, end in [(0, len(text))] if run.is_leftward else word_spans(text):
            if shown := clean_text(text[start:end]).strip():
                at = self._letters + start
                box = run.box(places[start], places[end])
                word = Word(shown, at, at + end - start, *box, self._line, run.style)
                if goes_on and start == 0:
                    _lengthen(self.words[-1], word)
                else:
                    self.words.append(word)
        self._letters += len(text) + 1
        self._pen = None if run.is_leftward else _Pen(run, run.point(places[-1]), ends_word=not text[-1].isspace())

    def _begin(self, run: "_Run") -> bool:
        """Note on which line a run stands, and tell whether its first word goes on with the last one."""
        pen, self._pen = self._pen, None
        along, across = (math.inf, math.inf) if pen is None else pen.distance(run)
        if pen is None or abs(across) > _SAME_BASELINE:
            self._line += 1
            return False
        return bool(self.words) and pen.ends_word and -_BACK <= along <= _TOUCHING


def _lengthen(word: Word, rest: Word) -> None:
    word.text += rest.text
    word.end = rest.end
    word.left, word.right = min(word.left, rest.left), max(word.right, rest.right)
    word.top, word.bottom = min(word.top, rest.top), max(word.bottom, rest.bottom)


class _Run:
    """How the text of one ``Glyphs`` is written."""

    def __init__(self, element: Any, size: float, face: Face, matrix: Matrix, *, is_hidden: bool) -> None:
        self.size, self.matrix = size, matrix
        self.x, self.y = (number_in(element.get(name)) for name in ("OriginX", "OriginY"))
        self.is_leftward = number_in(element.get("BidiLevel")) % 2 == 1
        self._ascent, self._descent = face.ascent, face.descent
        look = Look.INVISIBLE if is_hidden or number_in(element.get("Opacity"), 1.0) <= 0 else fill_look(element)
        angle = round(math.degrees(math.atan2(matrix[1], matrix[0]))) % 360
        self.style = Style(look, angle, face.is_bold or "Bold" in (element.get("StyleSimulations") or ""))

    def box(self, begin: float, end: float) -> Box:
        """Return where a stretch of the run stands on the page.

        :param begin: in parts of the font's size; so is ``end``.
        """
        corners = [self.point(at, up) for at in (begin, end) for up in (self._ascent, -self._descent)]
        across, down = zip(*corners, strict=True)
        return (min(across), min(down), max(across), max(down))

    def point(self, offset: float, up: float = 0.0) -> tuple[float, float]:
        """Return where on the page a point of the run is.

        :param offset: from its beginning, in parts of the font's size.
        :param up: from its baseline, in the same.
        """
        along = -offset if self.is_leftward else offset
        return applied(self.matrix, self.x + along * self.size, self.y - up * self.size)


@dataclass(frozen=True, slots=True)
class _Pen:
    """Where on the page a run ended."""

    run: _Run
    end: tuple[float, float]
    ends_word: bool

    def distance(self, following: _Run) -> tuple[float, float]:
        """Return how far from there another run begins, along the line and across it, in parts of the font's size."""
        unit = self.run.size * math.hypot(*self.run.matrix[:2])
        if following.is_leftward or following.style.angle != self.run.style.angle or not unit:
            return math.inf, math.inf
        x, y = following.point(0.0)
        x, y = (x - self.end[0]) / unit, (y - self.end[1]) / unit
        turned = math.radians(self.run.style.angle)
        return x * math.cos(turned) + y * math.sin(turned), y * math.cos(turned) - x * math.sin(turned)
