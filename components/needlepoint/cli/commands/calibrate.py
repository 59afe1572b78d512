"""``needlepoint calibrate``: refits the probabilities of a reader's answers on questions with known answers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from needlepoint.cli.options import PipelineOption, TitlesOption, chosen_pipeline, labelled_questions
from needlepoint.cli.progress import counting_bar

if TYPE_CHECKING:
    from needlepoint.evaluation.squad import SquadQuestion
    from needlepoint.reading.calibration import Calibration
    from needlepoint.reading.fitting import AskedQuestion
    from needlepoint.reading.reader import SpanReader


def calibrate(
    labels: Annotated[
        Path,
        typer.Argument(metavar="LABELS", help="Questions in SQuAD's format, such as the service's export of feedback."),
    ],
    model: Annotated[
        Path | None, typer.Option("--model", help="The reader's folder (default: the pipeline's own).")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="File or model folder to write to (default: the model's folder, unless it is the bundled one)."
        ),
    ] = None,
    pipeline: PipelineOption = None,
    questions: Annotated[int, typer.Option(min=1, help="The most questions to read in their own paragraph.")] = 1500,
    retrieved: Annotated[
        int, typer.Option(min=0, help="The most of these questions to read in retrieved passages too.")
    ] = 300,
    unanswerable: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=0.99,
            help="Choose questions so that this share of them has no answer (default: as in the labels).",
        ),
    ] = None,
    titles: TitlesOption = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write a JSON report here.")] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw reliability and precision against coverage here (SVG).")
    ] = None,
) -> None:
    """Refit a reader's probabilities on labels of your own, and measure the gain by cross-validation."""
    from needlepoint.pipelines import light_start

    every = labelled_questions(labels, titles)
    light_start.allow()
    from needlepoint.encoders.export import ExportCache
    from needlepoint.settings import Settings
    from needlepoint.trials import calibrating
    from needlepoint.trials.readers import TrialReader

    reader: SpanReader = TrialReader.of_pipeline(chosen_pipeline(pipeline), model).span_reader
    chosen = calibrating.chosen_questions(every, questions, unanswerable=unanswerable)
    asked = {"alone": _read("read alone", chosen, lambda question: calibrating.read_alone(reader, question))}
    calibrating.check_enough(asked["alone"])
    source = f"{len(chosen):,} questions of {labels.name} read in their own paragraph"
    if retrieved:
        asked["retrieved"], passages = _read_retrieved(reader, every, chosen[:retrieved], chosen_pipeline(pipeline))
        source += f", {len(asked['retrieved']):,} of them also in passages retrieved from {passages:,} paragraphs"
    source += f"; {_share_without(chosen):.0%} have no answer"
    fitted, trust = calibrating.calibrate(asked, before=_in_use(reader), source=source)
    content = calibrating.calibration_file(
        fitted, trust, ExportCache(Settings.from_environment().cache).content_hash(calibrating.model_folder(reader))
    )
    _show(trust)
    _write_extras(trust, content, report, plot)
    _save(content, out, calibrating.model_folder(reader))


def _read(
    what: str, questions: "Sequence[SquadQuestion]", ask: "Callable[[SquadQuestion], AskedQuestion | None]"
) -> "list[AskedQuestion]":
    asked = []
    with counting_bar(what, len(questions)) as progress:
        for number, question in enumerate(questions, start=1):
            found = ask(question)
            if found:
                asked.append(found)
            progress(number)
    return asked


def _read_retrieved(
    reader: "SpanReader", every: "Sequence[SquadQuestion]", chosen: "Sequence[SquadQuestion]", pipeline: str | None
) -> "tuple[list[AskedQuestion], int]":
    from needlepoint.trials.calibrating import read_retrieved
    from needlepoint.trials.collection import trial_collection

    with trial_collection([question.context for question in every], pipeline) as collection:
        asked = _read("retrieved", chosen, lambda question: read_retrieved(reader, question, collection))
        return asked, len(collection)


def _in_use(reader: "SpanReader") -> "Calibration":
    """Return the reader's present calibration; one that cannot be read counts as none, since it is about to be replaced."""
    from needlepoint.errors import ModelError
    from needlepoint.reading.calibration import Calibration

    try:
        return reader.calibration
    except ModelError:
        return Calibration()


def _share_without(questions: "Sequence[SquadQuestion]") -> float:
    return sum(question.is_impossible for question in questions) / max(1, len(questions))


def _show(trust: dict[str, Any]) -> None:
    from needlepoint.cli.reports import print_trust

    for name, of in trust.items():
        before, after = (of[when]["expected_calibration_error"] for when in ("before", "after"))
        typer.echo(f"{name}: expected calibration error {before:.3f} before, {after:.3f} after (cross-validated)")
        print_trust(of["after"])


def _write_extras(trust: dict[str, Any], content: dict[str, Any], report: Path | None, plot: Path | None) -> None:
    from needlepoint.evaluation.plots import reliability_svg
    from needlepoint.trials.reports import write_json, write_text

    if report:
        write_json(report, {**content, "trust": trust})
    if plot:
        write_text(plot, reliability_svg({name: of["after"] for name, of in trust.items()}))


def _save(content: dict[str, Any], out: Path | None, model: Path) -> None:
    from needlepoint.reading.calibration import FILE
    from needlepoint.resources import is_bundled
    from needlepoint.trials.reports import write_json

    if out is None and is_bundled(model):
        typer.echo(
            "not written: a bundled reader keeps its calibration; use --out FILE and set the reader's 'calibration: FILE'"
        )
        return
    target = model if out is None else out
    path = target / FILE if target.is_dir() else target
    write_json(path, content)
    typer.echo(f"written: {path}")
