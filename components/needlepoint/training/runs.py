"""Whole trainings: from files of questions and a model's folder to a new folder with model, card and report."""

import json
import platform
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from needlepoint.errors import MissingExtraError, TrainingError

try:
    import torch
except ModuleNotFoundError as error:
    raise MissingExtraError("torch", "torch") from error

from needlepoint.encoders.export import ExportCache
from needlepoint.settings import Settings
from needlepoint.training import precision as precisions
from needlepoint.training.card import model_card
from needlepoint.training.checkpoints import Checkpoints, saved_precision
from needlepoint.training.data import TrainingData
from needlepoint.training.distillation import (
    JointDistillation,
    LayerDistillation,
    PredictionDistillation,
    check_same_tokens,
    uniform_layers,
)
from needlepoint.training.loop import SAVE_EVERY_S, Moment, State, Training
from needlepoint.training.models import TrainableReader, has_new_head, load_reader
from needlepoint.training.objectives import FineTuning, Objective
from needlepoint.training.plan import Plan
from needlepoint.training.precision import Precision
from needlepoint.training.report import FILE as REPORT
from needlepoint.training.report import Report, write_report
from needlepoint.training.saving import save_reader
from needlepoint.training.teacher_logits import LogitsCache, TeacherLogits
from needlepoint.training.validation import Validator
from needlepoint.training.windows import LabelledWindow, digest, label

_LAYERS = "layers distilled"
_WORTH_COMPILING = 5000  # windows; compiling takes about a minute


@dataclass(frozen=True, slots=True)
class Order:
    """What every kind of training needs to be told.

    :param base: folder of the model to begin with.
    :param out: folder for the result; with unfinished checkpoints in it, the training goes on from the last one.
    :param name: what to call the base in the card; its folder's name by default.
    :param teacher_name: likewise the teacher.
    :param keep_layers: the base's layers to keep, counted from 1; all if none are named.
    :param device: ``auto``, ``cpu`` or ``cuda``.
    :param precision: ``auto``, ``fp32``, ``bf16`` or ``fp16``.
    :param compiled: whether to compile the model; None compiles for a long training on a CPU that has a C++ compiler.
    :param half: store the weights in 16 bits.
    :param licence: for the card.
    :param save_every_s: time between checkpoints.
    :param say: told in words what is being done.
    :param listen: called after every step.
    """

    data: TrainingData
    plan: Plan
    base: Path
    out: Path
    name: str = ""
    teacher_name: str = ""
    keep_layers: tuple[int, ...] = ()
    device: str = "auto"
    precision: str = "auto"
    compiled: bool | None = None
    half: bool = False
    licence: str = ""
    save_every_s: float = SAVE_EVERY_S
    say: Callable[[str], None] = lambda text: None
    listen: Callable[[Moment], None] = lambda moment: None


@dataclass(frozen=True, slots=True)
class _Prepared:
    order: Order
    reader: TrainableReader
    windows: list[LabelledWindow]
    precision: Precision
    data_digest: str


@dataclass(frozen=True, slots=True)
class _Task:
    """What one kind of training adds to the rest.

    :param teacher_content: hash of the teacher's content; computed where it is not given.
    :param settings: what decides its result beside the plan.
    """

    kind: str
    objective: Objective
    has_answers: bool = True
    teacher: Path | None = None
    teacher_content: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


def fine_tune(order: Order) -> Report:
    """Train a model on the questions' own answers.

    :raises NeedlepointError: model, data or folder cannot be used.
    """
    prepared = _prepare(order)
    return _train(prepared, _Task("fine-tuned", FineTuning(prepared.reader.model)), prepared.reader.model)


def distil_layers(
    order: Order,
    teacher: Path,
    *,
    layers: Sequence[int | None] = (),
    hidden_weight: float = 1.0,
    attention_weight: float = 1.0,
) -> Report:
    """Make the model's layers resemble a teacher's; the result's span head is as untrained as it was.

    :param teacher: folder of a wider or deeper encoder of the same vocabulary, with or without a span head.
    :param layers: for each of the student's layers the teacher's; every n-th by default.
    :raises NeedlepointError: models, data or folder cannot be used.
    """
    _check_tokens(order, teacher)
    prepared = _prepare(order)
    larger = load_reader(teacher, prepared.reader.device)
    chosen = _mapped(prepared.reader, larger, layers)
    weights = {"hidden_weight": hidden_weight, "attention_weight": attention_weight}
    objective = LayerDistillation(prepared.reader, larger, layers=chosen, **weights)
    settings = {"layers": list(chosen), **weights}
    task = _Task(_LAYERS, objective, has_answers=False, teacher=teacher, settings=settings)
    return _train(prepared, task, *(reader.model.base_model for reader in (prepared.reader, larger)))


def distil_prediction(
    order: Order,
    teacher: Path,
    *,
    distillation_loss_weight: float = 0.75,
    temperature: float = 1.5,
    hidden_weight: float = 0.0,
    layers: Sequence[int | None] = (),
) -> Report:
    """Make the model's answers resemble a teacher's and the labels, and if asked for its hidden states with them.

    :param teacher: folder of a trained reader of the same vocabulary; it may be gone if its logits of all windows are kept.
    :param distillation_loss_weight: of the teacher's logits in the loss; the labels have the rest.
    :param hidden_weight: of embeddings and hidden states, beside both.
    :param layers: where hidden states count, for each of the student's layers the teacher's; every n-th by default.
    :raises NeedlepointError: models, data or folder cannot be used.
    """
    is_there = teacher.is_dir()
    if is_there:
        _check_answers(teacher)
        _check_tokens(order, teacher)
    elif hidden_weight:
        raise TrainingError(f"there is no teacher at {teacher}; its logits may be kept, its hidden states never are")
    prepared = _prepare(order)
    larger = load_reader(teacher, prepared.reader.device) if is_there else None
    weights = {"distillation_loss_weight": distillation_loss_weight, "temperature": temperature}
    if larger and hidden_weight:
        chosen = _mapped(prepared.reader, larger, layers)
        joint = JointDistillation(
            prepared.reader,
            larger,
            layers=chosen,
            weight=distillation_loss_weight,
            temperature=temperature,
            hidden_weight=hidden_weight,
        )
        settings = {**weights, "hidden_weight": hidden_weight, "layers": list(chosen)}
        task = _Task("prediction and layers distilled", joint, teacher=teacher, settings=settings)
        return _train(prepared, task, prepared.reader.model, larger.model)
    file = _logits_file(prepared, teacher)
    objective = PredictionDistillation(
        prepared.reader,
        TeacherLogits(larger, prepared.windows, file),
        weight=distillation_loss_weight,
        temperature=temperature,
    )
    content = LogitsCache.teacher_of(file)
    task = _Task("prediction distilled", objective, teacher=teacher, teacher_content=content, settings=weights)
    return _train(prepared, task, prepared.reader.model, *([larger.model] if larger else []))


def _logits_file(prepared: _Prepared, teacher: Path) -> Path:
    """Return where a teacher's logits of the windows are kept or are to be kept, by what is left of it if it is gone."""
    cache = LogitsCache(Settings.from_environment().cache)
    precision = prepared.precision.name
    if teacher.is_dir():
        return cache.file(_content(teacher), prepared.data_digest, precision)
    file = cache.left_by(teacher, prepared.data_digest, precision)
    if file is None:
        raise TrainingError(
            f"there is no teacher at {teacher}, and of one from there no logits in {precision} are kept for these windows"
        )
    prepared.order.say(f"there is no teacher at {teacher} any more; its logits are kept, so training goes on from them")
    return file


def _prepare(order: Order) -> _Prepared:
    _check_folder(order)
    device = _device(order.device)
    torch.manual_seed(order.plan.seed)
    reader = load_reader(order.base, device, dropout=order.plan.dropout, keep_layers=order.keep_layers)
    order.say(f"cutting {len(order.data.questions):,} questions into windows")
    max_tokens = reader.architecture.max_tokens
    windows = label(order.data.questions, reader.tokenizer, order.plan, max_tokens=max_tokens)
    if not windows:
        raise TrainingError("no window of the data holds a whole answer; raise max_seq_len")
    chosen = _precision(order, device)
    order.say(f"{len(windows):,} windows; {chosen.name} on {device.type}: {chosen.reason}")
    return _Prepared(order, reader, windows, chosen, digest(windows))


def _precision(order: Order, device: torch.device) -> Precision:
    """Return that of the checkpoint to go on from, else what is asked for or measured."""
    if before := saved_precision(_checkpoints(order)):
        return Precision(before, "that of the checkpoint")
    return precisions.measured(device) if order.precision == "auto" else Precision(order.precision, "asked for")


def _checkpoints(order: Order) -> Path:
    return order.out / "checkpoints"


def _check_folder(order: Order) -> None:
    if (order.out / "config.json").is_file():
        raise TrainingError(f"{order.out} holds a finished model; name another folder, or remove it")
    if order.out.resolve() == order.base.resolve():
        raise TrainingError("the result needs a folder of its own, not the base model's")


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        raise TrainingError("this build of torch finds no CUDA device; use --device cpu")
    return torch.device(name)


def _check_tokens(order: Order, teacher: Path) -> None:
    """Refuse a teacher that reads other tokens, before the data is cut into windows."""
    names = order.name or order.base.name, order.teacher_name or teacher.name
    check_same_tokens(order.base, teacher, names=names)


def _check_answers(teacher: Path) -> None:
    """Refuse a teacher whose answers mean nothing, before hours are spent on them."""
    if has_new_head(teacher):
        raise TrainingError(f"{teacher.name} has no trained span head, so it answers nothing: name a trained reader")
    with suppress(OSError, ValueError, AttributeError):
        if json.loads((teacher / REPORT).read_text(encoding="utf-8")).get("kind") == _LAYERS:
            raise TrainingError(
                f"of {teacher.name} only the layers are distilled: distil or fine-tune its predictions first"
            )


def _mapped(student: TrainableReader, teacher: TrainableReader, layers: Sequence[int | None]) -> tuple[int | None, ...]:
    if not isinstance(layers, list | tuple):
        raise TrainingError(f"layers must be a list of the teacher's layers, such as [2, 4, 6], got {layers!r}")
    return tuple(layers) or uniform_layers(student.architecture.layers, teacher.architecture.layers)


def _compiles(prepared: _Prepared) -> bool:
    if prepared.order.compiled is not None:
        return prepared.order.compiled
    is_long = len(prepared.windows) * (prepared.order.plan.epochs or 1) >= _WORTH_COMPILING
    return prepared.reader.device.type == "cpu" and is_long and shutil.which("g++") is not None


def _train(prepared: _Prepared, task: _Task, *modules: Any) -> Report:
    """Train; ``modules`` are what the objective calls, to be compiled if that pays."""
    order, reader = prepared.order, prepared.reader
    if compiled := _compiles(prepared):
        _compile(modules, order.say)
    checkpoints = Checkpoints(_checkpoints(order), _identity(prepared, task))
    is_validated = task.has_answers and order.data.validation
    if task.has_answers:
        _say_what_is_not_validated(order)
    training = Training(
        task.objective,
        prepared.windows,
        order.plan,
        collate=reader.collator,
        precision=prepared.precision,
        checkpoints=checkpoints,
        validate=Validator(reader, order.data.validation, order.plan) if is_validated else None,
        listen=order.listen,
        save_every_s=order.save_every_s,
        warm_up=compiled,
    )
    state = training.run()
    report = _report(replace(prepared, precision=training.precision), task, state)
    write_report(report, order.out)
    save_reader(reader, order.out, half=order.half, card=model_card(report, order.licence))
    checkpoints.clear()
    return report


def _say_what_is_not_validated(order: Order) -> None:
    if not order.data.validation:
        order.say("no validation: no article is held out, so the weights after the last step are kept")
    elif left := order.data.unvalidated:
        order.say(f"no validation on {', '.join(left)}: no article of it is held out; --held-out can name some")


def _identity(prepared: _Prepared, task: _Task) -> dict[str, Any]:
    """Return all that decides the result; a longer time limit may be given to go on."""
    order = prepared.order
    plan = {name: value for name, value in order.plan.to_dict().items() if name != "minutes"}
    origin = {"base": _content(order.base), "keep_layers": list(order.keep_layers), "data": prepared.data_digest}
    teacher = {"teacher": task.teacher_content or _content(task.teacher)} if task.teacher else {}
    return {"kind": task.kind, **plan, **origin, **teacher, **task.settings}


def _compile(modules: Sequence[Any], say: Callable[[str], None]) -> None:
    import torch._inductor.config as inductor

    say("compiling, about a minute for a model")
    inductor.cpp.dynamic_threads = True  # what is compiled with two threads must run with one
    for module in modules:
        module.compile(dynamic=True)


def _content(folder: Path) -> str:
    return ExportCache(Settings.from_environment().cache).content_hash(folder)[:16]


def _report(prepared: _Prepared, task: _Task, state: State) -> Report:
    import transformers

    order = prepared.order
    return Report(
        kind=task.kind,
        base=order.name or order.base.name,
        teacher=order.teacher_name or task.teacher.name if task.teacher else "",
        plan={**order.plan.to_dict(), **task.settings},
        sources=dict(order.data.sources),
        windows=len(prepared.windows),
        held_out=list(order.data.held_out),
        validated=dict(order.data.validated),
        state=state,
        precision=prepared.precision.name,
        reason=prepared.precision.reason,
        device=_device_name(prepared.reader.device),
        threads=torch.get_num_threads(),
        finished=time.strftime("%Y-%m-%d"),
        versions={
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "python": platform.python_version(),
        },
    )


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor() or platform.machine()
