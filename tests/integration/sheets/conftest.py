"""A small collection in a real store, and a reader of rules: it answers with the words after a question's last word."""

import re
import threading

import pytest

from needlepoint.answers.answer import Answer, Place
from needlepoint.answers.replies import Reply
from needlepoint.collection.asking import SEARCH_FIELDS
from needlepoint.collection.sources import write_documents
from needlepoint.sheets.database import SheetDatabase
from needlepoint.sheets.ledger import Ledger
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.reading import Coverage, SheetFiller, SheetReader
from needlepoint.sheets.table import SheetDocument
from needlepoint.stores.names import SOURCES
from needlepoint.stores.record_store import records_in
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection

_QUESTIONS = questions_from(["What is the colour?", "What is the size?"])


@pytest.fixture
def store(tmp_path):
    store = TantivyCollection(tmp_path / "store", [*SEARCH_FIELDS])
    yield store
    store.close()


@pytest.fixture
def add(store):
    """Return a function that writes documents, each a name with its passages, and returns their rows."""

    def add(**documents):
        sources, passages = [], []
        for name, texts in documents.items():
            text, id_ = "\f".join(texts), f"{name}-{abs(hash(tuple(texts)))}"
            starts = [sum(len(each) + 1 for each in texts[:n]) for n in range(len(texts))]
            pages = [{"number": n + 1, "start": at, "end": at + len(texts[n])} for n, at in enumerate(starts)]
            meta = {"document_id": id_, "name": name, "path": f"/files/{name}", "pages": pages, "unread": []}
            sources.append(Record(id_, text, meta))
            for page, each in zip(pages, texts, strict=True):
                own = {"document_id": id_, "name": name, "start": page["start"], "page": page["number"]}
                passages.append(Record(f"{id_}-{page['number']}", each, own))
        write_documents(store, passages, sources)
        return rows(store)

    return add


@pytest.fixture
def questions():
    return _QUESTIONS


def rows(store):
    records = sorted(records_in(store, SOURCES), key=lambda record: record.meta["name"])
    return [SheetDocument.of(record) for record in records]


class Rules:
    """Reads by a rule: "the colour is red." answers "What is the colour?"; counts what it reads."""

    def __init__(self):
        self.read = []
        self._lock = threading.Lock()

    def answer(self, question, passages):
        with self._lock:
            self.read.append((question, [passage.id for passage in passages]))
        word = question.rstrip("?").split()[-1]
        answers = []
        for passage in passages:
            found = re.search(rf"{word} is (\w+)", passage.content)
            if found:
                answers.append(Answer(found[1], 0.9, (Place(passage, *found.span(1)),)))
        found = bool(answers)
        answers.append(Answer("", 0.1 if found else 0.9))
        return Reply(question, answers, list(passages), found, 0.0, 0.0, 0.0)


@pytest.fixture
def rules():
    return Rules()


@pytest.fixture
def database(tmp_path):
    database = SheetDatabase(tmp_path / "sheets" / "sheets.sqlite")
    yield database
    database.close()


@pytest.fixture
def filler(store, rules, database):
    """Return a function that makes what fills a sheet."""

    def filler(passages=5, *, key="rules-1", **options):
        reader = SheetReader(rules.answer, key, "rules")
        return SheetFiller(store, reader, Ledger(database), coverage=Coverage(passages), **options)

    return filler
