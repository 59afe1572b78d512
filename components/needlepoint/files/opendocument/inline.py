"""The characters of an OpenDocument paragraph as its reader sees them, and what is drawn and noted beside it."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from needlepoint.files.office.symbols import SYMBOL_FONTS, shown_symbols
from needlepoint.files.opendocument.package import DC, DRAW, MATH, OFFICE, SHOW, TEXT, OpenDocument, whole
from needlepoint.files.opendocument.styles import Styles
from needlepoint.files.pages import one_line
from needlepoint.files.shown.equations import linear_mathml
from needlepoint.files.shown.raised import raised
from needlepoint.files.shown.ticks import TICKED, UNTICKED

PAGE = "\f"
"""A break where the program's own layout had one."""

_SPACE = re.compile(r"[ \t\r\n]+")
_SKIPPED = frozenset(
    {
        f"{TEXT}{name}"
        for name in (
            "tracked-changes",
            "deletion",
            "ruby-text",
            "placeholder",
            "script",
            "hidden-paragraph",
            "note-citation",
        )
    }
    | {f"{OFFICE}forms", f"{SHOW}notes"}
)
_FIXED = {f"{TEXT}tab": " ", f"{TEXT}line-break": "\n", f"{TEXT}soft-page-break": PAGE}
_FIELDS = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"
_FIELD, _PARAM = f"{_FIELDS}fieldmark", f"{_FIELDS}param"
_LONGEST_QUOTED = 80
_MOST_OPEN = 20
_DEEPEST = 100
Unread = Callable[[str], None]


class Note(NamedTuple):
    """A footnote or endnote; its body has paragraphs."""

    is_footnote: bool
    label: str
    body: Any


class Comment(NamedTuple):
    """What somebody noted, and the words that it is about."""

    element: Any
    quoted: str


class Inline:
    """Reads paragraphs; keeps what belongs beside or below them until it is taken.

    :param unread: is told what is left out.
    """

    def __init__(self, document: OpenDocument, styles: Styles, unread: Unread) -> None:
        self.drawn: list[Any] = []
        self.notes: list[Note] = []
        self.comments: list[Comment] = []
        self._document, self._styles, self._unread = document, styles, unread
        self._open: dict[str, tuple[Any, list[str]]] = {}  # comments whose words are being read
        self._parts: list[str] = []

    def text(self, paragraph: Any) -> str:
        """Return the text of a paragraph, with marks for page breaks."""
        look = self._styles.look("paragraph", paragraph.get(f"{TEXT}style-name"))
        if self._is_left_out(paragraph, is_hidden=look.is_hidden or _is_hidden(paragraph), is_struck=look.is_struck):
            return ""
        self._parts = []
        self._content(paragraph, 0)
        self._end_comments()
        return "".join(self._parts)

    def _content(self, element: Any, depth: int) -> None:
        if depth > _DEEPEST:
            self._write(_SPACE.sub(" ", "".join(element.itertext())))
            return
        self._write(_SPACE.sub(" ", element.text or ""))
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                self._child(child, depth + 1)
            self._write(_SPACE.sub(" ", child.tail or ""))

    def _child(self, child: Any, depth: int) -> None:
        tag = child.tag
        if tag in _FIXED:
            self._write(_FIXED[tag])
        elif tag == f"{TEXT}s":
            self._write(" ")
        elif tag == f"{TEXT}span":
            self._span(child, depth)
        elif tag == f"{TEXT}note":
            self._note(child)
        elif tag == f"{OFFICE}annotation":
            self._annotation(child)
        elif tag == f"{OFFICE}annotation-end":
            self._end_comment(child.get(f"{OFFICE}name") or "")
        elif tag == _FIELD:
            self._write(_form_value(child))
            self._content(child, depth)
        elif tag.startswith(DRAW) and tag != f"{DRAW}a":
            self._draw(child)
        elif child.get(f"{TEXT}is-hidden") != "true":
            self._content(child, depth)

    def _span(self, span: Any, depth: int) -> None:
        look = self._styles.look("text", span.get(f"{TEXT}style-name"))
        if self._is_left_out(span, is_hidden=look.is_hidden, is_struck=look.is_struck):
            return
        if not look.is_raised and look.font.lower() not in SYMBOL_FONTS:
            self._content(span, depth)
            return
        before, self._parts = self._parts, []
        self._content(span, depth)
        written, self._parts = shown_symbols(look.font, "".join(self._parts)), before
        self._write(raised("".join(before[-3:]), written) if look.is_raised and written.strip() else written)

    def _is_left_out(self, element: Any, *, is_hidden: bool, is_struck: bool) -> bool:
        if (is_hidden or is_struck) and "".join(element.itertext()).strip():
            self._unread("hidden text: left out" if is_hidden else "struck-out text: left out")
        return is_hidden or is_struck

    def _write(self, text: str) -> None:
        if text:
            self._parts.append(text)
            for _, quoted in self._open.values():
                quoted.append(text)

    # --- beside the text ------------------------------------------------------------------------------------------

    def _note(self, note: Any) -> None:
        body = note.find(f"{TEXT}note-body")
        label = one_line("".join(note.find(f"{TEXT}note-citation").itertext())) if len(note) > 1 else ""
        if body is None or not label:
            return
        before = "".join(self._parts[-3:])
        self._write(f" [{label}]" if before[-1:].isalnum() else f"[{label}]")
        self.notes.append(Note(note.get(f"{TEXT}note-class") != "endnote", f"[{label}]", body))

    def _annotation(self, annotation: Any) -> None:
        name = annotation.get(f"{OFFICE}name") or ""
        if name and len(self._open) < _MOST_OPEN:
            self._open[name] = (annotation, [])
        else:
            self.comments.append(Comment(annotation, ""))

    def _end_comment(self, name: str) -> None:
        annotation, parts = self._open.pop(name, (None, []))
        if annotation is not None:
            quoted = one_line("".join(parts))
            short = quoted if len(quoted) <= _LONGEST_QUOTED else f"{quoted[:_LONGEST_QUOTED].rsplit(' ', 1)[0]} …"
            self.comments.append(Comment(annotation, short))

    def _end_comments(self) -> None:
        """Give what is noted on a place, or on several paragraphs, to the one that it begins in."""
        for name in list(self._open):
            self._open[name][1].clear()
            self._end_comment(name)

    def _draw(self, drawn: Any) -> None:
        """Write a formula where it stands; keep all else aside."""
        for held in drawn.findall(f"{DRAW}object"):
            inner = self._document.inner(held)
            if inner is not None and inner.tag == MATH:
                self._write(f" {linear_mathml(inner)} ")
                return
            if inner is not None:
                drawn = inner
                break
        self.drawn.append(drawn)


def _form_value(field: Any) -> str:
    """Return what a form field shows: a tick box, or the entry chosen from a list."""
    kind = field.get(f"{_FIELDS}type") or ""
    stated = [(each.get(f"{_FIELDS}name") or "", each.get(f"{_FIELDS}value") or "") for each in field.findall(_PARAM)]
    if kind.endswith("FORMCHECKBOX"):
        return TICKED if ("Checkbox_Checked", "true") in stated else UNTICKED
    entries = [value for name, value in stated if name == "Dropdown_ListEntry"]
    chosen = next((whole(value, least=0) for name, value in stated if name == "Dropdown_Selected"), 0)
    return entries[chosen] if kind.endswith("FORMDROPDOWN") and chosen < len(entries) else ""


def _is_hidden(paragraph: Any) -> bool:
    return any(each.get(f"{TEXT}is-hidden") == "true" for each in paragraph.iter(f"{TEXT}hidden-paragraph"))


def comment_text(annotation: Any, body: str, about: str = "") -> str:
    """Return what somebody noted, and who.

    :param body: its text.
    :param about: what it is noted on, such as ``cell B3`` or the words in quotation marks.
    """
    author = one_line(annotation.findtext(f"{DC}creator") or "")
    return f"Comment{f' by {author}' if author else ''}{f' on {about}' if about else ''}: {one_line(body)}"
