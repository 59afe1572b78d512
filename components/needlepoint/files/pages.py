"""From the texts of pages to one source text: cleaned, joined by form feeds, within the limits."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.source import Page, SourceText
from needlepoint.text.marks import Mark, MarkKind
from needlepoint.text.paging import PAGE_BREAK, join_pages

_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u200b\u2028\u2029\ufb00-\ufb06\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BREAKS = frozenset("\x0b\x0c\x85\u2028\u2029")
LIGATURES = dict(
    zip("\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)
)
_BLANK_LINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"[ \t]+")
_MOST_UNREAD = 50
_LONGEST_UNREAD = 200


def clean_text(text: str) -> str:
    r"""Return the text with ``\n`` line ends only and without what nobody sees or can encode.

    No-break spaces become spaces, ligatures such as U+FB01 their letters; NUL and other controls, soft hyphens, zero-width
    spaces and non-characters go; lone surrogates become U+FFFD; other kinds of line break, the form feed among them, become
    ``\n``.
    """
    if text.isascii() and text.isprintable():
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ODD.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    character = match.group()
    if character in _BREAKS:
        return "\n"
    if character == "\xa0":
        return " "
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"
    return LIGATURES.get(character, "")


def tidy_text(text: str) -> str:
    """Return cleaned text with single spaces, none at line ends, one blank line at most, and no outer white space."""
    text = re.sub(r" ?\n ?", "\n", _SPACES.sub(" ", clean_text(text)))
    return _BLANK_LINES.sub("\n\n", text).strip()


@dataclass(frozen=True, slots=True)
class TextLine:
    """A tidy line of text, what it is, and what it is about (see :class:`~needlepoint.text.marks.Mark`).

    :param parts: the very cells of a row and what stands between them, for a format that must know where each stands.
    """

    text: str
    kind: MarkKind | None = None
    about: str = ""
    parts: tuple[str, ...] = field(default=(), compare=False, repr=False)


class PageText:
    """The text of a page as it is written, block after block, with marks of what the blocks are."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._marks: list[Mark] = []
        self._length = 0

    def write(self, text: str, *, gap: int = 2, kind: MarkKind | None = None, about: str = "") -> None:
        """Append a block; its white space is tidied, and an empty one is none.

        :param gap: line ends between it and what is before it.
        :param kind: what it is, where it is not running text.
        :param about: see :class:`~needlepoint.text.marks.Mark`.
        """
        self._append(tidy_text(text), gap, kind, about)

    def write_lines(self, lines: Iterable[TextLine], *, gap: int = 2) -> None:
        """Append lines that are tidy already, such as the rows of a table, each right below the other."""
        for line in lines:
            self._append(line.text, gap, line.kind, line.about)
            gap = 1

    def extend(self, other: "PageText", *, gap: int = 2) -> None:
        """Append the blocks of another page."""
        start = self._append(other.text, gap)
        self._marks += [mark.moved(start) for mark in other.marks]

    @property
    def text(self) -> str:
        """All that is written."""
        return "".join(self._parts)

    @property
    def marks(self) -> list[Mark]:
        """The marks, in order."""
        return self._marks

    def __len__(self) -> int:
        return self._length

    def _append(self, text: str, gap: int, kind: MarkKind | None = None, about: str = "") -> int:
        if not text:
            return self._length
        if self._length:
            self._parts.append("\n" * gap)
            self._length += gap
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        if kind is not None:
            self._marks.append(Mark(start, self._length, kind, about))
        return start


def joined_paragraphs(paragraphs: Iterable[str]) -> str:
    """Return paragraphs as one text, in which no sentence runs from one into the next.

    A single line end may only wrap a line, so paragraphs are parted by a blank line; items of a list begin with ``-`` instead.
    """
    text = ""
    for paragraph in filter(None, paragraphs):
        gap = "\n" if paragraph.startswith("- ") else "\n\n"
        text = f"{text}{gap}{paragraph}" if text else paragraph
    return text


def bounded_unread(lines: Iterable[str]) -> list[str]:
    """Return lines on what was not read, short ones and not too many; the last one counts the rest."""
    listed = [one_line(line)[:_LONGEST_UNREAD] for line in lines]
    if len(listed) <= _MOST_UNREAD:
        return listed
    return [*listed[: _MOST_UNREAD - 1], f"and {len(listed) - _MOST_UNREAD + 1:,} more"]


class PageCollector:
    """Takes the pages of a file one after the other and refuses the one that goes over a limit."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._texts: list[str] = []
        self._titles: list[str | None] = []
        self._confidences: list[float | None] = []
        self._starts: list[int] = []
        self._marks: list[Mark] = []
        self._unread: dict[str, int] = {}
        self._characters = 0

    def add(
        self,
        text: str,
        title: str | None = None,
        marks: Iterable[Mark] = (),
        *,
        runs_on: bool = False,
        confidence: float | None = None,
    ) -> None:
        """Append a page.

        :param text: already clean: no form feed, no NUL.
        :param title: its heading, where it has one.
        :param marks: what parts of the text are, in order, counted from its first character.
        :param runs_on: its last sentence goes on with the next page's first word, so that no form feed parts them.
        :param confidence: how sure OCR is of it, from 0 to 1, where OCR has read it.
        :raises UnreadableFileError: too many pages, or too much text.
        """
        self.check(len(text))
        if len(self._texts) >= self._limits.max_pages:
            raise UnreadableFileError(f"more than {self._limits.max_pages:,} pages: split it into several files")
        self._texts.append(text)
        self._starts.append(self._characters)
        self._titles.append(one_line(title) or None if title else None)
        self._confidences.append(confidence)
        self._marks += [mark.moved(self._characters) for mark in marks]
        self._characters += len(text) + (0 if runs_on else len(PAGE_BREAK))

    def leave_unread(self, what: str) -> None:
        """Note what of the file is not in the text, and why: ``a picture on slide 3``; the same again is counted."""
        what = one_line(what)[:_LONGEST_UNREAD]
        if what in self._unread or len(self._unread) < _MOST_UNREAD:
            self._unread[what] = self._unread.get(what, 0) + 1

    def check(self, characters: int) -> None:
        """Refuse a page that would hold this many characters, before it is finished.

        :raises UnreadableFileError: there would be too much text.
        """
        if self._characters + characters > self._limits.max_characters:
            limit = f"{self._limits.max_characters:,}"
            raise UnreadableFileError(f"more than {limit} characters of text: split it into several files")

    @property
    def unread(self) -> tuple[str, ...]:
        """What is noted to be left out."""
        return tuple(f"{what} ({count:,} times)" if count > 1 else what for what, count in self._unread.items())

    @property
    def has_text(self) -> bool:
        """Whether any page holds more than white space."""
        return any(text and not text.isspace() for text in self._texts)

    def source(
        self,
        *,
        type: str,
        title: str | None = None,
        metadata: Mapping[str, str | int | float] | None = None,
        reason: str = "no text in it: nothing to index",
    ) -> SourceText:
        """Return the source text of all pages taken.

        :param type: the format.
        :param title: the document's own title.
        :param metadata: what the file says of itself; empty values are left out.
        :param reason: what to tell where no page has text.
        :raises UnreadableFileError: no page has text.
        """
        if not self.has_text:
            raise UnreadableFileError(reason)
        pages = tuple(self._pages())
        kept = {key: _clean_value(value) for key, value in (metadata or {}).items()}
        return SourceText(
            text=join_pages((page.start, page.end, text) for page, text in zip(pages, self._texts, strict=True)),
            pages=pages,
            type=type,
            title=one_line(title) or None if title else None,
            metadata={key: value for key, value in kept.items() if value not in ("", None)},
            marks=tuple(self._marks),
            unread=self.unread,
        )

    def _pages(self) -> Iterator[Page]:
        texts = zip(self._starts, self._texts, self._titles, self._confidences, strict=True)
        for number, (start, text, title, confidence) in enumerate(texts, start=1):
            yield Page(number, start, start + len(text), title, confidence)


def one_line(text: str) -> str:
    """Return the text cleaned and on one line."""
    return " ".join(clean_text(text).split())


def _clean_value(value: str | int | float) -> str | int | float:
    return one_line(value) if isinstance(value, str) else value
