"""Subtitles (SRT and WebVTT): what is said as sentences, each with the time at which it begins."""

import html
import re
from collections.abc import Iterator

from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, PageText, one_line
from needlepoint.files.plain import decode_text
from needlepoint.files.source import SourceText

_TIMES = re.compile(r"[ \t]*((?:\d+:)?\d{1,2}:\d{2})[.,]\d{1,3}[ \t]*-->[ \t]*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}.*")
_VOICE = re.compile(r"<v(?:\.[\w.-]+)?[ \t]+([^<>]{1,100})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<[\d:.]+>|\{\\[^{}]{0,200}\}")
_END = re.compile("[.!?\\u2026\\u3002\\uff01\\uff1f][\"'\\u201d\\u2019)\\]]*$")
_NO_CUES = ("NOTE", "STYLE", "REGION", "WEBVTT")
_LONGEST = 600  # characters of what is said without an end of a sentence


def read_subtitles(data: bytes, limits: Limits) -> SourceText:
    """Read the cues as lines; neighbours are joined until a sentence ends."""
    collector = PageCollector(limits)
    page = PageText()
    begun, parts = "", list[str]()  # the sentence so far
    for time, text in _cues(decode_text(data)):
        if (parts and text.startswith(("-", "["))) or (parts and _speaks(text)):
            page.write(f"[{begun}] {' '.join(parts)}", gap=1)
            parts = []
        begun = begun if parts else time
        parts.append(text)
        if _END.search(text) or sum(map(len, parts)) > _LONGEST:
            page.write(f"[{begun}] {' '.join(parts)}", gap=1)
            parts = []
        collector.check(len(page))
    page.write(f"[{begun}] {' '.join(parts)}" if parts else "", gap=1)
    collector.add(page.text)
    return collector.source(type="subtitles", reason="no subtitles in it: nothing to index")


def _speaks(text: str) -> bool:
    """Tell whether somebody's name stands before the words."""
    return re.match(r"[A-Z][\w. -]{0,30}: ", text) is not None


def _cues(text: str) -> Iterator[tuple[str, str]]:
    """Return the beginning and the words of each cue; what an editor notes is none."""
    time, words = "", list[str]()
    before = ""  # the last line, which may be the number of the next cue
    for line in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        times = _TIMES.fullmatch(line)
        if times is not None:
            if words and before.strip().isdigit():
                words.pop()  # no empty line stands between the cues
            yield from _cue(time, words)
            time, words = times[1], []
        elif not line.strip():
            yield from _cue(time, words)
            time, words = "", []
        elif time:
            words.append(line)
        before = line
    yield from _cue(time, words)


def _cue(time: str, words: list[str]) -> Iterator[tuple[str, str]]:
    spoken = _VOICE.sub(r"\1: ", " ".join(words))
    shown = one_line(html.unescape(_TAG.sub("", spoken)))
    if time and shown:
        yield time if time.count(":") == 2 else f"00:{time:0>5}", shown
