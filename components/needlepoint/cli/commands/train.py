"""``needlepoint train``: fine-tune an encoder on questions with answers."""

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
    """Fine-tune a model on files of questions; two epochs unless told otherwise. The same command resumes after a kill."""
    options.check()
    epochs = options.epochs if options.epochs or options.minutes else 2
    plan = numbers.plan(epochs=epochs, minutes=options.minutes)
    found = options.find_model(base)
    data = options.questions(seed=plan.seed)
    from needlepoint.training.runs import fine_tune

    with shown(options) as listeners:
        order = options.order(data, plan, found, **listeners)
        report = fine_tune(order)
    print_report(report, order)
