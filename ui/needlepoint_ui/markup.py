"""All HTML of the page is made here. Text from documents, files and people goes through :func:`escaped`, without exception."""

import re
import unicodedata
from html import escape

_LINE_SEPARATORS = str.maketrans({"\r": "\n", "\f": "\n", "\v": "\n", "\u2028": "\n", "\u2029": "\n"})
_BIDI_OVERRIDES = {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=])")


def visible(text: str) -> str:
    """Return text that shows in the order it is stored in: no control characters, nothing that turns the reading direction.

    Plain right-to-left text stays as it is: its direction comes from its letters.
    """
    kept = (
        " " if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t" else character
        for character in text.translate(_LINE_SEPARATORS)
        if character not in _BIDI_OVERRIDES
    )
    return "".join(kept)


def escaped(text: str) -> str:
    """Return text as HTML that shows it and does nothing else."""
    return escape(visible(text), quote=True)


def plain_label(text: str) -> str:
    """Return text for a widget's label, which Streamlit reads as Markdown, such that it shows as it is."""
    return _MARKDOWN.sub(r"\\\1", " ".join(visible(text).split()))


def answer_card(
    answer: str, before: str, after: str, *, place: list[str], confidence: tuple[str, str, str], level: str
) -> str:
    """Return a card: the answer, its sentence with the words marked, where it stands, how sure the reader is.

    :param confidence: the word, the number, and what explains them.
    :param level: ``very-likely`` ... ``unsure``; sets the strength of the confidence's sign.
    """
    word, number, explained = confidence
    return (
        '<article class="np-card"><header>'
        f'<h3 dir="auto">{escaped(answer)}</h3>'
        f'<p class="np-confidence np-{level}" title="{escaped(explained)}"><span>{escaped(word)}</span> '
        f"{escaped(number)}</p></header>"
        f'<blockquote dir="auto">{escaped(before)}<mark>{escaped(answer)}</mark>{escaped(after)}</blockquote>'
        f"{where(place)}</article>"
    )


def where(place: list[str]) -> str:
    """Return a line such as ``lease.pdf · page 7 · 12 May 2021``; the first part stands out."""
    first, *others = [escaped(part) for part in place if part]
    rest = "".join(f" <span>· {part}</span>" for part in others)
    return f'<p class="np-where"><bdi class="np-name">{first}</bdi>{rest}</p>'


def passage(text: str, place: list[str]) -> str:
    """Return a passage that was read, as a quotation with its place."""
    lines = re.sub(r"\s*\n\s*", "\n", text.strip())
    return f'<article class="np-passage"><blockquote dir="auto">{escaped(lines)}</blockquote>{where(place)}</article>'


def source(before: str, marked: str, after: str, *, label: str, key: str, softly: bool = False) -> str:
    """Return the text of a page with some words marked, in a pane that scrolls.

    :param label: what a screen reader calls the pane.
    :param key: names the marked place, so that another place scrolls anew.
    :param softly: mark a whole passage.
    """
    mark = f'<mark class="np-soft">{escaped(marked)}</mark>' if softly else f"<mark>{escaped(marked)}</mark>"
    return (
        f'<section class="np-source" role="region" tabindex="0" aria-label="{escaped(label)}" data-place="{escaped(key)}">'
        f'<div class="np-text" dir="auto">{escaped(before)}{mark}{escaped(after)}</div></section>'
    )


def scroll_to_mark(key: str) -> str:
    """Return a script that brings the mark into view within its pane; no text of documents is in it."""
    return (
        f'<script data-for="{escaped(key)}">requestAnimationFrame(() => {{'
        'const pane = document.querySelector(".np-source"), mark = pane && pane.querySelector("mark");'
        "if (mark) pane.scrollTop += mark.getBoundingClientRect().top - pane.getBoundingClientRect().top"
        " - pane.clientHeight / 3;})</script>"
    )


def source_heading(name: str, details: list[str]) -> str:
    """Return the heading over a source text."""
    rest = " · ".join(escaped(part) for part in details if part)
    return f'<div class="np-source-heading"><h2 dir="auto">{escaped(name)}</h2><p>{rest}</p></div>'


def status(parts: list[str], explained: str) -> str:
    """Return the line that says what is being searched, and with what."""
    return f'<p class="np-status" title="{escaped(explained)}">{" · ".join(escaped(part) for part in parts)}</p>'


def summary(text: str) -> str:
    """Return the line over the results."""
    return f'<p class="np-summary" role="status">{escaped(text)}</p>'


def aside(text: str) -> str:
    """Return a word before a row of small controls."""
    return f'<p class="np-aside">{escaped(text)}</p>'


def note(heading: str, text: str, *, tone: str = "calm") -> str:
    """Return a message: what happened, what is safe, what to do.

    :param tone: ``calm`` or ``problem``.
    """
    role = "alert" if tone == "problem" else "status"
    return f'<div class="np-note np-{tone}" role="{role}"><h2>{escaped(heading)}</h2><p>{escaped(text)}</p></div>'


def fates(rows: list[tuple[str, str, str]]) -> str:
    """Return one line for each file.

    :param rows: name, state (``waiting``, ``reading``, ``indexed``, ``unchanged``, ``skipped``) and what to say of it.
    """
    lines = "".join(
        f'<li class="np-{escaped(state)}"><bdi class="np-name">{escaped(name)}</bdi> <span>{escaped(said)}</span></li>'
        for name, state, said in rows
    )
    return f'<ul class="np-fates" aria-live="polite">{lines}</ul>'


def heading(text: str) -> str:
    """Return the heading of a part of a view."""
    return f'<h2 class="np-heading">{escaped(text)}</h2>'


def deletion(names: list[str]) -> str:
    """Return the question before documents are deleted: how many, and which."""
    shown, rest = names[:10], len(names) - 10
    lines = "".join(f"<li><bdi>{escaped(name)}</bdi></li>" for name in shown)
    more = f"<li>and {rest:,} more</li>" if rest > 0 else ""
    asked = "this document" if len(names) == 1 else f"these {len(names):,} documents"
    return (
        f'<div class="np-deletion"><p>Remove {asked} with all passages? Your own files stay where they are.</p>'
        f"<ul>{lines}{more}</ul></div>"
    )
