"""The texts of a ``.doc``: the body with its notes, comments, headers and boxes."""

import re
import struct
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import accumulate, pairwise

from needlepoint.files.flow.blocks import Block, Note
from needlepoint.files.flow.streams import Stream, shortened
from needlepoint.files.office.old.word.fields import FieldReader
from needlepoint.files.office.old.word.file import Table, WordFile
from needlepoint.files.office.old.word.lists import numbering_of
from needlepoint.files.office.old.word.pictures import is_large_picture
from needlepoint.files.office.old.word.pool import ObjectPool
from needlepoint.files.office.old.word.sprms import Properties, Sprm, is_on, number, properties_in, row_shape
from needlepoint.files.office.old.word.styles import Style, Styles
from needlepoint.files.office.symbols import shown_symbol, shown_symbols
from needlepoint.files.pages import one_line

_ENDS = re.compile("[\r\7\f]")
_SPECIAL = re.compile("[\0-\x1f]")
_CHARACTERS = {"\t": "\t", "\v": "\n", "\x0e": "\n", "\x1e": "-"}
_PICTURE, _NOTE, _COMMENT, _SHAPE = "\1", "\2", "\5", "\b"
_OBJECT = ("\1", "\x14")  # an object stands for itself, or begins the result of its field
_CONTINUOUS = (0, 1)  # sections that begin on the same page
_SUPER = 1
_HEADERS_OF_SECTION, _SEPARATORS = 6, 6
_IS_HEADER = (True, True, False, False, True, False)
_CHUNK = 1 << 16
_LONGEST_COMMENTED = 1_000  # characters


class Stories:
    """Reads a file.

    :param objects: those of other programs in it.
    :param unread: is told what is left out.
    :param check: is told how many characters there are so far, and raises where these are too many.
    """

    def __init__(
        self, file: WordFile, objects: ObjectPool, unread: Callable[[str], None], check: Callable[[int], None]
    ) -> None:
        self._file, self._objects, self._unread, self._check = file, objects, unread, check
        self._is_object_drawn = False
        self._styles = Styles(file.table(Table.STYLES))
        self._numbering = numbering_of(file)
        self._written = 0
        starts = [0, *accumulate(file.lengths)]
        body, notes, headers, _, comments, endnotes, boxes, _ = (range(*bounds) for bounds in pairwise(starts))
        self._notes = {
            **self._aside(Table.FOOTNOTE_PLACES, Table.FOOTNOTE_TEXTS, 2, notes, is_footnote=True),
            **self._aside(Table.ENDNOTE_PLACES, Table.ENDNOTE_TEXTS, 2, endnotes, is_footnote=False),
        }
        self._comments = self._commented(comments)
        self._boxes = self._boxed(boxes)
        self._counts = {True: 0, False: 0}  # of footnotes and endnotes
        self.headers: list[str] = []
        self.footers: list[str] = []
        self._read_headers(headers)
        self.body = self._story(body)
        for number_of_object in self._objects.unplaced():
            self._chart(self.body.blocks, number_of_object)

    def _story(self, places: range) -> Stream:
        stream, fields = Stream(), FieldReader(self._file)
        for first, last in self._paragraphs(places.start, places.stop):
            self._paragraph(stream, fields, first, last)
        stream.finish()
        return stream

    def _paragraphs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Return where each paragraph begins, and where the character stands that ends it."""
        first = start
        for at in range(start, end, _CHUNK):
            for match in _ENDS.finditer(self._file.text(at, min(end, at + _CHUNK))):
                yield first, at + match.start()
                first = at + match.start() + 1
        if first < end:
            yield first, end

    def _paragraph(self, stream: Stream, fields: FieldReader, start: int, end: int) -> None:
        number_of_style, stated = self._file.paragraph(end)
        style = self._styles.whole(number_of_style)
        stated = style.paragraph | stated
        mark = self._file.text(end, end + 1)
        depth = number(stated, Sprm.DEPTH, 1)
        stream.is_in_table = is_on(stated, Sprm.IN_TABLE) and depth > 0
        stream.is_heading = style.is_heading or 0 <= number(stated, Sprm.OUTLINE_LEVEL, 9) < 9
        stream.begins_page |= is_on(stated, Sprm.BREAKS_PAGE) and not stream.is_in_table
        if is_on(stated, Sprm.ENDS_ROW):
            stream.shape = row_shape(stated)
            stream.end_row()
            return
        stream.label = self._label(stated)
        stream.begin_item()
        self._write(stream, fields, style, start, end)
        self._end(stream, mark, stated, end)

    def _end(self, stream: Stream, mark: str, stated: Properties, at: int) -> None:
        if is_on(stated, Sprm.ENDS_INNER_ROW):
            stream.write("\n")
        elif is_on(stated, Sprm.ENDS_INNER_CELL):
            stream.write(" ")
        elif mark == "\7":
            stream.end_cell()
        elif mark == "\f" and at + 1 in self._sections:
            stream.end_paragraph()
            stream.begins_page = self._sections[at + 1]
        elif mark == "\f":
            stream.end_page()
        else:
            stream.end_paragraph()

    def _label(self, stated: Properties) -> str:
        listed = number(stated, Sprm.LIST)
        return self._numbering.label(str(listed), number(stated, Sprm.LIST_LEVEL)) if listed > 0 else ""

    # --- characters -----------------------------------------------------------------------------------------------

    def _write(self, stream: Stream, fields: FieldReader, style: Style, start: int, end: int) -> None:
        at = start
        for text, stated in self._file.runs(start, end):
            shown = self._is_shown(text, stated, style)
            font = self._fonts.get(number(stated, Sprm.FONT, -1), "")
            is_raised = number(stated, Sprm.RAISED) == _SUPER
            begin = 0
            for match in [*_SPECIAL.finditer(text), None]:
                stop = match.start() if match else len(text)
                plain = text[begin:stop]
                if plain and shown and not fields.is_code(plain):
                    self._put(stream, self._symbol(stated) or shown_symbols(font, plain), is_raised=is_raised)
                if match:
                    begin = stop + 1
                    self._special(stream, fields, match.group(), stated, at + stop, is_shown=shown)
            at += len(text)

    def _put(self, stream: Stream, text: str, *, is_raised: bool = False) -> None:
        self._written += len(text)
        self._check(self._written)
        stream.write(text, is_raised=is_raised)

    def _is_shown(self, text: str, stated: Properties, style: Style) -> bool:
        if is_on(stated, Sprm.IS_REVISION_DELETED):
            return False
        is_hidden = is_on(stated, Sprm.IS_HIDDEN, in_style=is_on(style.characters, Sprm.IS_HIDDEN))
        is_struck = is_on(stated, Sprm.IS_STRUCK, in_style=is_on(style.characters, Sprm.IS_STRUCK))
        is_struck |= is_on(stated, Sprm.IS_STRUCK_TWICE)
        if (is_hidden or is_struck) and re.search(r"\w", text):
            self._unread("hidden text: left out" if is_hidden else "struck-out text: left out")
        return not (is_hidden or is_struck)

    def _symbol(self, stated: Properties) -> str:
        """Return the sign that a character stands for which is none of its font."""
        operand = stated.get(Sprm.SYMBOL, b"")
        if len(operand) != 4 or not is_on(stated, Sprm.IS_SPECIAL):
            return ""
        font, code = struct.unpack("<HH", operand)
        return shown_symbol(self._fonts.get(font, ""), code)

    def _special(
        self, stream: Stream, fields: FieldReader, sign: str, stated: Properties, at: int, *, is_shown: bool
    ) -> None:
        if sign in _OBJECT and is_on(stated, Sprm.IS_OBJECT):
            self._object(stream, number(stated, Sprm.PICTURE), is_shown=is_shown)
        if fields.takes(sign, stated):
            stream.counts_pages |= fields.counts_pages
            if fields.is_equation:
                self._unread("an equation: it was not read")
            self._put(stream, fields.shown())
        elif not is_shown or fields.is_code(sign):
            return
        elif sign == _NOTE:
            self._note(stream, at)
        elif sign == _COMMENT and at in self._comments:
            stream.comments.append(self._comments[at]())
        elif sign == _SHAPE and at in self._boxes:
            stream.boxes += self._boxes[at]().blocks
        elif sign == _PICTURE:
            self._picture(stated)
        elif sign in _CHARACTERS:
            self._put(stream, _CHARACTERS[sign])

    def _object(self, stream: Stream, number: int, *, is_shown: bool) -> None:
        """Write the chart that an object is; the other ones are files of their own."""
        self._is_object_drawn = number in self._objects
        self._chart(stream.boxes if is_shown else [], number)

    def _chart(self, blocks: list[Block], number: int) -> None:
        chart = self._objects.placed(number)
        self._written += sum(len(line.text) for line in chart.lines)
        self._check(self._written)
        blocks += [chart] if chart.lines else []

    def _picture(self, stated: Properties) -> None:
        """Tell of a picture that is not read; one that shows an object is none."""
        if not self._is_object_drawn and is_large_picture(self._file.data, stated):
            self._unread("a picture: what is in it was not read")
        self._is_object_drawn = False

    def _note(self, stream: Stream, at: int) -> None:
        if at not in self._notes:
            return
        text, is_footnote = self._notes[at]
        self._counts[is_footnote] += 1
        label = str(self._counts[is_footnote])
        stream.write_note_mark(label)
        stream.notes.append(Note(f"[{label}] {text()}", is_footnote))

    # --- beside the body ------------------------------------------------------------------------------------------

    def _aside(
        self, places: int, texts: int, size: int, within: range, *, is_footnote: bool
    ) -> dict[int, tuple[Callable[[], str], bool]]:
        """Return the texts of notes by where their marks stand."""
        marks, _ = self._file.places(places, size)
        return {mark: (text, is_footnote) for mark, text in zip(marks, self._texts(texts, within), strict=False)}

    def _texts(self, table: int, within: range) -> list[Callable[[], str]]:
        """Return the texts that a table lists, each read when it is asked for."""
        bounds, _ = self._file.places(table, 0)

        def read(first: int, last: int) -> Callable[[], str]:
            return lambda: one_line(self._story(within[first:last]).text())

        return [read(first, last) for first, last in pairwise(bounds)]

    def _commented(self, within: range) -> dict[int, Callable[[], str]]:
        """Return the comments by where their marks stand."""
        marks, entries = self._file.places(Table.COMMENT_PLACES, 30)
        names = self._commenters()

        about = self._commented_words()

        def shown(entry: bytes, text: Callable[[], str]) -> Callable[[], str]:
            name = names.get(int.from_bytes(entry[20:22], "little"), "")
            words = about.get(entry[26:30])
            by, on = (f" by {name}" if name else ""), (f" on “{shortened(self._plain(words))}”" if words else "")
            return lambda: f"Comment{by}{on}: {text()}"

        texts = self._texts(Table.COMMENT_TEXTS, within)
        return {mark: shown(entry, text) for mark, entry, text in zip(marks, entries, texts, strict=False)}

    def _commented_words(self) -> dict[bytes, range]:
        """Return where the words stand that comments are about, by the tags of these."""
        names = self._file.table(Table.COMMENTED_NAMES)
        starts, numbers = self._file.places(Table.COMMENTED_STARTS, 4)
        ends, _ = self._file.places(Table.COMMENTED_ENDS, 0)
        tags = [
            names[at + 4 : at + 8] for at in range(6, len(names) - 11, 12)
        ]  # each of an empty name, a kind, two tags
        last = (int.from_bytes(number[:2], "little") for number in numbers)
        return {
            tag: range(start, ends[at]) for tag, start, at in zip(tags, starts, last, strict=False) if at < len(ends)
        }

    def _plain(self, places: range) -> str:
        """Return words as they are shown, without fields' codes."""
        stream, fields = Stream(), FieldReader(self._file)
        self._write(stream, fields, Style(), places.start, min(places.stop, places.start + _LONGEST_COMMENTED))
        stream.end_paragraph()
        return one_line(stream.text())

    def _commenters(self) -> dict[int, str]:
        data, at = self._file.table(Table.COMMENTERS), 0
        names: dict[int, str] = {}
        while at + 2 <= len(data):
            length = int.from_bytes(data[at : at + 2], "little")
            names[len(names)] = one_line(data[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))
            at += 2 + 2 * length
        return names

    def _boxed(self, within: range) -> dict[int, Callable[[], Stream]]:
        """Return the boxes with text by where they are anchored."""
        bounds, entries = self._file.places(Table.BOX_TEXTS, 22)
        anchors, shapes = self._file.places(Table.SHAPE_PLACES, 26)

        def read(first: int, last: int) -> Callable[[], Stream]:
            return lambda: self._story(within[first:last])

        texts = {entry[14:18]: read(*bound) for bound, entry in zip(pairwise(bounds), entries, strict=False)}
        return {at: texts[shape[:4]] for at, shape in zip(anchors, shapes, strict=False) if shape[:4] in texts}

    def _read_headers(self, within: range) -> None:
        bounds, _ = self._file.places(Table.HEADERS, 0)
        for at, (first, last) in enumerate(pairwise(bounds[_SEPARATORS:])):
            stream = self._story(within[first:last])
            text = "" if stream.counts_pages else one_line(stream.text())
            (self.headers if _IS_HEADER[at % _HEADERS_OF_SECTION] else self.footers).append(text)

    @cached_property
    def _sections(self) -> dict[int, bool]:
        """Whether the section that begins at a place begins a page."""
        places, entries = self._file.places(Table.SECTIONS, 12)
        return {place: self._begins_page(entry) for place, entry in zip(places, entries, strict=False)}

    def _begins_page(self, entry: bytes) -> bool:
        (place,) = struct.unpack_from("<i", entry, 2)
        if place < 0:
            return True
        length = int.from_bytes(self._file.main[place : place + 2], "little")
        stated = properties_in(self._file.main[place + 2 : place + 2 + length])
        return number(stated, Sprm.SECTION_BREAK, 2) not in _CONTINUOUS

    @cached_property
    def _fonts(self) -> dict[int, str]:
        data = self._file.table(Table.FONTS)
        at = 4
        names: dict[int, str] = {}
        while at < len(data):
            length = 1 + data[at]
            name = data[at + 40 : at + length].decode("utf-16-le", "replace")
            names[len(names)] = name.partition("\0")[0]
            at += length
        return names
