"""``needlepoint evaluate``: measures a reader, a retriever or a whole pipeline on questions with known answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from needlepoint.cli.options import PipelineOption, TitlesOption, chosen_pipeline, labelled_questions
from needlepoint.cli.progress import counting_bar

evaluate = typer.Typer(
    help="Measure a reader, a retriever or a pipeline on questions with known answers.", no_args_is_help=True
)

DataArgument = Annotated[Path, typer.Argument(metavar="DATA", help="Questions in SQuAD's format: .json or .json.xz.")]
ModelOption = Annotated[Path | None, typer.Option("--model", help="A reader's folder, instead of the pipeline's own.")]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="Only this many questions: a random sample, the same in every run.")
]
ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report", help="Write a JSON report here, and the answers beside it, from which a stopped run resumes."
    ),
]


@evaluate.command()
def reader(
    data: DataArgument,
    pipeline: PipelineOption = None,
    model: ModelOption = None,
    limit: LimitOption = None,
    titles: TitlesOption = None,
    report: ReportOption = None,
) -> None:
    """Let a reader answer each question from its own paragraph, and score it with SQuAD 2.0's official metrics."""
    every = labelled_questions(data, titles)
    _start_light()
    from needlepoint.cli.reports import print_reader
    from needlepoint.evaluation.squad import sample
    from needlepoint.trials.readers import TrialReader
    from needlepoint.trials.reading import try_reader

    questions = sample(every, limit)
    trial = TrialReader.of_pipeline(chosen_pipeline(pipeline), model)
    with counting_bar("questions", len(questions)) as progress:
        result = try_reader(questions, trial, predictions=_beside(report), progress=progress)
    _finish(result, data, report, print_reader)


@evaluate.command()
def retriever(
    data: DataArgument,
    pipeline: PipelineOption = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=1000, help="Passages retrieved for each question.")] = 20,
    limit: LimitOption = None,
    titles: TitlesOption = None,
    report: ReportOption = None,
) -> None:
    """Index the paragraphs in a store of their own, and measure how high each question's paragraph is ranked."""
    every = labelled_questions(data, titles)
    _start_light()
    from needlepoint.cli.reports import print_retriever
    from needlepoint.evaluation.squad import sample
    from needlepoint.trials.collection import trial_collection
    from needlepoint.trials.retrieving import try_retriever

    questions = sample(every, limit)
    with (
        trial_collection([question.context for question in every], chosen_pipeline(pipeline)) as collection,
        counting_bar("questions", len(questions)) as progress,
    ):
        result = try_retriever(questions, collection, top_k=top_k, progress=progress)
    _finish(result, data, report, print_retriever)


@evaluate.command("pipeline")
def whole_pipeline(
    data: DataArgument,
    pipeline: PipelineOption = None,
    model: ModelOption = None,
    limit: LimitOption = None,
    titles: TitlesOption = None,
    report: ReportOption = None,
) -> None:
    """Index the paragraphs, ask each question of all of them, and measure what each stage loses."""
    every = labelled_questions(data, titles)
    _start_light()
    from needlepoint.cli.reports import print_pipeline
    from needlepoint.evaluation.squad import sample
    from needlepoint.trials.asking import try_pipeline
    from needlepoint.trials.collection import trial_collection
    from needlepoint.trials.readers import TrialReader
    from needlepoint.trials.reading import try_reader

    questions = sample(every, limit)
    with trial_collection(
        [question.context for question in every], chosen_pipeline(pipeline), model=model
    ) as collection:
        with counting_bar("asked of all", len(questions)) as progress:
            result = try_pipeline(questions, collection, predictions=_beside(report), progress=progress)
        alone = TrialReader.of_service(collection.service)
        with counting_bar("asked of one", len(questions)) as progress:
            result["reader_alone"] = try_reader(
                questions, alone, predictions=_beside(report, ".alone"), progress=progress
            )["scores"]
    _finish(result, data, report, print_pipeline)


def _start_light() -> None:
    from needlepoint.pipelines import light_start

    light_start.allow()


def _beside(report: Path | None, part: str = "") -> Path | None:
    return report and report.with_name(f"{report.stem}{part}.answers.jsonl")


def _finish(result: dict[str, Any], data: Path, report: Path | None, show: Callable[[dict[str, Any]], None]) -> None:
    from needlepoint.trials.reports import write_json

    result["data"] = data.name
    if report:
        write_json(report, result)
    show(result)
    if report:
        typer.echo(f"report: {report}")
