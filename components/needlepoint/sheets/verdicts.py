"""What people said about cells: right, wrong, or the words that are right instead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from needlepoint.answers.replies import Quote
from needlepoint.errors import SheetError
from needlepoint.sheets.database import SheetDatabase

_LONGEST = 10_000
_AT_ONCE = 500


class Judgement(StrEnum):
    """What somebody said about a cell."""

    RIGHT = "right"
    WRONG = "wrong"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement on one cell; the last one counts.

    :param words: the words that were judged; for a correction, those that are right.
    :param start: where they begin in the document's source text; None if they stand nowhere in it.
    :param end: one past their last character.
    :param made: when, as an ISO 8601 time; empty for a new verdict.
    """

    document_id: str
    question: str
    judgement: Judgement
    words: str = ""
    start: int | None = None
    end: int | None = None
    made: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict as a sheet shows it beside its cell.

    :param quote: of a correction, the right words at their place in the document; None if they stand nowhere in it.
    :param is_former: whether the cell had other words when it was judged right or wrong.
    """

    verdict: Verdict
    quote: Quote | None = None
    is_former: bool = False

    @property
    def correction(self) -> str:
        """The words that are right instead of those of the cell; empty if it was not corrected."""
        return self.verdict.words if self.verdict.judgement is Judgement.CORRECTED else ""

    @property
    def is_wrong(self) -> bool:
        """Whether somebody said that the words of the cell as it is now are wrong."""
        return self.verdict.judgement is Judgement.WRONG and not self.is_former

    def __str__(self) -> str:
        return f"{self.verdict.judgement}, of other words" if self.is_former else str(self.verdict.judgement)


class Verdicts:
    """The verdicts on the cells of all sheets; may be used from several threads.

    :param database: where they are kept.
    """

    def __init__(self, database: SheetDatabase) -> None:
        self._database = database

    def add(self, verdict: Verdict) -> Verdict:
        """Keep a verdict, which takes the place of an earlier one on the same cell; return it with its time.

        :raises SheetError: its words are too long, or a correction has none.
        """
        if len(verdict.words) > _LONGEST:
            raise SheetError(f"the words of a verdict have at most {_LONGEST:,} characters")
        if verdict.judgement is Judgement.CORRECTED and not verdict.words.strip():
            raise SheetError("a correction needs the words that are right")
        place = "" if verdict.start is None or verdict.end is None else f"{verdict.start}-{verdict.end}"
        made = datetime.now(UTC).isoformat(timespec="seconds")
        row = (verdict.document_id, verdict.question, str(verdict.judgement), verdict.words, place, made)
        self._database.rows("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?)", row)
        return replace(verdict, made=made)

    def remove(self, document_id: str, question: str) -> None:
        """Take back the verdict on a cell, if there is one."""
        self._database.rows("DELETE FROM verdicts WHERE document_id = ? AND question = ?", (document_id, question))

    def of_documents(self, document_ids: Sequence[str]) -> dict[tuple[str, str], Verdict]:
        """Return the verdicts on cells of documents, by document id and question."""
        found: dict[tuple[str, str], Verdict] = {}
        for start in range(0, len(document_ids), _AT_ONCE):
            part = document_ids[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            for row in self._database.rows(f"SELECT * FROM verdicts WHERE document_id IN ({marks})", part):
                found[row[0], row[1]] = _verdict(*row)
        return found


def _verdict(document_id: str, question: str, judgement: str, words: str, place: str, made: str) -> Verdict:
    start, _, end = place.partition("-")
    return Verdict(
        document_id,
        question,
        Judgement(judgement),
        words,
        start=int(start) if place else None,
        end=int(end) if place else None,
        made=made,
    )
