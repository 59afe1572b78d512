"""Question sheets over the collection, read by the reader of the query pipeline."""

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, cast

from needlepoint.answers.answer import Passage
from needlepoint.answers.replies import Reply
from needlepoint.errors import SheetError
from needlepoint.pipelines.loading import LoadedPipelines
from needlepoint.service.documents import Documents
from needlepoint.settings import Settings
from needlepoint.sheets.ledger import Ledger
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.reading import Coverage, FilledCell, SheetFiller, SheetReader, SheetStore
from needlepoint.sheets.table import Cell, Sheet, SheetDocument

_QUOTES = 5


class Sheets:
    """Makes sheets; may be used from several threads.

    :param pipelines: the pipelines of the collection; the reader is loaded at first use.
    :param documents: the collection's documents.
    """

    def __init__(self, pipelines: LoadedPipelines, documents: Documents, settings: Settings) -> None:
        self._pipelines = pipelines
        self._documents = documents
        self._settings = settings

    def documents(self, *, filters: Mapping[str, Any] | None = None, names: Sequence[str] = ()) -> list[SheetDocument]:
        """Return the rows of a sheet, sorted by name.

        :param filters: on the documents' metadata.
        :param names: ids, unambiguous beginnings of ids, or file names; none of them means all documents.
        :raises SheetError: no document is left.
        :raises UnknownDocumentError: a name is unknown or ambiguous.
        """
        records = self._documents.all(filters=filters)
        if names:
            wanted = {self._documents.find(name).id for name in names}
            records = [record for record in records if record.id in wanted]
        if not records:
            of_filters = "no document matches" if filters or names else "the collection is empty"
            raise SheetError(f"{of_filters}: there is nothing to read")
        return [SheetDocument.of(record) for record in records]

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger in which this collection's readings are kept."""
        return Ledger(self._settings.sheets / "ledger.sqlite")

    def filler(
        self, *, coverage: Coverage, again: bool = False, give_way: Callable[[], None] | None = None
    ) -> SheetFiller:
        """Return what reads the cells of a sheet; the parameters are those of :class:`SheetFiller`."""
        return SheetFiller(self._store, self.reader, self.ledger, coverage=coverage, again=again, give_way=give_way)

    def fill(
        self,
        questions: Sequence[SheetQuestion],
        documents: Sequence[SheetDocument],
        *,
        coverage: Coverage | None = None,
        again: bool = False,
        on_cell: Callable[[FilledCell], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Sheet:
        """Read a sheet and return it; cells that are not read when ``stop`` is set are waiting.

        :param coverage: how much of each document is read.
        :param again: read anew what was read before.
        :param on_cell: called for each cell, in this thread.
        """
        coverage = coverage or Coverage()
        cells: dict[tuple[str, str], Cell] = {}
        for filled in self.filler(coverage=coverage, again=again).fill(questions, documents, stop=stop):
            cells[filled.document.id, filled.question.text] = filled.cell
            if on_cell:
                on_cell(filled)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        return Sheet(questions, documents, cells, self.reader.description, str(coverage), made)

    @cached_property
    def reader(self) -> SheetReader:
        """The reader of the query pipeline; its model is loaded."""
        query = self._pipelines.query
        description = query.reader_facts.description

        def answer(question: str, passages: Sequence[Passage]) -> Reply:
            return query.read(question, passages, top_k=_QUOTES)

        return SheetReader(answer, _key(query.reader), description)

    @property
    def _store(self) -> SheetStore:
        records = self._pipelines.records
        if not hasattr(records, "search_fields"):
            raise SheetError("sheets need the embedded store or Elasticsearch")
        return cast(SheetStore, records)

    def close(self) -> None:
        """Close the ledger; may be called again."""
        if "ledger" in self.__dict__:
            self.ledger.close()


def _key(node: Any) -> str:
    """Return a key that changes with the reader's model and settings."""
    config: Mapping[str, Any] = getattr(node, "_component_config", None) or {}
    parts = [type(node).__name__, str(sorted((config.get("params") or {}).items()))]
    if hasattr(node, "span_reader"):
        parts.append(node.span_reader.key)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
