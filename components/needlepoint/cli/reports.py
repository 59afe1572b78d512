"""Prints the reports of trials as readable tables."""

from collections.abc import Iterable
from typing import Any

from needlepoint.cli.printing import console

_THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def print_reader(report: dict[str, Any]) -> None:
    """Print the report of ``needlepoint evaluate reader``."""
    _print_head(report)
    _print_scores(report["scores"])
    print_trust(report["trust"])
    _line(f"{report['seconds']:,.1f} s, {report['passages_per_s']} passages a second")


def print_retriever(report: dict[str, Any]) -> None:
    """Print the report of ``needlepoint evaluate retriever``."""
    _line(f"{report['questions']:,} questions on {report['paragraphs']:,} paragraphs")
    _print_ranking(report["scores"])
    _line(f"{report['seconds']:,.1f} s, {report['questions_per_s']} questions a second")


def print_pipeline(report: dict[str, Any]) -> None:
    """Print the report of ``needlepoint evaluate pipeline``: its stages alone and together, side by side."""
    _print_head(report)
    _line(f"Retriever alone, on {report['paragraphs']:,} paragraphs:")
    _print_ranking(report["retriever"])
    alone, together = report["reader_alone"], report["scores"]
    _line("Reader alone, given the right paragraph, and after retrieval:")
    names = [name for name in together if name in alone]
    _table(("", "alone", "together"), [(name, _number(alone[name]), _number(together[name])) for name in names])
    _table(("", "together"), [(name, _number(value)) for name, value in together.items() if name not in alone])
    lost = report["losses"]
    _line(
        f"Of {lost['answerable']:,} questions with an answer: {lost['right']:,} answered correctly, "
        f"{lost['withheld']:,} correctly but withheld, {lost['misread']:,} misread, "
        f"{lost['not_retrieved']:,} whose paragraph was not retrieved"
    )
    print_trust(report["trust"])
    _line(f"{report['seconds']:,.1f} s, {report['seconds_per_question']} s a question")


def print_trust(trust: dict[str, Any] | None) -> None:
    """Print how reliable the scores are as probabilities, and the effect of a threshold on them."""
    if trust is None:
        return
    _line(
        f"Scores as probabilities: expected calibration error {trust['expected_calibration_error']:.3f} "
        f"(perfect ones would show {trust['error_by_chance']:.3f} in a sample of this size)"
    )
    rows = [
        (f"{row['threshold']:.0%}", _share(row["coverage"]), _share(row["precision"]), _share(row["recall"]))
        for row in trust["thresholds"]
        if any(abs(row["threshold"] - wanted) < 1e-9 for wanted in _THRESHOLDS)
    ]
    _table(("threshold", "questions answered", "answers correct", "answerable questions answered correctly"), rows)


def _print_head(report: dict[str, Any]) -> None:
    _line(f"{report['reader']} with {report['model']}, {report['precision']}; {report['questions']:,} questions")


def _print_scores(scores: dict[str, Any]) -> None:
    _table(("", ""), [(name, _number(value)) for name, value in scores.items()])


def _print_ranking(scores: dict[str, Any]) -> None:
    _table(("", ""), [(name, _share(value)) for name, value in scores.items() if name != "total"])


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=any(header))
    for number, name in enumerate(header):
        table.add_column(name, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def _line(text: str) -> None:
    console().print(text)
