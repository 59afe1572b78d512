"""Question sheets over the collection, read by the reader of the query pipeline."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from functools import cached_property, partial
from itertools import chain
from typing import Any, cast

from needlepoint.answers.answer import Passage
from needlepoint.answers.replies import Quote, Reply
from needlepoint.collection.asking import answer_question
from needlepoint.collection.known_files import known_ids
from needlepoint.errors import SheetError
from needlepoint.pipelines.loading import LoadedPipelines
from needlepoint.service.documents import Documents
from needlepoint.settings import Settings
from needlepoint.sheets.database import SheetDatabase
from needlepoint.sheets.document_sets import DocumentSets
from needlepoint.sheets.document_text import DocumentText
from needlepoint.sheets.judging import quote_at, with_verdicts
from needlepoint.sheets.ledger import Ledger
from needlepoint.sheets.passages import SheetStore
from needlepoint.sheets.questions import SheetQuestion
from needlepoint.sheets.quotes import GivenQuote, Verification
from needlepoint.sheets.reading import Coverage, FilledCell, SheetFiller, SheetReader, pairs_of
from needlepoint.sheets.recall import depth_for_recall
from needlepoint.sheets.saved import SavedSheet, SavedSheets
from needlepoint.sheets.table import Cell, Sheet, SheetDocument
from needlepoint.sheets.verdicts import Verdicts
from needlepoint.sheets.verification import verify_quotes
from needlepoint.stores.names import PASSAGES
from needlepoint.stores.records import Record

_ONLY_HOLDING = frozenset({"archive", "mailbox"})  # types of documents that are not read but have what they hold read
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
        """Return the rows of a sheet, sorted by name; archives and mailboxes are rows only where they are named.

        :param filters: on the documents' metadata.
        :param names: ids, unambiguous beginnings of ids, or file names; none of them means all documents.
        :raises SheetError: no document is left.
        :raises UnknownDocumentError: a name is unknown or ambiguous.
        """
        records = self._documents.all(filters=self.sets.resolved(filters) if filters else None)
        if names:
            wanted = {self._documents.find(name).id for name in names}
            records = [record for record in records if record.id in wanted]
        else:
            records = [record for record in records if record.meta.get("type") not in _ONLY_HOLDING]
        if not records:
            of_filters = "no document matches" if filters or names else "the collection is empty"
            raise SheetError(f"{of_filters}: there is nothing to read")
        return [SheetDocument.of(record) for record in records]

    @cached_property
    def saved(self) -> SavedSheets:
        """The collection's saved sheets."""
        return SavedSheets(self.database)

    @cached_property
    def sets(self) -> DocumentSets:
        """The collection's named sets of documents."""

        def existing(ids: Sequence[str]) -> set[str]:
            return set(known_ids(self._pipelines.records, ids))

        return DocumentSets(self.database, existing)

    @cached_property
    def verdicts(self) -> Verdicts:
        """What people said about cells."""
        return Verdicts(self.database)

    @cached_property
    def _ledger(self) -> Ledger:
        return Ledger(self.database)

    @cached_property
    def database(self) -> SheetDatabase:
        """The file that keeps all this, and workspaces."""
        return SheetDatabase(self._settings.sheets / "sheets.sqlite")

    def filler(
        self, *, coverage: Coverage, again: bool = False, give_way: Callable[[], None] | None = None
    ) -> SheetFiller:
        """Return what reads the cells of a sheet; the parameters are those of :class:`SheetFiller`."""
        return SheetFiller(self._store, self.reader, self._ledger, coverage=coverage, again=again, give_way=give_way)

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
        filler = self.filler(coverage=coverage, again=again)
        cells: dict[tuple[str, str], Cell] = {}
        for filled in filler.fill(pairs_of(questions, documents), stop=stop):
            cells[filled.document.id, filled.question.text] = filled.cell
            if on_cell:
                on_cell(filled)
        return self.judged(self.sheet(questions, documents, cells, coverage=str(coverage)))

    @contextmanager
    def on_ray(self, address: str, *, workers: int | None = None) -> Iterator["Sheets"]:
        """Yield these sheets, read by the workers of a Ray cluster; answers and ledger are the same.

        :param address: of the cluster, or ``local``; see :func:`needlepoint.sheets.ray_engine.read_by_ray`.
        :param workers: how many, each with one core; by default as many as there are cores.
        :raises MissingExtraError: Ray is not installed.
        :raises PipelineFileError: the pipeline's reader is not an OnnxReader.
        :raises SheetError: the cluster cannot be reached, or no worker begins.
        :raises ModelError: the workers' models are not this one.
        """
        from needlepoint.sheets.ray_engine import read_by_ray

        spans, options = self._pipelines.query.span_reading()
        answer = partial(answer_question, top_k=_QUOTES, options=options)
        _ = self.database  # one for both
        with read_by_ray(self.reader, spans, answer, address=address, workers=workers) as reader:
            other = copy(self)
            other.reader = reader
            yield other

    def rows(self, saved: SavedSheet) -> list[SheetDocument]:
        """Return the documents of a saved sheet as the collection is now."""
        return self.documents(filters=saved.filters or None, names=saved.documents)

    def known(self, saved: SavedSheet) -> Sheet:
        """Return a saved sheet with the cells that are known or could not be read, without reading anything."""
        documents, coverage = self.rows(saved), Coverage(saved.passages)
        filler, pairs = self.filler(coverage=coverage), pairs_of(saved.questions, documents)
        found = chain(filler.failed(pairs), filler.known(pairs))
        cells = {(each.document.id, each.question.text): each.cell for each in found}
        return self.sheet(saved.questions, documents, cells, coverage=str(coverage))

    def fill_to_recall(
        self,
        questions: Sequence[SheetQuestion],
        documents: Sequence[SheetDocument],
        *,
        target: float,
        on_cell: Callable[[FilledCell], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Sheet:
        """Read a sheet as deep as a wanted recall takes; see :mod:`needlepoint.sheets.recall`.

        :param target: the share of the answers of a complete reading, above 0 and below 1.
        """
        whole = self.filler(coverage=Coverage(None))
        estimate = depth_for_recall(whole, questions, documents, target=target, stop=stop)
        pairs = pairs_of(questions, documents)
        filled = whole.known(pairs)
        known = {(each.document.id, each.question.text) for each in filled}
        others = [pair for pair in pairs if (pair[0].id, pair[1].text) not in known]
        cells: dict[tuple[str, str], Cell] = {}
        for each in chain(filled, self.filler(coverage=estimate.coverage).fill(others, stop=stop)):
            cells[each.document.id, each.question.text] = each.cell
            if on_cell:
                on_cell(each)
        return self.judged(self.sheet(questions, documents, cells, coverage=f"{estimate.coverage}: {estimate.words}"))

    def sheet(
        self,
        questions: Sequence[SheetQuestion],
        documents: Sequence[SheetDocument],
        cells: Mapping[tuple[str, str], Cell],
        *,
        coverage: str,
    ) -> Sheet:
        """Return cells as a sheet made now by the present reader."""
        made = datetime.now(UTC).isoformat(timespec="seconds")
        return Sheet(questions, documents, dict(cells), self.reader.description, coverage, made)

    def judged(self, sheet: Sheet) -> Sheet:
        """Return a sheet with what people said about its cells; corrections are looked up in their documents."""
        verdicts = self.verdicts.of_documents([document.id for document in sheet.documents])
        return with_verdicts(sheet, verdicts, self._pipelines.records)

    def verify(self, quotes: Sequence[GivenQuote], *, progress: Callable[[int], None] | None = None) -> Verification:
        """Look up quotes in their documents as these are now; nothing is read by a model.

        :param quotes: see :func:`~needlepoint.sheets.quote_files.read_quotes`, which takes them from a file.
        :param progress: called with the number of quotes done.
        """
        return verify_quotes(quotes, self._pipelines.records, self._documents.all(), progress=progress)

    def quote_at(self, record: Record, start: int, end: int) -> Quote | None:
        """Return words of a document in their sentence; None if it has no words there."""
        text = DocumentText.of(self._pipelines.records, record.id)
        if end > len(text.text) or not text.text[start:end].strip():
            return None
        return quote_at(start, end, SheetDocument.of(record), text)

    @cached_property
    def reader(self) -> SheetReader:
        """The reader of the query pipeline; its model is loaded."""
        query = self._pipelines.query
        facts = query.reader_facts

        def answer(question: str, passages: Sequence[Passage]) -> Reply:
            return query.read(question, passages, top_k=_QUOTES)

        # Haystack's own readers are not made for several threads
        at_once = None if hasattr(query.reader, "span_reader") else 1
        return SheetReader(answer, _key(query.reader), facts.description, at_once=at_once, languages=facts.languages)

    @property
    def _store(self) -> SheetStore:
        records = self._pipelines.records
        index = records.snapshot(PASSAGES)
        if index is not None and not hasattr(index, "search"):
            raise SheetError("sheets need the embedded store or Elasticsearch")
        return cast(SheetStore, records)

    def close(self) -> None:
        """Close the file of the sheets; may be called again."""
        if "database" in self.__dict__:
            self.database.close()


def _key(node: Any) -> str:
    """Return a key that changes with the reader's model and settings."""
    config: Mapping[str, Any] = getattr(node, "_component_config", None) or {}
    parts = [type(node).__name__, str(sorted((config.get("params") or {}).items()))]
    if hasattr(node, "span_reader"):
        parts.append(node.span_reader.key)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
