"""Reads a sheet on a local Ray, to be killed: ``python killed_driver.py STORE LEDGER``; prints each cell's place."""

import sys
from functools import partial
from pathlib import Path

from needlepoint import SEARCH_FIELDS, SpanReader
from needlepoint.collection.asking import answer_question
from needlepoint.sheets.database import SheetDatabase
from needlepoint.sheets.ledger import Ledger
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.ray_engine import read_by_ray
from needlepoint.sheets.reading import Coverage, SheetFiller, SheetReader, pairs_of
from needlepoint.sheets.table import SheetDocument
from needlepoint.stores.names import SOURCES
from needlepoint.stores.record_store import records_in
from needlepoint.stores.tantivy import TantivyCollection

QUESTIONS = questions_from(["When does the lease end?", "How long is the pier?", "Who painted the ceiling?"])


def main(store, ledger):
    store, spans = TantivyCollection(Path(store), [*SEARCH_FIELDS]), SpanReader("models/reader-small")
    documents = [SheetDocument.of(record) for record in records_in(store, SOURCES)]
    here = SheetReader(partial(answer_question, spans), spans.key, spans.description)
    with read_by_ray(here, spans, answer_question, address="local", workers=2) as reader:
        filler = SheetFiller(store, reader, Ledger(SheetDatabase(Path(ledger))), coverage=Coverage(5))
        for filled in filler.fill(pairs_of(QUESTIONS, documents)):
            print(filled.document.id, filled.question.text, sep="\t", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
