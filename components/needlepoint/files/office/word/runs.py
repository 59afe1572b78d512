"""The characters of a Word paragraph as its reader sees them, and what is drawn and noted beside it."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from needlepoint.files.office.properties import LARGE_PICTURE, authored
from needlepoint.files.office.symbols import shown_symbol, shown_symbols
from needlepoint.files.office.word.numbering import W, is_on
from needlepoint.files.office.word.parts import Comment, NoteNumbers, Parts
from needlepoint.files.office.word.styles import Styles
from needlepoint.files.pages import TextLine, one_line
from needlepoint.files.shown.equations import linear_omml
from needlepoint.files.shown.raised import raised
from needlepoint.files.shown.ticks import TICKED, UNTICKED

PAGE = "\f"
"""A break that somebody set."""
RENDERED = "\v"
"""A break where Word's own layout had one."""

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_O = "{urn:schemas-microsoft-com:office:office}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CHARTS = (
    "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart",
    "{http://schemas.microsoft.com/office/drawing/2014/chartex}chart",
)
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_BOX = f"{W}txbxContent"
_SHOWN = (f"{W}t", f"{W}sym", f"{_M}t", *_CHARTS, _DIAGRAM, f"{W}drawing")

SKIPPED = {
    f"{W}{name}"
    for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "sdtPr", "sdtEndPr", "tblPr", "sectPr", "rt")
}
"""What holds no text that a reader sees."""
_INLINE = {
    f"{W}tab": " ",
    f"{W}cr": "\n",
    f"{W}ptab": " ",
    f"{W}noBreakHyphen": "-",
    f"{W}lastRenderedPageBreak": RENDERED,
}
_LONGEST_QUOTED = 80
_LARGE_PICTURE = (
    1_800_000 * 700_000
)  # square English Metric Units, 5 by 2 centimetres: smaller ones are signs and logos
_DEEPEST = 200

Unread = Callable[[str], None]


class Drawn(NamedTuple):
    """What stands beside a paragraph: lines of a chart or a picture, or a box with paragraphs of its own."""

    lines: tuple[TextLine, ...] = ()
    box: Any | None = None


class Note(NamedTuple):
    """A footnote or endnote at the place where it is first referred to."""

    kind: str
    label: str
    body: Any


class Runs:
    """Reads paragraphs; keeps what belongs beside or below them until it is taken.

    :param unread: is told what is left out.
    """

    def __init__(self, parts: Parts, styles: Styles, unread: Unread) -> None:
        self.drawn: list[Drawn] = []
        self.notes: list[Note] = []
        self.comments: list[tuple[Comment, str]] = []
        self._parts, self._styles, self._unread = parts, styles, unread
        settings = parts.root("settings")
        self._numbers = {kind: NoteNumbers(settings, kind) for kind in ("footnote", "endnote")}
        self._notes = {kind: parts.notes(kind) for kind in ("footnote", "endnote")}
        self._labels: dict[tuple[str, str], str] = {}
        self._comments = parts.comments()
        self._quoted: dict[str, list[str]] = {}  # the words that open comments are about
        self._fields: list[bool] = []  # of the fields that are open: whether their result has begun
        self._line = ""

    def text(self, element: Any) -> str:
        """Return the text of a paragraph, with marks for page breaks; what is drawn in it is kept aside."""
        self._line = ""
        text = "".join(self._inline(element, element if element.tag == f"{W}p" else None, 0))
        self._fields = [has_result for has_result in self._fields if has_result]  # codes end with their paragraph
        return text

    def end_section(self) -> None:
        """Begin to number notes anew, where the document says so."""
        for numbers in self._numbers.values():
            numbers.end_section()

    def _inline(self, element: Any, paragraph: Any | None, depth: int) -> Iterator[str]:
        if depth > _DEEPEST:
            return
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in SKIPPED:
                continue
            if tag == f"{W}r":
                yield from self._run(child, paragraph, depth)
            elif tag in (f"{_M}oMath", f"{_M}oMathPara"):
                maths = [child] if tag.endswith("oMath") else child.findall(f"{_M}oMath")
                yield from self._written(" ".join(map(linear_omml, maths)))
            elif tag == f"{_MC}AlternateContent":
                branch = _branch(child)
                yield from () if branch is None else self._inline(branch, paragraph, depth + 1)
            elif tag in (f"{W}commentRangeStart", f"{W}commentRangeEnd"):
                self._range(tag, child.get(f"{W}id") or "")
            elif tag == f"{W}sdt":
                yield from () if _is_placeholder(child) else self._inline(child, paragraph, depth + 1)
            else:
                yield from self._other(child, paragraph, depth)

    def _run(self, run: Any, paragraph: Any | None, depth: int) -> Iterator[str]:
        look = self._styles.look(run, paragraph)
        if look.is_hidden or look.is_struck:
            if any(each.text and each.text.strip() for each in run.iter(f"{W}t")):
                self._unread("hidden text: left out" if look.is_hidden else "struck-out text: left out")
            return
        text = self._inline(run, paragraph, depth + 1)
        if look.is_raised:
            before = self._line
            written = "".join(text)
            self._line = before
            yield from self._written(raised(before, written) if written.strip() else written)
        else:
            yield from text

    def _other(self, child: Any, paragraph: Any | None, depth: int) -> Iterator[str]:
        tag = child.tag
        if tag == f"{W}t":
            yield from self._written(_in_font(child))
        elif tag in _INLINE:
            yield from self._written(_INLINE[tag])
        elif tag == f"{W}br":
            yield from self._written(PAGE if child.get(f"{W}type") == "page" else "\n")
        elif tag == f"{W}sym":
            yield from self._written(_symbol(child))
        elif tag == f"{W}fldChar":
            yield from self._field(child)
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            yield from self._written(self._note(tag.removeprefix(W).removesuffix("Reference"), child))
        elif tag == f"{W}commentReference":
            self._comment(child.get(f"{W}id") or "")
        elif tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
            self._draw(child)
        elif tag == _BOX:
            self.drawn.append(Drawn(box=child))
        elif tag == f"{W}p":  # of a cell or a note
            yield from self._inline(child, child, depth + 1)
            yield "\n"
        else:
            yield from self._inline(child, paragraph, depth + 1)

    def _written(self, text: str) -> Iterator[str]:
        """Return a text if it is none of a field's code."""
        if not text or not all(self._fields):
            return
        self._line = (self._line + text)[-_LONGEST_QUOTED:]
        for quoted in self._quoted.values():
            quoted.append(text)
        yield text

    def _field(self, element: Any) -> Iterator[str]:
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            data = element.find(f"{W}ffData")
            yield from () if data is None else self._written(_form_value(data))
            self._fields.append(False)
        elif self._fields:
            if kind == "separate":
                self._fields[-1] = True
            elif kind == "end":
                self._fields.pop()

    # --- notes and comments ---------------------------------------------------------------------------------------

    def _note(self, kind: str, reference: Any) -> str:
        id_ = reference.get(f"{W}id") or ""
        body = self._notes[kind].get(id_)
        if body is None:
            return ""
        if is_on(reference) and reference.get(f"{W}customMarkFollows") in ("1", "true", "on"):
            following = reference.xpath("following-sibling::w:t[1]", namespaces={"w": W[1:-1]})
            label = one_line(following[0].text or "") if following else ""
            shown = ""
        else:
            label = self._labels.get((kind, id_)) or self._numbers[kind].next()
            shown = f" [{label}]" if self._line[-1:].isalnum() else f"[{label}]"
        if (kind, id_) not in self._labels:
            self._labels[kind, id_] = label
            self.notes.append(Note(kind, f"[{label}]", body))
        return shown

    def _range(self, tag: str, id_: str) -> None:
        if tag.endswith("Start") and id_ in self._comments and len(self._quoted) < 20:
            self._quoted[id_] = []
        elif tag.endswith("End") and id_ in self._quoted:
            quoted = one_line("".join(self._quoted.pop(id_)))
            self._take_comment(
                id_, quoted if len(quoted) <= _LONGEST_QUOTED else f"{quoted[:_LONGEST_QUOTED].rsplit(' ', 1)[0]} …"
            )

    def _comment(self, id_: str) -> None:
        self._take_comment(id_, "")

    def _take_comment(self, id_: str, quoted: str) -> None:
        comment = self._comments.pop(id_, None)
        if comment is not None:
            self.comments.append((comment, quoted))

    # --- drawings -------------------------------------------------------------------------------------------------

    def _draw(self, element: Any) -> None:
        if not all(self._fields):
            return
        lines: list[TextLine] = []
        described = _description(element)
        for chart in element.iter(*_CHARTS):
            lines += self._parts.chart(chart)
        for diagram in element.iter(_DIAGRAM):
            lines += [TextLine(f"- {text}") for text in self._parts.diagram(diagram)]
        has_data = bool(lines)
        if described:
            lines.append(TextLine(f"{'Chart' if has_data else 'Picture'}: {described}"))
        boxes = [box for box in element.iter(_BOX) if not _is_inside(box, element)]
        if lines:
            self.drawn.append(Drawn(tuple(lines)))
        self.drawn += [Drawn(box=box) for box in boxes]
        if not lines and not boxes and _is_large_picture(element):
            self._unread("a picture without a description: what is in it was not read")
        for embedded in element.iter(f"{_O}OLEObject"):
            if self._parts.target(embedded.get(f"{_R}id")) is None:  # any other becomes a document of its own
                self._unread(f"a linked object ({embedded.get('ProgID') or 'unknown'}): it is not in this file")


def _branch(alternatives: Any) -> Any | None:
    """Return the one branch of alternative contents that is shown: the first that has something to read."""
    branches = [each for each in alternatives if each.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
    return next(
        (each for each in branches if next(each.iter(*_SHOWN), None) is not None), branches[0] if branches else None
    )


def _is_inside(box: Any, drawing: Any) -> bool:
    """Tell whether a text box stands in another one of the same drawing, or in a branch that is not shown."""
    for parent in box.iterancestors():
        if parent is drawing:
            return False
        if parent.tag == _BOX:
            return True
        if parent.tag in (f"{_MC}Choice", f"{_MC}Fallback") and _branch(parent.getparent()) is not parent:
            return True
    return False


def _is_placeholder(control: Any) -> bool:
    properties = control.find(f"{W}sdtPr")
    return properties is not None and is_on(properties.find(f"{W}showingPlcHdr"))


def _in_font(element: Any) -> str:
    text = element.text or ""
    run = element.getparent()
    fonts = run.find(f"{W}rPr/{W}rFonts") if run is not None else None
    return shown_symbols(fonts.get(f"{W}ascii") or "", text) if fonts is not None and text else text


def _symbol(element: Any) -> str:
    code = element.get(f"{W}char") or ""
    try:
        return shown_symbol(element.get(f"{W}font") or "", int(code, 16))
    except ValueError:
        return ""


def _form_value(data: Any) -> str:
    """Return what a legacy form field shows: a tick box, or the entry chosen from a list."""
    box, choices = data.find(f"{W}checkBox"), data.find(f"{W}ddList")
    if box is not None:
        ticked = box.find(f"{W}checked")
        return TICKED if is_on(box.find(f"{W}default") if ticked is None else ticked) else UNTICKED
    if choices is None:
        return ""
    chosen = choices.find(f"{W}result")
    chosen = choices.find(f"{W}default") if chosen is None else chosen
    at = "0" if chosen is None else chosen.get(f"{W}val") or "0"
    entries = [each.get(f"{W}val") or "" for each in choices.findall(f"{W}listEntry")]
    return entries[int(at)] if at.isascii() and at.isdigit() and len(at) < 6 and int(at) < len(entries) else ""


def _description(element: Any) -> str:
    """Return what the author says that a picture or a chart shows; Word's own guesses are left out."""
    properties = next(element.iter(f"{_WP}docPr"), None)
    text = "" if properties is None else properties.get("descr") or ""
    if properties is None:
        shape = next((each for each in element.iter() if isinstance(each.tag, str) and each.get("alt")), None)
        text = "" if shape is None else shape.get("alt") or ""
    return authored(text)


def _is_large_picture(element: Any) -> bool:
    extent = next(element.iter(f"{_WP}extent"), None)
    if extent is None or next(element.iter(_PICTURE), None) is None:
        return False
    sides = [extent.get(name) or "" for name in ("cx", "cy")]
    return all(side.isascii() and side.isdigit() for side in sides) and int(sides[0]) * int(sides[1]) >= LARGE_PICTURE
