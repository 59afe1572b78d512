"""The training loop. Each step depends on plan, data and state alone, so a resumed run gives the same result."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

import torch
from torch import nn

from needlepoint.errors import TrainingError
from needlepoint.training.batches import Batch, Collator, batch_order
from needlepoint.training.checkpoints import Checkpoints
from needlepoint.training.objectives import Objective
from needlepoint.training.plan import Plan
from needlepoint.training.precision import Precision
from needlepoint.training.schedule import learning_rate, progress
from needlepoint.training.windows import LabelledWindow

SAVE_EVERY_S = 300.0
Figures = dict[str, float]


@dataclass(slots=True)
class State:
    """The progress of a training; saved with every checkpoint.

    :param step: steps taken.
    :param epoch: epochs completed.
    :param batch: batches of the current epoch that are done.
    :param windows: windows read.
    :param elapsed_s: time taken in all runs.
    :param losses: the terms of the loss, by name, at every step.
    :param validations: the figures of every validation, with its ``step``.
    :param best: the best ``f1`` of the validations; -1 before the first.
    :param worse: validations in a row that were no better than the best.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    windows: int = 0
    elapsed_s: float = 0.0
    losses: dict[str, list[float]] = field(default_factory=dict)
    validations: list[Figures] = field(default_factory=list)
    best: float = -1.0
    worse: int = 0


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """What a listener gets after every step.

    :param done: share of the training that is over, 0 to 1.
    :param loss: of this step.
    :param learning_rate: of this step.
    """

    state: State
    done: float
    loss: float
    learning_rate: float


class Training:
    """One training, from its beginning or its last checkpoint to its end.

    :param objective: the loss to minimise, on the device that computes it.
    :param windows: the training data.
    :param collate: makes batches of the windows.
    :param checkpoints: where to resume from and save to.
    :param validate: measures the student; its ``f1`` decides which weights are the best.
    :param on_step: called after every step. A ``KeyboardInterrupt`` that it raises ends the run with a checkpoint.
    :param save_every_s: time between checkpoints, in seconds.
    :param warm_up: compute the first batch once before the clock starts, so that compiling does not count.
    :param clock: returns the seconds since some moment.
    """

    def __init__(
        self,
        objective: Objective,
        windows: Sequence[LabelledWindow],
        plan: Plan,
        *,
        collate: Collator,
        precision: Precision,
        checkpoints: Checkpoints,
        validate: Callable[[], Figures] | None = None,
        on_step: Callable[[TrainingStep], None] = lambda step: None,
        save_every_s: float = SAVE_EVERY_S,
        warm_up: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._objective = objective
        self._windows = windows
        self._plan = plan
        self._collate = collate
        self._precision = precision
        self._checkpoints = checkpoints
        self._validate = validate
        self._on_step = on_step
        self._clock = clock
        self._save_every_s = save_every_s
        self._warm_up = warm_up
        self._optimizer = _optimizer(objective, plan)
        self._scaler = precision.scaler(collate.device)
        batches = -(-len(windows) // plan.batch_size)
        self._steps_in_epoch = -(-batches // plan.accumulation)
        self._state = State()
        self._begun = self._saved = 0.0

    @property
    def precision(self) -> Precision:
        """The precision in use: the checkpoint's, if the training resumed from one."""
        return self._precision

    def run(self) -> State:
        """Train to the end; the objective then holds the best weights, or the last ones without validation.

        :raises TrainingError: a loss is not a finite number, or the checkpoints belong to another training.
        """
        torch.manual_seed(self._plan.seed)
        self._resume()
        self._objective.train()
        if self._warm_up:
            self._compute_once()
        self._begun = self._clock() - self._state.elapsed_s
        self._saved = self._clock()
        while not self._is_over():
            self._run_epoch()
        if self._validate and (not self._state.validations or self._state.validations[-1]["step"] < self._state.step):
            self._measure()
        if self._state.validations:
            self._objective.load_state_dict(self._checkpoints.best())
        self._objective.on_checkpoint()
        return self._state

    def _compute_once(self) -> None:
        """Compute one batch without taking a step; it is the same in every run, so a resumed run compiles the same code."""
        first = batch_order(self._windows, batch_size=self._plan.batch_size, seed=self._plan.seed, epoch=0)[0]
        with torch.random.fork_rng():
            self._gradients([self._collate(self._windows, first)])
        self._optimizer.zero_grad(set_to_none=True)

    def _run_epoch(self) -> None:
        state, plan = self._state, self._plan
        batches = batch_order(self._windows, batch_size=plan.batch_size, seed=plan.seed, epoch=state.epoch)
        while state.batch < len(batches) and not self._is_over():
            group = batches[state.batch : state.batch + plan.accumulation]
            step = self._step([self._collate(self._windows, indices) for indices in group])
            state.batch += len(group)
            if state.batch >= len(batches):
                state.epoch, state.batch = state.epoch + 1, 0
            self._after_step()
            try:
                self._on_step(step)
            except KeyboardInterrupt:  # between two steps, when all belongs together
                self._save()
                raise
            if not state.batch:
                return

    def _step(self, group: Sequence[Batch]) -> TrainingStep:
        state = self._state
        done = self._done()
        rate = learning_rate(self._plan, done)
        for parameters in self._optimizer.param_groups:
            parameters["lr"] = rate
        terms = self._gradients(group)
        self._scaler.unscale_(self._optimizer)
        nn.utils.clip_grad_norm_(self._objective.parameters(), self._plan.max_grad_norm)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._optimizer.zero_grad(set_to_none=True)
        state.step += 1
        state.windows += sum(len(batch.indices) for batch in group)
        for name, value in terms.items():
            state.losses.setdefault(name, []).append(value)
        if not isfinite(terms["loss"]):
            raise TrainingError(f"the loss is {terms['loss']} at step {state.step}; try a lower learning rate")
        return TrainingStep(state, done, terms["loss"], rate)

    def _gradients(self, group: Sequence[Batch]) -> Figures:
        """Compute the gradients of a group of batches, weighted by their windows, and return the terms of the loss."""
        total = sum(len(batch.indices) for batch in group)
        sums: Figures = {}
        for batch in group:
            share = len(batch.indices) / total
            with self._precision.autocast(self._collate.device):
                terms = self._objective(batch)
            self._scaler.scale(terms["loss"] * share).backward()
            for name, value in terms.items():
                sums[name] = sums.get(name, 0.0) + value.item() * share
        return sums

    def _after_step(self) -> None:
        state, every = self._state, self._plan.evaluate_every
        is_due = not state.batch if every is None else state.step % every == 0
        if self._validate and is_due:
            self._measure()
        if self._clock() - self._saved >= self._save_every_s:
            self._save()

    def _measure(self) -> None:
        if self._validate is None:
            return
        state = self._state
        self._objective.eval()
        with torch.no_grad(), self._precision.autocast(self._collate.device):
            figures = self._validate()
        self._objective.train()
        state.validations.append({"step": state.step, **figures})
        state.worse = 0 if figures["f1"] > state.best else state.worse + 1
        if not state.worse:
            state.best = figures["f1"]
            self._checkpoints.save_best(self._objective.state_dict())

    def _done(self) -> float:
        state = self._state
        state.elapsed_s = self._clock() - self._begun
        return progress(self._plan, step=state.step, steps_in_epoch=self._steps_in_epoch, elapsed_s=state.elapsed_s)

    def _is_over(self) -> bool:
        patience = self._plan.patience
        return self._done() >= 1 or (patience is not None and self._state.worse >= patience)

    def _save(self) -> None:
        self._done()  # brings the time up to date
        state = {
            "state": asdict(self._state),
            "optimizer": self._optimizer.state_dict(),
            "precision": self._precision.name,
            "scaler": self._scaler.state_dict(),
            "random": torch.get_rng_state(),
            "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }
        self._checkpoints.save(self._state.step, self._objective.state_dict(), state)
        self._objective.on_checkpoint()
        self._saved = self._clock()

    def _resume(self) -> None:
        latest = self._checkpoints.latest()
        if latest is None:
            return
        weights, saved = latest
        if saved["precision"] != self._precision.name:
            self._precision = Precision(saved["precision"], "that of the checkpoint")
            self._scaler = self._precision.scaler(self._collate.device)
        self._objective.load_state_dict(weights)
        self._optimizer.load_state_dict(saved["optimizer"])
        self._scaler.load_state_dict(saved["scaler"])
        self._state = State(**saved["state"])
        torch.set_rng_state(saved["random"])
        if saved["random_cuda"]:
            torch.cuda.set_rng_state_all(saved["random_cuda"])


def _optimizer(objective: nn.Module, plan: Plan) -> torch.optim.AdamW:
    """Return AdamW over all trainable parameters; biases and layer norms do not decay."""
    learning = [parameter for parameter in objective.parameters() if parameter.requires_grad]
    groups: list[Mapping[str, Any]] = [
        {"params": [p for p in learning if p.ndim > 1], "weight_decay": plan.weight_decay},
        {"params": [p for p in learning if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=plan.learning_rate, betas=(0.9, 0.98), eps=1e-6, fused=True)
