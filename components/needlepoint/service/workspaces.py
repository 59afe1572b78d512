"""The workspaces of a collection: what is kept of its questions, and reports over them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Literal

from needlepoint.answers.place_data import document_data, place_data
from needlepoint.errors import SheetError, UnknownDocumentError, WorkspaceError
from needlepoint.people.person import asking
from needlepoint.service.sheets import Sheets
from needlepoint.sheets.exports.writing import write_files
from needlepoint.sheets.quotes import VerifiedQuote
from needlepoint.stores.records import Record
from needlepoint.workspaces.history import History
from needlepoint.workspaces.pins import Pin, Pins
from needlepoint.workspaces.places import Place, address_of, as_given, became, places_of
from needlepoint.workspaces.report.contents import Report, given_of, pinned_report, whole_report
from needlepoint.workspaces.report.plain_data import workspace_json
from needlepoint.workspaces.report.writing import write_report
from needlepoint.workspaces.workspace import Workspaces

Over = Literal["pinned", "all"]
"""What a report holds: the pinned quotes, or all questions with all their answers."""
_LONGEST_PIN = 20_000


class Desk:
    """The workspaces, with the documents that their quotes come from; may be used from several threads.

    :param sheets: has the file that keeps them, and looks up quotes.
    :param find: returns a document's record by its id.
    """

    def __init__(self, sheets: Sheets, find: Callable[[str], Record]) -> None:
        self._sheets = sheets
        self._find = find
        self.workspaces = Workspaces(sheets.database)
        self.history = History(sheets.database)
        self.pins = Pins(sheets.database)

    def keep(self, workspace: str, request: Mapping[str, Any], reply: Mapping[str, Any]) -> str:
        """Keep a question with its answers in a workspace; return the question's id there.

        :raises UnknownWorkspaceError: there is no such workspace.
        """
        return self.history.add(self.workspaces.get(workspace).id, request, reply, user=asking().id or None)

    def verified(self, places: Sequence[Place]) -> list[VerifiedQuote]:
        """Look up places in their documents as these are now."""
        return self._sheets.verify([as_given(place) for place in places]).quotes if places else []

    def checks(self, places: Iterable[Place]) -> list[dict[str, Any]]:
        """Return what became of each place, once for each address."""
        distinct = {address_of(place): place for place in places}
        found = self.verified(list(distinct.values()))
        return [became(place, each) for place, each in zip(distinct.values(), found, strict=True)]

    def pin(
        self,
        workspace: str,
        document_id: str,
        start: int,
        end: int,
        *,
        question_id: str | None = None,
        question: str = "",
    ) -> Pin:
        """Pin words of a kept question's answers, or any words of a document.

        :param question_id: the kept question whose answer they are.
        :param question: the question that they answer, if none is kept.
        :raises UnknownWorkspaceError: there is no such workspace or question.
        :raises UnknownDocumentError: there is no such document.
        :raises WorkspaceError: the place has no words, or too many.
        """
        self.workspaces.get(workspace)
        given: dict[str, Any] = {}
        place: Place | None = None
        if question_id:
            asked, reply = self.history.get(workspace, question_id)
            question, given = asked.question, given_of(asked, reply)
            wanted = f"{document_id}:{start}-{end}"
            place = next((each for each in places_of(reply) if address_of(each) == wanted), None)
        place = place or self._place(document_id, start, end)
        kept = {name: value for name, value in place.items() if name not in ("passage", "haystack", "places")}
        return self.pins.add(
            workspace, kept, question=question, question_id=question_id, given=given, user=asking().id or None
        )

    def _place(self, document_id: str, start: int, end: int) -> dict[str, Any]:
        """Return words of a document as a card has them, without a score: a person has chosen them."""
        if not 0 <= start < end or end - start > _LONGEST_PIN:
            raise WorkspaceError(f"a pinned quote has 1 to {_LONGEST_PIN:,} characters, not {start:,} to {end:,}")
        record = self._find(document_id)
        if record.id != document_id:
            raise UnknownDocumentError(f"no document '{document_id[:64]}'")
        quote = self._sheets.quote_at(record, start, end)
        if quote is None:
            raise WorkspaceError(f"the document has no words at characters {start:,} to {end:,}")
        return place_data(
            quote.answer,
            document=document_data(record.id, record.meta),
            page=quote.page,
            last_page=quote.last_page,
            section=None,
            start=start,
            end=end,
            before=quote.before,
            after=quote.after,
            score=None,
        )

    def report(self, workspace: str, over: Over) -> Report:
        """Return the report over a workspace; every quote is looked up in its document as this is now.

        :raises UnknownWorkspaceError: there is no such workspace.
        """
        known, made = self.workspaces.get(workspace), datetime.now(UTC).isoformat(timespec="seconds")
        if over == "all":
            return whole_report(known, self.history.whole(workspace), made=made, verify=self.verified)
        pins = self.pins.all(workspace)
        notes = self.history.notes(workspace)
        return pinned_report(known, pins, notes, made=made, verify=self.verified)

    def export(self, workspace: str, path: Path, *, over: Over = "pinned") -> None:
        """Write a workspace to a file: a report as ``.docx``, ``.md`` or ``.html``, or all that it keeps as ``.json``.

        :raises UnknownWorkspaceError: there is no such workspace.
        :raises WorkspaceError: the ending is unknown, or the file cannot be written.
        """
        if path.suffix.lower() != ".json":
            write_report(self.report(workspace, over), path)
            return
        parts = workspace_json(self.workspaces.get(workspace), self.history.whole(workspace), self.pins.all(workspace))

        def write(file: IO[bytes]) -> None:
            file.writelines(parts)

        try:
            write_files({path: write})
        except SheetError as error:
            raise WorkspaceError(str(error)) from error
