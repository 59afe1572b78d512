"""``needlepoint distil``: distils a large model into a small one, in the two steps of TinyBERT."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from needlepoint.cli.option_groups import with_groups
from needlepoint.cli.training import print_report, shown
from needlepoint.cli.training_options import ReaderOptions, TeacherOptions, TrainingOptions
from needlepoint.errors import QuestionError

if TYPE_CHECKING:
    from needlepoint.reading.models import FoundReader

distil = typer.Typer(
    help="Distil a large model into a small one: first its layers, then its predictions.", no_args_is_help=True
)


@distil.command()
@with_groups
def intermediate(learning: TeacherOptions, options: TrainingOptions) -> None:
    """Make the student's embeddings, hidden states and attention scores resemble the teacher's; answers are not used."""
    from needlepoint.training.plan import Plan

    options.check()
    numbers = learning.numbers("intermediate", epochs=options.epochs, minutes=options.minutes)
    own = _taken(numbers, ("layers", "hidden_weight", "attention_weight"))
    plan = Plan.of(**numbers)
    teacher, student = _models(learning, options)
    data = options.questions(seed=plan.seed, unlabelled=True)
    from needlepoint.training.runs import distil_layers

    with shown(options) as callbacks:
        config = options.run_config(data, plan, student, teacher_name=teacher.name, **callbacks)
        report = distil_layers(config, teacher.folder, **own)
    print_report(report, config)


@distil.command()
@with_groups
def prediction(learning: TeacherOptions, options: ReaderOptions) -> None:
    """Make the student's start and end logits resemble the teacher's and fit the answers; the teacher's logits are kept."""
    from needlepoint.training.plan import Plan

    options.check()
    numbers = learning.numbers("prediction", epochs=options.epochs, minutes=options.minutes)
    own = _taken(numbers, ("distillation_loss_weight", "temperature", "hidden_weight", "layers"))
    plan = Plan.of(**numbers)
    teacher, student = _models(learning, options, may_be_gone=True)
    data = options.questions(seed=plan.seed, unlabelled=True)
    from needlepoint.training.runs import distil_prediction

    with shown(options) as callbacks:
        config = options.run_config(data, plan, student, teacher_name=teacher.name, **callbacks)
        report = distil_prediction(config, teacher.folder, **own)
    print_report(report, config)


def _taken(numbers: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Take the numbers of the step itself out of the plan's, and return them."""
    return {name: numbers.pop(name) for name in names if name in numbers}


def _models(
    learning: TeacherOptions, options: TrainingOptions, *, may_be_gone: bool = False
) -> tuple["FoundReader", "FoundReader"]:
    """Return teacher and student; for a teacher whose folder is gone, its former folder if its logits are kept."""
    if learning.student is None and not options.keep_layers:
        raise QuestionError("give a --student, or --keep-layers to make one from the teacher")
    larger = _gone(Path(learning.teacher).expanduser()) if may_be_gone and learning.student else None
    larger = larger or options.find_model(learning.teacher)
    return larger, options.find_model(learning.student) if learning.student else larger


def _gone(folder: Path) -> "FoundReader | None":
    if folder.is_dir():
        return None
    from needlepoint.reading.models import FoundReader
    from needlepoint.settings import Settings
    from needlepoint.training.teacher_logits import LogitsCache

    is_kept = LogitsCache(Settings.from_environment().cache).left_by(folder) is not None
    return FoundReader(folder.resolve().name, folder.resolve(), "logits") if is_kept else None
