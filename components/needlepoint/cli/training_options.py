"""The options of the training commands, in groups, and the configurations made from them."""

from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from needlepoint.errors import MissingExtraError, QuestionError

if TYPE_CHECKING:
    from needlepoint.reading.models import FoundReader
    from needlepoint.training.data import TrainingData
    from needlepoint.training.plan import Plan
    from needlepoint.training.runs import RunConfig

DownloadOption = Annotated[bool, typer.Option("--allow-download", help="Fetch a named model that is not on disk.")]


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """The options of every training."""

    data: Annotated[
        list[Path],
        typer.Argument(metavar="DATA...", help="Questions with answers, in SQuAD's format: .json or .json.xz."),
    ]
    out: Annotated[Path, typer.Option("--out", help="Folder for the result; an unfinished training in it resumes.")]
    minutes: Annotated[
        float | None, typer.Option(help="Time limit over all runs; the learning rate falls to zero within it.")
    ] = None
    epochs: Annotated[float | None, typer.Option(help="How often all questions are read.")] = None
    mix: Annotated[
        list[str] | None,
        typer.Option(help="name=0.4 reads 40 % of name.json, name=2 all of it twice; may be repeated."),
    ] = None
    held_out: Annotated[
        Path | None,
        typer.Option(
            help="Titles to hold out instead of drawing them: a JSON list, or the training.json of another training."
        ),
    ] = None
    keep_layers: Annotated[
        str | None, typer.Option(help="Keep only these layers of the model, such as 2,4,6,8,10,12.")
    ] = None
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto"
    precision: Annotated[str, typer.Option(help="auto (measured at the start), fp32, bf16 or fp16.")] = "auto"
    compiled: Annotated[
        bool | None,
        typer.Option("--compile/--no-compile", help="Compile the model (default: for long trainings on a CPU)."),
    ] = None
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads; 1 if other work runs beside it.")] = None
    allow_download: DownloadOption = False

    def check(self) -> None:
        """Refuse values that are not among the choices, and an environment without torch.

        :raises QuestionError: a value is not among the choices.
        :raises MissingExtraError: torch is not installed.
        """
        require_torch()
        for name, value, choices in (
            ("device", self.device, ("auto", "cpu", "cuda")),
            ("precision", self.precision, ("auto", "fp32", "bf16", "fp16")),
        ):
            if value not in choices:
                raise QuestionError(f"--{name} must be one of {', '.join(choices)}, got {value!r}")

    def find_model(self, name: str) -> "FoundReader":
        """Return a model, given by its folder or its name on the hub."""
        return find_model(name, allow_download=self.allow_download)

    def questions(self, *, seed: int, validation_share: float = 0, unlabelled: bool = False) -> "TrainingData":
        """Read the files of questions.

        :param validation_share: share of the questions to hold out.
        :param unlabelled: also take questions that nobody has labelled.
        """
        from needlepoint.evaluation.squad import read_titles
        from needlepoint.training.data import gather

        shares = dict(_share(text) for text in self.mix or [])
        titles = None if self.held_out is None else read_titles(self.held_out)
        return gather(
            self.data,
            mix=shares,
            validation_share=validation_share,
            held_out=titles,
            seed=seed,
            unlabelled=unlabelled,
        )

    def run_config(self, data: "TrainingData", plan: "Plan", base: "FoundReader", **more: Any) -> "RunConfig":
        """Return the configuration of the training.

        :param base: the model to begin with.
        :param more: further fields of the configuration.
        """
        from needlepoint.training.runs import RunConfig

        return RunConfig(
            data,
            plan,
            base=base.folder,
            out=self.out,
            name=base.name,
            keep_layers=_layer_numbers(self.keep_layers),
            device=self.device,
            precision=self.precision,
            compiled=self.compiled,
            **more,
        )


@dataclass(frozen=True, kw_only=True)
class ReaderOptions(TrainingOptions):
    """The options of a training that ends in a reader."""

    validation_share: Annotated[
        float, typer.Option(min=0, max=0.9, help="Share of the questions to hold out, by whole articles.")
    ] = 0.05
    half: Annotated[bool, typer.Option("--half", help="Store the weights in 16 bits: half the size, same answers.")] = (
        False
    )
    licence: Annotated[str, typer.Option(help="Licence for the model card, such as CC-BY-SA-4.0.")] = ""

    def questions(
        self, *, seed: int, validation_share: float | None = None, unlabelled: bool = False
    ) -> "TrainingData":
        """Read the files of questions, and hold some of them out.

        :param validation_share: the option's value by default.
        :param unlabelled: also take questions that nobody has labelled.
        """
        share = self.validation_share if validation_share is None else validation_share
        return super().questions(seed=seed, validation_share=share, unlabelled=unlabelled)

    def run_config(self, data: "TrainingData", plan: "Plan", base: "FoundReader", **more: Any) -> "RunConfig":
        """Return the configuration of the training, as :meth:`TrainingOptions.run_config` does."""
        return super().run_config(data, plan, base, half=self.half, licence=self.licence, **more)


@dataclass(frozen=True, kw_only=True)
class PlanOptions:
    """The numbers of a fine-tuning."""

    batch_size: Annotated[int | None, typer.Option(help="Windows read at once.")] = None
    accumulation: Annotated[
        int | None, typer.Option(help="Batches for each step: takes less memory than a larger batch.")
    ] = None
    learning_rate: Annotated[float | None, typer.Option(help="The highest learning rate.")] = None
    schedule: Annotated[str | None, typer.Option(help="hold (constant, then falling as 1 - sqrt) or linear.")] = None
    warmup: Annotated[float | None, typer.Option(help="Share of the training over which the learning rate rises.")] = (
        None
    )
    dropout: Annotated[float | None, typer.Option(help="Of attention and hidden states.")] = None
    max_seq_len: Annotated[int | None, typer.Option(help="Longest window, in tokens.")] = None
    doc_stride: Annotated[int | None, typer.Option(help="Tokens from one window's start to the next.")] = None
    evaluate_every: Annotated[int | None, typer.Option(help="Steps between validations (default: one epoch).")] = None
    patience: Annotated[int | None, typer.Option(help="Stop after this many validations without a better one.")] = None
    seed: Annotated[int, typer.Option(help="Seed of the order of windows, of dropout and of new weights.")] = 7

    def plan(self, *, epochs: float | None, minutes: float | None) -> "Plan":
        """Return the plan with these numbers.

        :raises TrainingError: a number is out of its range.
        """
        from needlepoint.training.plan import Plan

        return Plan.of(epochs=epochs, minutes=minutes, **asdict(self))


@dataclass(frozen=True, kw_only=True)
class TeacherOptions:
    """Teacher, student and recipe of a distillation."""

    teacher: Annotated[str, typer.Option(help="The model to learn from: a folder, or its name on the hub.")]
    student: Annotated[
        str | None, typer.Option(help="The model that learns (default: the teacher's layers named by --keep-layers).")
    ] = None
    recipe: Annotated[Path | None, typer.Option(help="YAML file of parameters (default: tinyroberta's).")] = None
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A parameter of the recipe, such as batch_size=32; may be repeated."
        ),
    ] = None

    def numbers(self, step: str, *, epochs: float | None, minutes: float | None) -> dict[str, Any]:
        """Return the recipe's parameters of a step, overridden by the options.

        :param step: ``intermediate`` or ``prediction``.
        :raises TrainingError: the recipe cannot be read.
        :raises QuestionError: a ``--set`` is not of the form NAME=VALUE.
        """
        from needlepoint.training.recipe import read_recipe

        found = read_recipe(step, self.recipe)
        if minutes is not None and epochs is None:
            found["epochs"] = None  # a time limit alone means as many epochs as it allows
        given = {"epochs": epochs, "minutes": minutes} | dict(_change(text) for text in self.changes or [])
        return found | {name: value for name, value in given.items() if value is not None}


def find_model(name: str, *, allow_download: bool) -> "FoundReader":
    """Return a model, given by its folder or its name on the hub."""
    from needlepoint.reading.models import find_reader

    return find_reader(name, allow_download=allow_download)


def require_torch() -> None:
    """Fail at once, in one line, if torch is not installed; most of Needlepoint works without it.

    :raises MissingExtraError: torch is not installed.
    """
    if find_spec("torch") is None:
        raise MissingExtraError("torch", "torch")


def _layer_numbers(text: str | None) -> tuple[int, ...]:
    """Return ``2,4,6`` as numbers."""
    try:
        return tuple(int(part) for part in (text or "").split(",") if part.strip())
    except ValueError:
        raise QuestionError(f"--keep-layers takes numbers separated by commas, such as 2,4,6; got {text!r}") from None


def _share(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    try:
        return name, float(share)
    except ValueError:
        raise QuestionError(f"--mix takes name=share, such as mined_negatives=0.4; got {text!r}") from None


def _change(text: str) -> tuple[str, Any]:
    import yaml

    from needlepoint.training.recipe import parsed

    name, equals, value = text.partition("=")
    if not equals:
        raise QuestionError(f"--set takes NAME=VALUE, such as batch_size=32; got {text!r}")
    try:
        return name, parsed(yaml.safe_load(value))
    except yaml.YAMLError:
        raise QuestionError(f"--set {name}: {value!r} is not a YAML value") from None
