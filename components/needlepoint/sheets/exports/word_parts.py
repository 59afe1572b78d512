"""Parts of a Word document as XML text: python-docx's own objects take minutes and much memory for a large table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from needlepoint.sheets.exports.characters import is_right_to_left, on_one_line
from needlepoint.sheets.exports.confidence import LIGHT

_TWIPS_PER_MM = 56.7
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LIGHT.line}"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_MARGINS = '<w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/>'


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look.

    :param text: without line breaks and characters that XML forbids.
    :param colour: of the words, as ``RRGGBB``; ``ground`` is the colour behind them.
    :param anchor: the name of a place in this document that the words lead to.
    :param address: the id of the document's relationship to an address that they lead to.
    """

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    colour: str = LIGHT.ink
    ground: str = ""
    anchor: str = ""
    address: str = ""

    def xml(self) -> str:
        """Return the run, within its link if it has one."""
        looks = [
            "<w:b/>" if self.bold else "",
            "<w:i/>" if self.italic else "",
            "<w:strike/>" if self.struck else "",
            f'<w:color w:val="{self.colour}"/>',
            '<w:u w:val="single"/>' if self.anchor or self.address else "",
            f'<w:shd w:val="clear" w:color="auto" w:fill="{self.ground}"/>' if self.ground else "",
            "<w:rtl/>" if is_right_to_left(self.text) else "",
        ]
        run = f'<w:r><w:rPr>{"".join(looks)}</w:rPr><w:t xml:space="preserve">{escape(self.text)}</w:t></w:r>'
        if self.anchor:
            return f"<w:hyperlink w:anchor={quoteattr(self.anchor)}>{run}</w:hyperlink>"
        return f"<w:hyperlink r:id={quoteattr(self.address)}>{run}</w:hyperlink>" if self.address else run


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a table.

    :param paragraphs: each a sequence of runs.
    :param ground: the colour behind them, as ``RRGGBB``.
    """

    paragraphs: Sequence[Sequence[Run]]
    ground: str = ""


def spaced(text: str) -> str:
    """Return part of a sentence on one line, with the space at its ends."""
    before, after = ("" if text[at : at + 1].strip() else " " for at in (0, len(text) - 1))
    return f"{before}{on_one_line(text)}{after}" if text.strip() else " " * bool(text)


def heading(text: str, level: int) -> str:
    """Return a heading; level 1 is the highest."""
    style = f'<w:pPr><w:pStyle w:val="Heading{level}"/></w:pPr>'
    return f'<w:p>{style}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def paragraph(runs: Sequence[Run], *, bookmark: tuple[str, int] | None = None) -> str:
    """Return a paragraph.

    :param bookmark: a name for links within the document, and a number of its own; such a paragraph has a hanging indent.
    """
    words = "".join(run.xml() for run in runs)
    if bookmark:
        name, number = bookmark
        start = f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(name)}/>'
        words = f'{start}{words}<w:bookmarkEnd w:id="{number}"/>'
    return _paragraph(
        runs, words, '<w:spacing w:after="80"/>' + ('<w:ind w:left="397" w:hanging="397"/>' if bookmark else "")
    )


def table(headings: Sequence[str], rows: Iterable[Iterable[Box]], *, widths_mm: Sequence[float]) -> Iterator[str]:
    """Yield a table part by part; its headings are repeated on every page."""
    widths = [round(width * _TWIPS_PER_MM) for width in widths_mm]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{_MARGINS}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    )
    boxes = [Box([[Run(name, bold=True)]], LIGHT.band) for name in headings]
    yield _row(boxes, widths, "<w:cantSplit/><w:tblHeader/>")
    for row in rows:
        yield _row(row, widths, "<w:cantSplit/>")
    yield "</w:tbl><w:p/>"  # Word joins tables without a paragraph between them


def _row(boxes: Iterable[Box], widths: Sequence[int], properties: str) -> str:
    cells = "".join(_cell(box, width) for box, width in zip(boxes, widths, strict=True))
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"


def _cell(box: Box, width: int) -> str:
    ground = f'<w:shd w:val="clear" w:color="auto" w:fill="{box.ground}"/>' if box.ground else ""
    spacing = '<w:spacing w:before="20" w:after="20"/>'
    paragraphs = "".join(_paragraph(runs, "".join(run.xml() for run in runs), spacing) for runs in box.paragraphs)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{ground}</w:tcPr>{paragraphs or "<w:p/>"}</w:tc>'


def _paragraph(runs: Sequence[Run], words: str, properties: str) -> str:
    bidi = "<w:bidi/>" if runs and is_right_to_left(runs[0].text) else ""
    return f"<w:p><w:pPr>{bidi}{properties}</w:pPr>{words}</w:p>"
