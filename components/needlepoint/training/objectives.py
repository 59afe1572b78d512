"""Objectives of training: a student with its loss, as one module whose parameters are learnt and saved together."""

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import nn

from needlepoint.training.batches import Batch
from needlepoint.training.losses import masked_logits, span_loss

Span = tuple[torch.Tensor, torch.Tensor]


class Objective(nn.Module, ABC):
    """A student and the loss that it minimises.

    :param student: transformers' ``...ForQuestionAnswering``.
    """

    student: Any

    def __init__(self, student: Any) -> None:
        super().__init__()
        self.student = student

    @abstractmethod
    def forward(self, batch: Batch) -> dict[str, torch.Tensor]:
        """Return the terms of the loss by name; ``loss`` is the one that is minimised."""

    def on_checkpoint(self) -> None:
        """Save whatever should outlive this process and is not among the parameters."""


class FineTuning(Objective):
    """The student learns the answers' first and last tokens."""

    def forward(self, batch: Batch) -> dict[str, torch.Tensor]:
        """Return the cross entropy of the labels."""
        start, end = span_logits(self.student, batch)
        return {"loss": span_loss(start, end, (batch.start, batch.end))}


def span_logits(model: Any, batch: Batch) -> Span:
    """Return a model's masked start and end logits in 32 bits, shape (windows, tokens) each."""
    return masked_span(model(**batch.inputs), batch)


def masked_span(output: Any, batch: Batch) -> Span:
    """Return the masked start and end logits of a model's output."""
    return masked_logits(output.start_logits, batch.mask), masked_logits(output.end_logits, batch.mask)
