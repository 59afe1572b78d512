"""The control words of RTF by what they mean, and what holds between them."""

from dataclasses import dataclass

from needlepoint.files.flow.streams import Stream

_SKIPPED_NAMES = (
    "colortbl listtable listoverridetable revtbl rsidtbl xmlnstbl latentstyles datastore themedata colorschememapping "
    "nonshppict objdata objclass objname generator filetbl pntxta pntxtb pnseclvl sn sv shprslt nonesttables bkmkstart "
    "bkmkend template ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn fchars lchars xe tc txe rxe private mmathPr atndate "
    "atnref atntime atnparent background pgdsctbl userprops docvar falt panose fontemb fontfile printim buptim"
)
SKIPPED = frozenset(name.encode() for name in _SKIPPED_NAMES.split())
"""Destinations whose text nobody sees."""
CHARACTERS = {
    b"tab": "\t", b"line": "\n", b"emdash": "\u2014", b"endash": "\u2013", b"lquote": "\u2018", b"rquote": "\u2019",
    b"ldblquote": "\u201c", b"rdblquote": "\u201d", b"bullet": "\u2022", b"emspace": " ", b"enspace": " ", b"qmspace": " ",
    b"softline": "\n", b"nestcell": " ", b"nestrow": "\n",
}  # fmt: skip
"""Control words that stand for a character."""
SIGNS = {b"~": " ", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\"}
"""Control words of one sign that stand for a character."""
HEADERS = frozenset({b"header", b"headerl", b"headerr", b"headerf"})
"""Destinations of what stands above the text of a page."""
FOOTERS = frozenset({b"footer", b"footerl", b"footerr", b"footerf"})
"""Destinations of what stands below it."""
STREAMS = HEADERS | FOOTERS | {b"footnote", b"annotation", b"shptxt", b"dptxbxtext"}
"""Destinations whose text is a text of its own."""
KINDS = frozenset({b"pict", b"fonttbl", b"stylesheet", b"info", b"fldinst", b"ffl", b"upr", b"listtext", b"pntext"}) | {
    b"atnauthor", b"atnid", b"atrfstart", b"atrfend",
}  # fmt: skip
"""Destinations whose text is kept for something else."""
IN_INFO = frozenset({b"title", b"subject", b"author", b"keywords", b"doccomm", b"creatim", b"revtim"})
"""Properties of the file."""
OPEN = frozenset({b"shpinst", b"shppict", b"nesttableprops", b"formfield", b"ud", b"shptxt", b"annotation", b"result"})
"""Destinations that older programs may pass over, and whose text is shown."""
NOTE_FORMATS = {
    b"nar": "decimal",
    b"nrlc": "lowerRoman",
    b"nruc": "upperRoman",
    b"nalc": "lowerLetter",
    b"nauc": "upperLetter",
}
"""How notes are numbered."""


@dataclass(slots=True)
class Font:
    """A font as the file states it; ``encoding`` is None where it is the file's own."""

    encoding: str | None = None
    name: str = ""
    is_symbol: bool = False


class State:
    """What holds in a group, and is forgotten at its end."""

    __slots__ = ("font", "is_deleted", "is_hidden", "is_raised", "is_struck", "kind", "skips", "stream", "unicode_skip")

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.kind = b""  # the destination that text goes to; empty for text that is shown
        self.font = 0
        self.unicode_skip = 1
        self.is_deleted = self.is_hidden = self.is_struck = self.is_raised = self.skips = False
