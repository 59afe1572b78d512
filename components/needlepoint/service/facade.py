"""What the command line, the page and the REST service call: index, ask, and look after the collection."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from needlepoint.answers.replies import Reply, reply_from
from needlepoint.collection.known_files import known_ids
from needlepoint.errors import PipelineFileError, QuestionError
from needlepoint.pipelines.file import SUFFIX, PipelineFile, run_pipeline
from needlepoint.pipelines.params import checked_params
from needlepoint.service.documents import Documents
from needlepoint.service.feedback import Feedback
from needlepoint.service.folders import FoundFile, files_below
from needlepoint.service.indexing import FileOutcome, IndexReport, index_each
from needlepoint.service.originals import Originals
from needlepoint.service.texts import Texts
from needlepoint.settings import Settings
from needlepoint.stores.record_store import RecordStore
from needlepoint.stores.records import Record

if TYPE_CHECKING:
    from haystack import Pipeline

MAX_QUESTION_CHARACTERS = 1_000


class Service:
    """A collection of documents and the pipelines that fill it and ask it.

    Nothing heavy happens before the first call that needs it. Calls may come from several threads.

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
        self._file = PipelineFile(pipeline, overrides=overrides, changes=changes)
        self._loading = threading.RLock()
        self._indexing_lock = threading.Lock()

    # --- asking ---------------------------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        top_k: int | None = None,
        passages: int | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Return the answers to one question, best first, each with its evidence.

        :param top_k: number of answers; the pipeline's own by default.
        :param passages: number of passages that the reader reads; the pipeline's own by default.
        :param filters: Haystack filters on metadata, such as ``{"type": "pdf"}``.
        :raises QuestionError: an empty or over-long question, or a number out of range.
        """
        question = _checked_question(question)
        for name, value in (("top_k", top_k), ("passages", passages)):
            if value is not None and value < 1:
                raise QuestionError(f"{name} must be at least 1, got {value}")
        params: dict[str, Any] = {"filters": dict(filters)} if filters else {}
        if passages is not None:
            params["Retriever"] = {"top_k": passages}
        return self._answer(question, top_k or self._default_top_k, params)

    def query(self, question: str, *, params: Mapping[str, Any] | None = None) -> Reply:
        """Run the query pipeline with parameters for its nodes, as a client written for Haystack gives them.

        :param params: ``{"filters": {...}, "Retriever": {"top_k": 5}}``; ``top_k`` of the reader counts "no answer".
        :raises ParameterError: a node or a parameter that there is not, or a value out of range.
        :raises QuestionError: an empty or over-long question, or filters that are none.
        """
        pipeline = self._query_pipeline
        given = checked_params(pipeline, params or {})
        own = given.get("Reader", {}).get("top_k") or given.get("top_k")
        reply = self._answer(_checked_question(question), own or self._default_top_k, given)
        return replace(reply, answers=reply.answers[: own or self._default_top_k])

    def _answer(self, question: str, top_k: int, params: Mapping[str, Any]) -> Reply:
        # overlapping passages may answer twice with the same words: ask for more and drop those
        params = {**params, "Reader": {**params.get("Reader", {}), "top_k": 2 * top_k + 1}}
        pipeline = self._query_pipeline  # loading it is no part of the answer's time
        start = perf_counter()
        output = run_pipeline(pipeline, query=question, params=params, debug=True)
        return reply_from(output, question=question, top_k=top_k, seconds=perf_counter() - start)

    @cached_property
    def _default_top_k(self) -> int:
        return int(getattr(self._query_pipeline.get_node("Reader"), "top_k", 5))

    @property
    def reader_node(self) -> Any:
        """The query pipeline's reader."""
        return self._query_pipeline.get_node("Reader")

    @property
    def reader(self) -> str:
        """Which reader answers, in words: model, precision and why."""
        reader = self.reader_node
        description = getattr(reader, "description", None)
        return str(description or f"{type(reader).__name__} {getattr(reader, 'model_name_or_path', '')}".strip())

    @property
    def reader_facts(self) -> dict[str, Any]:
        """Which reader answers, for programs: ``model``, ``precision`` where it is known, and ``calibrated``."""
        reader = self._query_pipeline.get_node("Reader")
        name, _, rest = self.reader.partition(", ") if hasattr(reader, "description") else (self.reader, "", "")
        return {
            "model": name,
            "precision": rest.partition(":")[0] or None,
            "calibrated": bool(getattr(reader, "calibrated", False)),
        }

    def load(self) -> None:
        """Load the pipelines and their models now rather than at the first question.

        :raises NeedlepointError: something of it is missing or broken, or the store cannot be read.
        """
        _ = self._default_top_k
        self.passage_count()
        from needlepoint.nodes.register import OnnxEmbeddingRetriever, OnnxReader

        for component in self._query_pipeline.components.values():
            if isinstance(component, OnnxEmbeddingRetriever | OnnxReader):
                component.load()

    @property
    def version(self) -> object | None:
        """What changes with every write to the collection, by whatever process; None where that cannot be told."""
        return self.collection.version()

    @property
    def store_name(self) -> str:
        """What keeps the collection: the embedded store's folder, or the kind of any other."""
        kind = type(self.store).__name__
        return f"{kind} {self.settings.store}" if kind == "TantivyDocumentStore" else kind

    @property
    def pipeline_name(self) -> str:
        """The file of the pipelines, without its suffix."""
        return self._file.path.name.removesuffix(SUFFIX)

    # --- indexing -------------------------------------------------------------------------------------------------

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
        return self.index_files(files, meta=meta, progress=progress)

    def index_files(
        self,
        files: Iterable[FoundFile],
        *,
        meta: Mapping[str, Any] | None = None,
        progress: Callable[[FileOutcome], None] | None = None,
        again: bool = False,
        params: Mapping[str, Any] | None = None,
    ) -> IndexReport:
        """Add files that have been found, each with metadata of its own, as :meth:`index` does.

        :param meta: metadata for every file; a file's own wins.
        :param again: index what is already in the collection, too.
        :param params: for the nodes of the indexing pipeline, by name.
        :raises ParameterError: it has no such node or parameter.
        """
        params = self.indexing_params(params or {})
        start = perf_counter()
        outcomes: list[FileOutcome] = []
        with self._indexing_lock, self.collection.session():
            for outcome in index_each(
                files, self._indexing_pipeline, self.collection, meta=meta or {}, again=again, params=params
            ):
                outcomes.append(outcome)
                if progress:
                    progress(outcome)
        return IndexReport(outcomes, perf_counter() - start)

    def indexing_params(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return a copy of the parameters for the nodes of the indexing pipeline, once it is known to take them.

        :raises ParameterError: it has no such node or parameter.
        """
        return checked_params(self._indexing_pipeline, params) if params else {}

    # --- the collection -------------------------------------------------------------------------------------------

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

    def has_document(self, document_id: str) -> bool:
        """Return whether there is a document of this whole id."""
        return bool(known_ids(self.collection, [document_id]))

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
        """Remove the passages that the filters let through; a document that has none left goes with them.

        :param index: another index than that of the passages, of which the records go and nothing else.
        :raises QuestionError: if the filters are not such.
        """
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
        return Feedback(self.store)

    @cached_property
    def originals(self) -> Originals:
        """The files that were uploaded, and those that documents were read from."""
        return Originals(self.settings.originals)

    # --- parts ----------------------------------------------------------------------------------------------------

    @cached_property
    def store(self) -> Any:
        """The document store that the indexing pipeline writes to; without one, that of the query pipeline."""
        pipeline = self._indexing_pipeline if self.can_index else self._query_pipeline
        from needlepoint.nodes.register import BaseDocumentStore  # after the pipeline: it decides how Haystack starts

        for component in pipeline.components.values():
            if isinstance(component, BaseDocumentStore):
                return component
        raise PipelineFileError(f"{self._file.path.name}: its pipelines have no document store")

    @cached_property
    def collection(self) -> RecordStore:
        """What that store keeps its records in."""
        store = self.store
        from needlepoint.nodes.record_store import record_store

        return record_store(store)

    @property
    def can_index(self) -> bool:
        """Whether the pipeline file has an indexing pipeline."""
        return "indexing" in self._file.pipeline_names

    @cached_property
    def embedder(self) -> Any | None:
        """The retriever that embeds the passages in the indexing pipeline, or None where nothing is embedded."""
        components = self._indexing_pipeline.components.values()
        from needlepoint.nodes.register import DenseRetriever

        return next((component for component in components if isinstance(component, DenseRetriever)), None)

    @cached_property
    def _indexing_pipeline(self) -> "Pipeline":
        with self._loading:
            return self._file.load("indexing")

    @property
    def query_pipeline(self) -> "Pipeline":
        """The pipeline that answers questions; loaded at first use."""
        return self._query_pipeline

    @cached_property
    def _query_pipeline(self) -> "Pipeline":
        with self._loading:
            return self._file.load("query")

    def close(self) -> None:
        """Let go of the store; safe to call more than once."""
        if "originals" in self.__dict__:
            self.originals.close()
        for name in ("_indexing_pipeline", "_query_pipeline"):
            pipeline = self.__dict__.get(name)
            for component in pipeline.components.values() if pipeline else ():
                if hasattr(component, "close"):
                    component.close()

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _checked_question(question: str) -> str:
    cleaned = question.replace("\0", " ").encode("utf-8", "replace").decode("utf-8").strip()
    if not cleaned:
        raise QuestionError("the question is empty: ask something such as 'When does the lease end?'")
    if len(cleaned) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"the question has {len(cleaned):,} characters, at most {MAX_QUESTION_CHARACTERS:,} are read: shorten it"
        )
    return cleaned
