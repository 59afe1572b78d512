"""The two steps by which TinyBERT learns from a larger model (Jiao et al. 2020, "TinyBERT", arXiv 1909.10351).

First the layers: the student's embeddings, hidden states and attention scores learn to resemble those of the teacher's layers
that they are mapped to. Then the prediction: its start and end logits learn to resemble the teacher's, and if wanted its hidden
states with them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from needlepoint.encoders.tokens import TextTokenizer
from needlepoint.errors import TrainingError
from needlepoint.training.batches import Batch
from needlepoint.training.losses import attention_loss, hidden_loss, soft_loss, span_loss
from needlepoint.training.models import TrainableReader, projection
from needlepoint.training.objectives import Objective, Span, masked_span, span_logits
from needlepoint.training.teacher_logits import TeacherLogits


def uniform_layers(student_layers: int, teacher_layers: int) -> tuple[int, ...]:
    """Map the student's layers to every n-th of the teacher's, the last to the last, as the paper does.

    :raises TrainingError: the number of the teacher's layers is not a multiple of the student's.
    """
    if teacher_layers % student_layers:
        raise TrainingError(
            f"{teacher_layers} layers cannot be shared out evenly among {student_layers}; name the teacher's layer for "
            "each of the student's, as in --set layers=[2,4,6]"
        )
    step = teacher_layers // student_layers
    return tuple(range(step, teacher_layers + 1, step))


def queries_and_keys(reader: TrainableReader, layer: int, states: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the queries and keys of each head, whose products are a layer's attention scores before the softmax.

    The models return the scores only after the softmax, so queries and keys are computed again here; gradients flow through
    them. MPNet's distance bias is part of its scores: it is appended to the keys, and a one-hot position to each query.

    :param layer: counted from 0.
    :param states: the layer's input, shape (windows, tokens, width).
    :returns: queries, divided by the root of the head's width, and keys; shape (windows, heads, tokens, head width), wider by the
        number of tokens if there is a distance bias.
    """
    queries, keys = (_by_head(reader, layer, part, states) for part in ("query", "key"))
    queries = queries / math.sqrt(queries.shape[-1])
    if not reader.architecture.has_distance_bias:
        return queries, keys
    bias = reader.model.base_model.encoder.compute_position_bias(states).float()
    places = torch.eye(bias.shape[-1], device=bias.device).expand_as(bias)
    return torch.cat([queries, places], dim=-1), torch.cat([keys, bias.transpose(-1, -2)], dim=-1)


def _by_head(reader: TrainableReader, layer: int, part: str, states: torch.Tensor) -> torch.Tensor:
    projected = projection(reader, layer, part)(states).float()
    return projected.unflatten(-1, (reader.architecture.heads, -1)).transpose(1, 2)


class HiddenStates(nn.Module):
    """The distance of a student's embeddings and hidden states from those of the teacher's layers that they are mapped to.

    If the widths differ, linear maps take the student's states to the teacher's width: one for the embeddings and one for all
    layers, both learnt with the rest.

    :param layers: for each of the student's layers the teacher's, counted from 1; None for none.
    :raises TrainingError: the mapping does not fit the two models.
    """

    def __init__(self, student: TrainableReader, teacher: TrainableReader, layers: Sequence[int | None]) -> None:
        super().__init__()
        _check_layers(student, teacher, layers)
        self.pairs = [(own, theirs - 1) for own, theirs in enumerate(layers) if theirs is not None]
        widths = student.architecture.hidden, teacher.architecture.hidden
        self.embedding_map = _projection(*widths)
        self.hidden_map = _projection(*widths)

    def forward(self, own: Sequence[torch.Tensor], theirs: Sequence[torch.Tensor], mask: torch.Tensor) -> torch.Tensor:
        """Return the mean squared difference over tokens and width, summed over embeddings and layers.

        :param own: embeddings and the output of each layer, shape (windows, tokens, width) each.
        :param theirs: likewise.
        """
        total = hidden_loss(self.embedding_map(own[0]), theirs[0], mask)
        for ours, teachers in self.pairs:
            total = total + hidden_loss(self.hidden_map(own[ours + 1]), theirs[teachers + 1], mask)
        return total


class LayerDistillation(Objective):
    """Makes a student's layers resemble a teacher's; labels are not used.

    :param student: with as many attention heads as the teacher, unless ``attention_weight`` is 0.
    :param layers: for each of the student's layers the teacher's, counted from 1; None for none.
    :param hidden_weight: of embeddings and hidden states in the loss.
    :param attention_weight: of attention scores in the loss.
    :raises TrainingError: the models or the mapping do not fit.
    """

    def __init__(
        self,
        student: TrainableReader,
        teacher: TrainableReader,
        *,
        layers: Sequence[int | None],
        hidden_weight: float = 1.0,
        attention_weight: float = 1.0,
    ) -> None:
        super().__init__(student.model)
        if attention_weight:
            _check_scores(student, teacher)
        teacher.model.eval().requires_grad_(False)
        self._readers = (student, teacher)  # in a tuple: the teacher is no part of this module
        self._hidden_weight, self._attention_weight = hidden_weight, attention_weight
        self.states = HiddenStates(student, teacher, layers)
        self.to(student.device)

    def forward(self, batch: Batch) -> dict[str, torch.Tensor]:
        """Return ``hidden`` and ``attention``, each summed over the layers, and ``loss``, their weighted sum."""
        with torch.no_grad():
            larger = self._readers[1]
            theirs = larger.model.base_model(**larger.inputs(batch), output_hidden_states=True).hidden_states
        own = self.student.base_model(**batch.inputs, output_hidden_states=True).hidden_states
        hidden = self.states(own, theirs, batch.mask)
        if not self._attention_weight:
            return {"loss": self._hidden_weight * hidden, "hidden": hidden}
        attention = torch.stack([self._attention(pair, (own, theirs), batch) for pair in self.states.pairs]).sum()
        loss = self._hidden_weight * hidden + self._attention_weight * attention
        return {"loss": loss, "hidden": hidden, "attention": attention}

    def _attention(self, pair: tuple[int, int], states: Sequence[Sequence[torch.Tensor]], batch: Batch) -> torch.Tensor:
        own, theirs = (
            queries_and_keys(reader, layer, of_layers[layer])
            for reader, layer, of_layers in zip(self._readers, pair, states, strict=True)
        )
        return attention_loss(own, theirs, batch.mask)


@dataclass(frozen=True, slots=True)
class PredictionLoss:
    """The distance of a student's start and end logits from a teacher's and from the labels.

    :param weight: of the teacher in the loss, 0 to 1; the labels have the rest.
    :param temperature: by which the logits of both are divided.
    :raises TrainingError: one of them is out of its range.
    """

    weight: float
    temperature: float

    def __post_init__(self) -> None:
        if not 0 <= self.weight <= 1:
            raise TrainingError(f"the distillation loss weight must be in [0, 1], got {self.weight}")
        if self.temperature <= 0:
            raise TrainingError(f"the temperature must be above 0, got {self.temperature}")

    def __call__(self, own: Span, theirs: Span, batch: Batch) -> dict[str, torch.Tensor]:
        """Return ``teacher``, ``labels`` and ``loss``, their weighted sum.

        :param own: masked start and end logits, shape (windows, tokens) each.
        :param theirs: likewise.
        """
        soft = torch.stack([soft_loss(*both, self.temperature) for both in zip(own, theirs, strict=True)]).mean()
        hard = span_loss(*own, (batch.start, batch.end))
        return {"loss": self.weight * soft + (1 - self.weight) * hard, "teacher": soft, "labels": hard}


class PredictionDistillation(Objective):
    """Makes a student's start and end logits resemble a teacher's, and fit the labels.

    :param teacher: the teacher's logits for the windows of the batches.
    :param weight: of the teacher in the loss, 0 to 1; the labels have the rest.
    :param temperature: by which the logits of both are divided.
    """

    def __init__(self, student: TrainableReader, teacher: TeacherLogits, *, weight: float, temperature: float) -> None:
        super().__init__(student.model)
        self._teacher = teacher
        self._loss = PredictionLoss(weight, temperature)

    def forward(self, batch: Batch) -> dict[str, torch.Tensor]:
        """Return ``teacher``, ``labels`` and ``loss``, their weighted sum."""
        return self._loss(span_logits(self.student, batch), self._teacher.of(batch), batch)

    def on_checkpoint(self) -> None:
        """Keep the teacher's logits on disk."""
        self._teacher.save()


class JointDistillation(Objective):
    """Makes a student's hidden states and its logits resemble a teacher's at the same time.

    A window then teaches by the states of every layer, not by two numbers for each token. The teacher reads every batch again,
    since its states would take hundreds of times the space of its logits.

    :param layers: for each of the student's layers the teacher's, counted from 1; None for none.
    :param weight: of the teacher's logits beside the labels, 0 to 1.
    :param temperature: by which the logits of both are divided.
    :param hidden_weight: of embeddings and hidden states, added to both.
    :raises TrainingError: a number is out of its range, or the mapping does not fit the two models.
    """

    def __init__(
        self,
        student: TrainableReader,
        teacher: TrainableReader,
        *,
        layers: Sequence[int | None],
        weight: float,
        temperature: float,
        hidden_weight: float,
    ) -> None:
        super().__init__(student.model)
        teacher.model.eval().requires_grad_(False)
        self._teacher = (teacher,)  # in a tuple: the teacher is no part of this module
        self._loss = PredictionLoss(weight, temperature)
        self._hidden_weight = hidden_weight
        self.states = HiddenStates(student, teacher, layers)
        self.to(student.device)

    def forward(self, batch: Batch) -> dict[str, torch.Tensor]:
        """Return ``teacher``, ``labels``, ``hidden`` and ``loss``, their weighted sum."""
        with torch.no_grad():
            theirs = self._teacher[0].model(**self._teacher[0].inputs(batch), output_hidden_states=True)
        own = self.student(**batch.inputs, output_hidden_states=True)
        terms = self._loss(masked_span(own, batch), masked_span(theirs, batch), batch)
        hidden = self.states(own.hidden_states, theirs.hidden_states, batch.mask)
        return terms | {"loss": terms["loss"] + self._hidden_weight * hidden, "hidden": hidden}


def check_same_tokens(student: Path, teacher: Path, *, names: tuple[str, str] | None = None) -> None:
    """Make sure that both models read the same tokens.

    :param student: folder of the student.
    :param teacher: folder of the teacher.
    :param names: what to call student and teacher in the message; their folders' names by default.
    :raises TrainingError: their tokenizers differ.
    """
    own, theirs = (TextTokenizer(folder).vocabulary() for folder in (student, teacher))
    if own != theirs:
        small, large = names or (student.name, teacher.name)
        raise TrainingError(
            f"{small} and {large} have different vocabularies; a student learns only from a teacher that reads the same tokens"
        )


def _check_scores(student: TrainableReader, teacher: TrainableReader) -> None:
    for architecture in (student.architecture, teacher.architecture):
        if architecture.disentangled or architecture.rotary:
            raise TrainingError(
                f"the attention scores of a {architecture.model_type} are more than products of queries and keys, so they "
                "cannot be compared; set the attention weight to 0"
            )
    if student.architecture.heads != teacher.architecture.heads:
        raise TrainingError(
            f"the student has {student.architecture.heads} attention heads and the teacher {teacher.architecture.heads}, "
            "so their scores cannot be compared; set the attention weight to 0"
        )


def _check_layers(student: TrainableReader, teacher: TrainableReader, layers: Sequence[int | None]) -> None:
    if len(layers) != student.architecture.layers:
        raise TrainingError(f"the student has {student.architecture.layers} layers, but {len(layers)} are mapped")
    most = teacher.architecture.layers
    for layer in layers:
        if layer is not None and not 1 <= layer <= most:
            raise TrainingError(f"the teacher's layers count from 1 to {most}, got {layer}")


def _projection(own: int, theirs: int) -> nn.Module:
    return nn.Identity() if own == theirs else nn.Linear(own, theirs, bias=False)
