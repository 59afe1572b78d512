"""The blocks that the text of a PDF page is made of."""

from dataclasses import dataclass
from enum import Enum

from needlepoint.files.pdf.cells import Carried, Table
from needlepoint.files.pdf.flow import Part
from needlepoint.files.pdf.lines import Line


class BlockKind(Enum):
    """What a block is. Only ``TEXT`` goes on in the next column or page, past what stands ``ASIDE`` and past rows of tables."""

    TEXT = "text"
    ROW = "row"
    ASIDE = "aside"
    NOTE = "note"
    FURNITURE = "furniture"


@dataclass(slots=True)
class Block:
    """A paragraph, a list item or a row of a table.

    :param parts: its text, and the words that it is of.
    :param first: its first line, where it is made of lines.
    :param last: its last line.
    :param gap: what stands between it and the block before it.
    :param about: what it is about that its own words do not say: a table's caption.
    :param table: whose row it is.
    :param is_first: it begins a column or another part of the page.
    """

    kind: BlockKind
    parts: list[Part]
    first: Line | None = None
    last: Line | None = None
    gap: str = "\n\n"
    about: str = ""
    is_first: bool = False
    table: Table | None = None

    @property
    def text(self) -> str:
        """Its text."""
        return "".join([text for text, _ in self.parts])


@dataclass(slots=True)
class Laid:
    """The blocks of a page in reading order.

    :param table: the table at its foot, which may go on on the next page.
    """

    blocks: list[Block]
    table: Carried | None = None
