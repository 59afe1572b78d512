"""CollectionWriter: a document is in the collection whole or not at all."""

import pytest
from haystack import Document

from needlepoint.errors import CollectionError
from needlepoint.nodes.collection_writer import CollectionWriter
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore
from needlepoint.stores.tantivy import TantivyCollection


class FullAtPages(TantivyCollection):
    """A collection whose disk fills up while the pages are written."""

    is_full = True

    def write(self, name, records, **options):
        if name == "page" and self.is_full:
            raise CollectionError("No space left on device")
        return super().write(name, records, **options)


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
    store = TantivyDocumentStore(str(tmp_path / "store"))
    store.collection = FullAtPages(tmp_path / "store")
    yield store
    store.close()


def test_a_failed_write_leaves_nothing_of_the_document(store):
    writer = CollectionWriter(store)
    with pytest.raises(CollectionError, match="No space left"):
        writer.run([passage("The lease ends.")], [source("The lease ends.")])
    assert counts(store) == {"document": 0, "page": 0, "source": 0}
    store.collection.is_full = False
    writer.run([passage("The lease ends.")], [source("The lease ends.")])
    assert counts(store) == {"document": 1, "page": 1, "source": 1}


def test_a_failed_write_leaves_a_files_former_version(store):
    writer = CollectionWriter(store)
    store.collection.is_full = False
    writer.run([passage("The lease ends in May.")], [source("The lease ends in May.")])
    store.collection.is_full = True
    new = "b" * 32
    with pytest.raises(CollectionError):
        writer.run([passage("It ends in June.", new)], [source("It ends in June.", document_id=new)])
    assert [record.id for record in store.get_all_documents(index="source")] == ["a" * 32]
    assert [found.content for found in store.query("ends")] == ["The lease ends in May."]


def test_nothing_to_write_is_no_error(store):
    assert CollectionWriter(store).run([], []) == ({"written": []}, "output_1")


def test_a_document_given_twice_is_written_once(store):
    store.collection.is_full = False
    text = "The lease ends."
    written, _ = CollectionWriter(store).run([passage(text), passage(text)], [source(text), source(text)])
    assert [entry["document_id"] for entry in written["written"]] == ["a" * 32]
    assert counts(store) == {"document": 1, "page": 1, "source": 1}


def test_a_passage_given_twice_counts_once(store):
    store.collection.is_full = False
    text = "The lease ends."
    found = [source(text, "/a/lease.txt"), source(text, "/b/lease.txt")]
    written, _ = CollectionWriter(store).run([passage(text), passage(text)], found)
    (record,) = store.get_all_documents(index="source")
    assert written["written"][0]["passages"] == record.meta["passages"] == 1
    assert record.meta["paths"] == ["/a/lease.txt", "/b/lease.txt"]


def test_a_failed_rewrite_leaves_the_document_searchable(store):
    writer = CollectionWriter(store)
    store.collection.is_full = False
    writer.run([passage("The lease ends.")], [source("The lease ends.")])
    store.collection.is_full = True
    with pytest.raises(CollectionError, match="No space left"):
        writer.run([passage("The lease ends.")], [source("The lease ends.")])
    assert counts(store) == {"document": 1, "page": 1, "source": 1}
    assert [found.content for found in store.query("lease")] == ["The lease ends."]


def test_a_document_is_searchable_at_every_step_of_its_rewrite(store):
    writer = CollectionWriter(store)
    store.collection.is_full = False
    writer.run([passage("The lease ends.")], [source("The lease ends.")])
    seen = []
    write = store.collection.write

    def looking(*arguments, **named):
        seen.append((store.get_document_count(index="source"), len(store.query("lease"))))
        return write(*arguments, **named)

    store.collection.write = looking
    writer.run([passage("The lease ends.")], [source("The lease ends.")])
    assert seen == [(1, 1)] * 3


def test_passages_and_pages_that_a_document_has_no_more_go(store):
    writer = CollectionWriter(store)
    store.collection.is_full = False
    longer = source("One.\fTwo.")
    longer.meta["pages"] = [{"number": n, "start": 5 * n - 5, "end": 5 * n - 1, "title": None} for n in (1, 2)]
    writer.run([passage("One."), passage("Two.")], [longer])
    assert counts(store) == {"document": 2, "page": 2, "source": 1}
    writer.run([passage("One.")], [source("One.")])
    assert counts(store) == {"document": 1, "page": 1, "source": 1}


def test_a_callers_own_metadata_cannot_move_a_document(store):
    store.collection.is_full = False
    given = source("The lease ends.")
    given.meta["paths"] = ["/etc/passwd"]
    CollectionWriter(store).run([passage("The lease ends.")], [given])
    (record,) = store.get_all_documents(index="source")
    assert "paths" not in record.meta
    assert record.meta["path"] == "/files/a.txt"
