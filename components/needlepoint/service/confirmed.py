"""What people said about answers to a question: confirmed words that still stand in their documents, lapsed and wrong ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from needlepoint.service.feedback import Feedback
from needlepoint.service.labels import Label
from needlepoint.sheets.quotes import GivenQuote, Outcome, Verification, VerifiedQuote
from needlepoint.stores.records import Record

Verify = Callable[[Sequence[GivenQuote]], Verification]
_STANDING = frozenset({Outcome.HOLDS, Outcome.MOVED})
RIGHT, CORRECTED = "right", "corrected"


@dataclass(frozen=True, slots=True)
class Judged:
    """A person's judgement of an answer.

    :param verdict: ``right``, ``wrong``, ``corrected``, or ``absent`` if the document does not answer the question.
    :param place: the judged place as the page's address has it, ``DOCUMENT:START-END``; empty if it is not known.
    :param by: the name that the person gave; empty without one. ``person`` tells people without a name apart.
    :param made: when, as the label has it.
    """

    label: Label
    verdict: str
    place: str
    by: str = ""
    person: str = ""
    made: str = ""

    @classmethod
    def of(cls, label: Label) -> "Judged":
        """Return what a label says."""
        meta = label.values.get("meta") or {}
        by, verdict = (str(meta.get(name) or "") for name in ("by", "verdict"))
        if label.is_correct_answer:
            verdict = CORRECTED if verdict == CORRECTED else RIGHT
        else:
            verdict = "wrong" if label.is_correct_document else "absent"
        return cls(label, verdict, label.place, by=by, person=label.person, made=label.made)

    @property
    def is_right(self) -> bool:
        """Whether its words are an answer."""
        return self.verdict in (RIGHT, CORRECTED) and bool(self.label.answer)

    @property
    def replaced(self) -> str:
        """The reader's words, if the person marked others."""
        return str((self.label.values.get("meta") or {}).get("replaced") or "")


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Words that a person has confirmed, and where they stand now.

    :param record: the document as it is now.
    :param found: how the words were found there again.
    """

    judged: Judged
    record: Record
    found: VerifiedQuote

    @property
    def stands(self) -> bool:
        """Whether the words still stand in the document."""
        return self.found.outcome in _STANDING


@dataclass(frozen=True, slots=True)
class Judgements:
    """What people said about answers to one question.

    :param confirmed: words that stand in documents within the filters, the last confirmed first.
    :param lapsed: confirmed words that their document no longer has.
    :param by_place: the last judgement of each place, by its address.
    :param labels: all judgements, also those that others have overruled, in the order of their times.
    """

    confirmed: Sequence[Confirmed] = ()
    lapsed: Sequence[Confirmed] = ()
    by_place: Mapping[str, Judged] = field(default_factory=dict)
    labels: Sequence[Label] = ()


class ConfirmedAnswers:
    """Finds what people said about a question that is asked again; may be used from several threads.

    :param feedback: the labels.
    :param verify: looks up quotes in the documents as these are now.
    :param records: returns those of the documents with some ids that match filters.
    """

    def __init__(
        self,
        feedback: Feedback,
        *,
        verify: Verify,
        records: Callable[[Sequence[str], Mapping[str, Any] | None], Sequence[Record]],
    ) -> None:
        self._feedback = feedback
        self._verify = verify
        self._records = records

    def on(self, question: str, *, filters: Mapping[str, Any] | None = None) -> Judgements:
        """Return what people said about answers to a question.

        Words count as confirmed only if their document is there, is within the filters and still has them. A document that
        was changed or replaced is found by its name.
        """
        labels = sorted(self._feedback.on(question), key=lambda label: label.made)
        by_place = {judged.place or judged.label.id: judged for judged in map(Judged.of, labels)}
        right = [judged for judged in reversed(by_place.values()) if judged.is_right]
        if not right:
            return Judgements(by_place=by_place, labels=labels)
        looked_up = self._verify([_given(judged.label) for judged in right]).quotes
        ids = sorted({found.document_id for found in looked_up if found.document_id})
        records = {record.id: record for record in self._records(ids, filters)}
        all_found = [
            Confirmed(judged, records[found.document_id], found)
            for judged, found in zip(right, looked_up, strict=True)
            if found.document_id in records
        ]
        distinct = {(each.found.document_id, each.found.start, each.found.end): each for each in reversed(all_found)}
        standing = [each for each in reversed(distinct.values()) if each.stands]
        return Judgements(standing, [each for each in all_found if not each.stands], by_place, labels)


def _given(label: Label) -> GivenQuote:
    """Return a label's words as a quote to be looked up, with the text around them."""
    span, text, words = label.span, label.text or "", label.answer or ""
    at = label.start if label.start is not None and text[label.start : label.start + len(words)] == words else None
    start, end = span or (None, None)
    around = (
        (text[max(0, at - 200) : at], text[at + len(words) : at + len(words) + 200]) if at is not None else ("", "")
    )
    return GivenQuote(
        words,
        document=str(label.meta.get("name") or ""),
        document_id=str(label.meta.get("document_id") or ""),
        start=start,
        end=end,
        before=around[0],
        after=around[1],
        problem="" if label.meta.get("document_id") or label.meta.get("name") else "it names no document",
    )
