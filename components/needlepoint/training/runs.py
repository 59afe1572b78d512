"""Whole trainings: from questions and a base model to a new folder with model, card and report."""

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
from needlepoint.training.loop import SAVE_EVERY_S, State, Training, TrainingStep
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
class RunConfig:
    """The configuration that every kind of training needs.

    :param base: folder of the model to begin with.
    :param out: folder for the result; if it holds checkpoints, the training resumes from the last one.
    :param name: the base's name in the card; its folder's name by default.
    :param teacher_name: the teacher's name in the card; its folder's name by default.
    :param keep_layers: the base's layers to keep, counted from 1; all if none are named.
    :param device: ``auto``, ``cpu`` or ``cuda``.
    :param precision: ``auto``, ``fp32``, ``bf16`` or ``fp16``.
    :param compiled: whether to compile the model; None compiles for a long training on a CPU that has a C++ compiler.
    :param half: store the weights in 16 bits.
    :param licence: SPDX name for the card.
    :param save_every_s: time between checkpoints, in seconds.
    :param log: called with a line of text at each stage.
    :param on_step: called after every step.
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
    log: Callable[[str], None] = lambda text: None
    on_step: Callable[[TrainingStep], None] = lambda step: None


@dataclass(frozen=True, slots=True)
class _Prepared:
    config: RunConfig
    reader: TrainableReader
    windows: list[LabelledWindow]
    precision: Precision
    data_digest: str


@dataclass(frozen=True, slots=True)
class _Task:
    """What distinguishes one kind of training from the others.

    :param has_answers: whether it trains the span head, so that validation makes sense.
    :param teacher_content: hash of the teacher's content; computed if it is not given.
    :param settings: parameters that decide the result beside the plan.
    """

    kind: str
    objective: Objective
    has_answers: bool = True
    teacher: Path | None = None
    teacher_content: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


def fine_tune(config: RunConfig) -> Report:
    """Train a model on the questions' own answers.

    :raises NeedlepointError: model, data or folder cannot be used.
    """
    prepared = _prepare(config)
    return _train(prepared, _Task("fine-tuned", FineTuning(prepared.reader.model)), prepared.reader.model)


def distil_layers(
    config: RunConfig,
    teacher: Path,
    *,
    layers: Sequence[int | None] = (),
    hidden_weight: float = 1.0,
    attention_weight: float = 1.0,
) -> Report:
    """Make the model's layers resemble a teacher's; the span head is not trained.

    :param teacher: folder of a wider or deeper encoder of the same vocabulary, with or without a span head.
    :param layers: for each of the student's layers the teacher's; every n-th by default.
    :param hidden_weight: of embeddings and hidden states in the loss.
    :param attention_weight: of attention scores in the loss.
    :raises NeedlepointError: models, data or folder cannot be used.
    """
    _check_tokens(config, teacher)
    prepared = _prepare(config)
    larger = load_reader(teacher, prepared.reader.device)
    chosen = _mapped(prepared.reader, larger, layers)
    weights = {"hidden_weight": hidden_weight, "attention_weight": attention_weight}
    objective = LayerDistillation(prepared.reader, larger, layers=chosen, **weights)
    settings = {"layers": list(chosen), **weights}
    task = _Task(_LAYERS, objective, has_answers=False, teacher=teacher, settings=settings)
    return _train(prepared, task, *(reader.model.base_model for reader in (prepared.reader, larger)))


def distil_prediction(
    config: RunConfig,
    teacher: Path,
    *,
    distillation_loss_weight: float = 0.75,
    temperature: float = 1.5,
    hidden_weight: float = 0.0,
    layers: Sequence[int | None] = (),
) -> Report:
    """Make the model's logits resemble a teacher's and fit the labels; with a ``hidden_weight``, its hidden states too.

    :param teacher: folder of a trained reader of the same vocabulary; without hidden states the folder may be gone if its
        logits of all windows are kept.
    :param distillation_loss_weight: of the teacher's logits in the loss, 0 to 1; the labels have the rest.
    :param temperature: by which the logits of both are divided.
    :param hidden_weight: of embeddings and hidden states, added to both.
    :param layers: for each of the student's layers the teacher's, if hidden states count; every n-th by default.
    :raises NeedlepointError: models, data or folder cannot be used.
    """
    is_there = teacher.is_dir()
    if is_there:
        _check_answers(teacher)
        _check_tokens(config, teacher)
    elif hidden_weight:
        raise TrainingError(f"there is no teacher at {teacher}; its logits may be kept, but never its hidden states")
    prepared = _prepare(config)
    larger = load_reader(teacher, prepared.reader.device) if is_there else None
    if larger and hidden_weight:
        return _distil_jointly(
            prepared,
            larger,
            layers,
            weight=distillation_loss_weight,
            temperature=temperature,
            hidden_weight=hidden_weight,
        )
    file = _logits_file(prepared, teacher)
    objective = PredictionDistillation(
        prepared.reader,
        TeacherLogits(larger, prepared.windows, file),
        weight=distillation_loss_weight,
        temperature=temperature,
    )
    settings = {"distillation_loss_weight": distillation_loss_weight, "temperature": temperature}
    content = LogitsCache.teacher_of(file)
    task = _Task("prediction distilled", objective, teacher=teacher, teacher_content=content, settings=settings)
    return _train(prepared, task, prepared.reader.model, *([larger.model] if larger else []))


def _distil_jointly(
    prepared: _Prepared,
    teacher: TrainableReader,
    layers: Sequence[int | None],
    *,
    weight: float,
    temperature: float,
    hidden_weight: float,
) -> Report:
    mapped = _mapped(prepared.reader, teacher, layers)
    objective = JointDistillation(
        prepared.reader,
        teacher,
        layers=mapped,
        weight=weight,
        temperature=temperature,
        hidden_weight=hidden_weight,
    )
    settings = {
        "distillation_loss_weight": weight,
        "temperature": temperature,
        "hidden_weight": hidden_weight,
        "layers": list(mapped),
    }
    task = _Task("prediction and layers distilled", objective, teacher=teacher.folder, settings=settings)
    return _train(prepared, task, prepared.reader.model, teacher.model)


def _logits_file(prepared: _Prepared, teacher: Path) -> Path:
    """Return the file of the teacher's logits of the windows; if the teacher is gone, the one that it left."""
    cache = LogitsCache(Settings.from_environment().cache)
    precision = prepared.precision.name
    if teacher.is_dir():
        return cache.file(_content(teacher), prepared.data_digest, precision)
    file = cache.left_by(teacher, prepared.data_digest, precision)
    if file is None:
        raise TrainingError(
            f"there is no teacher at {teacher}, and no logits of it in {precision} are kept for these windows"
        )
    prepared.config.log(f"there is no teacher at {teacher} any more; training goes on from the logits kept of it")
    return file


def _prepare(config: RunConfig) -> _Prepared:
    _check_folder(config)
    device = _device(config.device)
    torch.manual_seed(config.plan.seed)
    reader = load_reader(config.base, device, dropout=config.plan.dropout, keep_layers=config.keep_layers)
    config.log(f"cutting {len(config.data.questions):,} questions into windows")
    max_tokens = reader.architecture.max_tokens
    windows = label(config.data.questions, reader.tokenizer, config.plan, max_tokens=max_tokens)
    if not windows:
        raise TrainingError("no window of the data holds a whole answer; raise max_seq_len")
    chosen = _precision(config, device)
    config.log(f"{len(windows):,} windows; {chosen.name} on {device.type}: {chosen.reason}")
    return _Prepared(config, reader, windows, chosen, digest(windows))


def _precision(config: RunConfig, device: torch.device) -> Precision:
    """Return the precision of the checkpoint to resume from; without one, the precision asked for or measured."""
    if before := saved_precision(_checkpoints(config)):
        return Precision(before, "that of the checkpoint")
    return precisions.measured(device) if config.precision == "auto" else Precision(config.precision, "asked for")


def _checkpoints(config: RunConfig) -> Path:
    return config.out / "checkpoints"


def _check_folder(config: RunConfig) -> None:
    if (config.out / "config.json").is_file():
        raise TrainingError(f"{config.out} holds a finished model; name another folder, or remove it")
    if config.out.resolve() == config.base.resolve():
        raise TrainingError("the result needs a folder of its own, not the base model's")


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        raise TrainingError("this build of torch finds no CUDA device; use --device cpu")
    return torch.device(name)


def _check_tokens(config: RunConfig, teacher: Path) -> None:
    """Refuse a teacher that reads other tokens, before the data is cut into windows."""
    names = config.name or config.base.name, config.teacher_name or teacher.name
    check_same_tokens(config.base, teacher, names=names)


def _check_answers(teacher: Path) -> None:
    """Refuse a teacher whose answers mean nothing, before hours are spent on them."""
    if has_new_head(teacher):
        raise TrainingError(f"{teacher.name} has no trained span head, so it answers nothing: name a trained reader")
    with suppress(OSError, ValueError, AttributeError):
        if json.loads((teacher / REPORT).read_text(encoding="utf-8")).get("kind") == _LAYERS:
            raise TrainingError(
                f"only the layers of {teacher.name} are distilled: distil or fine-tune its predictions first"
            )


def _mapped(student: TrainableReader, teacher: TrainableReader, layers: Sequence[int | None]) -> tuple[int | None, ...]:
    if not isinstance(layers, list | tuple):
        raise TrainingError(f"layers must be a list of the teacher's layers, such as [2, 4, 6], got {layers!r}")
    return tuple(layers) or uniform_layers(student.architecture.layers, teacher.architecture.layers)


def _compiles(prepared: _Prepared) -> bool:
    if prepared.config.compiled is not None:
        return prepared.config.compiled
    is_long = len(prepared.windows) * (prepared.config.plan.epochs or 1) >= _WORTH_COMPILING
    return prepared.reader.device.type == "cpu" and is_long and shutil.which("g++") is not None


def _train(prepared: _Prepared, task: _Task, *modules: Any) -> Report:
    """Train; ``modules`` are the modules that the objective calls, which are compiled if it is worth the time."""
    config, reader = prepared.config, prepared.reader
    if compiled := _compiles(prepared):
        _compile(modules, config.log)
    checkpoints = Checkpoints(_checkpoints(config), _identity(prepared, task))
    is_validated = task.has_answers and config.data.validation
    if task.has_answers:
        _log_what_is_not_validated(config)
    training = Training(
        task.objective,
        prepared.windows,
        config.plan,
        collate=reader.collator,
        precision=prepared.precision,
        checkpoints=checkpoints,
        validate=Validator(reader, config.data.validation, config.plan) if is_validated else None,
        on_step=config.on_step,
        save_every_s=config.save_every_s,
        warm_up=compiled,
    )
    state = training.run()
    report = _report(replace(prepared, precision=training.precision), task, state)
    write_report(report, config.out)
    save_reader(reader, config.out, half=config.half, card=model_card(report, config.licence))
    checkpoints.clear()
    return report


def _log_what_is_not_validated(config: RunConfig) -> None:
    if not config.data.validation:
        config.log("no validation: no article is held out, so the weights after the last step are kept")
    elif left := config.data.unvalidated:
        config.log(f"no validation on {', '.join(left)}: no article of it is held out; --held-out can name some")


def _identity(prepared: _Prepared, task: _Task) -> dict[str, Any]:
    """Return everything that decides the result, except the time limit: a resumed run may have a longer one."""
    config = prepared.config
    plan = {name: value for name, value in config.plan.to_dict().items() if name != "minutes"}
    origin = {"base": _content(config.base), "keep_layers": list(config.keep_layers), "data": prepared.data_digest}
    teacher = {"teacher": task.teacher_content or _content(task.teacher)} if task.teacher else {}
    return {"kind": task.kind, **plan, **origin, **teacher, **task.settings}


def _compile(modules: Sequence[Any], log: Callable[[str], None]) -> None:
    import torch._inductor.config as inductor

    log("compiling, which takes about a minute for each model")
    inductor.cpp.dynamic_threads = True  # code compiled with two threads must also run with one
    for module in modules:
        module.compile(dynamic=True)


def _content(folder: Path) -> str:
    return ExportCache(Settings.from_environment().cache).content_hash(folder)[:16]


def _report(prepared: _Prepared, task: _Task, state: State) -> Report:
    import transformers

    config = prepared.config
    return Report(
        kind=task.kind,
        base=config.name or config.base.name,
        teacher=config.teacher_name or task.teacher.name if task.teacher else "",
        plan={**config.plan.to_dict(), **task.settings},
        sources=dict(config.data.sources),
        windows=len(prepared.windows),
        held_out=list(config.data.held_out),
        validated=dict(config.data.validated),
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
