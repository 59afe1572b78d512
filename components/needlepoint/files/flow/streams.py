"""Text as it is written: paragraphs, cells and rows, and what is noted on them."""

from needlepoint.files.flow.blocks import Block, Note, PageBreak, Paragraph, Row, RowShape
from needlepoint.files.pages import one_line, tidy_text
from needlepoint.files.shown.raised import raised
from needlepoint.files.units import joined_surrogates

_LONGEST_QUOTED = 80
_MOST_OPEN = 20
_MOST_CELLS = 1000  # of a row
_LOOKED_BACK = 3  # pieces of text


class Stream:
    """A text of its own: the body, a note, a header, a box.

    :param destination: the control word that begins it; empty for the body.
    """

    def __init__(self, destination: bytes = b"") -> None:
        self.destination = destination
        self.blocks: list[Block] = []
        self.notes: list[Note] = []
        self.comments: list[str] = []
        self.boxes: list[Block] = []
        self.label = ""  # the number or bullet of the paragraph, as it is read
        self._is_item = False
        self.is_heading = self.is_in_table = self.counts_pages = self.has_note_mark = False
        self.begins_page = False  # whether the next paragraph does
        self.shape = RowShape()
        self._parts: list[str] = []
        self._cells: list[str] = []
        self._marked: dict[str, int] = {}  # where the words begin that a comment is about

    def write(self, text: str, *, is_raised: bool = False) -> None:
        """Append to the paragraph."""
        if is_raised and text.strip():
            text = raised("".join(self._parts[-_LOOKED_BACK:]), text)
        self._parts.append(text)

    def write_note_mark(self, label: str) -> None:
        """Append the mark of a note."""
        before = "".join(self._parts[-_LOOKED_BACK:])
        self._parts.append(f" [{label}]" if before[-1:].isalnum() else f"[{label}]")

    def begin_item(self) -> None:
        """Write the number or bullet of the paragraph before its text."""
        label, self.label = one_line(self.label), ""
        if label:
            self._is_item = True
            self._parts.append(f"{label} " if any(map(str.isalnum, label)) else "- ")

    def begin_quoted(self, name: str) -> None:
        """Mark where the words begin that a comment is about."""
        if len(self._marked) < _MOST_OPEN:
            self._marked[name] = len(self._parts)

    def quoted(self, name: str) -> str:
        """Return the words since their mark, shortened."""
        return shortened(one_line("".join(self._parts[self._marked.pop(name, len(self._parts)) :])))

    def end_paragraph(self) -> None:
        """End the paragraph; in a table, the cell goes on below it."""
        if self.is_in_table:
            self._parts.append("\n")
            return
        self._end_lost_row()
        text = self._taken()
        if self.begins_page and text:
            self.blocks.append(PageBreak())
            self.begins_page = False
        if text or self.notes:
            self.blocks.append(Paragraph(text, self.is_heading, is_item=self._is_item, notes=self.notes))
            self.notes = []
        self._is_item = False
        self._take_aside()

    def end_cell(self) -> None:
        """End a cell."""
        text = self._taken()
        if len(self._cells) < _MOST_CELLS:
            self._cells.append(text)
        self._is_item = False

    def end_row(self) -> None:
        """End a row."""
        if self._cells:
            self.blocks.append(Row(tuple(self._cells), self.shape, tuple(self.notes), tuple(self.comments)))
            self._cells, self.notes, self.comments = [], [], []
        self._take_aside()

    def end_page(self) -> None:
        """End the page in the middle of a paragraph, or between two."""
        if not self.is_in_table:
            self.end_paragraph()
            self.blocks.append(PageBreak())

    def finish(self) -> list[Block]:
        """End what is open and return all blocks."""
        self.is_in_table = False
        if self._cells:
            self.end_cell()
        self.end_paragraph()
        return self.blocks

    def text(self) -> str:
        """Return all that is written as text, after the end."""
        shown = (
            " ".join(block.cells) if isinstance(block, Row) else getattr(block, "text", "") for block in self.blocks
        )
        return "\n".join(filter(None, shown))

    def _taken(self) -> str:
        text = tidy_text(joined_surrogates("".join(self._parts)))
        self._parts.clear()
        self._marked.clear()
        return text

    def _end_lost_row(self) -> None:
        """End a row whose end the file lacks."""
        if self._cells:
            self.end_row()

    def _take_aside(self) -> None:
        self.blocks += self.boxes
        self.blocks += [Paragraph(text, is_comment=True) for text in self.comments]
        self.boxes, self.comments = [], []


def shortened(words: str) -> str:
    """Return the words that a comment is about, the last of many left out."""
    return words if len(words) <= _LONGEST_QUOTED else f"{words[:_LONGEST_QUOTED].rsplit(' ', 1)[0]} …"
