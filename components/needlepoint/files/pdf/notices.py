"""What stands in the middle of a sentence of a page: a notice that pages repeat, or only space.

A document that was set on other paper has its old page ends, with all that stood there, anywhere on its new pages.
"""

import re
from collections.abc import Callable, Sequence

from needlepoint.files.pdf.block import Block, BlockKind
from needlepoint.files.pdf.flow import without_hyphen

_STOP = re.compile(r"[.!?:;\u2026][\"'\u201d\u2019)\]]*$")
_ENDS_WITHIN = re.compile(
    r"(?<=\w )(?:all|any|and|or|of|in|to|the|a|an|under|by|with|for|as|that|which|such|is|are|be|shall|will|at|from|on|its)$"
)
_MARKER = re.compile(
    r"(?:[^\w\s(\[\"\u201c$]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]{1,2}|\d{1,3}(?:\.\d{1,3})+)\s"
    r"|\((?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})\)"
)
_PROSE = 60  # characters
_MOST_BLOCKS = 3
_LONGEST_NOTICE = 400  # characters
_SHORTEST_NOTICE = 4  # words


def without_notices(blocks: Sequence[Block], is_repeated: Callable[[str], bool]) -> list[Block]:
    """Return the blocks of a page, sentences joined that a notice or space stands within; the notices become furniture.

    :param is_repeated: tells whether a text stands on pages nearby, too.
    """
    kept: list[Block] = []
    for block in blocks:
        before = _before(kept, block, is_repeated)
        if before is None:
            kept.append(block)
            continue
        for between in kept[kept.index(before) + 1 :]:
            between.kind = BlockKind.FURNITURE
        _join(before, block)
    return kept


def _before(kept: Sequence[Block], block: Block, is_repeated: Callable[[str], bool]) -> Block | None:
    """Return the paragraph that a block goes on with; none where it begins anew."""
    if not kept or block.kind is not BlockKind.TEXT or len(block.text) < _PROSE or _MARKER.match(block.text):
        return None
    last = kept[-1]
    if last.kind is BlockKind.TEXT and _is_unfinished(last, block):
        text = last.text
        return last if block.gap == "\n\n" and (block.text[0].islower() or _ENDS_WITHIN.search(text)) else None
    for count in range(1, min(_MOST_BLOCKS, len(kept) - 1) + 1):
        above, between = kept[-count - 1], kept[-count:]
        if above.kind is BlockKind.TEXT and _is_unfinished(above, block):
            return above if _gives_way(between, is_repeated) else None
    return None


def _gives_way(between: Sequence[Block], is_repeated: Callable[[str], bool]) -> bool:
    """Tell what stands at an old page end: the number of its page, a notice that pages repeat."""
    text = [each for each in between if each.kind is not BlockKind.FURNITURE]
    return not text or (_is_notice(text) and is_repeated(" ".join([each.text for each in text])))


def _is_notice(blocks: Sequence[Block]) -> bool:
    text = " ".join([block.text for block in blocks])
    is_plain = all(block.table is None and block.kind is not BlockKind.ROW for block in blocks)
    return is_plain and len(text) < _LONGEST_NOTICE and len(text.split()) >= _SHORTEST_NOTICE


def _is_unfinished(block: Block, after: Block) -> bool:
    """Tell running text that stops within a sentence, above running text in letters of the same size."""
    if block.last is None or after.first is None or len(block.text) < _PROSE or block.first is block.last:
        return False
    is_alike = abs(block.last.height - after.first.height) < 0.12 * block.last.height
    is_shouted = block.last.text.isupper() or after.first.text.isupper()
    return is_alike and not _STOP.search(block.text) and not is_shouted


def _join(block: Block, after: Block) -> None:
    text, word = block.parts[-1]
    text, between = without_hyphen(text, block.last is not None and block.last.is_cut, after.parts[0][0], None)
    block.parts = [*block.parts[:-1], (text, word), *([(between, None)] if between else []), *after.parts]
    block.last = after.last
