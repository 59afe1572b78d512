"""Cells a second of a sheet on this machine alone, on one and on two Ray workers, and how many cells one driver can send out.

    python benchmarks/sheets_on_ray.py FOLDER [--documents 10] [--rounds 2]

Needs ``needlepoint[ray]``. The engines take turns in one run, because machines are noisy.
"""

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter

from needlepoint import SEARCH_FIELDS, SpanReader, TantivyCollection, add_document, answer_question, read_document
from needlepoint.answers.answer import Answer, Passage
from needlepoint.answers.replies import Reply
from needlepoint.sheets.database import SheetDatabase
from needlepoint.sheets.ledger import Ledger
from needlepoint.sheets.questions import SheetQuestion, questions_from
from needlepoint.sheets.ray_engine import read_by_ray
from needlepoint.sheets.reading import Coverage, SheetFiller, SheetReader, pairs_of
from needlepoint.sheets.table import SheetDocument
from needlepoint.stores.names import SOURCES
from needlepoint.stores.record_store import records_in

QUESTIONS = questions_from(
    ["Which law governs the agreement?", "When does the agreement end?", "Which insurance must be maintained?"]
)
MANY = questions_from([f"{question.text} ({number})" for number in range(34) for question in QUESTIONS])


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), sorted(arguments.folder.rglob("*.pdf"))[: arguments.documents], arguments.rounds)


def measure(folder: Path, files: list[Path], rounds: int) -> None:
    store, spans = TantivyCollection(folder / "store", SEARCH_FIELDS), SpanReader()
    for path in files:
        add_document(store, read_document(path))
    documents = [SheetDocument.of(record) for record in records_in(store, SOURCES)]
    print(f"{len(documents)} documents, {sum(each.passages for each in documents)} passages; {spans.description}")
    here, numbers = SheetReader(partial(answer_question, spans), spans.key, spans.description), count()

    def cells_a_second(reader: SheetReader, questions: Sequence[SheetQuestion], coverage: Coverage) -> float:
        database = SheetDatabase(folder / f"{next(numbers)}.sqlite")
        filler = SheetFiller(store, reader, Ledger(database), coverage=coverage)
        start = perf_counter()
        cells = len(list(filler.fill(pairs_of(questions, documents))))
        database.close()
        return cells / (perf_counter() - start)

    engines = {"this machine": None, "1 worker": 1, "2 workers": 2}
    found: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(rounds):
        for name, workers in engines.items():
            with on(here, spans, workers) as reader:
                cells_a_second(reader, QUESTIONS[:1], Coverage())  # all workers have loaded
                found[name].append(cells_a_second(reader, QUESTIONS, Coverage()))
    for name, rates in found.items():
        print(f"{name}: {statistics.median(rates):.2f} cells a second ({', '.join(f'{rate:.2f}' for rate in rates)})")
    ledger = folder / f"{next(numbers) - 1}.sqlite"
    print(f"{ledger.stat().st_size / len(QUESTIONS) / len(documents):,.0f} bytes a cell in the ledger")
    with read_by_ray(here, spans, nothing, address="local", workers=2) as reader:
        for coverage in (Coverage(), Coverage(None)):
            rate = cells_a_second(reader, MANY, coverage)
            print(f"without reading: {rate:.0f} cells a second sent out and recorded, {coverage}")


def on(here: SheetReader, spans: SpanReader, workers: int | None) -> AbstractContextManager[SheetReader]:
    if workers is None:
        return nullcontext(here)
    return read_by_ray(here, spans, answer_question, address="local", workers=workers)


def nothing(reader: SpanReader, question: str, passages: Sequence[Passage]) -> Reply:
    return Reply(question, [Answer("", 0.9)], list(passages), False, 0.0, 0.0, 0.0)


if __name__ == "__main__":
    main()
