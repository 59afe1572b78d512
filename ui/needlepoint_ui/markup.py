"""All HTML of the page is made here. Text from documents, files and people always goes through :func:`escaped`."""

import re
import unicodedata
from collections.abc import Sequence
from html import escape

_LINE_SEPARATORS = str.maketrans({"\r": "\n", "\f": "\n", "\v": "\n", "\u2028": "\n", "\u2029": "\n"})
_BIDI_OVERRIDES = {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
_CLAUSE, _LITTLE = 60, 8  # characters
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=])")


def visible(text: str) -> str:
    """Return text that is shown in the order in which it is stored, without control and direction-changing characters.

    Plain right-to-left text is unchanged: its direction comes from its letters.
    """
    if text.isprintable():
        return text
    kept = (
        " " if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t" else character
        for character in text.translate(_LINE_SEPARATORS)
        if character not in _BIDI_OVERRIDES
    )
    return "".join(kept)


def markable(text: str, *, instead: str = "\N{REPLACEMENT CHARACTER}") -> str:
    """Return text like :func:`visible`, but of the same length, so that its offsets are offsets in ``text``.

    :param instead: takes the place of a character that changes the direction.
    """
    if text.isprintable():
        return text
    return "".join(
        instead
        if character in _BIDI_OVERRIDES
        else " "
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t"
        else character
        for character in text.translate(_LINE_SEPARATORS)
    )


def escaped(text: str) -> str:
    """Return text as HTML that only shows it."""
    return escape(visible(text), quote=True)


def plain_label(text: str) -> str:
    """Return text escaped for a widget's label, which Streamlit reads as Markdown."""
    return _MARKDOWN.sub(r"\\\1", " ".join(visible(text).split()))


def answer_card(
    answer: str,
    before: str,
    after: str,
    *,
    place: list[str],
    score: tuple[str, str, str] | None = None,
    level: str = "",
    is_open: bool = False,
    is_wrong: bool = False,
    replaced: str = "",
    confirmed: str = "",
) -> str:
    """Return a card: the answer, its sentence with the words marked, its place, and how sure the reader is.

    :param score: the word, the number, and their explanation; None shows none.
    :param level: ``very-likely`` ... ``unsure``; sets the strength of the score's badge.
    :param is_open: whether its source is shown beside it.
    :param is_wrong: whether a person called it wrong.
    :param replaced: the reader's words, if a person marked others.
    :param confirmed: who confirmed the words, and when, if a person did.
    """
    by = f'<p class="np-confirmed">{escaped(confirmed)}</p>' if confirmed else ""
    shown = f"<s>{escaped(answer)}</s>" if is_wrong else escaped(answer)
    is_sentence = (
        len(answer) > _CLAUSE and len(before.strip()) + len(after.strip()) <= _LITTLE
    )  # quoted once, as the heading
    heading = (
        f'<h3 class="np-whole" dir="auto"><mark>{shown}</mark></h3>' if is_sentence else f'<h3 dir="auto">{shown}</h3>'
    )
    quote = f'<blockquote dir="auto">{escaped(before)}<mark>{escaped(answer)}</mark>{escaped(after)}</blockquote>'
    instead = (
        f'<p class="np-where">instead of the reader\'s <s><bdi>{escaped(replaced)}</bdi></s></p>' if replaced else ""
    )
    return (
        f'<article class="np-card{_open(is_open)}">{by}<header>'
        f"{heading}{_score(*score, level=level) if score else ''}</header>"
        f"{'' if is_sentence else quote}{where(place)}{instead}</article>"
    )


def _score(word: str, number: str, explained: str, *, level: str) -> str:
    shown = f"<span>{escaped(word)}</span> {escaped(number)}"
    return f'<p class="np-score np-{level}" title="{escaped(explained)}">{shown}</p>'


def early(card: str) -> str:
    """Return a card in the frame for answers that are shown while reading goes on."""
    return f'<div class="np-early" aria-live="polite">{card}</div>'


def where(place: list[str]) -> str:
    """Return a line such as ``lease.pdf · page 7 · 12 May 2021``; the first part stands out."""
    first, *others = [escaped(part) for part in place if part]
    rest = "".join(f" <span>· {part}</span>" for part in others)
    return f'<p class="np-where"><bdi class="np-name">{first}</bdi>{rest}</p>'


def passage(text: str, place: list[str], *, is_open: bool = False) -> str:
    """Return a passage that was read, as a quotation with its place."""
    lines = re.sub(r"\s*\n\s*", "\n", text.strip())
    return (
        f'<article class="np-passage{_open(is_open)}"><blockquote dir="auto">{escaped(lines)}</blockquote>'
        f"{where(place)}</article>"
    )


def _open(is_open: bool) -> str:
    return " np-open" if is_open else ""


def script(text: str) -> str:
    """Return a script of the page's own; no text of documents is in it."""
    return f'<span class="np-unseen"></span><script data-for="page">{text}</script>'


def title(text: str) -> str:
    """Return the title of a view, for screen readers."""
    return f'<h1 class="np-unseen">{escaped(text)}</h1>'


def person(id_: str, name: str) -> str:
    """Return what the page's script lets the browser remember of the person before it."""
    return f'<span class="np-unseen np-person" data-person="{escaped(id_)}" data-name="{escaped(name)}"></span>'


def session(token: str) -> str:
    """Return what the page's script lets the browser keep for a reload; an empty token lets it forget."""
    return f'<span class="np-unseen np-session" data-token="{escaped(token)}"></span>'


def log_in_title() -> str:
    """Return the title of the form with which people log in."""
    return '<h1 class="np-log-in">Log in</h1>'


def who(name: str, does: str, parts: Sequence[str] | None) -> str:
    """Return the name of the person before the page, and what this person may do and see."""
    sees = "everything" if parts is None else ", ".join(parts) or "nothing yet"
    return f'<p class="np-who"><bdi>{escaped(name)}</bdi> · {escaped(does)} · sees {escaped(sees)}</p>'


def day_heading(text: str) -> str:
    """Return the heading over the questions of a day, or over the quotes of a question."""
    return f'<h2 class="np-day" dir="auto">{escaped(text)}</h2>'


def kept(answer: str, facts: Sequence[str], *, is_here: bool) -> str:
    """Return the line under a question of the history: its answer, and facts on it.

    :param is_here: whether it is the one that is open.
    """
    words = f"<bdi>{escaped(answer)}</bdi>" if answer else "No reliable answer"
    rest = "".join(f" · {escaped(fact)}" for fact in facts if fact)
    return f'<p class="np-kept{" np-here" * is_here}">{words}{rest}</p>'


def since(text: str) -> str:
    """Return what has become of quoted words since."""
    return f'<p class="np-since">{escaped(text)}</p>'


def lapsed(answer: str, document: str, by: str, day: str, reason: str) -> str:
    """Return the notice that confirmed words no longer stand in their document."""
    said = f"Confirmed by {escaped(by)} on {escaped(day)}, but no longer in <bdi>{escaped(document)}</bdi>"
    return (
        f'<div class="np-disagreement" role="note"><p>{said}: <strong><bdi>{escaped(answer)}</bdi></strong> '
        f"<span>({escaped(reason)})</span></p></div>"
    )


def show_keys() -> str:
    """Return the button that lists the page's keys."""
    return '<button type="button" class="np-copy np-show-keys" aria-keyshortcuts="?">Keys</button>'


def details(rows: Sequence[tuple[str, str]]) -> str:
    """Return what is known of a document, as names and values."""
    lines = "".join(f"<dt>{escaped(name)}</dt><dd><bdi>{escaped(value)}</bdi></dd>" for name, value in rows if value)
    return f'<section class="np-source np-details"><dl>{lines}</dl></section>'


def source_heading(name: str, details: list[str]) -> str:
    """Return the heading over a source text."""
    rest = " · ".join(escaped(part) for part in details if part)
    return f'<div class="np-source-heading"><h2 dir="auto">{escaped(name)}</h2><p>{rest}</p></div>'


def status(parts: list[str], explained: str) -> str:
    """Return the line that says what is being searched, and with what."""
    return f'<p class="np-status" title="{escaped(explained)}">{" · ".join(escaped(part) for part in parts)}</p>'


def summary(text: str) -> str:
    """Return the line above the results."""
    return f'<p class="np-summary" role="status">{escaped(text)}</p>'


def answers_heading() -> str:
    """Return the heading over the answers, for screen readers."""
    return '<div><h2 class="np-unseen">Answers</h2></div>'


def facts(rows: Sequence[tuple[str, str]]) -> str:
    """Return a few figures in a row, each with its name."""
    shown = "".join(f"<div><dt>{escaped(name)}</dt><dd>{escaped(value)}</dd></div>" for name, value in rows if value)
    return f'<dl class="np-facts">{shown}</dl>'


def disagreement(rows: Sequence[tuple[str, str, str]]) -> str:
    """Return the warning that documents give different answers.

    :param rows: the answer, its document and its date, newest first; those without a date last.
    """
    dated = sum(1 for _, _, day in rows if day)
    order = f" Newest first{', undated last' if dated < len(rows) else ''}:" if dated > 1 else ""
    shown = "; ".join(
        f"<strong><bdi>{escaped(answer)}</bdi></strong> <span>({escaped(', '.join(filter(None, (day, name))))})</span>"
        for answer, name, day in rows
    )
    return f'<div class="np-disagreement" role="note"><p>The documents answer differently.{order} {shown}</p></div>'


def working(text: str, done: float) -> str:
    """Return a progress line; ``done`` is from 0 to 1."""
    return (
        f'<div class="np-working" role="status"><p>{escaped(text)}</p>'
        f'<div class="np-bar"><span style="width:{100 * min(max(done, 0.0), 1.0):.0f}%"></span></div></div>'
    )


def marked_words(before: str, words: str, after: str) -> str:
    """Return a quotation with some words marked."""
    return (
        f'<article class="np-passage"><blockquote dir="auto">{escaped(before)}<mark>{escaped(words)}</mark>'
        f"{escaped(after)}</blockquote></article>"
    )


def cell_note(text: str, place: list[str], *, is_unread: bool) -> str:
    """Return what takes the place of an answer's card if a cell has none.

    :param is_unread: whether the document could not be read.
    """
    kind = "unread" if is_unread else "none"
    return f'<article class="np-card np-cell-{kind}"><p>{escaped(text)}</p>{where(place)}</article>'


def changes(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """Return a line for each change of a sheet.

    :param rows: the kind of the change, the document, the column, and what was and is there.
    """
    lines = "".join(
        "<li>"
        + (f'<b>{escaped(kind)}</b> <bdi class="np-name">{escaped(document)}</bdi>' if kind else "")
        + (f" · <span>{escaped(column)}</span>" if column else "")
        + (": " if kind and words else "")
        + (f"<bdi>{escaped(words)}</bdi>" if words else "")
        + "</li>"
        for kind, document, column, words in rows
    )
    return f'<ul class="np-changes">{lines}</ul>'


def copy_link() -> str:
    """Return a button that copies the page's address, and the script that makes it do so."""
    return (
        '<button type="button" class="np-copy">Copy link</button><script>(() => {'
        'const button = document.querySelector(".np-copy"); if (!button) return;'
        "button.onclick = async () => {try {await navigator.clipboard.writeText(location.href);"
        'button.textContent = "Link copied"} catch {button.textContent = "Copy it from the address bar"}'
        'setTimeout(() => {button.textContent = "Copy link"}, 2500)}})()</script>'
    )


def filters_button(active: int) -> str:
    """Return the button that shows and hides the filters.

    :param active: how many values are set.
    """
    number = f' <span class="np-active-count">{active:,}</span>' if active else ""
    return f'<button type="button" class="np-show-filters" aria-expanded="false">Filters{number}</button>'


def facets_heading() -> str:
    """Return the heading over the filters, with the button that closes them where they cover the page."""
    return (
        '<div class="np-facets-head"><h2>Filters</h2>'
        '<button type="button" class="np-hide-filters" aria-label="Close the filters">✕</button></div>'
    )


def facets_left(text: str, *, is_applied: bool) -> str:
    """Return the line over the button that applies the filters."""
    state = "np-aside" if is_applied else "np-aside np-draft"
    return f'<p class="{state}" role="status">{escaped(text)}</p>'


def aside(text: str) -> str:
    """Return a remark in small print."""
    return f'<p class="np-aside">{escaped(text)}</p>'


def note(heading: str, text: str, *, tone: str = "calm") -> str:
    """Return a message with a heading.

    :param tone: ``calm`` or ``problem``.
    """
    role = "alert" if tone == "problem" else "status"
    return f'<div class="np-note np-{tone}" role="{role}"><h2>{escaped(heading)}</h2><p>{escaped(text)}</p></div>'


def file_states(rows: list[tuple[str, str, str]]) -> str:
    """Return one line for each file.

    :param rows: name, state (``waiting``, ``reading``, ``indexed``, ``unchanged``, ``skipped``) and a remark.
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
    """Return the question whether to delete documents, with their names."""
    shown, rest = names[:10], len(names) - 10
    lines = "".join(f"<li><bdi>{escaped(name)}</bdi></li>" for name in shown)
    more = f"<li>and {rest:,} more</li>" if rest > 0 else ""
    asked = "this document" if len(names) == 1 else f"these {len(names):,} documents"
    return (
        f'<div class="np-deletion"><p>Remove {asked} with all passages? Your own files stay where they are.</p>'
        f"<ul>{lines}{more}</ul></div>"
    )
