"""What the command line, the page and the REST service call: index, ask, and look after the collection."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from needlepoint.answers.replies import Reply
from needlepoint.pipelines.file import PipelineFile
from needlepoint.pipelines.loading import LoadedPipelines
from needlepoint.pipelines.query import Listener
from needlepoint.pipelines.roles import ReaderFacts
from needlepoint.service.asking import Asking
from needlepoint.service.documents import Documents
from needlepoint.service.feedback import Feedback
from needlepoint.service.folders import files_below
from needlepoint.service.indexing import FileOutcome, Indexing, IndexReport
from needlepoint.service.originals import Originals
from needlepoint.service.texts import Texts
from needlepoint.settings import Settings
from needlepoint.stores.record_store import RecordStore
from needlepoint.stores.records import Record


class Service:
    """A collection of documents and the pipelines that fill it and ask it.

    Nothing heavy happens before the first call that needs it. Calls may come from several threads. What is asked less often
    stands in its parts: ``asking``, ``indexing``, ``pipelines``, ``texts``, ``feedback`` and ``originals``.

    :param pipeline: name or file of the pipelines (``local`` by default).
    :param settings: taken from the environment by default.
    :param changes: ``{"component name": {"parameter": value}}``, set whatever the YAML says.
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

        :param top_k: number of answers; the pipeline's own by default.
        :param passages: number of passages that the reader reads; the pipeline's own by default.
        :param filters: Haystack filters on metadata, such as ``{"type": "pdf"}``.
        :param listener: hears how far the question is.
        :raises QuestionError: an empty or over-long question, or a number out of range.
        """
        return self.asking.ask(question, top_k=top_k, passages=passages, filters=filters, listener=listener)

    def query(self, question: str, *, params: Mapping[str, Any] | None = None, debug: bool = False) -> Reply:
        """Run the query pipeline with a Haystack client's parameters; see :meth:`Asking.query`."""
        return self.asking.query(question, params=params, debug=debug)

    @property
    def reader_facts(self) -> ReaderFacts:
        """Which reader answers."""
        return self.pipelines.query.reader_facts

    def load(self) -> None:
        """Load the pipelines and their models now rather than at the first question.

        :raises NeedlepointError: something of it is missing or broken, or the store cannot be read.
        """
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
        """Add files, and all files below folders, to the collection.

        A file that is already in the collection, unchanged, costs only its hash. A bad file is reported and skipped.

        :param meta: metadata for every file, kept beside what the files say of themselves.
        :param progress: called once for each file.
        :param on_total: called once with the number of files.
        :raises NeedlepointError: a path does not exist, or the store cannot be written; what is reported as indexed stays.
        """
        files = files_below(paths)
        if on_total:
            on_total(len(files))
        return self.indexing.index(files, meta=meta, progress=progress)

    @property
    def can_index(self) -> bool:
        """Whether the pipeline file has an indexing pipeline."""
        return self.pipelines.can_index

    @property
    def embedder(self) -> Any | None:
        """The retriever that embeds the passages in the indexing pipeline, or None where nothing is embedded."""
        return self.pipelines.indexing.embedder

    def documents(self, *, filters: Mapping[str, Any] | None = None) -> list[Record]:
        """Return one record for each document, by name; ``meta`` has name, type, title, date, pages, passages ...

        The records are not to be changed: without filters they are kept until the collection changes.
        """
        return self._documents.all(filters=filters)

    def document(self, document_id: str) -> Record:
        """Return one document's record, by its id, an unambiguous beginning of it, or its file name.

        :raises UnknownDocumentError: none, or more than one, matches.
        """
        return self._documents.find(document_id)

    def text(self, document_id: str, *, page: int | None = None) -> str:
        """Return a document's source text (pages joined by form feeds), or that of one page.

        :raises UnknownDocumentError: no such document or page.
        """
        return self._documents.text(document_id, page=page)

    def delete(self, document_ids: Sequence[str]) -> int:
        """Remove documents with all their passages; return how many.

        :raises UnknownDocumentError: one of them is not there; then none is removed.
        """
        return self._documents.delete(document_ids)

    def delete_passages(self, filters: Mapping[str, Any] | None = None, *, index: str | None = None) -> None:
        """Remove passages, and documents that have none left; see :meth:`Documents.delete_passages`."""
        self._documents.delete_passages(filters, index=index)

    def passage_count(self) -> int:
        """Return the number of passages in the collection."""
        return self._documents.passage_count()

    @cached_property
    def _documents(self) -> Documents:
        return Documents(self.collection, self.originals)

    @cached_property
    def texts(self) -> Texts:
        """The documents' records, pages and text, by their whole ids."""
        return Texts(self.collection)

    @cached_property
    def feedback(self) -> Feedback:
        """What people said of answers."""
        return Feedback(self.pipelines.labels)

    @property
    def collection(self) -> RecordStore:
        """The store's records."""
        return self.pipelines.records

    @property
    def store(self) -> Any:
        """The Haystack document store itself."""
        return self.pipelines.store

    @property
    def store_name(self) -> str:
        """What keeps the collection: the embedded store's folder, or the kind of any other."""
        kind = type(self.store).__name__
        return f"{kind} {self.settings.store}" if kind == "TantivyDocumentStore" else kind

    def close(self) -> None:
        """Let go of the store; safe to call more than once."""
        self.originals.close()
        self.pipelines.close()

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()
