"""Measure whether ``--until-recall`` keeps its word: what it reads, what it says, and the recall that it has.

    python benchmarks/sheet_recall.py FOLDER [--questions FILE] [--recall 0.95] [--store STORE] [--minutes 7]

FOLDER's files are indexed into STORE. First the sheet is read until the recall, as ``needlepoint sheet --until-recall`` does it;
then all of it is read, as ``--read all``. Recall is the share of the answers of the complete reading that the first one has: the
same place, or the same words. The ledger in STORE keeps what was read: a run that was stopped after so many minutes goes on.

The sample of the estimate is one draw. Since a complete reading tells at which depth each answer stands, the estimate is also
made on 2,000 other draws: the share of draws whose depth holds the wanted recall is what "95 % confidence" promises, and the
units that they read say what it costs.
"""

import argparse
import dataclasses
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from needlepoint.answers.replies import Quote
from needlepoint.errors import SheetError
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from needlepoint.sheets.questions import SheetQuestion, questions_from, read_questions
from needlepoint.sheets.reading import Coverage
from needlepoint.sheets.recall import depth_from_sample
from needlepoint.sheets.table import Cell, Sheet, SheetDocument, State

QUESTIONS = (
    "Which law governs the agreement?",
    "What is the date of the agreement?",
    "How long is the initial term of the agreement?",
    "How much notice is needed to terminate the agreement without cause?",
    "Within what period must a breach be cured?",
    "Within how many days must invoices be paid?",
)
_DRAWS = 2_000
_PART = 20  # cells, as in needlepoint.sheets.recall

Cells = Mapping[tuple[str, str], Cell]


def main() -> None:
    """Index, read twice, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--recall", type=float, default=0.95)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--minutes", type=float, default=None, help="stop after so many; the same command goes on")
    options = parser.parse_args()
    questions = read_questions(options.questions) if options.questions else questions_from(QUESTIONS)
    stop = threading.Event()
    if options.minutes:
        timer = threading.Timer(60 * options.minutes, stop.set)
        timer.daemon = True
        timer.start()
    with nullcontext(options.store) if options.store else tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(Settings.from_environment(), store=Path(folder))
        with Service(settings=settings) as service:
            service.index([options.folder])
            _measure(service, questions, options.recall, stop)


def _measure(service: Service, questions: Sequence[SheetQuestion], target: float, stop: threading.Event) -> None:
    sheets, documents = service.sheets, service.sheets.documents()
    passages = sum(document.passages for document in documents)
    print(f"{len(documents)} documents, {passages:,} passages, {len(questions)} questions; {sheets.reader.description}")
    begun = time.perf_counter()
    try:
        estimated = sheets.fill_to_recall(questions, documents, target=target, stop=stop)
    except SheetError as error:
        print(f"{error}: run the same command again")
        return
    print(f"--until-recall {target:g}: {estimated.coverage}; {time.perf_counter() - begun:.0f} s in this run")
    whole = sheets.fill(questions, documents, coverage=Coverage(None), stop=stop)
    if stop.is_set():
        left = whole.counts()[State.WAITING]
        print(f"stopped: {left:,} cells are left to read completely; run the same command again")
        return
    read, total = (sum(cell.read for cell in sheet.cells.values()) for sheet in (estimated, whole))
    kept, answers = _recall(estimated, whole)
    print(f"units read: {read:,} of {total:,} passages ({read / total:.0%})")
    print(f"answers: {kept} of the {answers} of the complete reading, a recall of {kept / answers:.1%}")
    _draw(whole.cells, documents, target)


def _recall(sheet: Sheet, whole: Sheet) -> tuple[int, int]:
    expected = {place: cell.quote for place, cell in whole.cells.items() if cell.quote}
    kept = sum(_same(quote, sheet.cells[place].quote) for place, quote in expected.items())
    return kept, len(expected)


def _same(one: Quote, other: Quote | None) -> bool:
    if other is None:
        return False
    return max(one.start, other.start) < min(one.end, other.end) or one.answer.casefold() == other.answer.casefold()


def _draw(cells: Cells, documents: Sequence[SheetDocument], target: float) -> None:
    """Make the estimate on other random samples of the same sheet, and print how often it keeps its word."""
    sizes = {document.id: document.passages for document in documents}
    ranks = [(cell.rank if cell.state is State.FOUND else 0, sizes[place[0]]) for place, cell in cells.items()]
    every = [rank for rank, _ in ranks if rank]
    total, generator = sum(size for _, size in ranks), random.Random(1)
    recalls, shares, depths, samples = [], [], [], []
    for _ in range(_DRAWS):
        order = generator.sample(ranks, len(ranks))
        count, depth = 0, None
        while depth is None and count < len(order):
            count = min(count + _PART, len(order))
            sample = [rank for rank, _ in order[:count] if rank]
            depth = depth_from_sample(sample, target, cells=count, others=len(order) - count)
        depth, rest = depth or max(sizes.values()), order[count:]
        held = sum(rank > 0 for rank, _ in order[:count]) + sum(0 < rank <= depth for rank, _ in rest)
        read = sum(size for _, size in order[:count]) + sum(min(depth, size) for _, size in rest)
        recalls.append(held / len(every))
        shares.append(read / total)
        depths.append(depth)
        samples.append(count)
    kept, read_, deep = (statistics.median(each) for each in (recalls, shares, depths))
    print(
        f"{_DRAWS:,} draws: at least {target:.0%} of the answers are found in {sum(r >= target for r in recalls) / _DRAWS:.1%}; "
        f"medians: {statistics.median(samples):.0f} of {len(ranks)} cells read completely, the others {deep:.0f} passages deep, "
        f"{kept:.1%} of the answers found, {read_:.0%} of the passages read"
    )


if __name__ == "__main__":
    main()
