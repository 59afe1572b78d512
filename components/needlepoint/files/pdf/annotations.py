"""What lies over a PDF page: values of form fields, comments, and what reviewers have struck out."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from needlepoint.files.pages import one_line
from needlepoint.files.pdf.drawings import Box, Frame

_MOST = 2000
_LONGEST = 20_000
_COMMENTS = {
    pdfium.FPDF_ANNOT_TEXT: "Comment",
    pdfium.FPDF_ANNOT_FREETEXT: "Text box",
    pdfium.FPDF_ANNOT_HIGHLIGHT: "Highlight",
    pdfium.FPDF_ANNOT_UNDERLINE: "Underlining",
    pdfium.FPDF_ANNOT_STRIKEOUT: "Strike-out",
    pdfium.FPDF_ANNOT_SQUIGGLY: "Underlining",
    pdfium.FPDF_ANNOT_CARET: "Insertion",
    pdfium.FPDF_ANNOT_STAMP: "Stamp",
    pdfium.FPDF_ANNOT_SQUARE: "Comment",
    pdfium.FPDF_ANNOT_CIRCLE: "Comment",
    pdfium.FPDF_ANNOT_POLYGON: "Comment",
    pdfium.FPDF_ANNOT_LINE: "Comment",
    pdfium.FPDF_ANNOT_INK: "Comment",
}
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_TICKED, _UNTICKED = "\u2612", "\u2610"


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote over the page: ``Comment by Ada: Is this right?``."""

    text: str
    box: Box


@dataclass(slots=True)
class Annotations:
    """What lies over a page, as it is shown.

    :param values: of form fields, each with its place.
    :param struck: areas that are struck out.
    """

    values: list[tuple[str, Box]] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    struck: list[Box] = field(default_factory=list)


def read_annotations(page: pypdfium2.PdfPage, form: "pypdfium2.PdfFormEnv | None") -> Annotations:
    """Read what lies over a page; PDFium's lock must be held."""
    found = Annotations()
    count = pdfium.FPDFPage_GetAnnotCount(page)
    if count <= 0:
        return found
    frame = Frame.of(page)
    for at in range(min(count, _MOST)):
        with _annotation(page, at) as annotation:
            if annotation and not pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
                _read(annotation, form, frame, found)
    return found


@contextmanager
def _annotation(page: pypdfium2.PdfPage, at: int) -> "Iterator[pdfium.FPDF_ANNOTATION]":
    annotation = pdfium.FPDFPage_GetAnnot(page, at)
    try:
        yield annotation
    finally:
        if annotation:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _read(
    annotation: "pdfium.FPDF_ANNOTATION", form: "pypdfium2.PdfFormEnv | None", frame: Frame, found: Annotations
) -> None:
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    box = _box(annotation, frame)
    if kind == pdfium.FPDF_ANNOT_WIDGET:
        if form is not None and box is not None and (value := _value(annotation, form)):
            found.values.append((value, box))
        return
    if kind not in _COMMENTS or box is None:
        return
    if kind == pdfium.FPDF_ANNOT_STRIKEOUT:
        found.struck += list(_areas(annotation, frame)) or [box]
    if text := _string(annotation, b"Contents"):
        author = _string(annotation, b"T")
        found.comments.append(
            Comment(f"{_COMMENTS[kind]} by {author}: {text}" if author else f"{_COMMENTS[kind]}: {text}", box)
        )


def _value(annotation: "pdfium.FPDF_ANNOTATION", form: pypdfium2.PdfFormEnv) -> str:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
        return _TICKED if pdfium.FPDFAnnot_IsChecked(form, annotation) else _UNTICKED
    if kind in (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX):
        if pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & pdfium.FPDF_FORMFLAG_TEXT_PASSWORD and (
            kind == pdfium.FPDF_FORMFIELD_TEXTFIELD
        ):
            return ""
        return _text(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))
    return ""


def _string(annotation: "pdfium.FPDF_ANNOTATION", key: bytes) -> str:
    return _text(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, size))


def _text(read: Callable[[Any, int], int]) -> str:
    size = min(read(None, 0), 2 * _LONGEST)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    read(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return one_line(buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\0"))


def _box(annotation: "pdfium.FPDF_ANNOTATION", frame: Frame) -> Box | None:
    rectangle = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, rectangle):
        return None
    return frame.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)


def _areas(annotation: "pdfium.FPDF_ANNOTATION", frame: Frame) -> Iterator[Box]:
    for at in range(min(pdfium.FPDFAnnot_CountAttachmentPoints(annotation), _MOST)):
        quad = pdfium.FS_QUADPOINTSF()
        if pdfium.FPDFAnnot_GetAttachmentPoints(annotation, at, quad):
            xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            yield frame.box(min(xs), min(ys), max(xs), max(ys))
