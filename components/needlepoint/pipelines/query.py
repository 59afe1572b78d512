"""The query pipeline as the rest of Needlepoint uses it: takes a question, and returns a reply in our own types."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any

from needlepoint.answers.answer import Passage
from needlepoint.answers.replies import Reply, best_answers
from needlepoint.errors import PipelineFileError
from needlepoint.pipelines.file import QUERY, PipelineFile, run_pipeline
from needlepoint.pipelines.output import answers_of, passages_of, plain
from needlepoint.pipelines.params import checked_params, parameters_of
from needlepoint.pipelines.roles import (
    ReaderFacts,
    facts_of,
    name_of_reader,
    names_of_retrievers,
    nodes_before,
    part_before,
)
from needlepoint.reading.watching import listening
from needlepoint.stores.records import Record

if TYPE_CHECKING:
    from haystack import Pipeline

    from needlepoint.reading.extraction import AnswerOptions
    from needlepoint.reading.reader import SpanReader

_USUAL_TOP_K = 5


@dataclass(frozen=True, slots=True)
class Listener:
    """Callbacks for the progress of a question, called in the thread that asks it.

    Only ``OnnxReader`` supports them; with other readers, neither function is called.

    :param on_retrieved: called once, before the first passage is read, with a reply that has the passages and no answers.
    :param on_partial: called with the reply to the passages read so far.
    :param interval_s: the least time between two calls of ``on_partial``, in seconds.
    """

    on_retrieved: Callable[[Reply], None]
    on_partial: Callable[[Reply], None]
    interval_s: float = 0.25


class QueryPipeline:
    """The query pipeline of a pipeline file. Its reader and retrievers are found by their classes, not by their names.

    :raises PipelineFileError: the file has no query pipeline, or there is a mistake in it.
    """

    def __init__(self, file: PipelineFile) -> None:
        self._file_name = file.path.name
        self._pipeline = file.load(QUERY)

    @cached_property
    def nodes(self) -> dict[str, Any]:
        """The Haystack nodes by name, in the order of the file."""
        graph = self._pipeline.graph
        return {name: self._pipeline.get_node(name) for name in graph.nodes if name != self._pipeline.root_node}

    @property
    def components(self) -> list[Any]:
        """The pipeline's components: its nodes and what they use, such as the store."""
        return list(self._pipeline.components.values())

    @cached_property
    def reader_name(self) -> str:
        """The name of the reader.

        :raises PipelineFileError: there is none, or more than one.
        """
        return name_of_reader(self._file_name, self._classes)

    @cached_property
    def retrievers(self) -> tuple[str, ...]:
        """The names of the retrievers.

        :raises PipelineFileError: there is none.
        """
        return names_of_retrievers(self._file_name, self._classes)

    @property
    def _classes(self) -> dict[str, type]:
        return {name: type(node) for name, node in self.nodes.items()}

    @property
    def reader(self) -> Any:
        """The reader node."""
        return self.nodes[self.reader_name]

    @property
    def reader_facts(self) -> ReaderFacts:
        """The reader's model, precision and calibration; loads the model if necessary."""
        return facts_of(self.reader)

    @property
    def top_k(self) -> int:
        """How many answers the reader gives by default."""
        return int(getattr(self.reader, "top_k", _USUAL_TOP_K))

    def params_for(self, *, passages: int | None, filters: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return node parameters for one question.

        :param passages: the most passages that the reader gets; None leaves the pipeline's own number.
        :param filters: filters on metadata.
        """
        params: dict[str, Any] = {"filters": dict(filters)} if filters else {}
        if passages is not None:
            params |= {name: {"top_k": passages} for name in self.retrievers}
            joining = [name for name, node in self.nodes.items() if "top_k_join" in parameters_of(node)]
            params |= {name: {"top_k_join": passages} for name in joining}
        return params

    def checked(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Check a client's parameters and return a copy.

        :raises ParameterError: a node or parameter is unknown, or a value is out of range.
        """
        return checked_params(self._pipeline, params)

    def ask(
        self,
        question: str,
        *,
        top_k: int,
        params: Mapping[str, Any],
        listener: Listener | None = None,
        debug: bool = False,
    ) -> Reply:
        """Return the answers to one question, best first.

        :param top_k: the most answers, not counting "no answer".
        :param params: parameters for the nodes, by node name.
        :param listener: callbacks for progress.
        :param debug: whether the reply contains the inputs and outputs of every node.
        """
        # overlapping passages may give the same answer twice, so ask for more and drop the repeats
        of_reader = {**params.get(self.reader_name, {}), "top_k": 2 * top_k + 1}
        params = {**params, self.reader_name: of_reader}
        start = perf_counter()

        def reply(output: Mapping[str, Any]) -> Reply:
            return self._reply(output, question, top_k=top_k, seconds=perf_counter() - start, debug=debug)

        with _heard(listener, reply):
            return reply(run_pipeline(self._pipeline, query=question, params=params, debug=True))

    def _reply(self, output: Mapping[str, Any], question: str, *, top_k: int, seconds: float, debug: bool) -> Reply:
        passages = passages_of(output.get("documents") or [])
        answers = answers_of(output.get("answers") or [], passages)
        told = output.get("_debug") or {}
        times = {name: float(of.get("exec_time_ms", 0.0)) / 1000 for name, of in told.items()}
        return Reply(
            question=question,
            answers=best_answers(answers, top_k),
            passages=passages,
            found=bool(answers) and not answers[0].is_no_answer,
            seconds=seconds,
            retrieval_s=sum(times.get(name, 0.0) for name in self._before_reader),
            reading_s=times.get(self.reader_name, 0.0),
            debug=plain(told) if debug else {},
        )

    @cached_property
    def _before_reader(self) -> list[str]:
        return nodes_before(self._pipeline, self.reader_name)

    def read(self, question: str, passages: Sequence[Passage], *, top_k: int) -> Reply:
        """Return the answers that the reader finds in given passages.

        :param passages: in the order of retrieval.
        :param top_k: the most answers, not counting "no answer".
        """
        from needlepoint.nodes.store_records import to_document

        start = perf_counter()
        given = [Record(each.id, each.content, each.meta, each.fields) for each in passages]
        documents = [to_document(record, score=each.score) for record, each in zip(given, passages, strict=True)]
        output, _ = self.reader.run(query=question, documents=documents, top_k=2 * top_k + 1)
        output = {**output, "documents": documents}
        return self._reply(output, question, top_k=top_k, seconds=perf_counter() - start, debug=False)

    def span_reading(self) -> "tuple[SpanReader, AnswerOptions]":
        """Return what :meth:`read` reads with, and how it chooses answers, without Haystack.

        :raises PipelineFileError: the reader is not an ``OnnxReader``.
        """
        from needlepoint.nodes.onnx_reader import OnnxReader

        if type(self.reader) is not OnnxReader:
            raise PipelineFileError(
                f"{self._file_name}: {type(self.reader).__name__} reads on this machine only: reading on others needs OnnxReader"
            )
        return self.reader.span_reader, self.reader.options

    def retrieve(self, question: str, *, top_k: int | None = None) -> list[Passage]:
        """Return the passages that the reader would get, best first.

        :param top_k: the retrievers' ``top_k``; by default the pipeline's own.
        """
        params = self.params_for(passages=top_k, filters=None)
        return passages_of(run_pipeline(self._retrieval, query=question, params=params)["documents"])

    @cached_property
    def _retrieval(self) -> "Pipeline":
        return part_before(self._pipeline, self.reader_name)

    def load(self) -> None:
        """Load the models now rather than at the first question.

        :raises NeedlepointError: a model is missing or broken, or the pipeline lacks a reader or a retriever.
        """
        from needlepoint.nodes.onnx_embedding_retriever import OnnxEmbeddingRetriever
        from needlepoint.nodes.onnx_reader import OnnxReader

        _ = self.reader_name, self.retrievers
        for component in self.components:
            if isinstance(component, OnnxEmbeddingRetriever | OnnxReader):
                component.load()


@contextmanager
def _heard(listener: Listener | None, reply: Callable[[Mapping[str, Any]], Reply]) -> Iterator[None]:
    """Call a listener's functions for what is retrieved and found in this block."""
    if listener is None:
        yield
        return
    with listening(
        on_retrieved=lambda documents: listener.on_retrieved(reply({"documents": documents})),
        on_partial=lambda output: listener.on_partial(reply(output)),
        interval_s=listener.interval_s,
    ):
        yield
