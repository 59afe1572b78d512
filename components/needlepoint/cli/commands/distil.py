"""``needlepoint distil``: a small model learns from a large one, in the two steps of TinyBERT."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from needlepoint.cli import training as options
from needlepoint.errors import QuestionError

if TYPE_CHECKING:
    from needlepoint.reading.models import FoundReader

distil = typer.Typer(
    help="Let a small model learn from a large one: first its layers, then its predictions.", no_args_is_help=True
)

TeacherOption = Annotated[str, typer.Option(help="The model to learn from: a folder, or its name on the hub.")]
StudentOption = Annotated[
    str | None, typer.Option(help="The model that learns (default: those of the teacher's layers that are kept).")
]
RecipeOption = Annotated[Path | None, typer.Option(help="YAML file of parameters (default: tinyroberta's).")]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the recipe, as batch_size=32; may be repeated."),
]


@distil.command()
def intermediate(
    data: options.DataArgument,
    teacher: TeacherOption,
    out: options.OutOption,
    student: StudentOption = None,
    keep_layers: options.KeepLayersOption = None,
    recipe: RecipeOption = None,
    changes: SetOption = None,
    epochs: options.EpochsOption = None,
    minutes: options.MinutesOption = None,
    mix: options.MixOption = None,
    held_out: options.HeldOutOption = None,
    device: options.DeviceOption = "auto",
    precision: options.PrecisionOption = "auto",
    compiled: options.CompileOption = None,
    threads: options.ThreadsOption = None,
    allow_download: options.DownloadOption = False,
) -> None:
    """Make the student's embeddings, hidden states and attention scores resemble the teacher's; answers are not used."""
    from needlepoint.training.plan import Plan

    options.check_choices(device, precision)
    given = {"epochs": epochs, "minutes": minutes} | _changed(changes)
    numbers, own = _parameters("intermediate", recipe, given, own=("layers", "hidden_weight", "attention_weight"))
    plan = Plan.of(**numbers)
    larger, base = _models(teacher, student, keep_layers, allow_download=allow_download)
    gathered = options.gather_data(data, mix=mix, validation_share=0, held_out=held_out, seed=plan.seed)
    from needlepoint.training.runs import Order, distil_layers

    with options.shown(threads) as listeners:
        order = Order(
            gathered,
            plan,
            base=base.folder,
            out=out,
            name=base.name,
            teacher_name=larger.name,
            keep_layers=options.layer_numbers(keep_layers),
            device=device,
            precision=precision,
            compiled=compiled,
            **listeners,
        )
        report = distil_layers(order, larger.folder, **own)
    options.print_report(report, order)


@distil.command()
def prediction(
    data: options.DataArgument,
    teacher: TeacherOption,
    out: options.OutOption,
    student: StudentOption = None,
    keep_layers: options.KeepLayersOption = None,
    recipe: RecipeOption = None,
    changes: SetOption = None,
    epochs: options.EpochsOption = None,
    minutes: options.MinutesOption = None,
    mix: options.MixOption = None,
    validation_share: options.ValidationShareOption = 0.05,
    held_out: options.HeldOutOption = None,
    device: options.DeviceOption = "auto",
    precision: options.PrecisionOption = "auto",
    compiled: options.CompileOption = None,
    threads: options.ThreadsOption = None,
    half: options.HalfOption = False,
    licence: options.LicenceOption = "",
    allow_download: options.DownloadOption = False,
) -> None:
    """Make the student's start and end logits resemble the teacher's, and the answers; the teacher is asked once, and kept."""
    from needlepoint.training.plan import Plan

    options.check_choices(device, precision)
    given = {"epochs": epochs, "minutes": minutes} | _changed(changes)
    named = ("distillation_loss_weight", "temperature", "hidden_weight", "layers")
    numbers, own = _parameters("prediction", recipe, given, own=named)
    plan = Plan.of(**numbers)
    larger, base = _models(teacher, student, keep_layers, allow_download=allow_download, may_be_gone=True)
    gathered = options.gather_data(data, mix=mix, validation_share=validation_share, held_out=held_out, seed=plan.seed)
    from needlepoint.training.runs import Order, distil_prediction

    with options.shown(threads) as listeners:
        order = Order(
            gathered,
            plan,
            base=base.folder,
            out=out,
            name=base.name,
            teacher_name=larger.name,
            keep_layers=options.layer_numbers(keep_layers),
            device=device,
            precision=precision,
            compiled=compiled,
            half=half,
            licence=licence,
            **listeners,
        )
        report = distil_prediction(order, larger.folder, **own)
    options.print_report(report, order)


def _changed(changes: list[str] | None) -> dict[str, Any]:
    import yaml

    from needlepoint.training.recipe import parsed

    found: dict[str, Any] = {}
    for change in changes or []:
        name, equals, value = change.partition("=")
        if not equals:
            raise QuestionError(f"--set takes NAME=VALUE, as batch_size=32; got {change!r}")
        try:
            found[name] = parsed(yaml.safe_load(value))
        except yaml.YAMLError:
            raise QuestionError(f"--set {name}: {value!r} is no value") from None
    return found


def _parameters(
    step: str, recipe: Path | None, given: dict[str, Any], *, own: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the numbers of the plan, and those of the step itself; what is given overrules the recipe."""
    from needlepoint.training.recipe import read_recipe

    numbers = read_recipe(step, recipe)
    if given["minutes"] is not None and given["epochs"] is None:
        numbers["epochs"] = None  # a time limit alone means as many epochs as it allows
    numbers |= {name: value for name, value in given.items() if value is not None}
    return numbers, {name: numbers.pop(name) for name in own if name in numbers}


def _models(
    teacher: str, student: str | None, keep_layers: str | None, *, allow_download: bool, may_be_gone: bool = False
) -> tuple["FoundReader", "FoundReader"]:
    """Return teacher and student; of a teacher that may be gone its former folder, if logits of it are kept."""
    if student is None and not keep_layers:
        raise QuestionError("name a --student, or the teacher's --keep-layers that make one")
    larger = _gone(Path(teacher).expanduser()) if may_be_gone and student else None
    larger = larger or options.find_model(teacher, allow_download=allow_download)
    return larger, options.find_model(student, allow_download=allow_download) if student else larger


def _gone(folder: Path) -> "FoundReader | None":
    if folder.is_dir():
        return None
    from needlepoint.reading.models import FoundReader
    from needlepoint.settings import Settings
    from needlepoint.training.teacher_logits import LogitsCache

    is_kept = LogitsCache(Settings.from_environment().cache).left_by(folder) is not None
    return FoundReader(folder.resolve().name, folder.resolve(), "logits") if is_kept else None
