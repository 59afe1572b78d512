# ruff: noqa: RUF001 - marks of many scripts are what this is about
"""Finds where sentences end by rules over white space, full stops and the words around them: no model, any script.

Measured against syntok, pysbd, nupunkt and sentencex in ``benchmarks/splitting.py``.
"""

import re
from collections.abc import Iterator

from needlepoint.text.abbreviations import EITHER, LETTERED, MONTHS, NUMBERED, STARTERS, TITLES
from needlepoint.text.lines import Block, Kind, blocks

_CLOSERS = r"""["'”’»›)\]}」』】）〉》*_]*+(?:\[\d{1,3}\])*+"""
_END = re.compile(
    rf"(?<![.!?…])[.!?…‼⁇⁈⁉]++{_CLOSERS}(?:(?<=[a-z]{{3}}\.)\d{{1,3}})?(?=\s)"
    rf"|(?<![.!?…])[.!?…]++(?=['\"”’]?\[\d{{1,3}}\]){_CLOSERS}(?=\s)"
    rf"|[。！？｡]++{_CLOSERS}|[؟۔।॥։။።፧።]++{_CLOSERS}(?=\s)"
)
_NEXT = re.compile(r"""\s+([\"'“‘„«‹(\[{*_¿¡-]*)(\w+|\S)(.?)""", re.DOTALL)
_OPENERS = "\"'“‘„«‹([{*_¿¡-–—/"
_LABEL = re.compile(
    r"[^\w\s]*(?:(?:section|article|clause|schedule|exhibit|annex|appendix|chapter|part|item|note|step|rule|§+)\s+)?"
    r"(?:\d{1,4}(?:\.\d{1,4})*|[a-z]|[ivxlc]{1,7}|\d{1,3}[a-z])[)\]]*",
    re.IGNORECASE,
)
_LABEL_CHARACTERS = 24
_LONGEST_LABEL = 4
_WORD_CHARACTERS = 32
_ROMAN = frozenset("IVXLCDM")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Cut a text into sentences; headings, list items and table rows count as sentences of their own.

    :param text: any text; pages are divided by form feeds.
    :returns: ``(start, end)`` in order, without white space around them; they do not overlap, and together they hold
        every character of the text that is not white space.
    """
    return [span for block in blocks(text) for span in sentences_of(text, block)]


def sentences_of(text: str, block: Block) -> list[tuple[int, int]]:
    """Cut one block into its sentences; a table row is one sentence."""
    if block.kind is Kind.ROW:
        return [(block.start, block.end)]
    return list(_sentences_within(text, block.start, block.end))


def _sentences_within(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _END.finditer(text, start, end):
        stop = match.end()
        following = _NEXT.match(text, stop, end)
        if following is None:
            # a CJK full stop needs no white space after it; any other mark here is the block's end
            if stop < end and not text[stop].isspace():
                yield start, stop
                start = stop
            continue
        if _ends_sentence(text, start, match, following):
            yield start, stop
            start = following.start(1)
    if start < end:
        yield start, end


def _ends_sentence(text: str, start: int, match: re.Match[str], following: re.Match[str]) -> bool:
    opener, word, after = following.groups()
    mark = match.group()
    if mark[0] not in ".…!?":
        return True
    is_label = after == ")" and len(word) <= _LONGEST_LABEL  # "(b) The Licensee", "iv) the fees"
    if (word[0].islower() and not is_label) or (word[0] in ".,;:)]}=%…" and not opener):
        return False
    dot = match.start()
    if mark[0] != "." or mark[:2] in ("..", ".!", ".?"):
        return True
    before = text[max(start, dot - _WORD_CHARACTERS) : dot]
    if dot - start <= _LABEL_CHARACTERS and _LABEL.fullmatch(before):
        return False  # "3.1." or "Section 4." before the text that it numbers
    if not before or before[-1].isspace():
        return True
    *earlier, last = before.split()
    if len(last) == 1 and earlier and earlier[-1].lower() in LETTERED:
        return True
    return _stop_ends(last.lstrip(_OPENERS), word, after)


def _stop_ends(before: str, word: str, after: str) -> bool:
    """Tell whether the full stop between ``before`` and ``word`` ends the sentence; ``after`` follows ``word``."""
    if not before:
        return True
    if before[-1].isdigit():
        return word not in MONTHS
    key = before.lower()
    if key in TITLES:
        return False
    starts = word in STARTERS and not (len(word) == 1 and after == ".")
    if key in NUMBERED and not (len(key) == 1 and before.isupper()):
        return starts or not _is_number(word)
    if (len(before) == 1 and before.isalpha() and before.isascii()) or key in EITHER or _is_dotted(key):
        return starts
    return True


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word[0] in "§#" or len(word) == 1 or _ROMAN.issuperset(word)


def _is_dotted(key: str) -> bool:
    """Tell whether a word is an abbreviation by its inner stops: ``u.s.c``, ``ph.d``, but not ``example.com``."""
    return "." in key and all(len(part) <= 2 and (part.isalpha() or not part) for part in key.split("."))
