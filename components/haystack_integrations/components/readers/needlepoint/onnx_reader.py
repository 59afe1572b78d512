"""Extractive question answering."""

from asyncio import to_thread
from collections.abc import Sequence
from typing import Any

from haystack import Document, ExtractedAnswer, component, default_from_dict, default_to_dict

from needlepoint.reading.documents import with_text
from needlepoint.reading.extraction import AnswerExtractor, AnswerOptions, FoundAnswer, answer_page
from needlepoint.reading.reader import SpanReader


@component
class OnnxReader:
    """Finds exact answers in passages, each with the probability that it is right, or "not found"; needs no torch and no GPU.

    An answer is a span of its document: ``document.content[document_offset.start:document_offset.end] == data``. Its ``meta`` has
    ``answer_page_number`` if the document has a page number, and, if the document is a passage with a known position,
    ``source_start`` and ``source_end``, the answer's position in the whole source. Passages with the same text give one
    answer, with all their ids in ``document_ids``. "Not found" is an answer without ``data`` and ``document``, ranked by its
    score among the others.

    Usage example:

    ```python
    from haystack import Document
    from haystack_integrations.components.readers.needlepoint import OnnxReader

    reader = OnnxReader()
    documents = [Document(content="The lease ends on 31 March 2031.")]
    answers = reader.run("When does the lease end?", documents)["answers"]
    print(answers[0].data, answers[0].score, answers[0].document_offset)
    ```
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        revision: str | None = None,
        top_k: int = 5,
        top_k_per_document: int = 3,
        score_threshold: float | None = None,
        no_answer: bool = True,
        no_answer_boost: float = 0.0,
        calibrated: bool = True,
        calibration: str | None = None,
        context_fields: list[str] | None = None,
        context_window_size: int = 150,
        max_seq_length: int = 256,
        stride: int = 128,
        max_query_length: int = 64,
        precision: str = "auto",
        use_gpu: bool = False,
        allow_download: bool = False,
    ) -> None:
        """Check and keep the parameters; the model is loaded by :meth:`warm_up` or at first use.

        :param model: a Hugging Face folder or hub name of a BERT, RoBERTa, DistilBERT, ELECTRA, MPNet, XLM-RoBERTa, CamemBERT,
            DeBERTa-v2, DeBERTa-v3 or ModernBERT model for question answering, or ``models/reader`` or ``models/reader-small``,
            which come with Needlepoint. None takes deepset/tinyroberta-squad2 if it is on disk, else ``models/reader``.
        :param revision: branch, tag or commit of a model on the hub.
        :param top_k: the most answers in all, including "not found".
        :param top_k_per_document: the most answers from one document.
        :param score_threshold: leave out answers that score less.
        :param no_answer: whether "not found" is one of the answers.
        :param no_answer_boost: added to the score of "no answer" in each passage.
        :param calibrated: score an answer by the probability that it is right, which expects documents in the order of
            retrieval, and "not found" by the probability that no document has an answer. Otherwise scores are FARM's confidences.
        :param calibration: a file written by ``needlepoint calibrate``, used instead of the model's own.
        :param context_fields: metadata keys that describe a document: words of the question that occur in their values, but not
            in the passage, are read before the passage.
        :param context_window_size: characters of text around the answer in ``context``.
        :param max_seq_length: longest window in tokens.
        :param stride: tokens from one window's start to the next.
        :param max_query_length: longest question in tokens; longer ones are cut.
        :param precision: ``fp32``, ``int8``, or ``auto``: int8 if the processor computes it exactly and a check passes.
        :param use_gpu: use CUDA if the installed onnxruntime offers it.
        :param allow_download: download a named model that is not on disk, unless ``HF_HUB_OFFLINE`` forbids it.
        :raises ValueError: an argument is out of its range.
        """
        self.model = model
        self.revision = revision
        self.top_k = top_k
        self.top_k_per_document = top_k_per_document
        self.score_threshold = score_threshold
        self.no_answer = no_answer
        self.no_answer_boost = no_answer_boost
        self.calibrated = calibrated
        self.calibration = calibration
        self.context_fields = context_fields
        self.context_window_size = context_window_size
        self.max_seq_length = max_seq_length
        self.stride = stride
        self.max_query_length = max_query_length
        self.precision = precision
        self.use_gpu = use_gpu
        self.allow_download = allow_download
        self._options(top_k, score_threshold, no_answer)  # checks the arguments
        self._reader = SpanReader(
            model,
            max_seq_len=max_seq_length,
            doc_stride=stride,
            max_query_length=max_query_length,
            precision=precision,
            allow_download=allow_download,
            revision=revision,
            use_gpu=use_gpu,
            calibration=calibration,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the component's parameters for a pipeline file."""
        return default_to_dict(
            self,
            model=self.model,
            revision=self.revision,
            top_k=self.top_k,
            top_k_per_document=self.top_k_per_document,
            score_threshold=self.score_threshold,
            no_answer=self.no_answer,
            no_answer_boost=self.no_answer_boost,
            calibrated=self.calibrated,
            calibration=self.calibration,
            context_fields=self.context_fields,
            context_window_size=self.context_window_size,
            max_seq_length=self.max_seq_length,
            stride=self.stride,
            max_query_length=self.max_query_length,
            precision=self.precision,
            use_gpu=self.use_gpu,
            allow_download=self.allow_download,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "OnnxReader":
        """Make the component from the result of :meth:`to_dict`."""
        return default_from_dict(cls, data)

    def warm_up(self) -> None:
        """Load the model now rather than at the first question.

        :raises ModelError: the model is missing or cannot be used.
        """
        self._reader.load()

    @component.output_types(answers=list[ExtractedAnswer])
    def run(
        self,
        query: str,
        documents: list[Document],
        top_k: int | None = None,
        score_threshold: float | None = None,
        no_answer: bool | None = None,
    ) -> dict[str, list[ExtractedAnswer]]:
        """Find the answers to a question.

        :param query: the question.
        :param documents: the passages to read, in the order of retrieval; those without text are ignored.
        :param top_k: the most answers, for this question.
        :param score_threshold: leave out answers that score less, for this question.
        :param no_answer: whether "not found" is one of the answers, for this question.
        :returns: ``answers``, best first.
        :raises ModelError: the model is missing or cannot be used.
        :raises ValueError: ``top_k`` is below 1.
        """
        options = self._options(
            self.top_k if top_k is None else top_k,
            self.score_threshold if score_threshold is None else score_threshold,
            self.no_answer if no_answer is None else no_answer,
        )
        readable = with_text(documents)
        extractor = AnswerExtractor(self._reader, options)
        found, _ = extractor.answers(readable, list(extractor.read_each(query, readable)))
        return {"answers": [_answer(query, readable, each) for each in found]}

    @component.output_types(answers=list[ExtractedAnswer])
    async def run_async(
        self,
        query: str,
        documents: list[Document],
        top_k: int | None = None,
        score_threshold: float | None = None,
        no_answer: bool | None = None,
    ) -> dict[str, list[ExtractedAnswer]]:
        """Do what :meth:`run` does, without blocking the event loop."""
        return await to_thread(self.run, query, documents, top_k, score_threshold, no_answer)

    def _options(self, top_k: int, score_threshold: float | None, no_answer: bool) -> AnswerOptions:
        return AnswerOptions(
            top_k=top_k,
            top_k_per_candidate=self.top_k_per_document,
            no_ans_boost=self.no_answer_boost,
            return_no_answer=no_answer,
            confidence_threshold=score_threshold,
            context_window_size=self.context_window_size,
            calibrated=self.calibrated,
            context_fields=self.context_fields,
        )


def _answer(query: str, documents: Sequence[Document], found: FoundAnswer) -> ExtractedAnswer:
    if not found.places:
        return ExtractedAnswer(query=query, score=found.score)
    document = documents[found.places[0]]
    content, (context_start, context_end) = document.content or "", found.context
    return ExtractedAnswer(
        query=query,
        score=found.score,
        data=content[found.start : found.end],
        document=document,
        context=content[context_start:context_end],
        document_offset=ExtractedAnswer.Span(found.start, found.end),
        context_offset=ExtractedAnswer.Span(found.start - context_start, found.end - context_start),
        meta={"document_ids": [documents[place].id for place in found.places], **_place(document, found)},
    )


def _place(document: Document, found: FoundAnswer) -> dict[str, int]:
    """Return the answer's page and its position in the source, as far as its document has them."""
    place: dict[str, int] = {}
    page, start = document.meta.get("page_number", document.meta.get("page")), document.meta.get("start")
    if isinstance(page, int):
        place["answer_page_number"] = answer_page(document.content or "", found.start, page)
    if isinstance(start, int):
        place |= {"source_start": start + found.start, "source_end": start + found.end}
    return place
