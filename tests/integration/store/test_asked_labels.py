"""The embedded store finds the labels of one question."""

import pytest
from haystack.document_stores import InMemoryDocumentStore

from asked_labels import WRITTEN, check_labels_of_earlier_versions, check_labels_of_one_question, label
from needlepoint.nodes.label_store import PlainLabels
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore


@pytest.fixture
def store(tmp_path):
    store = TantivyDocumentStore(str(tmp_path / "store"))
    yield store
    store.close()


def test_labels_of_one_question_are_found_among_many(store, monkeypatch):
    check_labels_of_one_question(store, monkeypatch)


def test_labels_of_earlier_versions_are_found_and_written_anew(store, monkeypatch):
    check_labels_of_earlier_versions(store, monkeypatch)


def test_another_store_s_labels_are_found(tmp_path):
    store = InMemoryDocumentStore(use_bm25=False)
    store.write_labels([label(WRITTEN[0], "asked"), label("Who signed it?", "other")])
    assert [found["id"] for found in PlainLabels(store).of_question(WRITTEN[1])] == ["asked"]
