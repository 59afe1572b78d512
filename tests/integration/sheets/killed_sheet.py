"""Reads a sheet slowly in a process of its own, to be killed: ``python killed_sheet.py STORE LEDGER``; prints each cell's row."""

import sys
import time
from pathlib import Path

from needlepoint.answers.answer import Answer
from needlepoint.answers.replies import Reply
from needlepoint.collection.asking import SEARCH_FIELDS
from needlepoint.sheets.database import SheetDatabase
from needlepoint.sheets.ledger import Ledger
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.reading import Coverage, SheetFiller, SheetReader, pairs_of
from needlepoint.sheets.table import SheetDocument
from needlepoint.stores.names import SOURCES
from needlepoint.stores.record_store import records_in
from needlepoint.stores.tantivy import TantivyCollection


def slow(question, passages):
    time.sleep(0.02)
    return Reply(question, [Answer("", 0.9)], list(passages), False, 0.0, 0.0, 0.0)


def main(store, ledger):
    store = TantivyCollection(Path(store), [*SEARCH_FIELDS])
    documents = [SheetDocument.of(record) for record in records_in(store, SOURCES)]
    filler = SheetFiller(
        store, SheetReader(slow, "slow", "slow"), Ledger(SheetDatabase(Path(ledger))), coverage=Coverage(5)
    )
    for filled in filler.fill(pairs_of(questions_from(["What is the colour?"]), documents)):
        print(filled.document.id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
