"""CollectionWriter: a document is in the collection whole or not at all."""

import pytest
from haystack import Document

from needlepoint.errors import CollectionError
from needlepoint.nodes.collection_writer import CollectionWriter
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore


class FullAtPages(TantivyDocumentStore):
    """A store whose disk fills up while the pages are written."""

    is_full = True

    def write_documents(self, documents, index=None, **arguments):
        if index == "page" and self.is_full:
            raise CollectionError("No space left on device")
        super().write_documents(documents, index=index, **arguments)


def source(text, path="/files/a.txt", document_id="a" * 32):
    pages = [{"number": 1, "start": 0, "end": len(text), "title": None}]
    meta = {"document_id": document_id, "name": path.rsplit("/", 1)[-1], "path": path, "pages": pages}
    return Document(id=document_id, content=text, meta=meta)


def passage(text, document_id="a" * 32):
    return Document(content=text, meta={"document_id": document_id, "start": 0, "end": len(text), "page": 1})


def counts(store):
    return {index: store.get_document_count(index=index) for index in ("document", "page", "source")}


@pytest.fixture
def store(tmp_path):
    store = FullAtPages(str(tmp_path / "store"))
    yield store
    store.close()


def test_a_failed_write_leaves_nothing_of_the_document(store):
    writer = CollectionWriter(store)
    with pytest.raises(CollectionError, match="No space left"):
        writer.run([passage("The lease ends.")], [source("The lease ends.")])
    assert counts(store) == {"document": 0, "page": 0, "source": 0}
    store.is_full = False
    writer.run([passage("The lease ends.")], [source("The lease ends.")])
    assert counts(store) == {"document": 1, "page": 1, "source": 1}


def test_a_failed_write_leaves_a_files_former_version(store):
    writer = CollectionWriter(store)
    store.is_full = False
    writer.run([passage("The lease ends in May.")], [source("The lease ends in May.")])
    store.is_full = True
    new = "b" * 32
    with pytest.raises(CollectionError):
        writer.run([passage("It ends in June.", new)], [source("It ends in June.", document_id=new)])
    assert [record.id for record in store.get_all_documents(index="source")] == ["a" * 32]
    assert [found.content for found in store.query("ends")] == ["The lease ends in May."]


def test_nothing_to_write_is_no_error(store):
    assert CollectionWriter(store).run([], []) == ({"written": []}, "output_1")


def test_a_document_given_twice_is_written_once(store):
    store.is_full = False
    text = "The lease ends."
    written, _ = CollectionWriter(store).run([passage(text), passage(text)], [source(text), source(text)])
    assert [entry["document_id"] for entry in written["written"]] == ["a" * 32]
    assert counts(store) == {"document": 1, "page": 1, "source": 1}
