"""The plan of a training: every number that decides its result, in one place."""

import math
from dataclasses import asdict, dataclass, fields
from types import NoneType
from typing import Any, Self, get_args

from needlepoint.errors import TrainingError

SCHEDULES = ("hold", "linear")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is trained.

    :param epochs: how often every window is read; None leaves the end to ``minutes``.
    :param minutes: time limit over all runs of one folder; None sets none.
    :param batch_size: windows read at once.
    :param accumulation: batches whose gradients make one step.
    :param learning_rate: the highest one.
    :param schedule: see :mod:`needlepoint.training.schedule`.
    :param warmup: share of the training over which the learning rate rises.
    :param decay: share of the training, at its end, over which ``hold`` falls to zero.
    :param weight_decay: AdamW's, of all weights but biases and layer norms.
    :param dropout: of attention and hidden states; 0 trains much faster on a CPU and is enough for a few epochs.
    :param max_seq_len: longest window in tokens.
    :param doc_stride: tokens from one window's start to the next in a long text.
    :param max_query_length: longest question in tokens; longer ones are cut.
    :param max_grad_norm: gradients with a larger norm are scaled down to it.
    :param evaluate_every: steps from one validation to the next; None validates after every epoch.
    :param patience: end the training after this many validations in a row without a better one; None sets no such end.
    :param seed: of the order of windows, of dropout and of new weights.
    :raises TypeError: a value is not of its type, such as a fraction where a whole number is needed.
    :raises ValueError: a value is out of its range.
    """

    epochs: float | None = None
    minutes: float | None = None
    batch_size: int = 32
    accumulation: int = 1
    learning_rate: float = 5e-5
    schedule: str = "hold"
    warmup: float = 0.03
    decay: float = 0.45
    weight_decay: float = 0.01
    dropout: float = 0.0
    max_seq_len: int = 384
    doc_stride: int = 128
    max_query_length: int = 64
    max_grad_norm: float = 1.0
    evaluate_every: int | None = None
    patience: int | None = None
    seed: int = 7

    def __post_init__(self) -> None:
        for of in fields(self):
            _check_type(of.name, getattr(self, of.name), get_args(of.type) or (of.type,))
        if self.epochs is None and self.minutes is None:
            raise ValueError("a plan needs epochs, minutes or both")
        for name in ("epochs", "minutes", "learning_rate", "max_grad_norm"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name} must be above 0, got {value}")
        for name in ("batch_size", "accumulation", "evaluate_every", "patience", "max_query_length", "doc_stride"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")
        for name in ("warmup", "decay", "dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be in [0, 1), got {getattr(self, name)}")
        if self.weight_decay < 0:
            raise ValueError(f"weight_decay must be at least 0, got {self.weight_decay}")
        if self.schedule not in SCHEDULES:
            raise ValueError(f"schedule must be one of {', '.join(SCHEDULES)}, got {self.schedule!r}")
        if self.doc_stride >= self.max_seq_len - self.max_query_length:
            room = self.max_seq_len - self.max_query_length
            raise ValueError(f"doc_stride must be below max_seq_len - max_query_length = {room}, got {self.doc_stride}")

    @classmethod
    def of(cls, **numbers: Any) -> Self:
        """Return the plan with these numbers; those that are None keep their defaults.

        :raises TrainingError: a name is unknown, or a value is of the wrong type or out of its range.
        """
        given = {name: value for name, value in numbers.items() if value is not None}
        known = [field.name for field in fields(cls)]
        if unknown := sorted(given.keys() - set(known)):
            raise TrainingError(f"there is no parameter {', '.join(unknown)}; there are {', '.join(known)}")
        try:
            return cls(**given)
        except (TypeError, ValueError) as error:
            raise TrainingError(f"this training cannot be planned: {error}") from error

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers by name."""
        return asdict(self)


def _check_type(name: str, value: Any, types: tuple[Any, ...]) -> None:
    """Refuse a value that is of none of the types; a whole number is also a number, a truth value is not."""
    if value is None and NoneType in types:
        return
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if str in types:
        expected, fits = "text", isinstance(value, str)
    elif int in types:
        expected, fits = "a whole number", is_number and isinstance(value, int)
    else:
        expected, fits = "a number", is_number
    if not fits:
        raise TypeError(f"{name} must be {expected}, got {value!r}")
