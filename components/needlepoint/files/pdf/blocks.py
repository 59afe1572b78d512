# ruff: noqa: RUF001 - marks of many scripts are what this is about
"""The blocks of a PDF page in reading order: paragraphs, rows of tables, and what stands aside from the running text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter

from needlepoint.files.pdf.banded import banded_tables
from needlepoint.files.pdf.block import Block, BlockKind, Laid
from needlepoint.files.pdf.cells import Carried, Table, carried_on
from needlepoint.files.pdf.drawings import Box, Drawings
from needlepoint.files.pdf.flow import Layout, Part, joint, line_parts, runs_on, without_hyphen
from needlepoint.files.pdf.lines import Line, Piece, lines_of, pieces_of
from needlepoint.files.pdf.order import regions
from needlepoint.files.pdf.page import Style, Word
from needlepoint.files.pdf.rows import row_blocks
from needlepoint.files.pdf.ruled import ruled_tables
from needlepoint.files.pdf.typed import typed_tables
from needlepoint.files.pdf.typewriter import is_tag, pitch_of, without_drawn
from needlepoint.files.pdf.unruled import LONGEST_NOTE, tables_in, tables_of_figures

_CAPTION = re.compile(
    r"(?:table|figure|fig\.|tab\.|chart)\s+[\dA-Z]+(?:[.-]\d+)*\s*(?:[:.\u2013\u2014|]|$)", re.IGNORECASE
)
_NOTE_MARK = re.compile(r"\[\d{1,3}\]|[*†‡§∗]|\(?\d{1,2}\)?\s")
_PAGE_NUMBER = re.compile(r"-\s?\d{1,3}\s?-|- \d{1,3} -|<PAGE>\s*\d*|page \d{1,4}(?: of \d{1,4})?", re.IGNORECASE)
_LONE_NUMBER = re.compile(r"\d{1,3}")
_PROSE = 60  # characters
_LONGEST_CAPTION = 160
_LONGEST_LABEL = 45  # characters of words in a figure
_SMALL = 0.93  # of the usual height: the letters of notes


def lay_out(words: Sequence[Word], drawn: Drawings, carried: Carried | None, *, width: float) -> Laid:
    """Put the words of a page in order.

    :param words: without furniture.
    :param width: of the page.
    :param drawn: the lines around cells.
    :param carried: a table that may go on at the head of the page.
    """
    parts = list(_parts(words, drawn, carried))
    texts = [part for part in parts if not isinstance(part, Table)]
    layout = Layout.of(texts, width=width, is_whole=len(parts) == 1)
    usual = _usual_height(layout.lines)
    blocks: list[Block] = []
    last, goes_on = carried, False
    for number, part in enumerate(parts):
        if isinstance(part, Table):
            between = parts[number - 1] if number else []
            is_near = isinstance(between, Table) or len(between) <= LONGEST_NOTE
            last, goes_on = carried_on(part, last if is_near else None), True
            blocks += row_blocks(part, last)
        else:
            blocks += _paragraphs(part, layout.beside_text(part), usual)
            goes_on = False
    _name_tables(blocks)
    blocks = _run_on(blocks, layout)
    blocks += [Block(BlockKind.FURNITURE, _spaced([word])) for word in words if is_tag(word)]
    turned = [word for word in words if word.style.angle]
    if turned:
        blocks.append(Block(BlockKind.ASIDE, _spaced(turned)))
    return Laid(blocks, last if goes_on else None)


def _parts(words: Sequence[Word], drawn: Drawings, carried: Carried | None) -> Iterable[list[Line] | Table]:
    """Return the lines of each part of a page, and its tables, in reading order."""
    tables = ruled_tables(words, drawn)
    tables += banded_tables(_outside(tables, words), drawn)
    pitch = pitch_of(words)
    tables += typed_tables(_outside(tables, words), pitch)
    rest = [word for word in _outside(tables, words) if word.style.angle == 0]
    pieces = pieces_of(rest, pitch)
    places = {id(place): (place, table) for place, table in ((_placeholder(table), table) for table, _ in tables)}
    found = regions([*pieces, *(place for place, _ in places.values())])
    if len(found) > 1 and (across := tables_of_figures(pieces, drawn.across)):
        taken = {word for _, ids in across for word in ids}
        pieces = [piece for piece in pieces if id(piece.words[0]) not in taken]
        places |= {id(place): (place, table) for place, table in ((_placeholder(table), table) for table, _ in across)}
        found = regions([*pieces, *(place for place, _ in places.values())])
    for region in found:
        for chunk in _chunks(region, places):
            if isinstance(chunk, Table):
                yield chunk
                carried = carried_on(chunk, carried)
            else:
                yield from _lines_and_tables(without_drawn(lines_of(chunk)), drawn.across, carried)
                carried = None


def _outside(tables: Sequence[tuple[Table, set[int]]], words: Sequence[Word]) -> Sequence[Word]:
    """Return the words that are in none of the tables."""
    taken = {word for _, ids in tables for word in ids}
    return [word for word in words if id(word) not in taken] if taken else words


def _placeholder(table: Table) -> Piece:
    left, top, right, bottom = table.box
    return Piece([Word("", 0, 0, left, top, right, bottom, -1, Style())], left, top, right, bottom)


def _chunks(region: Sequence[Piece], places: "dict[int, tuple[Piece, Table]]") -> Iterable[list[Piece] | Table]:
    """Return the pieces above, between and below the tables of a region, and the tables."""
    held = sorted((piece for piece in region if id(piece) in places), key=attrgetter("top"))
    rest = [piece for piece in region if id(piece) not in places]
    for place in held:
        above = [piece for piece in rest if piece.middle < place.top]
        rest = [piece for piece in rest if piece.middle >= place.top]
        if above:
            yield above
        yield places[id(place)][1]
    if rest:
        yield rest


def _lines_and_tables(
    lines: Sequence[Line], rules: Sequence[Box], carried: Carried | None
) -> Iterable[list[Line] | Table]:
    together: list[Line] = []
    for item in tables_in(lines, rules, carried):
        if isinstance(item, Table):
            if together:
                yield together
            together = []
            yield item
        else:
            together.append(item)
    if together:
        yield together


def _usual_height(lines: Sequence[Line]) -> float:
    """Return the height that most characters have."""
    heights: Counter[float] = Counter()
    for line in lines:
        heights[round(line.height, 1)] += len(line.text)
    return heights.most_common(1)[0][0] if heights else 0.0


def _paragraphs(lines: Sequence[Line], layout: Layout, usual: float) -> list[Block]:
    """Join the lines of one part of a page to paragraphs."""
    blocks: list[Block] = []
    for position, line in enumerate(lines):
        gap = joint(lines, position, layout) if position else "\n\n"
        if gap == " ":
            _append(blocks[-1], line_parts(line), line, layout)
        else:
            blocks.append(Block(BlockKind.TEXT, line_parts(line), line, line, gap, is_first=not position))
    texts = [block.text for block in blocks]
    for at, block in enumerate(blocks):
        if _PAGE_NUMBER.fullmatch(texts[at]) or _is_lone_number(texts, at):
            # a page that was set on paper of another size: its number stands between two paragraphs of this one
            block.kind = BlockKind.FURNITURE
            if at + 1 < len(blocks):
                blocks[at + 1].is_first = True
        elif _is_aside(block, texts[at], usual):
            block.kind = BlockKind.ASIDE
            if at + 1 < len(blocks):
                blocks[at + 1].is_first = True
    return blocks


def _is_lone_number(texts: Sequence[str], at: int) -> bool:
    """Tell a number between two paragraphs of running text, alone or with one other: those of two pages."""
    if not _LONE_NUMBER.fullmatch(texts[at]):
        return False
    around = texts[max(at - 2, 0) : at + 3]
    is_prose = [not _LONE_NUMBER.fullmatch(text) and len(text) > _PROSE for text in around]
    middle = at - max(at - 2, 0)
    numbers = sum(_LONE_NUMBER.fullmatch(text) is not None for text in around)
    return numbers <= 2 and any(is_prose[:middle]) and any(is_prose[middle + 1 :])


def _append(block: Block, parts: list[Part], line: Line, layout: Layout) -> None:
    is_cut = block.last is not None and block.last.is_cut
    text, between = without_hyphen(block.parts[-1][0], is_cut, parts[0][0], layout)
    block.parts[-1] = (text, block.parts[-1][1])
    if between:
        block.parts.append((between, None))
    block.parts += parts
    block.last = line


def _is_aside(block: Block, text: str, usual: float) -> bool:
    """Tell a caption, or a note at the foot of the page, from running text."""
    if block.first is None:
        return False
    if _CAPTION.match(text):
        return True
    return block.first.height < _SMALL * usual and _NOTE_MARK.match(text) is not None


def _run_on(blocks: list[Block], layout: Layout) -> list[Block]:
    """Join a sentence that goes on in the next column, past notes, captions and tables."""
    kept: list[Block] = []
    for at, block in enumerate(blocks):
        if block.kind is BlockKind.TEXT and block.is_first and block.first is not None:
            before = _last_text(kept)
            if before is not None and before.last is not None and runs_on(before.last, block.first):
                parts = list(block.parts)
                _append(before, parts, block.first, layout)
                before.last = block.last
                continue
        kept.append(blocks[at])
    return kept


def _last_text(blocks: Sequence[Block]) -> Block | None:
    """Return the last paragraph, past what stands aside and the words in a figure."""
    last: Block | None = None
    for block in reversed(blocks):
        if block.kind is BlockKind.TEXT:
            last = last or block
            if len(block.text) > _LONGEST_LABEL:
                return block if block is last or _is_unfinished(block) else last
        if block.kind is BlockKind.NOTE:
            break
    return last


def _is_unfinished(block: Block) -> bool:
    return block.last is not None and (block.last.is_cut or block.text[-1:].isalpha() or block.text.endswith(","))


def _name_tables(blocks: Sequence[Block]) -> None:
    """Tell the rows of a table its caption: the short paragraph above it, or the caption below."""
    at = 0
    while at < len(blocks):
        end = at
        while end < len(blocks) and blocks[end].table is not None and blocks[end].table is blocks[at].table:
            end += 1
        if end > at:
            caption = _caption(blocks, at, end)
            for block in blocks[at:end]:
                block.about = " ".join(filter(None, [caption[:_LONGEST_CAPTION], block.about]))
        at = max(end, at + 1)


def _caption(blocks: Sequence[Block], at: int, end: int) -> str:
    """Return what stands above a table as its caption, or below it; a caption between two tables may be the upper one's."""
    above = blocks[at - 1] if at else None
    below = blocks[end].text if end < len(blocks) and _CAPTION.match(blocks[end].text) else ""
    if below and above is not None and at > 1 and blocks[at - 2].table is not None:
        return below
    return above.text if above is not None and _is_caption(above) else below


def _is_caption(block: Block) -> bool:
    text = block.text
    if _CAPTION.match(text):
        return True
    return (
        block.table is None
        and 0 < len(text) <= _LONGEST_CAPTION
        and block.first is block.last
        and not text.endswith((".", ";", ",", "!", "?"))
    )


def _spaced(words: Iterable[Word]) -> list[Part]:
    parts: list[Part] = []
    for word in words:
        parts += [*([(" ", None)] if parts else []), (word.text, word)]
    return parts
