"""Measure a question sheet: how fast cells are read, how much reading deeper brings, and which cells are right.

    python benchmarks/sheets.py FOLDER [--labels benchmarks/sheet_labels.tsv] [--depths 1,3,5,10,20] [--documents 31] [--farm 4]
    python benchmarks/sheets.py FOLDER --cascade models/reader-small

FOLDER's files are indexed as ``needlepoint index`` does it. ``sheet_labels.tsv`` has a line for each labelled cell: the question,
the file's name, and a regular expression that a right cell matches, or ``-`` where the document does not say.

Recall is against reading everything: of the cells that a complete reading answers, the share in which the same place is found.
A cell with a label is *right* if it matches, *wrong* if it shows other words, *withheld* if it shows none though there is an
answer, and *rightly empty* if there is none; the table gives them for several thresholds of the score. ``--farm N`` also lets
FARMReader read the sheet of N documents, in turns with ours, and "in one go" asks each question once of the whole collection
with 200 passages.

``--cascade MODEL`` measures only what a cascade would bring: MODEL, which is small, reads ten passages a cell, and the pipeline's
reader reads again what MODEL is unsure of: answers with a score below a threshold, and cells without one whose nearest words have
more than a second one. Both readers read all cells in turn, in one run, so the cascade's time is the small one's and the large
one's for the cells in doubt. A cell differs if it is found by one alone, or in another place with other words.
"""

import argparse
import csv
import dataclasses
import re
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from needlepoint.answers.replies import Quote
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from needlepoint.sheets.questions import SheetQuestion, questions_from
from needlepoint.sheets.reading import Coverage
from needlepoint.sheets.table import Cell, Sheet, SheetDocument, State

LABELS = Path(__file__).with_name("sheet_labels.tsv")
THRESHOLDS = (0.0, 0.3, 0.5, 0.7, 0.9)
_OUTCOMES = ("right", "wrong", "withheld", "rightly empty")
_IN_ONE_GO = 200  # passages
_TURN = 5  # documents that a reader of a cascade reads before the other one does

Labels = Mapping[tuple[str, str], str]


def main() -> None:
    """Index, read and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--depths", default="1,3,5,10,20")
    parser.add_argument("--documents", type=int, default=None, help="only the first N documents")
    parser.add_argument("--farm", type=int, default=0, metavar="N", help="let FARMReader read N documents, too")
    parser.add_argument("--cascade", metavar="MODEL", help="measure a cascade of this small reader and the pipeline's")
    options = parser.parse_args()
    labels = _labels(options.labels)
    questions = questions_from(dict.fromkeys(question for question, _ in labels))
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(Settings.from_environment(), store=Path(folder))
        with Service(settings=settings) as service:
            service.index([options.folder])
            documents = service.sheets.documents()[: options.documents]
            passages = sum(document.passages for document in documents)
            print(f"{len(documents)} documents, {passages:,} passages, {len(questions)} questions")
            print(service.sheets.reader.description)
            if options.cascade:
                _measure_cascade(settings, service, options.cascade, questions, documents, labels)
                return
            _measure_depths(service, questions, documents, labels, [int(each) for each in options.depths.split(",")])
            _measure_in_one_go(service, questions, documents, labels)
            if options.farm:
                _measure_farm(settings, service, questions, documents[: options.farm])


def _labels(path: Path) -> dict[tuple[str, str], str]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row and not row[0].startswith("#")
        ]
    return {(question, name): wanted for question, name, wanted in rows}


def _measure_depths(
    service: Service,
    questions: Sequence[SheetQuestion],
    documents: Sequence[SheetDocument],
    labels: Labels,
    depths: Sequence[int],
) -> None:
    whole, seconds = _timed(service, questions, documents, Coverage(None))
    print(
        f"\n{'read':<8}{'cells/s':>9}{'found':>8}{'recall':>9}   at score >= "
        + "".join(f"{t:>26.1f}" for t in THRESHOLDS)
    )
    print(" " * 45 + f"{'right wrong held empty':>26}" * len(THRESHOLDS))
    for depth in depths:
        sheet, took = _timed(service, questions, documents, Coverage(depth))
        _print_line(str(depth), sheet, took, whole, labels)
    _print_line("all", whole, seconds, whole, labels)


def _timed(
    service: Service, questions: Sequence[SheetQuestion], documents: Sequence[SheetDocument], coverage: Coverage
) -> tuple[Sheet, float]:
    service.sheets.reader.answer("warm", [])
    begun = time.perf_counter()
    sheet = service.sheets.fill(questions, documents, coverage=coverage, again=True)
    return sheet, time.perf_counter() - begun


def _print_line(name: str, sheet: Sheet, seconds: float, whole: Sheet, labels: Labels) -> None:
    counts = sheet.counts()
    cells = sum(counts.values())
    print(
        f"{name:<8}{cells / seconds:>9.2f}{counts[State.FOUND]:>8}{_recall(sheet, whole):>9.3f}{'':>16}"
        f"{_outcomes(sheet, labels)}"
    )


def _recall(sheet: Sheet, whole: Sheet) -> float:
    kept = total = 0
    for document in whole.documents:
        for question in whole.questions:
            expected, found = (each.cell(document, question).quote for each in (whole, sheet))
            if expected:
                total += 1
                kept += found is not None and _overlap(expected, found)
    return kept / total if total else 1.0


def _overlap(one: Quote, other: Quote) -> bool:
    return max(one.start, other.start) < min(one.end, other.end) or one.answer.casefold() == other.answer.casefold()


def _outcomes(sheet: Sheet, labels: Labels) -> str:
    columns = []
    for threshold in THRESHOLDS:
        counts: Counter[str] = Counter()
        for document in sheet.documents:
            for question in sheet.questions:
                wanted = labels.get((question.text, document.name))
                if wanted is not None:
                    quote = sheet.cell(document, question).quote
                    counts[_outcome(quote if quote and quote.score >= threshold else None, wanted)] += 1
        columns.append(f"{' '.join(f'{counts[each]:>5}' for each in _OUTCOMES):>26}")
    return "".join(columns)


def _outcome(quote: Quote | None, wanted: str) -> str:
    if wanted == "-":
        return "wrong" if quote else "rightly empty"
    if quote is None:
        return "withheld"
    return "right" if re.search(wanted, " ".join(quote.answer.split()), re.IGNORECASE) else "wrong"


def _measure_in_one_go(
    service: Service, questions: Sequence[SheetQuestion], documents: Sequence[SheetDocument], labels: Labels
) -> None:
    """Ask each question once, as one does without sheets, and sort the answers by document."""
    begun, found, counts = time.perf_counter(), 0, Counter[str]()
    for question in questions:
        best: dict[str, Quote] = {}
        for quote in service.ask(question.text, top_k=100, passages=_IN_ONE_GO).quotes:
            best.setdefault(quote.name, quote)
        found += len(best)
        for document in documents:
            wanted = labels.get((question.text, document.name))
            if wanted is not None:
                counts[_outcome(best.get(document.name), wanted)] += 1
    seconds = time.perf_counter() - begun
    cells = len(questions) * len(documents)
    print(
        f"\nin one go: {cells / seconds:.2f} cells/s, {found} found; "
        + ", ".join(f"{counts[each]} {each}" for each in _OUTCOMES)
    )


def _measure_farm(
    settings: Settings, service: Service, questions: Sequence[SheetQuestion], documents: Sequence[SheetDocument]
) -> None:
    """Let both readers read the documents in turn, each with the passages of the default reading."""
    model = service.pipelines.query.reader.span_reader.load()[0].folder
    changes = {"Reader": {"model_name_or_path": str(model)}}
    ours = theirs = 0.0
    with Service("local-farm", settings=settings, changes=changes) as farm:
        for document in documents:
            ours += _timed(service, questions, [document], Coverage(10))[1]
            theirs += _timed(farm, questions, [document], Coverage(10))[1]
    cells = len(questions) * len(documents)
    print(
        f"\nFARMReader, {len(documents)} documents: {cells / theirs:.3f} cells/s; ours on the same: {cells / ours:.2f}, "
        f"{theirs / ours:.1f} times as many"
    )


def _measure_cascade(
    settings: Settings,
    service: Service,
    model: str,
    questions: Sequence[SheetQuestion],
    documents: Sequence[SheetDocument],
    labels: Labels,
) -> None:
    """Let both readers read all cells, by turns of a few documents, and print what each pair of thresholds would give."""
    seconds = {"large": 0.0, "small": 0.0}
    cells: dict[str, dict[tuple[str, str], Cell]] = {"large": {}, "small": {}}
    with Service(settings=settings, changes={"Reader": {"model_name_or_path": model}}) as small:
        for start in range(0, len(documents), _TURN):
            part = documents[start : start + _TURN]
            for name, each in (("large", service), ("small", small)):
                sheet, took = _timed(each, questions, part, Coverage(10))
                seconds[name] += took
                cells[name] |= sheet.cells
    for name, found in cells.items():
        sheet = Sheet(questions, documents, found)
        print(
            f"{name}: {len(found) / seconds[name]:.2f} cells/s; right wrong held empty{_outcomes(sheet, labels)[:26]}"
        )
    print(f"\n{'found >=':>9}{'empty <':>9}{'in doubt':>10}{'speed':>7}{'differ':>8}   right wrong held empty")
    for found_from in (0.3, 0.5, 0.7, 0.9):
        for empty_below in (0.05, 0.1, 0.2, 0.5):
            _print_cascade(cells, seconds, found_from, empty_below, questions, documents, labels)


def _print_cascade(
    cells: Mapping[str, Mapping[tuple[str, str], Cell]],
    seconds: Mapping[str, float],
    found_from: float,
    empty_below: float,
    questions: Sequence[SheetQuestion],
    documents: Sequence[SheetDocument],
    labels: Labels,
) -> None:
    large, small = cells["large"], cells["small"]
    sure = {place for place, cell in small.items() if _is_sure(cell, found_from, empty_below)}
    mixed = {place: small[place] if place in sure else large[place] for place in large}
    read = sum(cell.read for cell in large.values())
    doubt = sum(cell.read for place, cell in large.items() if place not in sure) / read
    speed = seconds["large"] / (seconds["small"] + doubt * seconds["large"])
    differ = sum(not _agree(large[place].quote, mixed[place].quote) for place in large) / len(large)
    outcomes = _outcomes(Sheet(questions, documents, mixed), labels)[:26]
    print(f"{found_from:>9.2f}{empty_below:>9.2f}{doubt:>10.0%}{speed:>7.2f}{differ:>8.1%}{outcomes}")


def _is_sure(cell: Cell, found_from: float, empty_below: float) -> bool:
    best = cell.quotes[0].score if cell.quotes else 0.0
    return best >= found_from if cell.state is State.FOUND else best < empty_below


def _agree(one: Quote | None, other: Quote | None) -> bool:
    return one is other if one is None or other is None else _overlap(one, other)


if __name__ == "__main__":
    main()
