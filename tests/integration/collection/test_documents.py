"""Documents are written, replaced and removed whole, in every kind of store."""

import pytest

from needlepoint.collection.embedding_record import EmbeddingRecord, check, claim
from needlepoint.collection.known_files import known_ids, paths_of
from needlepoint.collection.removing import remove_documents, remove_passages
from needlepoint.collection.replacing import note_paths
from needlepoint.errors import CollectionError
from needlepoint.files.identity import file_id
from needlepoint.stores.names import PASSAGES, SOURCES
from needlepoint.stores.record_store import record_with, records_in, records_with
from needlepoint.stores.records import Record


def test_a_document_is_written_with_its_pages_and_record(store, given, counts):
    written = given.write(store, given.source("a", "/files/a.txt", "One.", "Two."))
    assert [(w.document_id, w.name, w.path, w.passages) for w in written] == [("a", "a.txt", "/files/a.txt", 2)]
    assert counts() == (2, 2, 1)
    record = record_with(store, SOURCES, "a")
    assert (record.content, record.meta["pages"], record.meta["passages"]) == ("a.txt", 2, 2)
    assert record.meta["characters"] == len("One.\fTwo.")
    assert known_ids(store, ["a", "b"]) == {"a"}


def test_what_a_file_held_before_makes_way(store, given, counts):
    given.write(store, given.source("old", "/files/a.txt", "One.", "Two."), given.source("b", "/files/b.txt", "Else."))
    given.write(store, given.source("new", "/files/a.txt", "Three."))
    assert counts() == (2, 2, 2)
    assert known_ids(store, ["old", "new", "b"]) == {"new", "b"}
    assert {passage.content for passage in records_in(store, PASSAGES)} == {"Three.", "Else."}


def test_a_document_cut_anew_keeps_none_of_its_former_passages(store, given, counts):
    given.write(store, given.source("a", "/files/a.txt", "One.", "Two."))
    given.write(store, given.source("a", "/files/a.txt", "One."), cut="anew")
    assert counts() == (1, 1, 1)
    assert [passage.id for passage in records_in(store, PASSAGES)] == ["a-anew-1"]


def test_a_document_whose_file_lies_elsewhere_stays(store, given, tmp_path):
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("One.")
    one, two = (str(tmp_path / name) for name in ("one.txt", "two.txt"))
    given.write(store, given.source(id_ := file_id(tmp_path / "one.txt"), one, "One."))
    note_paths(store, {two: id_})
    assert sorted(paths_of(record_with(store, SOURCES, id_).meta)) == [one, two]
    (tmp_path / "one.txt").write_text("Other.")
    given.write(store, given.source("other", one, "Other."))
    # whoever lists a path that holds another document now loses it; the file's name is a part of its id
    assert paths_of(record_with(store, SOURCES, "other").meta) == [one]
    left = records_with(store, SOURCES, [id_])
    assert [paths_of(record.meta) for record in left] == ([[two]] if file_id(tmp_path / "two.txt") == id_ else [])


def test_a_path_that_holds_a_known_document_is_noted_and_the_other_makes_way(store, given, counts):
    given.write(store, given.source("a", "/files/a.txt", "One."), given.source("b", "/files/b.txt", "Two."))
    note_paths(store, {"/files/b.txt": "a"})
    assert counts() == (1, 1, 1)
    assert paths_of(record_with(store, SOURCES, "a").meta) == ["/files/a.txt", "/files/b.txt"]
    before = record_with(store, SOURCES, "a")
    note_paths(store, {"/files/b.txt": "a"})
    assert record_with(store, SOURCES, "a") == before


def test_removing_takes_passages_and_pages_along(store, given, counts, state):
    given.write(store, given.source("a", "/files/a.txt", "One.", "Two."))
    before = state()
    given.write(store, given.source("b", "/files/b.txt", "Three."))
    remove_documents(store, ["b", "unknown"])
    assert state() == before
    remove_documents(store, [])
    assert counts() == (2, 2, 1)


def test_removing_passages_counts_those_that_are_left(store, given, counts):
    given.write(store, given.source("a", "/files/a.txt", "One.", "Two."), given.source("b", "/files/b.txt", "Three."))
    assert remove_passages(store, {"document_id": "a", "page": 2}) == []
    assert record_with(store, SOURCES, "a").meta["passages"] == 1
    assert remove_passages(store, {"name": "b.txt"}) == ["b"]
    assert counts() == (1, 2, 1)
    assert remove_passages(store) == ["a"]
    assert remove_passages(store) == []
    assert counts() == (0, 0, 0)


@pytest.mark.parametrize("failing", ["document", "page", "source"])
def test_a_write_that_fails_is_taken_back(store, given, state, failing, monkeypatch):
    given.write(store, given.source("a", "/files/a.txt", "One.", "Two."))
    before = state()
    method = "write_from" if hasattr(store, "write_from") else "write"
    write, is_failing = getattr(store, method), [True]

    def sometimes(name, *arguments, **options):
        written = write(name, *arguments, **options)
        if name == failing and is_failing[0]:
            is_failing[0] = False
            raise CollectionError("No space left on device")
        return written

    monkeypatch.setattr(store, method, sometimes)
    for sources in (
        [given.source("a", "/files/a.txt", "Changed.", "Two.", title="Another")],
        [given.source("new", "/files/a.txt", "Three.")],
    ):
        is_failing[0] = True
        with pytest.raises(CollectionError, match="No space left"):
            given.write(store, *sources)
        assert state() == before


def test_the_first_models_vectors_are_those_of_an_index(store):
    one, other = EmbeddingRecord("one", "f1", 3), EmbeddingRecord("other", "f2", 3)
    claim(store, PASSAGES, one)
    claim(store, PASSAGES, one)
    with pytest.raises(CollectionError, match="embedded with one"):
        claim(store, PASSAGES, other)
    check(store, PASSAGES, one)


def test_an_index_without_vectors_takes_none(store):
    store.write(PASSAGES, [Record("p", "One.", {"document_id": "a"})])
    with pytest.raises(CollectionError, match="indexed without embeddings"):
        check(store, PASSAGES, EmbeddingRecord("one", "f1", 3))
