"""The parts of a Word file beside its body: notes, comments, charts, diagrams, what is embedded."""

from typing import Any, NamedTuple

from lxml import etree

from needlepoint.files.office.charts import chart_lines
from needlepoint.files.office.properties import parse_part
from needlepoint.files.office.word.numbering import W, shown_number
from needlepoint.files.pages import TextLine, one_line

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM_POINT = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}pt"
_FORMATS = frozenset({"decimal", "lowerRoman", "upperRoman", "lowerLetter", "upperLetter", "decimalZero"})


class Comment(NamedTuple):
    """What somebody noted."""

    author: str
    body: Any


class Parts:
    """Finds the parts of a document by how they are related to it.

    :param document: python-docx's.
    """

    def __init__(self, document: Any) -> None:
        self._part = document.part

    def root(self, kind: str) -> Any | None:
        """Return the root element of the first part of a kind, such as ``numbering``."""
        return next(iter(self.roots(kind)), None)

    def roots(self, kind: str) -> list[Any]:
        """Return the root elements of all parts of a kind that can be parsed, such as ``header``."""
        found = []
        for relation in self._part.rels.values():
            if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
                root = _parsed(relation.target_part.blob)
                found += [] if root is None else [root]
        return found

    def target(self, relation_id: str | None) -> Any | None:
        """Return the part that a relation of the body names, where it is in the file."""
        relation = self._part.rels.get(relation_id) if relation_id else None
        return None if relation is None or relation.is_external else relation.target_part

    def notes(self, kind: str) -> dict[str, Any]:
        """Return the elements of ``footnote`` or ``endnote`` notes by their ids."""
        root = self.root(f"{kind}s")
        found = [] if root is None else root.findall(f"{W}{kind}")
        return {note.get(f"{W}id"): note for note in found if note.get(f"{W}type") in (None, "normal")}

    def comments(self) -> dict[str, Comment]:
        """Return the comments by their ids."""
        root = self.root("comments")
        found = [] if root is None else root.findall(f"{W}comment")
        return {each.get(f"{W}id"): Comment(one_line(each.get(f"{W}author") or ""), each) for each in found}

    def chart(self, element: Any) -> list[TextLine]:
        """Return the lines of the chart that a drawing names."""
        part = self.target(element.get(f"{_R}id"))
        root = None if part is None else _parsed(part.blob)
        return [] if root is None else chart_lines(root)

    def diagram(self, element: Any) -> list[str]:
        """Return the texts of the SmartArt that a drawing names, one for each of its shapes."""
        part = self.target(element.get(f"{_R}dm"))
        root = None if part is None else _parsed(part.blob)
        return [] if root is None else diagram_texts(root)


def diagram_texts(root: Any) -> list[str]:
    """Return the texts of a SmartArt diagram's data part, one for each of its shapes."""
    points = (" ".join(each.text or "" for each in point.iter(f"{_A}t")) for point in root.iter(_DIAGRAM_POINT))
    return [text for text in map(one_line, points) if text]


class NoteNumbers:
    """Counts references to notes and gives each the number that is printed.

    :param settings: the root element of the document's settings.
    :param kind: ``footnote`` or ``endnote``.
    """

    def __init__(self, settings: Any | None, kind: str) -> None:
        stated = None if settings is None else settings.find(f"{W}{kind}Pr")
        self._format = _value(stated, "numFmt") or ("decimal" if kind == "footnote" else "lowerRoman")
        start = _value(stated, "numStart")
        self._start = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
        self._restarts = _value(stated, "numRestart") == "eachSect"
        self._next = self._start

    def next(self) -> str:
        """Return the number of the next reference."""
        number = self._next
        self._next += 1
        return shown_number(number, self._format if self._format in _FORMATS else "decimal")

    def end_section(self) -> None:
        """Begin anew, where the document says so."""
        if self._restarts:
            self._next = self._start


def _value(element: Any | None, child: str) -> str:
    found = None if element is None else element.find(f"{W}{child}")
    return "" if found is None else str(found.get(f"{W}val") or "")


def _parsed(blob: bytes) -> Any | None:
    try:
        return parse_part(blob)
    except etree.XMLSyntaxError:  # one part that is broken: the rest counts
        return None
