"""What the reader is sent of a document: a page's picture with its words, or a stretch of text as blocks or as a grid.

A page of text may be a whole book, so pages are divided into parts, at line ends. All words of documents are safe to show, and
have the length of what is stored, so that places in them hold.
"""

from base64 import b64encode
from typing import Any

from needlepoint_ui import markup
from needlepoint_ui.reader.blocks import TableBlock, TextBlock, shown_blocks
from needlepoint_ui.service import cached
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.collection_models import PageEntry, Record
from needlepoint_ui.service.reading_models import SheetRow

PART = 8_000
"""Characters of a page of text that are sent at once."""
WIDTHS = (700, 1_000, 1_400, 2_000, 2_800)
"""Widths of pictures, in pixels."""
_LOOKED_AHEAD = 2_000  # characters in which a part finds a line's end
_LONGEST_PAGE = 200_000
_NARROWEST, _WIDEST = 5, 34  # characters of a column
_ZERO_WIDTH = "\u200b"
Payload = dict[str, Any]
_GRIDS = frozenset({"xlsx", "xlsb", "xls", "csv"})


def part_count(page: PageEntry) -> int:
    """Return into how many parts a page of text is divided."""
    return max(1, -(-(page.end - page.start) // PART))


def part_at(page: PageEntry, start: int) -> int:
    """Return the part of a page in which a character may stand; if not in this one, then in the one before."""
    return min(max(start - page.start, 0) // PART, part_count(page) - 1)


def picture_part(client: Client, record: Record, page: PageEntry, mark: tuple[int, int] | None, width: int) -> Payload:
    """Return the picture of a page of a PDF, with the mark in it."""
    id_ = record.document.id
    width = next((each for each in WIDTHS if each >= width), WIDTHS[-1])
    picture = cached.picture(id_, page.number, mark, width)
    if picture is None:
        return {**text_part(client, record, page, 0), "why": "There is no picture of this page; this is its text."}
    return {
        "page": page.number,
        "part": 0,
        "start": page.start,
        "picture": _data_url(picture.png),
        "width": width,
        "boxes": [[round(side, 5) for side in box] for box in picture.boxes],
    }


def page_words(client: Client, record: Record, page: PageEntry) -> Payload:
    """Return the words of a page of a PDF, with their places on its picture."""
    id_ = record.document.id
    return {
        "page": page.number,
        "text": safe(client.text(id_, page.start, min(page.end, page.start + _LONGEST_PAGE))),
        "words": [
            [start - page.start, end - page.start, *(round(side, 4) for side in box)]
            for start, end, *box in cached.words(id_, page.number)
        ],
    }


def thumbnail(record: Record, number: int) -> list[Any]:
    """Return the number of a page and its small picture; nothing if it has none."""
    picture = cached.thumbnail(record.document.id, number)
    return [number, _data_url(picture.png) if picture else ""]


def text_part(client: Client, record: Record, page: PageEntry, number: int) -> Payload:
    """Return a stretch of a page of text."""
    first = page.start + number * PART
    text = client.text(record.document.id, first, min(first + PART + _LOOKED_AHEAD, page.end))
    begin = 0 if number == 0 else _line_end(text, 0)
    end = len(text) if first + PART >= page.end else _line_end(text, PART)
    own = {"page": page.number, "part": number, "start": first + begin, "end": first + end}
    rows = cached.rows(record.document.id, page.number) if record.document.type in _GRIDS else []
    if rows:
        return {**own, **_grid(rows, page, own["start"], own["end"], text[begin:end])}
    title = page.title if number == 0 else ""
    return {**own, "blocks": _blocks(text[begin:end], own["start"], title)}


def cell_at(record: Record, page: PageEntry, start: int) -> str:
    """Return the reference of the cell in which a character stands, such as ``B12``; nothing if it stands in none."""
    rows = cached.rows(record.document.id, page.number) if record.document.type in _GRIDS else []
    for row in rows:
        for column, text, at in row.cells:
            if at is not None and at <= start < at + len(text):
                return f"{letters(column)}{row.number}"
    return ""


def letters(column: int) -> str:
    """Return what a sheet's program calls a column: ``A`` for 1, ``AA`` for 27."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def safe(text: str) -> str:
    """Return text as it may be shown, of the same length."""
    return markup.markable(text, instead=_ZERO_WIDTH)


def _line_end(text: str, at: int) -> int:
    """Return where the next line ends; the place itself if that is far."""
    found = text.find("\n", at, at + _LOOKED_AHEAD)
    return found if found >= 0 else min(at, len(text))


def _blocks(text: str, start: int, title: str) -> list[list[Any]]:
    return [_block(block, start) for block in shown_blocks(text, title=title)]


def _block(block: TextBlock | TableBlock, start: int) -> list[Any]:
    if isinstance(block, TextBlock):
        return [block.kind, start + block.start, safe(block.text)]
    rows = [[cell and [start + cell[0], safe(cell[1])] for cell in row] for row in block.rows]
    return ["table", start + block.start, [safe(heading) for heading in block.headings], rows]


def _grid(rows: list[SheetRow], page: PageEntry, start: int, end: int, text: str) -> Payload:
    """Return the rows that begin in a stretch of text, each with the headings above it, and the text that is in no row."""
    shown: list[list[Any]] = []
    waiting: list[SheetRow] = []
    covered = start
    for row in rows:
        if row.start is None or row.end is None:
            waiting.append(row)
        elif start <= row.start < end:
            shown += [_row(each) for each in (*waiting, row)]
            covered = row.end
            waiting = []
        else:
            waiting = []
    after = text[covered - start :] if shown else text
    left_over = _blocks(after, end - len(after), "") if after.strip() else []
    columns = max((column for row in rows for column, _, _ in row.cells), default=0)
    return {
        "grid": shown,
        "columns": [[letters(at), width] for at, width in _widths(rows, columns)],
        "blocks": left_over,
    }


def _row(row: SheetRow) -> list[Any]:
    return [row.number, row.start, row.end, [[column, at, safe(text)] for column, text, at in row.cells]]


def _widths(rows: list[SheetRow], columns: int) -> list[tuple[int, int]]:
    """Return each column with its width in characters."""
    widths = dict.fromkeys(range(1, columns + 1), _NARROWEST)
    for row in rows:
        for column, text, _ in row.cells:
            widths[column] = max(widths[column], min(len(text), _WIDEST))
    return list(widths.items())


def _data_url(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"
