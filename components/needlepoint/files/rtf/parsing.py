"""Follows the control words of an RTF file, and tells text that is shown from what is not."""

import copy
from collections.abc import Callable

from needlepoint.errors import UnreadableFileError
from needlepoint.files.flow.blocks import Note, RowShape
from needlepoint.files.flow.forms import FormField
from needlepoint.files.flow.streams import Stream
from needlepoint.files.office.symbols import SYMBOL_FONTS, shown_symbols
from needlepoint.files.office.word.numbering import shown_number
from needlepoint.files.pages import one_line
from needlepoint.files.rtf.charsets import OF_FILE, decoded, of_charset, of_code_page
from needlepoint.files.rtf.tokens import Kind, tokens
from needlepoint.files.rtf.words import (
    CHARACTERS,
    FOOTERS,
    HEADERS,
    IN_INFO,
    KINDS,
    NOTE_FORMATS,
    OPEN,
    SIGNS,
    SKIPPED,
    STREAMS,
    Font,
    State,
)

_DEEPEST = 10_000
_MOST_FONTS = 10_000
_LARGE_PICTURE = 2835 * 1134  # square twips, 5 by 2 centimetres: smaller ones are signs and logos
_LONGEST_FIELD = 1_000  # characters of a field's code, of a name, of a property of the file


class RtfParser:
    """Reads a file once.

    :param unread: is told what is left out.
    :param check: is told how many characters there are so far, and raises where these are too many.
    """

    def __init__(self, unread: Callable[[str], None], check: Callable[[int], None]) -> None:
        self.body = Stream()
        self.headers: list[str] = []
        self.footers: list[str] = []
        self.info: dict[str, str] = {}
        self.dates: dict[bytes, dict[bytes, int]] = {}
        self._unread, self._check = unread, check
        self._state = State(self.body)
        self._stack: list[State] = []
        self._is_starred = False
        self._to_skip = 0  # characters that stand for one that is written as its number
        self._pending = bytearray()
        self._encoding = "cp1252"
        self._default_font = 0
        self._fonts: dict[int, Font] = {}
        self._headings: set[int] = set()
        self._style = 0
        self._joins = self._hangs = False
        self._numbers = {True: 0, False: 0}  # of the last footnote and the last endnote
        self._formats = {True: "decimal", False: "decimal"}
        self._is_endnote = False
        self._field = FormField()
        self._picture: dict[bytes, int] = {}
        self._name: dict[bytes, str] = {}  # of who comments, and of what is commented
        self._written = 0

    def parse(self, data: bytes) -> None:
        """Read a file.

        :raises UnreadableFileError: its groups are nested too deeply.
        """
        for kind, text, number in tokens(data):
            if kind is Kind.OPEN:
                self._open()
            elif kind is Kind.CLOSE:
                if not self._stack:
                    break
                self._close()
                if not self._stack:
                    break
            elif self._state.skips:
                continue
            elif kind is Kind.TEXT or kind is Kind.BYTE:
                self._bytes(text)
            elif kind is Kind.SIGN:
                self._sign(text)
            else:
                self._word(text, number)
        else:
            self._unread("the file was cut short: its end is missing")
        self._flush()
        self.body.finish()

    # --- groups and text ------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._flush()
        if len(self._stack) >= _DEEPEST:
            raise UnreadableFileError(
                f"its groups are nested over {_DEEPEST:,} levels deep: save it as .docx and add that"
            )
        self._stack.append(self._state)
        self._state = copy.copy(self._state)
        self._is_starred, self._to_skip = False, 0

    def _close(self) -> None:
        self._flush()
        ended, self._state = self._state, self._stack.pop()
        self._is_starred, self._to_skip = False, 0
        if ended.skips:
            return
        if ended.stream is not self._state.stream:
            self._end_stream(ended)
        elif ended.kind != self._state.kind:
            self._end_kind(ended.kind)

    def _bytes(self, text: bytes) -> None:
        if self._state.kind == b"pict":
            return
        if self._to_skip:
            skipped = min(self._to_skip, len(text))
            self._to_skip -= skipped
            text = text[skipped:]
        self._pending += text

    def _flush(self) -> None:
        """Write the bytes that have come since the last control word."""
        if not self._pending:
            return
        font = self._fonts.get(self._state.font)
        if font is not None and font.is_symbol:
            text = self._pending.decode("latin-1")
        else:
            text = decoded(bytes(self._pending), (font and font.encoding) or self._encoding)
        self._pending.clear()
        self._write(text)

    def _write(self, text: str) -> None:
        state = self._state
        if state.kind:
            self._keep(state.kind, text)
            return
        if state.is_deleted or state.is_hidden or state.is_struck:
            if text.strip() and not state.is_deleted:
                self._unread("hidden text: left out" if state.is_hidden else "struck-out text: left out")
            return
        font = self._fonts.get(state.font)
        if font is not None and font.name.lower() in SYMBOL_FONTS:
            text = shown_symbols(font.name, text)
        self._written += len(text)
        self._check(self._written)
        state.stream.write(text, is_raised=state.is_raised)

    def _keep(self, kind: bytes, text: str) -> None:
        """Keep a text that is not shown in its place."""
        if kind == b"fonttbl":
            font = self._fonts.get(self._state.font)
            if font is not None and len(font.name) < _LONGEST_FIELD:
                font.name = (font.name + text).strip().rstrip(";")
        elif kind == b"stylesheet":
            if text.lower().lstrip().startswith("heading "):
                self._headings.add(self._style)
        elif kind == b"fldinst":
            self._field.code = (self._field.code + text)[:_LONGEST_FIELD]
        elif kind == b"ffl":
            self._field.entries.append(text[:_LONGEST_FIELD])
        elif kind in IN_INFO:
            name = kind.decode("ascii")
            self.info[name] = (self.info.get(name, "") + text)[:_LONGEST_FIELD]
        elif kind in (b"listtext", b"pntext"):
            self._state.stream.label = (self._state.stream.label + text)[:_LONGEST_FIELD]
        else:
            self._name[kind] = (self._name.get(kind, "") + text)[:_LONGEST_FIELD]

    # --- control words --------------------------------------------------------------------------------------------

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._is_starred = True
        elif sign in b"\r\n":
            self._word(b"par", None)
        elif sign in SIGNS:
            self._flush()
            self._write(SIGNS[sign])

    def _word(self, word: bytes, number: int | None) -> None:
        is_starred, self._is_starred = self._is_starred, False
        if self._to_skip and word not in (b"u", b"uc"):
            self._to_skip -= 1
            return
        self._flush()
        if word in SKIPPED or (is_starred and word not in STREAMS and word not in KINDS and word not in OPEN):
            self._state.skips = True
        elif word in STREAMS:
            self._state.stream, self._state.kind = Stream(word), b""
            self._is_endnote = False
        elif word in KINDS or (word in IN_INFO and self._state.kind == b"info"):
            self._begin(word)
        elif word == b"ud":
            self._state.kind = b""
        elif word in CHARACTERS:
            self._write(CHARACTERS[word])
        elif word == b"u":
            self._unicode(number or 0)
        else:
            self._other(word, number)

    def _begin(self, kind: bytes) -> None:
        if kind == b"fldinst":
            self._field = FormField()
        self._name.pop(kind, None)
        self._state.kind = kind

    def _unicode(self, number: int) -> None:
        code = number + 0x10000 if number < 0 else number
        self._to_skip = self._state.unicode_skip
        if 0 < code < 0x110000:
            self._write(chr(code))

    def _other(self, word: bytes, number: int | None) -> None:
        kind = self._state.kind
        if kind == b"fonttbl":
            self._font_word(word, number)
        elif kind == b"stylesheet":
            self._style = number or 0 if word == b"s" else self._style
            if word == b"outlinelevel" and (number or 0) < 9:
                self._headings.add(self._style)
        elif kind in (b"creatim", b"revtim"):
            self.dates.setdefault(kind, {})[word] = number or 0
        elif word in (b"ffres", b"ffdefres"):
            setattr(self._field, "result" if word == b"ffres" else "default", number or 0)
        elif kind == b"pict":
            self._picture[word] = number or 0
        elif (handle := _HANDLERS.get(word)) is not None:
            handle(self, number)
        elif word in OF_FILE:
            self._encoding = OF_FILE[word]
        elif word.startswith((b"ftnn", b"aftnn")):
            is_footnote = word.startswith(b"ftn")
            shown = NOTE_FORMATS.get(word.removeprefix(b"a").removeprefix(b"ftn"))
            self._formats[is_footnote] = shown or self._formats[is_footnote]
        elif not kind:
            self._paragraph_word(word, number)

    def _font_word(self, word: bytes, number: int | None) -> None:
        if word == b"f":
            self._state.font = number or 0
            if len(self._fonts) < _MOST_FONTS:
                self._fonts[number or 0] = Font()
            return
        font = self._fonts.get(self._state.font)
        if font is not None and word == b"fcharset":
            font.encoding, font.is_symbol = of_charset(number), number == 2
        elif font is not None and word == b"cpg":
            font.encoding = of_code_page(number) or font.encoding

    def _paragraph_word(self, word: bytes, number: int | None) -> None:
        stream = self._state.stream
        if word == b"par":
            stream.end_paragraph()
        elif word == b"pard":
            stream.is_heading = stream.is_in_table = False
        elif word == b"intbl":
            stream.is_in_table = number != 0
        elif word == b"s":
            stream.is_heading = (number or 0) in self._headings
        elif word == b"outlinelevel":
            stream.is_heading = (number or 0) < 9
        elif word == b"page":
            stream.end_page()
        elif word in (b"pagebb", b"sect"):
            if word == b"sect":
                stream.end_paragraph()
            stream.begins_page = True
        elif word in (b"sbknone", b"sbkcol"):
            stream.begins_page = False
        elif word == b"chpgn":
            stream.counts_pages = True
        elif word == b"mmath":
            self._unread("an equation: it was not read")
        elif word == b"chftn":
            stream.has_note_mark = True
        elif word == b"ftnalt":
            self._is_endnote = True
        else:
            self._table_word(stream, word, number)

    def _table_word(self, stream: Stream, word: bytes, number: int | None) -> None:
        if word == b"cell":
            stream.end_cell()
        elif word == b"row":
            stream.end_row()
        elif word == b"trowd":
            stream.shape = RowShape()
            self._joins = self._hangs = False
        elif word == b"trhdr":
            stream.shape.is_heading = True
        elif word in (b"clmrg", b"clvmrg"):
            self._joins |= word == b"clmrg"
            self._hangs |= word == b"clvmrg"
        elif word == b"cellx" and number is not None:
            stream.shape.add(number, joins=self._joins, hangs=self._hangs)
            self._joins = self._hangs = False

    def _plain(self, number: int | None) -> None:
        state = self._state
        state.is_deleted = state.is_hidden = state.is_struck = state.is_raised = False
        state.font = self._default_font

    def _set_default_font(self, number: int | None) -> None:
        self._default_font = self._state.font = number or 0

    def _set_code_page(self, number: int | None) -> None:
        self._encoding = of_code_page(number) or self._encoding

    # --- the ends of groups ---------------------------------------------------------------------------------------

    def _end_kind(self, kind: bytes) -> None:
        stream = self._state.stream
        if kind in (b"listtext", b"pntext"):
            stream.begin_item()
        elif kind == b"fldinst":
            self._end_field()
        elif kind == b"pict":
            if self._picture.get(b"picwgoal", 0) * self._picture.get(b"pichgoal", 0) >= _LARGE_PICTURE:
                self._unread("a picture: what is in it was not read")
            self._picture = {}
        elif kind == b"atrfstart":
            stream.begin_quoted(self._name.get(kind, "").strip())
        elif kind == b"atrfend":
            self._name[b"quoted"] = stream.quoted(self._name.get(kind, "").strip())

    def _end_field(self) -> None:
        if self._field.counts_pages:
            self._state.stream.counts_pages = True
        if shown := self._field.shown():
            self._write(shown)

    def _end_stream(self, ended: State) -> None:
        stream, outer = ended.stream, self._state.stream
        kind = stream.destination
        stream.finish()
        if kind in HEADERS or kind in FOOTERS:
            text = "" if stream.counts_pages else one_line(stream.text())
            (self.headers if kind in HEADERS else self.footers).append(text)
        elif kind == b"footnote":
            self._end_note(stream, outer)
        elif kind == b"annotation":
            author, quoted = (one_line(self._name.pop(name, "")) for name in (b"atnauthor", b"quoted"))
            by, on = (f" by {author}" if author else ""), (f" on “{quoted}”" if quoted else "")
            outer.comments.append(f"Comment{by}{on}: {one_line(stream.text())}")
        else:
            outer.boxes += stream.blocks

    def _end_note(self, stream: Stream, outer: Stream) -> None:
        is_footnote, self._is_endnote = not self._is_endnote, False
        text = one_line(stream.text())
        if outer.has_note_mark:
            self._numbers[is_footnote] += 1
            label = shown_number(self._numbers[is_footnote], self._formats[is_footnote])
            outer.write_note_mark(label)
            text = f"[{label}] {text}"
        outer.has_note_mark = False
        outer.notes.append(Note(text, is_footnote))


def _set(name: str, *, is_on: bool = True) -> Callable[[RtfParser, int | None], None]:
    """Return what a word does that switches a property of characters on, or off with a 0."""

    def switch(parser: RtfParser, number: int | None) -> None:
        setattr(parser._state, name, is_on and number != 0)

    return switch


def _set_font(parser: RtfParser, number: int | None) -> None:
    parser._state.font = number or 0


def _set_unicode_skip(parser: RtfParser, number: int | None) -> None:
    parser._state.unicode_skip = min(max(number or 0, 0), 100)


_HANDLERS: dict[bytes, Callable[[RtfParser, int | None], None]] = {
    b"plain": RtfParser._plain,
    b"deff": RtfParser._set_default_font,
    b"ansicpg": RtfParser._set_code_page,
    b"f": _set_font,
    b"uc": _set_unicode_skip,
    b"v": _set("is_hidden"),
    b"strike": _set("is_struck"),
    b"striked": _set("is_struck"),
    b"deleted": _set("is_deleted"),
    b"super": _set("is_raised"),
    b"sub": _set("is_raised", is_on=False),
    b"nosupersub": _set("is_raised", is_on=False),
}
