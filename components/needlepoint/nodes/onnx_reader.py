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

    Answers, scores and their order are FARMReader's, except where FARMReader errs:

    - ``predict_batch`` keeps page numbers and drops repeats like ``predict``.
    - A text that two documents share gives one answer with both in ``document_ids``, and its place in each in
      ``offsets_in_document``.
    - Nothing is returned for spans that do not exist.
    - Special tokens spelt out in a text are read as text, and no character is cut in two.
    - Confidences do not depend on padding, to which FARMReader gives a share of the probability with models that were not trained
      on padded windows.

    The model is loaded at first use. Windows are read one at a time, which is fastest on a CPU and makes an answer independent of
    what else is read.

    :param model_name_or_path: a Hugging Face folder or hub name of a BERT, RoBERTa, DistilBERT, ELECTRA, MPNet, XLM-RoBERTa,
        CamemBERT, DeBERTa-v2, DeBERTa-v3 or ModernBERT model for question answering. By default
        deepset/tinyroberta-squad2 if it is on disk, else the bundled reader.
    :param model_version: branch, tag or commit of a model on the hub.
    :param context_window_size: characters of text around the answer in ``context``.
    :param batch_size: accepted for compatibility with FARMReader; batches gain nothing on a CPU.
    :param use_gpu: use CUDA if the installed onnxruntime offers it.
    :param devices: accepted for compatibility with FARMReader.
    :param no_ans_boost: added to the score of "no answer".
    :param return_no_answer: whether "no answer" (an empty answer) is one of the answers, in its place by score.
    :param top_k: the most answers in all.
    :param top_k_per_candidate: the most answers from one document.
    :param top_k_per_sample: the most answers from one window of a document.
    :param num_processes: accepted for compatibility with FARMReader.
    :param max_seq_len: the longest window in tokens.
    :param doc_stride: tokens from one window's start to the next.
    :param progress_bar: accepted for compatibility with FARMReader; none is shown.
    :param duplicate_filtering: in one window, drop spans within so many tokens of a better one; -1 keeps all.
    :param use_confidence_scores: score by confidence, from 0 to 1, rather than by the sum of the logits.
    :param confidence_threshold: drop answers with a lower score.
    :param proxies: accepted for compatibility with FARMReader; set ``HTTPS_PROXY`` instead.
    :param local_files_only: never download.
    :param force_download: accepted for compatibility with FARMReader.
    :param use_auth_token: accepted for compatibility with FARMReader; set ``HF_TOKEN`` instead.
    :param max_query_length: the question is cut to so many tokens.
    :param preprocessing_batch_size: accepted for compatibility with FARMReader.
    :param model_kwargs: accepted for compatibility with FARMReader.
    :param precision: ``fp32``, ``int8``, or ``auto``: int8 if the processor computes it exactly and a check passes.
    :param calibrated: score an answer by the probability that it is right instead of by FARM's confidence, assuming that
        documents come in the order of retrieval. "No answer" scores the probability that nothing read contains an answer, and
        comes first when that is higher. FARM's two scores are on different scales, so FARM reports "no answer" for many questions
        that it has answered.
    :param calibration: a file that ``needlepoint calibrate`` has written; it replaces the model's own.
    :param context_fields: metadata keys that describe the document. Words of the question that occur in their values, but not in
        the passage, are read before the passage (:mod:`needlepoint.reading.naming`). None reads the passage alone, as FARM does.
    :param allow_download: without a name, download deepset/tinyroberta-squad2; a named model may always be downloaded, unless
        ``local_files_only`` or ``HF_HUB_OFFLINE`` forbids it.
    :raises ValueError: an argument is out of range.
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
        """The model's name, its precision and the reason for that; loads the model if necessary."""
        return self._reader.description

    @property
    def span_reader(self) -> SpanReader:
        """The reader itself, which does not depend on Haystack."""
        return self._reader

    @property
    def precision_in_use(self) -> str:
        """``fp32`` or ``int8``; loads the model if necessary."""
        return self._reader.load()[1].precision

    def load(self) -> None:
        """Load the model now rather than at the first question.

        :raises ModelError: the model is missing or cannot be used.
        """
        self._reader.load()

    def predict(self, query: str, documents: list[Document], top_k: int | None = None) -> dict[str, Any]:
        """Find the answers to one question.

        :param documents: the documents to read; those without text (tables, empty ones) are ignored.
        :returns: ``query``, ``answers`` (best first) and ``no_ans_gap``, as FARMReader does.
        :raises ReadingStoppedError: see :func:`needlepoint.reading.watching.watched`, which can also report partial answers.
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

        :param queries: one question for all documents, or one for each list of documents.
        :param documents: one list, where every question is asked about every document separately; or a list for each question.
        :param batch_size: accepted for compatibility with FARMReader.
        :returns: ``queries``, ``answers`` and ``no_ans_gaps``. For lists of documents, ``answers`` has one list for each of them.
            For one list of documents, it has one list for each document; if there are several questions, these are nested in one
            list for each question.
        :raises HaystackError: the documents have another form, or questions and lists of documents differ in number.
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
        """Answer several questions, each exactly as :meth:`run` would; parameters and results as in :meth:`predict_batch`.

        :param labels: one for each question, for evaluating the reader in isolation.
        :param add_isolated_node_eval: also answer from the labelled documents, under ``answers_isolated``.
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
    def options(self) -> AnswerOptions:
        """The current values of the attributes, which Haystack and users may change."""
        return AnswerOptions(
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
        )

    @property
    def _extractor(self) -> AnswerExtractor:
        return AnswerExtractor(self._reader, self.options)

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
    """Return Haystack's page number of an answer if its document has page numbers."""
    if "page_number" not in document.meta:
        return {}
    return {"answer_page_number": answer_page(document.content, start, document.meta["page_number"])}


def _groups(
    queries: Sequence[str], documents: Sequence[Document] | Sequence[list[Document]]
) -> tuple[list[tuple[str, list[Document]]], bool]:
    """Return pairs of a question and its documents, and whether the answers are nested by question and document."""
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
