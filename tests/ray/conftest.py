"""Shared by the tests of reading on Ray, which have an environment of their own: ``make test-ray``."""

from functools import partial
from importlib.util import find_spec

import pytest

from needlepoint import SEARCH_FIELDS, SpanReader, Splitter, add_document, read_document
from needlepoint.collection.asking import answer_question
from needlepoint.sheets.database import SheetDatabase
from needlepoint.sheets.ledger import Ledger
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.reading import Coverage, SheetFiller, SheetReader, pairs_of
from needlepoint.sheets.table import SheetDocument
from needlepoint.stores.names import SOURCES
from needlepoint.stores.record_store import records_in
from needlepoint.stores.tantivy import TantivyCollection

QUESTIONS = questions_from(["When does the lease end?", "How long is the pier?", "Who painted the ceiling?"])
PAPERS = 14


def pytest_collection_modifyitems(items):
    if find_spec("ray"):
        return
    for item in items:
        if item.path.parent.name == "ray":
            item.add_marker(
                pytest.mark.skip(reason="Ray is not installed: make test-ray installs it and runs these tests")
            )


@pytest.fixture(scope="session")
def papers(tmp_path_factory):
    """The folder of a collection: leases that end, with and without a pier, of one to several passages."""
    folder = tmp_path_factory.mktemp("papers")
    store = TantivyCollection(folder / "store", [*SEARCH_FIELDS])
    for number in range(PAPERS):
        path = folder / f"lease-{number}.txt"
        filling = "The tenant keeps the house in good repair and pays what is due each month.\n\n" * (number % 3)
        pier = f"The pier is {100 + number} metres long." if number % 2 else "Nothing else is agreed."
        path.write_text(f"The lease ends on {1 + number} March 2031.\n\n{filling}{pier}\n")
        add_document(store, read_document(path), Splitter(max_words=16))
    store.close()
    return folder / "store"


@pytest.fixture
def store(papers):
    store = TantivyCollection(papers, [*SEARCH_FIELDS])
    yield store
    store.close()


@pytest.fixture
def pairs(store):
    return pairs_of(QUESTIONS, [SheetDocument.of(record) for record in records_in(store, SOURCES)])


@pytest.fixture(scope="session")
def spans():
    return SpanReader("models/reader-small")


@pytest.fixture
def here(spans):
    """What reads on this machine, without Ray."""
    return SheetReader(partial(answer_question, spans), spans.key, spans.description)


@pytest.fixture
def ledger(tmp_path):
    """A function that returns a ledger: the same for the same name."""
    made = {}

    def ledger(name):
        if name not in made:
            made[name] = SheetDatabase(tmp_path / f"{name}.sqlite")
        return Ledger(made[name])

    ledger.rows = lambda name: made[name].rows("SELECT document_id, question, outcome FROM units")
    yield ledger
    for database in made.values():
        database.close()


@pytest.fixture
def fill(store, pairs):
    """A function that yields the cells as they are read."""

    def fill(reader, ledger, coverage=5, of=None, stop=None):
        filler = SheetFiller(store, reader, ledger, coverage=Coverage(coverage))
        return filler.fill(pairs if of is None else of, stop=stop)

    return fill


@pytest.fixture
def table():
    def table(cells):
        return {(each.document.name, each.question.text): each.cell for each in cells}

    return table
