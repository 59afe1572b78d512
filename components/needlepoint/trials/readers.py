"""A common interface to Haystack's two readers and ours: question and passage in, best span and the reader's verdict out."""

import hashlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needlepoint.encoders.export import ExportCache
from needlepoint.errors import EvaluationError, ModelError
from needlepoint.evaluation.squad import SquadQuestion
from needlepoint.pipelines.file import PipelineFile
from needlepoint.pipelines.roles import reader_in
from needlepoint.reading.calibration import FILE as CALIBRATION
from needlepoint.reading.models import find_reader
from needlepoint.reading.reader import SpanReader
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

if TYPE_CHECKING:
    from needlepoint.nodes.register import Document

_TWO_ANSWERS = 2  # the best span, and "no answer" if that comes first


def _hash_of(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:32] if file.is_file() else None


@dataclass(frozen=True, slots=True)
class Prediction:
    """A reader's result for a question about a passage.

    :param id: the question's id.
    :param answer: the best span, whatever its score; empty if there is none. ``context[start:end] == answer``.
    :param score: the reader's score for that span.
    :param found: whether the reader's verdict is that this answers the question.
    :param no_answer: how sure the reader is that the passage contains no answer, on the reader's own scale.
    """

    id: str
    answer: str
    start: int
    end: int
    score: float
    found: bool
    no_answer: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that JSON can hold."""
        return asdict(self)


class TrialReader:
    """A Haystack reader node under trial.

    :param node: a FARMReader, TransformersReader or OnnxReader, or another reader with the same ``predict_batch``.
    :param metas: the metadata of the passages of some questions, by question id, for readers with ``context_fields``.
    """

    def __init__(self, node: Any, *, metas: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.node = node
        self._metas = metas or {}
        if hasattr(node, "inferencer"):
            node.inferencer.model.float()  # FARM keeps 16-bit weights as they are, which is slow on a CPU

    @classmethod
    def of_pipeline(cls, pipeline: str | Path | None, model: Path | None = None) -> "TrialReader":
        """Return the reader of a pipeline file, with another model if one is given.

        :raises NeedlepointError: the pipeline has no reader, or its model cannot be loaded.
        """
        name = reader_in(PipelineFile(pipeline))
        changes = {name: {"model_name_or_path": str(model)}} if model else {}
        try:
            return cls(PipelineFile(pipeline, changes=changes).load_node(name))
        except OSError as error:  # raised by transformers if a folder contains no model
            raise ModelError(f"{model or pipeline}: {' '.join(str(error).split())[:300]}") from error

    @classmethod
    def of_service(cls, service: Service, *, metas: Mapping[str, Mapping[str, Any]] | None = None) -> "TrialReader":
        """Return the reader that answers a service's questions.

        :raises NeedlepointError: its pipeline has no reader, or cannot be loaded.
        """
        return cls(service.pipelines.query.reader, metas=metas)

    def load(self) -> None:
        """Load the model now, so that loading does not count in the time of the first answers."""
        if hasattr(self.node, "load"):
            self.node.load()

    @property
    def span_reader(self) -> SpanReader:
        """The core's reader inside an OnnxReader.

        :raises EvaluationError: it is another reader.
        """
        inner = getattr(self.node, "span_reader", None)
        if not isinstance(inner, SpanReader):
            raise EvaluationError(
                f"only an OnnxReader can be calibrated, but this pipeline has a {type(self.node).__name__}"
            )
        return inner

    @property
    def settings(self) -> dict[str, Any]:
        """Everything besides questions and passages that the answers depend on: node, parameters and a hash of the model."""
        named = self.node.get_params(return_defaults=True).get("model_name_or_path")
        name, model_hash, calibration = self._model(named)
        parameters = self.node.get_params()
        parameters.pop("model_name_or_path", None)
        return {
            "reader": type(self.node).__name__,
            "parameters": dict(sorted(parameters.items())),
            "model": name,
            "model_hash": model_hash,
            "calibration": calibration,
            "precision": getattr(self.node, "precision_in_use", "fp32"),
        }

    def _model(self, named: str | None) -> tuple[str, str | None, str | None]:
        """Return a model's name and the hashes of its weights and calibration, which are None if only Haystack can read it."""
        try:
            found = find_reader(named)
            weights = ExportCache(Settings.from_environment().cache).content_hash(found.folder)
        except ModelError:
            return str(named), None, None
        file = getattr(self.node, "calibration", None) or found.folder / CALIBRATION
        return found.name, weights, _hash_of(Path(file)) if self._is_calibrated else None

    @property
    def scores_are_probabilities(self) -> bool:
        """Whether scores are between 0 and 1."""
        return bool(getattr(self.node, "use_confidence_scores", True))

    def predict(self, questions: Sequence[SquadQuestion]) -> list[Prediction]:
        """Read each question's own passage."""
        with warnings.catch_warnings():
            # TransformersReader calls transformers in a deprecated way
            warnings.simplefilter("ignore", FutureWarning)
            results = self.node.predict_batch(
                queries=[question.question for question in questions],
                documents=[[self._document(question)] for question in questions],
                top_k=_TWO_ANSWERS,
            )
        rows = zip(questions, results["answers"], results["no_ans_gaps"], strict=True)
        return [self._prediction(question, answers, float(gap)) for question, answers, gap in rows]

    def _document(self, question: SquadQuestion) -> "Document":
        from needlepoint.nodes.register import Document

        return Document(content=question.context, id=question.id, meta=dict(self._metas.get(question.id, {})))

    def _prediction(self, question: SquadQuestion, answers: Sequence[Any], gap: float) -> Prediction:
        best = next((answer for answer in answers if answer.answer), None)
        if best is None:
            return Prediction(question.id, "", 0, 0, 0.0, found=False, no_answer=1.0 if self._is_calibrated else 1e3)
        span = best.offsets_in_document[0]
        return Prediction(
            id=question.id,
            answer=best.answer,
            start=span.start,
            end=span.end,
            score=float(best.score),
            found=bool(answers[0].answer),
            no_answer=1 - float(best.score) if self._is_calibrated else self._doubt(gap),
        )

    @property
    def _is_calibrated(self) -> bool:
        return bool(getattr(self.node, "calibrated", False))

    def _doubt(self, gap: float) -> float:
        """Return a value that grows with doubt: TransformersReader's gap does, the other readers' gap has the opposite sign."""
        return gap if type(self.node).__name__ == "TransformersReader" else -gap
