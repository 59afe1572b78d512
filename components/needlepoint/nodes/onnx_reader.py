"""A reader node with FARMReader's parameters and answers, on onnxruntime instead of torch."""

from collections.abc import Sequence
from copy import deepcopy
from functools import partial
from typing import Any

from haystack.errors import HaystackError
from haystack.nodes.reader.base import BaseReader
from haystack.schema import Answer, Document, MultiLabel, Span

from needlepoint.reading.answers import TextReading
from needlepoint.reading.documents import with_text
from needlepoint.reading.extraction import AnswerExtractor, AnswerOptions, FoundAnswer, answer_page
from needlepoint.reading.reader import SpanReader
from needlepoint.reading.watching import current_watch


class OnnxReader(BaseReader):
    """Extractive question answering on a CPU; a drop-in for Haystack's FARMReader.

    Answers, scores and their order are FARMReader's, except where that one errs: ``predict_batch`` keeps page numbers
    and drops repeats like ``predict``; a text that two documents hold gives one answer with both in ``document_ids``, its
    place in each in ``offsets_in_document``; nothing is returned in place of spans that do not exist; special tokens spelt
    out in a text stay text; no character is cut in two; confidences do not depend on padding, to which FARMReader gives
    a share of the probability with models that were not trained on padded windows.

    The model is loaded at first use. Windows are read one at a time, which is fastest on a CPU and makes an answer
    independent of what else is read.

    :param model_name_or_path: a Hugging Face folder or hub name of a BERT, RoBERTa, DistilBERT, ELECTRA, MPNet,
        XLM-RoBERTa or CamemBERT model for question answering. Without it: deepset/tinyroberta-squad2 if it is on disk, else the
        bundled one.
    :param model_version: branch, tag or commit of a model on the hub.
    :param context_window_size: characters of text around the answer in ``context``.
    :param batch_size: accepted for FARMReader's sake; batches do not pay on a CPU.
    :param use_gpu: use CUDA where the installed onnxruntime offers it.
    :param devices: accepted for FARMReader's sake.
    :param no_ans_boost: what is added to the score of "no answer".
    :param return_no_answer: put "no answer" (an empty one) among the answers, by its score.
    :param top_k: most answers in all.
    :param top_k_per_candidate: most answers from one document.
    :param top_k_per_sample: most answers from one window of a document.
    :param num_processes: accepted for FARMReader's sake.
    :param max_seq_len: longest window in tokens.
    :param doc_stride: tokens from one window's start to the next.
    :param progress_bar: accepted for FARMReader's sake; none is shown.
    :param duplicate_filtering: in one window, spans within so many tokens of a better one are dropped; -1 keeps all.
    :param use_confidence_scores: score with the confidence from 0 to 1 rather than with the sum of the logits.
    :param confidence_threshold: leave out answers that score less.
    :param proxies: accepted for FARMReader's sake; set ``HTTPS_PROXY``.
    :param local_files_only: never download.
    :param force_download: accepted for FARMReader's sake.
    :param use_auth_token: accepted for FARMReader's sake; set ``HF_TOKEN``.
    :param max_query_length: the question is cut to so many tokens.
    :param preprocessing_batch_size: accepted for FARMReader's sake.
    :param model_kwargs: accepted for FARMReader's sake.
    :param precision: ``fp32``, ``int8``, or ``auto``: int8 where the processor computes it exactly and a check passes.
    :param calibrated: score an answer with the probability that it is right, which takes documents to come in the order of
        retrieval, instead of FARM's confidence; "no answer" scores the probability that nothing read holds an answer,
        and so comes first where that is likelier. FARM's scores of the two lie on different scales, so that it calls many
        questions unanswered that it has answered.
    :param calibration: a file that ``needlepoint calibrate`` has written, to be used instead of the model's own.
    :param context_fields: metadata keys that tell what a document is: where the question has words of theirs that the passage
        lacks, those are read before the passage (:mod:`needlepoint.reading.naming`). None reads the passage alone, as FARM does.
    :param allow_download: without a name, download deepset/tinyroberta-squad2; a model that is named may always be
        downloaded, unless ``local_files_only`` or ``HF_HUB_OFFLINE`` forbids it.
    :raises ValueError: an argument is out of its range.
    """

    def __init__(
        self,
        model_name_or_path: str | None = None,
        model_version: str | None = None,
        context_window_size: int = 150,
        batch_size: int = 50,
        use_gpu: bool = True,
        devices: list[str] | None = None,
        no_ans_boost: float = 0.0,
        return_no_answer: bool = False,
        top_k: int = 10,
        top_k_per_candidate: int = 3,
        top_k_per_sample: int = 1,
        num_processes: int | None = None,
        max_seq_len: int = 256,
        doc_stride: int = 128,
        progress_bar: bool = True,
        duplicate_filtering: int = 0,
        use_confidence_scores: bool = True,
        confidence_threshold: float | None = None,
        proxies: dict[str, str] | None = None,
        local_files_only: bool = False,
        force_download: bool = False,
        use_auth_token: str | bool | None = None,
        max_query_length: int = 64,
        preprocessing_batch_size: int | None = None,
        model_kwargs: dict[str, Any] | None = None,
        precision: str = "auto",
        calibrated: bool = False,
        calibration: str | None = None,
        context_fields: list[str] | None = None,
        allow_download: bool = False,
    ) -> None:
        super().__init__()
        self.model_name_or_path = model_name_or_path
        self.context_window_size = context_window_size
        self.no_ans_boost = no_ans_boost
        self.return_no_answers = return_no_answer
        self.top_k = top_k
        self.top_k_per_candidate = top_k_per_candidate
        self.top_k_per_sample = top_k_per_sample
        self.max_seq_len = max_seq_len
        self.doc_stride = doc_stride
        self.duplicate_filtering = duplicate_filtering
        self.use_confidence_scores = use_confidence_scores
        self.confidence_threshold = confidence_threshold
        self.max_query_length = max_query_length
        self.precision = precision
        self.calibrated = calibrated
        self.calibration = calibration
        self.context_fields = context_fields
        self._reader = SpanReader(
            model_name_or_path,
            max_seq_len=max_seq_len,
            doc_stride=doc_stride,
            max_query_length=max_query_length,
            precision=precision,
            allow_download=not local_files_only and (allow_download or model_name_or_path is not None),
            revision=model_version,
            use_gpu=use_gpu,
            calibration=calibration,
        )
        _ = self._extractor  # checks the arguments

    @property
    def description(self) -> str:
        """Which model reads, in what precision, and why; loads it if need be."""
        return self._reader.description

    @property
    def span_reader(self) -> SpanReader:
        """The reader itself, which knows no Haystack."""
        return self._reader

    @property
    def precision_in_use(self) -> str:
        """``fp32`` or ``int8``; loads the model if need be."""
        return self._reader.load()[1].precision

    def load(self) -> None:
        """Load the model now rather than at the first question.

        :raises ModelError: it is missing or cannot be used.
        """
        self._reader.load()

    def predict(self, query: str, documents: list[Document], top_k: int | None = None) -> dict[str, Any]:
        """Find the answers to one question.

        :param documents: those without text (tables, empty ones) are passed over.
        :returns: ``query``, ``answers`` (best first) and ``no_ans_gap`` as FARMReader does.
        :raises ReadingStoppedError: see :func:`needlepoint.reading.watching.watched`, which also hands on the answers so far.
        """
        readable = with_text(documents)
        readings: list[TextReading] = []
        watch = current_watch()
        watch.begin(documents)
        for reading in self._extractor.read_each(query, readable):
            readings.append(reading)
            watch.offer(partial(self._partial, query, readable[: len(readings)], readings, top_k))
        answers, gap = self._answers(readable, readings, top_k)
        return {"query": query, "no_ans_gap": gap, "answers": answers}

    def predict_batch(
        self,
        queries: list[str],
        documents: list[Document] | list[list[Document]],
        top_k: int | None = None,
        batch_size: int | None = None,
    ) -> dict[str, Any]:
        """Find the answers to several questions, each exactly as :meth:`predict` would.

        :param queries: one for all documents, or one for each list of documents.
        :param documents: one list, of which every document is asked every question on its own; or a list for each
            question.
        :param batch_size: accepted for FARMReader's sake.
        :returns: ``queries``, ``answers`` and ``no_ans_gaps``. ``answers`` is a list for each list of documents; for one
            list of documents, a list for each document, below a list for each question where there is more than one.
        """
        groups, is_nested = _groups(queries, documents)
        found = [self._answers_to(query, with_text(group), top_k) for query, group in groups]
        answers: list[Any] = [answer for answer, _ in found]
        if is_nested:
            size = len(documents)
            answers = [answers[i * size : (i + 1) * size] for i in range(len(queries))]
        return {"queries": queries, "answers": answers, "no_ans_gaps": [gap for _, gap in found]}

    def run_batch(
        self,
        queries: list[str],
        documents: list[Document] | list[list[Document]],
        top_k: int | None = None,
        batch_size: int | None = None,
        labels: list[MultiLabel] | None = None,
        add_isolated_node_eval: bool = False,
    ) -> tuple[dict[str, Any], str]:
        """Answer several questions, each exactly as :meth:`run` would; else as :meth:`predict_batch`.

        :param labels: one for each question, for the evaluation of the reader alone.
        :param add_isolated_node_eval: answer from the labelled documents too, under ``answers_isolated``.
        """
        self.query_count += len(queries)
        predict_batch = self.timing(self.predict_batch, "query_time")
        results = predict_batch(queries=queries, documents=documents, top_k=top_k)
        groups, is_nested = _groups(queries, documents)
        _add_meta(groups, results["answers"], is_nested=is_nested)
        if add_isolated_node_eval and labels is not None:
            labelled = [_labelled_documents(label) for label in labels]
            isolated = predict_batch(queries=queries, documents=labelled, top_k=top_k)["answers"]
            _add_meta(_groups(queries, labelled)[0], isolated, is_nested=False)
            results["answers_isolated"] = isolated
        return results, "output_1"

    @property
    def _extractor(self) -> AnswerExtractor:
        """What finds the answers, by the attributes as they are now."""
        return AnswerExtractor(
            self._reader,
            AnswerOptions(
                top_k=self.top_k,
                top_k_per_candidate=self.top_k_per_candidate,
                top_k_per_sample=self.top_k_per_sample,
                no_ans_boost=self.no_ans_boost,
                return_no_answer=self.return_no_answers,
                duplicate_filtering=self.duplicate_filtering,
                use_confidence_scores=self.use_confidence_scores,
                confidence_threshold=self.confidence_threshold,
                context_window_size=self.context_window_size,
                calibrated=self.calibrated,
                context_fields=self.context_fields,
            ),
        )

    def _answers_to(self, query: str, documents: Sequence[Document], top_k: int | None) -> tuple[list[Answer], float]:
        return self._answers(documents, list(self._extractor.read_each(query, documents)), top_k)

    def _partial(
        self, query: str, documents: list[Document], readings: Sequence[TextReading], top_k: int | None
    ) -> dict[str, Any]:
        answers, gap = self._answers(documents, readings, top_k)
        for answer in answers:
            self.add_doc_meta_data_to_answer(documents=documents, answer=answer)
        return {"query": query, "no_ans_gap": gap, "answers": answers, "documents": documents}

    def _answers(
        self, documents: Sequence[Document], readings: Sequence[TextReading], top_k: int | None
    ) -> tuple[list[Answer], float]:
        """Turn the readings of documents into Haystack's answers, best first, and the gap of "no answer"."""
        found, gap = self._extractor.answers(documents, readings, top_k=top_k)
        return [_answer(documents, each) for each in found], gap


def _answer(documents: Sequence[Document], found: FoundAnswer) -> Answer:
    if not found.places:
        return Answer(
            answer="",
            type="extractive",
            score=found.score,
            context=None,
            offsets_in_document=[Span(start=0, end=0)],
            offsets_in_context=[Span(start=0, end=0)],
        )
    first, start, end = documents[found.places[0]], found.start, found.end
    context_start, context_end = found.context
    return Answer(
        answer=first.content[start:end],
        type="extractive",
        score=found.score,
        context=first.content[context_start:context_end],
        offsets_in_document=[Span(start=start, end=end) for _ in found.places],
        offsets_in_context=[Span(start=start - context_start, end=end - context_start)],
        document_ids=[documents[place].id for place in found.places],
        meta=_page_number(first, start),
    )


def _page_number(document: Document, start: int) -> dict[str, Any]:
    """Return Haystack's page number of an answer, where its document has one."""
    if "page_number" not in document.meta:
        return {}
    return {"answer_page_number": answer_page(document.content, start, document.meta["page_number"])}


def _groups(
    queries: Sequence[str], documents: Sequence[Document] | Sequence[list[Document]]
) -> tuple[list[tuple[str, list[Document]]], bool]:
    """Return what is asked of what, and whether the answers are nested by question and document."""
    if documents and all(isinstance(document, Document) for document in documents):
        return [(query, [document]) for query in queries for document in documents], len(queries) > 1
    if not all(isinstance(group, list) for group in documents):
        raise HaystackError("documents must be a list of Documents or a list of lists of Documents")
    if len(queries) == 1:
        queries = list(queries) * len(documents)
    if documents and len(queries) != len(documents):
        raise HaystackError(f"got {len(queries)} queries for {len(documents)} lists of Documents")
    return list(zip(queries, documents, strict=bool(documents))), False


def _add_meta(groups: Sequence[tuple[str, list[Document]]], answers: Sequence[Any], *, is_nested: bool) -> None:
    flat = [answer for of_query in answers for answer in of_query] if is_nested else answers
    for (_, documents), group in zip(groups, flat, strict=True):
        for answer in group:
            BaseReader.add_doc_meta_data_to_answer(documents=documents, answer=answer)


def _labelled_documents(labels: MultiLabel) -> list[Document]:
    documents = {label.document.id: label.document for label in labels.labels}
    return [deepcopy(document) for document in with_text(list(documents.values()))]
