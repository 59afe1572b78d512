"""The text of one file, as all later stages see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from needlepoint.text.marks import Mark


@dataclass(frozen=True, slots=True)
class Page:
    """One page, slide, sheet or section: ``source.text[page.start:page.end]``.

    :param number: 1-based position in the file.
    :param start: first character in the source text.
    :param end: one past the last character.
    :param title: its heading, slide title or sheet name, where it has one.
    :param confidence: how sure OCR is of its words, from 0 to 1; None where they are the file's own.
    """

    number: int
    start: int
    end: int
    title: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class SourceText:
    r"""The whole text of a file; pages are joined by one form feed, and a form feed stands nowhere else.

    Where a sentence goes on from one page to the next, the next page begins where the one ends, without a form feed.

    :param text: without NUL, without lone surrogates; line ends are ``\n``.
    :param pages: in order; together with the form feeds between them they cover the text.
    :param type: the name of the format that it was read in (:mod:`needlepoint.files.formats`), such as ``pdf`` or ``docx``.
    :param title: the document's own title, where it states one.
    :param metadata: what the file says of itself: ``author``, ``subject``, ``date`` (ISO 8601 day) ...
    :param marks: what parts of the text are, in order; they do not overlap.
    :param unread: what of the file is not in the text, and why; one plain line each.
    """

    text: str
    pages: tuple[Page, ...]
    type: str
    title: str | None = None
    metadata: Mapping[str, str | int | float] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    unread: tuple[str, ...] = ()
