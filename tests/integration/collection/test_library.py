"""The core as a library: what it indexes and answers is what the application indexes and answers."""

import dataclasses

import pytest

from needlepoint import (
    SEARCH_FIELDS,
    Service,
    Settings,
    SpanReader,
    TantivyCollection,
    add_document,
    answer_question,
    read_document,
    resources,
    retrieve,
)
from needlepoint.errors import QuestionError

QUESTIONS = (
    "On what day does the lease of Harbour House run out?",
    "Who chairs the board?",
    "How many batteries are delivered?",
    "What is the airspeed of an unladen swallow?",
)


@pytest.fixture(scope="module")
def files():
    return sorted(resources.example_collection().iterdir())


@pytest.fixture(scope="module")
def store(tmp_path_factory, files):
    store = TantivyCollection(tmp_path_factory.mktemp("library") / "store", SEARCH_FIELDS)
    with store.session():
        for path in files:
            assert add_document(store, read_document(path)).passages > 0
    yield store
    store.close()


@pytest.fixture(scope="module")
def reader(reader_folder):
    return SpanReader(reader_folder)


@pytest.fixture(scope="module")
def service(store, reader_folder):
    settings = dataclasses.replace(Settings.from_environment(), store=store.path)
    with Service(settings=settings, changes={"Reader": {"model_name_or_path": str(reader_folder)}}) as service:
        yield service


def test_the_application_finds_each_file_indexed_already(service, files):
    report = service.index(files)
    assert len(report.in_state("unchanged")) == len(files)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_application_gives_the_same_answers(store, reader, service, question):
    reply, expected = answer_question(reader, question, retrieve(store, question)), service.ask(question)
    assert (reply.found, reply.quotes, reply.doubtful) == (expected.found, expected.quotes, expected.doubtful)
    assert reply.to_dict() == expected.to_dict()


def test_a_quote_stands_where_it_says(store, reader, files):
    documents = {document.id: document for document in map(read_document, files)}
    quotes = answer_question(reader, QUESTIONS[0], retrieve(store, QUESTIONS[0])).quotes
    assert quotes
    for quote in quotes:
        assert documents[quote.document_id].text[quote.start : quote.end] == quote.answer


def test_filters_narrow_what_is_read(store):
    passages = retrieve(store, QUESTIONS[0], filters={"type": "pdf"})
    assert {passage.meta["type"] for passage in passages} == {"pdf"}
    assert len(retrieve(store, QUESTIONS[0], top_k=3)) == 3


def test_where_there_is_nothing_to_read_nothing_is_found(tmp_path, reader):
    empty = TantivyCollection(tmp_path / "none", SEARCH_FIELDS)
    reply = answer_question(reader, "When?", retrieve(empty, "When?"))
    assert (reply.found, reply.quotes, reply.passages) == (False, [], [])
    with pytest.raises(QuestionError, match="empty"):
        answer_question(reader, "  ", [])
    with pytest.raises(QuestionError, match="top_k must be at least 1, got 0"):
        answer_question(reader, "When?", [], top_k=0)
