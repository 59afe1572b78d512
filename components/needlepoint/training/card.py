"""The model card: a model's origin, training data, scores and limits."""

from needlepoint.training.report import Report

_LISTED = (
    "batch_size", "accumulation", "epochs", "minutes", "learning_rate", "schedule", "warmup", "decay", "weight_decay", "dropout",
    "max_seq_len", "doc_stride", "max_query_length", "layers", "hidden_weight", "attention_weight", "distillation_loss_weight",
    "temperature", "seed",
)  # fmt: skip
_LIMITS = """## Licence and limits

The licences of base, teacher and data apply to the weights; settle yours before you pass them on. The model is made for facts
stated in a sentence or two. Like every model of its kind it can be confident and wrong, so check the quote."""


def model_card(report: Report, licence: str = "") -> str:
    """Return the README.md of a trained model, in the form that the Hugging Face hub reads.

    :param licence: its SPDX name; without one the card names none.
    """
    parts = [_head(report, licence), _origin(report), _data(report), _parameters(report), _results(report), _LIMITS]
    return "\n\n".join(parts) + "\n"


def _head(report: Report, licence: str) -> str:
    lines = [
        "---",
        "pipeline_tag: question-answering",
        "library_name: transformers",
        f"base_model: {_quoted(report.base)}",
    ]
    lines += [f"license: {_quoted(licence)}"] if licence else []
    lines += ["tags: [extractive, squad]", "---"]
    return "\n".join(lines) + f"\n\n# Reader, {report.kind}"


def _origin(report: Report) -> str:
    taught = f", taught by {report.teacher}" if report.teacher else ""
    origin = (
        f'An encoder for extractive question answering with "no answer", from {report.base}{taught}, {report.finished}.'
    )
    if report.kind != "layers distilled":
        return origin
    return (
        f"{origin}\n\nIts layers are trained, but not yet its answers: "
        "run `needlepoint distil prediction` or `needlepoint train` next."
    )


def _data(report: Report) -> str:
    rows = "\n".join(f"| {name} | {n:,} | {report.validated.get(name, 0):,} |" for name, n in report.sources.items())
    read = f"{report.windows:,} windows; {report.state.windows:,} were read, counting repeats."
    return f"## Data\n\n| file | questions | held out and measured on |\n|---|---|---|\n{rows}\n\n{read}"


def _parameters(report: Report) -> str:
    listed = ", ".join(f"{name} {report.plan[name]}" for name in _LISTED if report.plan.get(name) is not None)
    return (
        f"## Training\n\n{report.state.step:,} steps in {report.state.elapsed_s / 60:.0f} minutes on {report.device}, "
        f"{report.precision} products: {listed}. AdamW, betas 0.9 and 0.98."
    )


def _results(report: Report) -> str:
    best = report.best
    if not best:
        return "## Results\n\nNot measured."
    rows = "\n".join(f"| {name} | {best[name]:g} |" for name in best if name not in ("step", "total"))
    return (
        f"## Results\n\nOn {best['total']:,.0f} questions of {len(report.held_out):,} articles held out of the data above, "
        f"after {best['step']:,} steps:\n\n| measure | % |\n|---|---|\n{rows}\n\n"
        "The weights were chosen by these very figures, so on other questions expect slightly less."
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
