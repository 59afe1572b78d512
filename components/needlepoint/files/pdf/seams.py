# ruff: noqa: RUF001 - marks of many scripts are what this is about
"""From the blocks of a page to its text, so that a sentence goes on from page to page with nothing in between.

What is furniture, and what stands aside, gives way: it follows the sentence that has come from the page before, and precedes
the one that goes on to the next.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from needlepoint.files.pdf.block import Block, BlockKind
from needlepoint.files.pdf.flow import Part, runs_on, without_hyphen
from needlepoint.files.pdf.page import Word

_HEADING = re.compile(r"(?:article|section|exhibit|schedule|annex|appendix|chapter|part)\s+[\dA-Z]", re.IGNORECASE)
_MARKER = re.compile(
    r"(?:[•●○◦▪■□‣⁃∙·*\u2013\u2014-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,3}(?:\.\d{1,3})+[.)]?|§+)\s?"
)
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_PROSE = 60  # characters


@dataclass(slots=True)
class PageParts:
    """The text of a page and what it is made of.

    :param text: ends where the sentence goes on on the next page with what stands before its next word: a space or nothing.
    :param spans: start, end and word of each stretch that stands on the page, in order.
    :param marks: start, end, kind and caption of what is not running text, in order.
    :param runs_on: the last sentence goes on on the next page.
    """

    text: str
    spans: list[tuple[int, int, Word]] = field(default_factory=list)
    marks: list[tuple[int, int, BlockKind, str]] = field(default_factory=list)
    runs_on: bool = False


Blocks = Sequence[Block]


def assembled(earlier: Blocks, before: Blocks, blocks: Blocks, after: Blocks) -> PageParts:
    """Return the text of a page.

    :param earlier: blocks of the page before the one before it; none where there is none.
    :param before: blocks of the page before it.
    :param blocks: its own.
    :param after: blocks of the next page.
    """
    if not blocks:
        return PageParts("", runs_on=seam(earlier, before, after) is not None)
    comes, goes = seam(earlier, before, blocks), seam(before, blocks, after)
    first = comes[1] if comes else None
    last = goes[0] if goes else None
    if first is not None and first is last and len(blocks) > 1:
        first, last = divided(first) or (first, None)
    inner = [block for block in blocks if block is not (comes and comes[1]) and block is not (goes and goes[0])]
    furniture = [block for block in inner if block.kind is BlockKind.FURNITURE]
    text = [block for block in inner if block.kind is not BlockKind.FURNITURE]
    head, foot = ([], furniture) if goes is None else (furniture, [])
    ordered = [*([first] if first else []), *head, *text, *foot, *([last] if last and last is not first else [])]
    return _written(ordered, last, goes)


def divided(block: Block) -> tuple[Block, Block] | None:
    """Cut a paragraph that fills the whole page at the end of a sentence; nothing where there is only one."""
    for at in range(1, len(block.parts) - 1):
        if block.parts[at][0] == " " and _SENTENCE_END.search(block.parts[at - 1][0]):
            return (
                Block(block.kind, block.parts[:at], block.first, None, block.gap),
                Block(block.kind, block.parts[at + 1 :], None, block.last),
            )
    return None


def seam(before: Blocks, blocks: Blocks, after: Blocks) -> tuple[Block, Block] | None:
    """Return the paragraph at the foot of a page and the one at the head of the next, where the one goes on in the other.

    :param before: the page before. Where one paragraph fills the page and comes from there, too, some sentence of it must end:
        there stands what is no part of it.
    """
    found = _pair(blocks, after)
    if found is None or len(blocks) == 1 or found[0] is not _first(blocks):
        return found
    return found if _pair(before, blocks) is None or divided(found[0]) is not None else None


def _pair(blocks: Blocks, after: Blocks) -> tuple[Block, Block] | None:
    last, first = _last(blocks), _first(after)
    if last is None or first is None or last.last is None or first.first is None:
        return None
    return (last, first) if runs_on(last.last, first.first) or _is_broken_off(last, first) else None


def _last(blocks: Blocks) -> Block | None:
    return next((block for block in reversed(blocks) if block.kind is BlockKind.TEXT), None)


def _first(blocks: Blocks) -> Block | None:
    return next((block for block in blocks if block.kind is BlockKind.TEXT), None)


def _is_broken_off(last: Block, first: Block) -> bool:
    """Tell a paragraph without a stop at its end, where the next page begins with a capital or a figure: a name, an amount."""
    above, below = last.text, first.text
    if last.last is None or first.first is None or _SENTENCE_END.search(above) or last.last.text.isupper():
        return False
    if _HEADING.match(below) or abs(last.last.height - first.first.height) > 0.12 * last.last.height:
        return False
    is_prose = len(above) > _PROSE and (last.first is not last.last or len(above) > 1.5 * _PROSE)
    return is_prose and not _MARKER.match(below) and len(below) > _PROSE


def _written(ordered: Sequence[Block], last: Block | None, goes: tuple[Block, Block] | None) -> PageParts:
    page = PageParts("", runs_on=goes is not None)
    texts: list[str] = []
    length = 0
    before: Block | None = None
    for block in ordered:
        parts = block.parts
        if goes and block is last:
            parts = _ended(parts, goes)
        elif block.last is not None and block.last.is_cut:
            parts = [*parts, ("-", None)]  # PDFium took it from the end of the line
        if before is not None and length:
            gap = block.gap if block.kind is before.kind else "\n\n"
            texts.append(gap)
            length += len(gap)
        begin = length
        for text, word in parts:
            if word is not None and text:
                page.spans.append((length, length + len(text), word))
            texts.append(text)
            length += len(text)
        if block.kind is not BlockKind.TEXT and length > begin:
            page.marks.append((begin, length, block.kind, block.about))
        before = block
    page.text = "".join(texts)
    return page


def _ended(parts: Sequence[Part], goes: tuple[Block, Block]) -> list[Part]:
    """Return the parts of the last paragraph up to what the next page begins with: a hyphen taken out, or a space put."""
    last, first = goes
    is_cut = last.last is not None and last.last.is_cut
    text, between = without_hyphen(parts[-1][0], is_cut, first.parts[0][0], None)
    return [*parts[:-1], (text, parts[-1][1]), *([(between, None)] if between else [])]
