"""The facade that the command line, the page and the REST service call: index, ask, and manage the collection."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needlepoint.answers.replies import Reply
from needlepoint.files.reading import DEFAULT_LIMITS
from needlepoint.pipelines.file import PipelineFile
from needlepoint.pipelines.loading import LoadedPipelines
from needlepoint.pipelines.query import Listener
from needlepoint.pipelines.roles import ReaderFacts
from needlepoint.service.asking import Asking
from needlepoint.service.confirmed import ConfirmedAnswers
from needlepoint.service.documents import Documents
from needlepoint.service.feedback import Feedback
from needlepoint.service.folders import files_below
from needlepoint.service.indexing import FileOutcome, Indexing, IndexReport
from needlepoint.service.member_files import MemberFiles
from needlepoint.service.originals import Originals
from needlepoint.service.places import Places
from needlepoint.service.texts import Texts
from needlepoint.settings import Settings
from needlepoint.stores.record_store import RecordStore
from needlepoint.stores.records import Record

if TYPE_CHECKING:
    from needlepoint.service.sheets import Sheets
    from needlepoint.service.workspaces import Desk


class Service:
    """A collection of documents with the pipelines that fill it and query it; may be used from several threads.

    Nothing heavy is loaded before the first call that needs it. Less common operations are in its parts: ``asking``,
    ``indexing``, ``pipelines``, ``texts``, ``feedback``, ``confirmed``, ``sheets``, ``desk`` and ``originals``.

    :param pipeline: name or file of the pipelines (``local`` by default).
    :param settings: read from the environment by default.
    :param changes: ``{"component name": {"parameter": value}}``: values that replace those of the YAML.
    :raises PipelineFileError: there is a mistake in the pipeline file.
    """

    def __init__(
        self,
        pipeline: str | Path | None = None,
        *,
        settings: Settings | None = None,
        changes: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.settings = settings or Settings.from_environment()
        overrides = {"TantivyDocumentStore": {"path": str(self.settings.store)}}
        self.pipelines = LoadedPipelines(PipelineFile(pipeline, overrides=overrides, changes=changes))
        self.originals = Originals(self.settings.originals)
        self.asking = Asking(self.pipelines)
        self.indexing = Indexing(self.pipelines)

    def ask(
        self,
        question: str,
        *,
        top_k: int | None = None,
        passages: int | None = None,
        filters: Mapping[str, Any] | None = None,
        listener: Listener | None = None,
    ) -> Reply:
        """Return the answers to one question, best first, each with its evidence.

        :param top_k: the most answers; by default the pipeline's own number.
        :param passages: the number of passages that the reader reads; by default the pipeline's own number.
        :param filters: Haystack filters on metadata, such as ``{"type": "pdf"}``.
        :param listener: callbacks for progress.
        :raises QuestionError: the question is empty or too long, the filters are invalid, or a number is out of range.
        """
        return self.asking.ask(question, top_k=top_k, passages=passages, filters=filters, listener=listener)

    def query(self, question: str, *, params: Mapping[str, Any] | None = None, debug: bool = False) -> Reply:
        """Run the query pipeline with a Haystack client's parameters; see :meth:`Asking.query`."""
        return self.asking.query(question, params=params, debug=debug)

    @property
    def reader_facts(self) -> ReaderFacts:
        """The reader's model, precision and calibration; loads the model if necessary."""
        return self.pipelines.query.reader_facts

    def load(self) -> None:
        """Load the pipelines and their models now rather than at the first question."""
        self.passage_count()
        self.pipelines.query.load()

    def index(
        self,
        paths: Iterable[Path],
        *,
        meta: Mapping[str, Any] | None = None,
        progress: Callable[[FileOutcome], None] | None = None,
        on_total: Callable[[int], None] | None = None,
    ) -> IndexReport:
        """Add files, and all files below folders; an unchanged one is only hashed, an unreadable one is skipped and named.

        :param meta: metadata for every file, in addition to the files' own.
        :param progress: called for each file; ``on_total`` once, with their number.
        :raises NeedlepointError: a path does not exist, or the store cannot be written; files reported as indexed stay.
        """
        files = files_below(paths)
        if on_total:
            on_total(len(files))
        return self.indexing.index(files, meta=meta, progress=progress)

    def documents(self, *, filters: Mapping[str, Any] | None = None) -> list[Record]:
        """Return one record for each document, sorted by name; ``meta`` has name, type, title, date, pages, passages ...

        Callers must not modify the records: without filters, they are cached until the collection changes.
        """
        return self._documents.all(filters=filters)

    def document(self, document_id: str) -> Record:
        """Return a document's record.

        :param document_id: the id, an unambiguous beginning of it, or the file name.
        :raises UnknownDocumentError: no document matches, or more than one.
        """
        return self._documents.find(document_id)

    def text(self, document_id: str, *, page: int | None = None) -> str:
        """Return a document's source text (pages joined by form feeds), or that of one page.

        :raises UnknownDocumentError: there is no such document or page.
        """
        return self._documents.text(document_id, page=page)

    def delete(self, document_ids: Sequence[str]) -> int:
        """Remove documents with all their passages and uploaded files; return how many.

        :raises UnknownDocumentError: one of them does not exist; then none is removed.
        """
        return self._documents.delete(document_ids)

    def delete_passages(self, filters: Mapping[str, Any] | None = None, *, index: str | None = None) -> None:
        """Remove passages, and documents that have no passages left; see :meth:`Documents.delete_passages`."""
        self._documents.delete_passages(filters, index=index)

    def passage_count(self) -> int:
        """Return the number of passages in the collection."""
        return self._documents.passage_count()

    def original(self, record: Record) -> Path:
        """Return the file that a document was read from; one inside of another file is unpacked first.

        :raises UnknownDocumentError: it has changed, moved or gone.
        """
        return self._member_files.find(record)

    @cached_property
    def _member_files(self) -> MemberFiles:
        return MemberFiles(self.collection, self.originals, self.pipelines.indexing.file_limits or DEFAULT_LIMITS)

    @cached_property
    def _documents(self) -> Documents:
        return Documents(self.collection, self.originals)

    @cached_property
    def reading(self) -> Documents:
        """The documents, for a process that only reads them: with the embedded store, no pipeline is loaded."""
        return Documents(self.pipelines.reading, self.originals)

    @cached_property
    def texts(self) -> Texts:
        """The documents' records, pages and text, by full document id."""
        return Texts(self.collection)

    @cached_property
    def places(self) -> Places:
        """Where words stand on pages and cells in sheets."""
        return Places(self.texts, self.original)

    @cached_property
    def sheets(self) -> "Sheets":
        """Question sheets: many questions over many documents."""
        from needlepoint.service.sheets import Sheets  # loads onnxruntime

        return Sheets(self.pipelines, self._documents, self.settings)

    @cached_property
    def feedback(self) -> Feedback:
        """People's feedback on answers."""
        return Feedback(self.pipelines.labels)

    @cached_property
    def confirmed(self) -> ConfirmedAnswers:
        """What people confirmed, corrected or called wrong, found again by question."""

        def records(ids: Sequence[str], filters: Mapping[str, Any] | None) -> list[Record]:
            of_these: dict[str, Any] = {"document_id": {"$in": list(ids)}}
            return (
                self._documents.all(filters={"$and": [of_these, dict(filters)]} if filters else of_these) if ids else []
            )

        return ConfirmedAnswers(self.feedback, verify=lambda quotes: self.sheets.verify(quotes), records=records)

    @cached_property
    def desk(self) -> "Desk":
        """Workspaces: the history of questions, pinned quotes, notes and reports."""
        from needlepoint.service.workspaces import Desk  # loads onnxruntime, as the sheets do

        return Desk(self.sheets, self.document)

    @property
    def collection(self) -> RecordStore:
        """The store's records."""
        return self.pipelines.records

    @property
    def store(self) -> Any:
        """The Haystack document store itself."""
        return self.pipelines.store

    def close(self) -> None:
        """Close the store; may be called again."""
        if "sheets" in self.__dict__:
            self.sheets.close()
        self.originals.close()
        self.pipelines.close()

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()
