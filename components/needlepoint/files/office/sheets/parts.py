"""What lies over the cells of a worksheet: notes and comments, charts, text boxes, pictures."""

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree

from needlepoint.files.office.charts import chart_lines
from needlepoint.files.office.properties import authored, parse_part
from needlepoint.files.office.slides.text import Unread, frame_text, show_one_branch
from needlepoint.files.pages import TextLine, one_line
from needlepoint.text.marks import MarkKind

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_THREADED = "Comment:"


class Relation(NamedTuple):
    """A part that another one names."""

    id: str
    kind: str
    path: str


class SheetParts:
    """Reads the parts of a workbook that openpyxl leaves out when it reads row by row.

    :param archive: the workbook's ZIP file.
    :param unread: is told what cannot be read.
    """

    def __init__(self, archive: zipfile.ZipFile, unread: Unread) -> None:
        self._archive = archive
        self._unread = unread

    def lines(self, sheet_path: str, about: str) -> Iterator[TextLine]:
        """Return the text of what lies over a sheet.

        :param sheet_path: the sheet's part.
        :param about: the sheet's name.
        """
        for relation in self._relations(sheet_path):
            root = self._root(relation.path) if relation.kind in ("drawing", "comments") else None
            if root is not None and relation.kind == "drawing":
                yield from self._drawing(root, relation.path, about)
            elif root is not None:
                yield from _notes(root)

    def _drawing(self, root: Any, path: str, about: str) -> Iterator[TextLine]:
        show_one_branch(root)
        charts = {relation.id: relation.path for relation in self._relations(path) if relation.kind.startswith("chart")}
        for chart in root.iter(f"{_C}chart"):
            part = self._root(charts.get(chart.get(f"{_R}id"), ""))
            yield from [] if part is None else chart_lines(part, about)
        for body in root.iter(f"{_XDR}txBody"):
            yield from (TextLine(line) for line in frame_text(body, self._unread).splitlines())
        for picture in root.iter(f"{_XDR}pic"):
            properties = picture.find(f"{_XDR}nvPicPr/{_XDR}cNvPr")
            described = "" if properties is None else authored(properties.get("descr") or "")
            if described:
                yield TextLine(f"Picture: {described}")
            else:
                self._unread(f"a picture without a description on sheet {about}: what is in it was not read")

    def _relations(self, path: str) -> Iterator[Relation]:
        folder, name = posixpath.split(path.lstrip("/"))
        root = self._root(f"{folder}/_rels/{name}.rels")
        for each in [] if root is None else root:
            target = each.get("Target") or ""
            if each.get("TargetMode") != "External" and target:
                full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                yield Relation(each.get("Id") or "", (each.get("Type") or "").rpartition("/")[2], full)

    def _root(self, path: str) -> Any | None:
        try:
            return parse_part(self._archive.read(path))
        except (KeyError, etree.XMLSyntaxError):  # a part that is missing or broken: the cells count
            return None


def _notes(root: Any) -> Iterator[TextLine]:
    authors = [one_line(each.text or "") for each in root.iter(f"{_S}author")]
    for comment in root.iter(f"{_S}comment"):
        number = comment.get("authorId") or ""
        author = authors[int(number)] if number.isdigit() and int(number) < len(authors) else ""
        text = one_line("".join(each.text or "" for each in comment.iter(f"{_S}t")))
        if author.startswith("tc="):  # a threaded comment, with a hint to older programs before it
            author, text = "", text.partition(_THREADED)[2].strip() or text
        text = text.removeprefix(f"{author}:").strip() if author else text
        if text:
            yield TextLine(
                f"Comment{f' by {author}' if author else ''} on cell {comment.get('ref')}: {text}", MarkKind.NOTE
            )
