"""What a report holds, whatever its format: questions with their quotes, sources and notes, and whether each quote holds now."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from needlepoint.sheets.exports.confidence import percent
from needlepoint.sheets.exports.facts import counted, joined, moment
from needlepoint.sheets.quotes import Outcome, VerifiedQuote
from needlepoint.text.paging import page_words
from needlepoint.workspaces.history import AskedQuestion
from needlepoint.workspaces.pins import Pin
from needlepoint.workspaces.places import Place
from needlepoint.workspaces.workspace import Workspace

Verify = Callable[[Sequence[Place]], Sequence[VerifiedQuote]]
"""Looks up places in their documents as these are now."""


@dataclass(frozen=True, slots=True)
class ReportQuote:
    """A quote with its source.

    :param number: from 1, through the whole report.
    :param before: the sentence before the words, ``after`` the one behind them.
    :param source: document, page and characters, in words.
    :param how: how sure the reader is, or who has confirmed the words.
    :param also: further places with the same words.
    :param now: what has become of the words since, if they do not stand where they stood.
    :param is_candidate: whether the reader did not call it an answer.
    """

    number: int
    words: str
    before: str
    after: str
    source: str
    how: str
    also: str = ""
    note: str = ""
    now: str = ""
    is_candidate: bool = False

    @property
    def facts(self) -> str:
        """Source and certainty on one line."""
        return joined([self.source, self.how])


@dataclass(frozen=True, slots=True)
class Section:
    """A question with its quotes.

    :param question: empty for words that were pinned without one.
    :param about: when it was asked, of which documents, and who has read how much.
    :param outcome: what is said in the place of quotes if there are none.
    """

    question: str
    about: str
    quotes: Sequence[ReportQuote]
    note: str = ""
    outcome: str = ""

    @property
    def heading(self) -> str:
        """The question, or what stands in its place."""
        return self.question or "Quotes without a question"


@dataclass(frozen=True, slots=True)
class Report:
    """A report.

    :param about: when it was made, of how much, and how many of its quotes hold.
    """

    title: str
    note: str
    made: str
    about: str
    sections: Sequence[Section]


def pinned_report(
    workspace: Workspace, pins: Sequence[Pin], notes: Mapping[str, str], *, made: str, verify: Verify
) -> Report:
    """Return the report over a workspace's pinned quotes, question by question in the order of the pins.

    :param notes: the notes on questions, by their ids.
    """
    verified = dict(zip((pin.id for pin in pins), verify([pin.place for pin in pins]), strict=True))
    groups: dict[str, list[Pin]] = {}
    for pin in pins:
        groups.setdefault(pin.question, []).append(pin)
    numbers, sections = iter(range(1, len(pins) + 1)), []
    for question, group in groups.items():
        quotes = [_quote(next(numbers), pin.place, verified[pin.id], pin.given, note=pin.note) for pin in group]
        about = dict.fromkeys(_about(pin.given, "") for pin in group)
        of_question = dict.fromkeys(notes.get(pin.question_id or "", "") for pin in group)
        note = "\n\n".join(filter(None, of_question))
        sections.append(Section(question, "; ".join(filter(None, about)), quotes, note))
    return _report(workspace, sections, made, verified.values())


def whole_report(
    workspace: Workspace, asked: Iterable[tuple[AskedQuestion, Mapping[str, Any]]], *, made: str, verify: Verify
) -> Report:
    """Return the report over all questions of a workspace with all their answers, in the order of asking."""
    entries = [(question, reply, _shown(reply)) for question, reply in asked]
    outcomes = list(verify([place for _, _, shown in entries for place in shown]))
    rest, numbers, sections = iter(outcomes), iter(range(1, len(outcomes) + 1)), []
    for question, reply, shown in entries:
        given = {"reader": _reader(reply), "calibrated": _is_calibrated(reply), "asked": question.asked}
        given["scope"] = question.request.get("scope") or ""
        found = bool(reply.get("found"))
        quotes = [_quote(next(numbers), place, next(rest), given, is_candidate=not found) for place in shown]
        passages, documents = ((reply.get("read") or {}).get(name) or 0 for name in ("passages", "documents"))
        read = f"{counted(passages, 'passage')} of {counted(documents, 'document')} read"
        outcome = "" if found or reply.get("verified") else f"No reliable answer found; {read}."
        sections.append(Section(question.question, _about(given, read), quotes, question.note, outcome))
    return _report(workspace, sections, made, outcomes)


def _report(workspace: Workspace, sections: Sequence[Section], made: str, outcomes: Iterable[VerifiedQuote]) -> Report:
    counts: dict[Outcome, int] = {}
    for each in outcomes:
        counts[each.outcome] = counts.get(each.outcome, 0) + 1
    quotes, held = sum(counts.values()), counts.get(Outcome.HOLDS, 0)
    others = ", ".join(f"{number:,} {outcome}" for outcome, number in counts.items() if outcome is not Outcome.HOLDS)
    checked = (
        f"All {quotes:,} quotes hold on this day." if held == quotes else f"{held:,} quotes hold on this day; {others}."
    )
    sentences = [
        f"Made by Needlepoint, {moment(made)}.",
        f"{counted(len(sections), 'question')}, {counted(quotes, 'quote')}.",
        "Every quote is word for word from its document." * bool(quotes),
        checked * bool(quotes),
    ]
    return Report(workspace.name, workspace.note, made, " ".join(filter(None, sentences)), sections)


def _shown(reply: Mapping[str, Any]) -> list[Place]:
    """Return the cards of a reply as a person saw them; of a reply without an answer, the nearest candidate alone."""
    confirmed, answers = list(reply.get("verified") or ()), list(reply.get("answers") or ())
    return [*confirmed, *answers] or list(reply.get("doubtful") or ())[:1]


def _quote(
    number: int,
    place: Place,
    found: VerifiedQuote,
    given: Mapping[str, Any],
    *,
    note: str = "",
    is_candidate: bool = False,
) -> ReportQuote:
    quote = place.get("quote") or {}
    others = [each for each in place.get("places") or () if source_of(each) != source_of(place)]
    also = "; ".join(dict.fromkeys(map(source_of, others)))
    characters = f"characters {place['start']:,} to {place['end']:,}"
    return ReportQuote(
        number,
        words=str(place["answer"]),
        before=str(quote.get("before") or ""),
        after=str(quote.get("after") or ""),
        source=f"{source_of(place)}, {characters}",
        how=_how(place, given, is_candidate=is_candidate),
        also=also,
        note=note,
        now=_now(place, found),
        is_candidate=is_candidate,
    )


def source_of(place: Place) -> str:
    """Return a place as ``lease.pdf, page 7`` or ``prices.xlsx, sheet Prices``, with the document's date."""
    document, page, last = place["document"], int(place.get("page") or 1), int(place.get("last_page") or 0)
    file_type, section = str(document.get("type") or ""), str(place.get("section") or "")
    where = page_words(page, file_type=file_type, last_page=last, section=section)
    of_file = "file of " if document.get("date_of") == "file" else ""
    date = f" ({of_file}{document['date']})" if document.get("date") else ""
    return f"{document.get('name') or document['id'][:12]}{date}, {where}"


def _how(place: Place, given: Mapping[str, Any], *, is_candidate: bool) -> str:
    if confirmed := place.get("confirmed"):
        by, verdict = confirmed.get("by") or "a person", confirmed.get("verdict")
        return (
            f"{'corrected' if verdict == 'corrected' else 'confirmed'} by {by}, {str(confirmed.get('made') or '')[:10]}"
        )
    score = place.get("score")
    if score is None:
        return "chosen by a person"
    sure = f"probability {percent(float(score))}" if given.get("calibrated", True) else f"score {float(score):.2f}"
    return f"candidate, not an answer, {sure}" if is_candidate else sure


def _now(place: Place, found: VerifiedQuote) -> str:
    is_same = found.document_id == place["document"]["id"]
    if found.holds:
        return "" if is_same else "The document was changed since; these words still stand in it."
    told = {
        Outcome.MOVED: f"The words now stand elsewhere: page {found.page}.",
        Outcome.CHANGED: f"The document now says: “{found.words}”.",
        Outcome.GONE: "The words are no longer there.",
        Outcome.UNCHECKED: "It could not be checked.",
    }[found.outcome]
    return f"{told} {found.reason[:1].upper()}{found.reason[1:]}." if found.reason else told


def _about(given: Mapping[str, Any], read: str) -> str:
    asked = given.get("asked")
    by = f"by {given['reader']}" if given.get("reader") else ""
    parts = [
        f"asked {moment(str(asked))}" if asked else "",
        str(given.get("scope") or ""),
        " ".join(filter(None, (read, by))),
    ]
    return joined(parts)


def _reader(reply: Mapping[str, Any]) -> str:
    reader = reply.get("reader") or {}
    return ", ".join(str(reader[name]) for name in ("model", "precision") if reader.get(name))


def _is_calibrated(reply: Mapping[str, Any]) -> bool:
    return bool((reply.get("reader") or {}).get("calibrated"))


def given_of(asked: AskedQuestion, reply: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the words of a reply were found, as a pinned quote keeps it."""
    return {
        "asked": asked.asked,
        "reader": _reader(reply),
        "calibrated": _is_calibrated(reply),
        "scope": asked.request.get("scope") or "",
    }


def lines(text: str) -> Iterator[str]:
    """Yield the lines of a note that are not empty."""
    return (line.strip() for line in text.splitlines() if line.strip())
