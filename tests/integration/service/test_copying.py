"""A collection moves from one embedded store into another; to a server and back is tested with the server."""

import pytest

from needlepoint.errors import CollectionError
from needlepoint.service.copying import copy_collection

LEASE = "LEASE AGREEMENT\n\nThe term of this lease ends on 31 March 2031.\n"


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b"):
        (tmp_path / "files" / name).mkdir(parents=True)
        (tmp_path / "files" / name / "lease.txt").write_text(LEASE)
    return tmp_path / "files"


@pytest.fixture
def first(make_service, folder):
    first = make_service("first")
    first.index([folder])
    return first


def label(service, **values):
    document = service.store.get_all_documents()[0].to_dict()
    is_right = {"is_correct_answer": True, "is_correct_document": True}
    return {"query": "When?", "document": document, "origin": "user-feedback", **is_right, **values}


def test_labels_go_along_and_are_written_once(first, make_service):
    second = make_service("second")
    ids = [first.feedback.add(label(first, query=query)) for query in ("When?", "Who?")]
    assert copy_collection(first, second).labels == 2
    assert [found.values for found in second.feedback.all()] == [found.values for found in first.feedback.all()]
    first.feedback.replace(ids[0], label(first, is_correct_answer=False))
    second.feedback.add(label(second, query="What else?"))
    assert copy_collection(first, second).labels == 1
    said = {found.question: found.is_correct_answer for found in second.feedback.all()}
    assert said == {"When?": False, "Who?": True, "What else?": True}


def test_all_paths_go_along_and_a_former_version_of_them_makes_way(first, make_service, folder):
    second = make_service("second")
    for name in ("a", "b"):
        (folder / name / "lease.txt").write_text(f"{LEASE}Signed.\n")
    second.index([folder])
    (former,) = second.documents()
    assert copy_collection(first, second).copied == 1
    (record,) = second.documents()
    assert record.id != former.id
    assert record.meta == first.documents()[0].meta
    assert [path.split("/")[-2] for path in record.meta["paths"]] == ["a", "b"]
    assert second.passage_count() == 1


def test_a_copy_that_fails_leaves_what_the_target_has(first, make_service, monkeypatch):
    second = make_service("second")
    copy_collection(first, second)
    (record,) = first.documents()
    first.store.update_document_meta(record.id, {"matter": "lease"}, index="source")
    write = second.collection.write

    def failing(name, records, **options):
        if name == "page" and records:
            raise CollectionError("No space left on device")
        return write(name, records, **options)

    monkeypatch.setattr(second.collection, "write", failing)
    with pytest.raises(CollectionError, match="No space left"):
        copy_collection(first, second)
    assert [found.meta["name"] for found in second.documents()] == ["lease.txt"]
    assert second.store.query("lease")
