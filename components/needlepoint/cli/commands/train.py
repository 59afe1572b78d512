"""``needlepoint train``: fine-tunes an encoder on questions with answers."""

from typing import Annotated

import typer

from needlepoint.cli.option_groups import with_groups
from needlepoint.cli.training import print_report, shown
from needlepoint.cli.training_options import PlanOptions, ReaderOptions


@with_groups
def train(
    base: Annotated[str, typer.Option("--from", help="The model to begin with: a folder, or its name on the hub.")],
    options: ReaderOptions,
    numbers: PlanOptions,
) -> None:
    """Fine-tune a model on files of questions, by default for two epochs. After an interruption, the same command resumes."""
    options.check()
    epochs = options.epochs if options.epochs or options.minutes else 2
    plan = numbers.plan(epochs=epochs, minutes=options.minutes)
    found = options.find_model(base)
    data = options.questions(seed=plan.seed)
    from needlepoint.training.runs import fine_tune

    with shown(options) as callbacks:
        config = options.run_config(data, plan, found, **callbacks)
        report = fine_tune(config)
    print_report(report, config)
