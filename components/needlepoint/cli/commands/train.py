"""``needlepoint train``: fine-tune an encoder on questions with answers."""

from typing import Annotated

import typer

from needlepoint.cli import training as options


def train(
    data: options.DataArgument,
    base: Annotated[str, typer.Option("--from", help="The model to begin with: a folder, or its name on the hub.")],
    out: options.OutOption,
    minutes: options.MinutesOption = None,
    epochs: options.EpochsOption = None,
    mix: options.MixOption = None,
    validation_share: options.ValidationShareOption = 0.05,
    held_out: options.HeldOutOption = None,
    batch_size: options.BatchSizeOption = None,
    accumulation: options.AccumulationOption = None,
    learning_rate: options.LearningRateOption = None,
    schedule: options.ScheduleOption = None,
    warmup: options.WarmupOption = None,
    dropout: options.DropoutOption = None,
    max_seq_len: options.MaxSeqLenOption = None,
    doc_stride: options.DocStrideOption = None,
    evaluate_every: options.EvaluateEveryOption = None,
    patience: options.PatienceOption = None,
    seed: options.SeedOption = 7,
    keep_layers: options.KeepLayersOption = None,
    device: options.DeviceOption = "auto",
    precision: options.PrecisionOption = "auto",
    compiled: options.CompileOption = None,
    threads: options.ThreadsOption = None,
    half: options.HalfOption = False,
    licence: options.LicenceOption = "",
    allow_download: options.DownloadOption = False,
) -> None:
    """Fine-tune a model on files of questions; two epochs unless told otherwise. The same command resumes after a kill."""
    from needlepoint.training.plan import Plan

    options.check_choices(device, precision)
    plan = Plan.of(
        epochs=epochs if epochs or minutes else 2,
        minutes=minutes,
        batch_size=batch_size,
        accumulation=accumulation,
        learning_rate=learning_rate,
        schedule=schedule,
        warmup=warmup,
        dropout=dropout,
        max_seq_len=max_seq_len,
        doc_stride=doc_stride,
        evaluate_every=evaluate_every,
        patience=patience,
        seed=seed,
    )
    found = options.find_model(base, allow_download=allow_download)
    gathered = options.gather_data(data, mix=mix, validation_share=validation_share, held_out=held_out, seed=seed)
    from needlepoint.training.runs import Order, fine_tune

    with options.shown(threads) as listeners:
        order = Order(
            gathered,
            plan,
            base=found.folder,
            out=out,
            name=found.name,
            keep_layers=options.layer_numbers(keep_layers),
            device=device,
            precision=precision,
            compiled=compiled,
            half=half,
            licence=licence,
            **listeners,
        )
        report = fine_tune(order)
    options.print_report(report, order)
