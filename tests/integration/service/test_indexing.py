"""What becomes of files: the same file at several paths, odd names, files that cannot be read; the same on both stores."""

import dataclasses
import os
from pathlib import Path

import pytest

from holding_files import mailed, zipped
from needlepoint.service.facade import Service
from needlepoint.service.folders import FoundFile
from needlepoint.settings import Settings

LEASE = "LEASE AGREEMENT\n\nThe term of this lease ends on 31 March 2031. The annual rent is 84,000 euros.\n"
LATER = LEASE.replace("2031", "2035")


@pytest.fixture(params=["embedded", "elasticsearch"])
def service(request, tmp_path):
    if request.param == "elasticsearch":
        request.getfixturevalue("prefix")
    pipeline = {"embedded": "local", "elasticsearch": "elasticsearch-onnx"}[request.param]
    with Service(pipeline, settings=Settings(store=tmp_path / "store", cache=tmp_path / "cache")) as service:
        yield service


@pytest.fixture
def folder(tmp_path):
    """A folder in which one file lies twice."""
    for name in ("a", "b"):
        write(tmp_path / "files" / name / "lease.txt", LEASE)
    return tmp_path / "files"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def fates(service, *paths):
    report = service.index(paths)
    return {f"{outcome.path.parent.name}/{outcome.path.name}": outcome.state for outcome in report.outcomes}


def texts(service):
    """What the collection holds, each document with the folders that its file lies in."""
    found = {}
    for record in service.documents():
        paths = record.meta.get("paths") or [record.meta["path"]]
        assert record.meta["path"] == paths[0]
        held = service.store.get_document_count(index="document", filters={"document_id": record.id})
        assert held == record.meta["passages"]
        found[service.text(record.id)] = [Path(path).parent.name for path in paths]
    return found


def test_a_file_that_lies_twice_is_one_document_at_two_paths(service, folder):
    report = service.index([folder])
    assert [outcome.state for outcome in report.outcomes] == ["indexed", "unchanged"]
    assert report.passages == service.passage_count() == 1
    assert texts(service) == {LEASE: ["a", "b"]}
    for _ in range(2):
        assert set(fates(service, folder).values()) == {"unchanged"}


def test_a_second_path_is_noted_without_indexing_anew(service, folder):
    service.index([folder / "a"])
    (passage,) = service.store.get_all_documents()
    assert fates(service, folder / "b") == {"b/lease.txt": "unchanged"}
    assert service.store.get_all_documents() == [passage]
    assert list(texts(service).values()) == [["a", "b"]]
    # as in a store made before there were several paths
    (record,) = service.documents()
    before = {name: value for name, value in record.meta.items() if name != "paths"}
    service.collection.write("source", [dataclasses.replace(record, meta=before)])
    assert fates(service, folder) == {"a/lease.txt": "unchanged", "b/lease.txt": "unchanged"}
    assert list(texts(service).values()) == [["a", "b"]]


def test_reading_a_document_anew_keeps_its_paths(service, folder):
    service.index([folder])
    report = service.indexing.index([FoundFile(folder / "b" / "lease.txt", "b")], again=True)
    assert [outcome.state for outcome in report.outcomes] == ["indexed"]
    assert list(texts(service).values()) == [["a", "b"]]


@pytest.mark.parametrize("edited", ["a", "b"])
def test_a_document_stays_as_long_as_its_file_lies_somewhere(service, folder, edited):
    (other,) = {"a", "b"} - {edited}
    service.index([folder])
    write(folder / edited / "lease.txt", LATER)
    assert fates(service, folder)[f"{edited}/lease.txt"] == "indexed"
    assert sorted(texts(service).values()) == [["a"], ["b"]]
    assert set(fates(service, folder).values()) == {"unchanged"}
    write(folder / other / "lease.txt", LATER)
    assert fates(service, folder) == {"a/lease.txt": "unchanged", "b/lease.txt": "unchanged"}
    ((text, folders),) = texts(service).items()
    assert "2035" in text
    assert sorted(folders) == ["a", "b"]


def test_two_files_that_take_each_others_place_stay_two_documents(service, folder):
    write(folder / "b" / "lease.txt", LATER)
    service.index([folder])
    write(folder / "a" / "lease.txt", LATER)
    write(folder / "b" / "lease.txt", LEASE)
    assert set(fates(service, folder).values()) == {"unchanged"}
    assert {("2035" in text): folders for text, folders in texts(service).items()} == {True: ["a"], False: ["b"]}


def test_a_file_that_was_moved_and_then_changed_leaves_nothing_behind(service, folder):
    service.index([folder / "a"])
    (folder / "b" / "lease.txt").unlink()
    (folder / "a" / "lease.txt").rename(folder / "b" / "lease.txt")
    assert fates(service, folder) == {"b/lease.txt": "unchanged"}
    assert [record.meta["path"] for record in service.documents()] == [str(folder / "b" / "lease.txt")]
    write(folder / "b" / "lease.txt", LATER)
    service.index([folder])
    ((text, _),) = texts(service).items()
    assert "2035" in text


def test_of_a_file_that_cannot_be_read_and_lies_twice_both_are_named(service, folder):
    for name in ("a", "b"):
        (folder / name / "lease.txt").write_bytes(b"%PDF-1.7 broken")
    report = service.index([folder])
    assert [outcome.state for outcome in report.outcomes] == ["skipped", "skipped"]
    assert report.outcomes[0].reason == report.outcomes[1].reason != ""


def test_names_that_are_no_utf_8_are_indexed_once_and_found_again(service, folder):
    path = folder / os.fsdecode(b"Stra\xdfe") / os.fsdecode(b"caf\xe9.txt")
    write(path, "The café opens at noon.")
    assert list(fates(service, path).values()) == ["indexed"]
    assert list(fates(service, path).values()) == ["unchanged"]
    (record,) = service.documents()
    assert service.originals.find(record.id, record.meta) == path


def test_a_folder_that_cannot_be_looked_into_is_one_outcome(service, folder, monkeypatch):
    scandir = os.scandir

    def refusing(path="."):
        if not isinstance(path, int) and Path(path) == folder / "a":  # an open folder is a number
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    report = service.index([folder])
    assert {(outcome.path.name, outcome.state) for outcome in report.outcomes} == {
        ("a", "skipped"),
        ("lease.txt", "indexed"),
    }
    assert report.in_state("skipped")[0].reason == "the folder cannot be read: Permission denied"


def test_a_file_without_a_hash_is_an_outcome_like_any_other(service, folder, monkeypatch):
    def failing(path):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("needlepoint.service.folders.file_id", failing)
    report = service.index([folder / "a"])
    assert [(outcome.state, outcome.passages) for outcome in report.outcomes] == [("indexed", 1)]


def test_a_file_larger_than_is_read_is_skipped_with_its_reason(tmp_path, folder):
    changes = {"Converter": {"max_bytes": 50}}
    with Service("local", settings=Settings(store=tmp_path / "store", cache=tmp_path), changes=changes) as service:
        (outcome,) = service.index([folder / "a"]).outcomes
    assert (outcome.state, outcome.reason.startswith("larger than the ")) == ("skipped", True)


def test_members_come_stay_and_go_with_what_holds_them(service, folder, monkeypatch):
    monkeypatch.setattr(
        "needlepoint.files.workers.families._MOST_MEMBERS", 3
    )  # so that a family comes in several groups
    first, second = folder / "a" / "bundle.zip", folder / "b" / "bundle.zip"
    members = {f"{number}.txt": f"Berth {number} costs 940 euros.".encode() for number in range(6)}
    first.write_bytes(zipped({**members, "letter.eml": mailed({"annex.txt": LEASE.encode()})}))
    second.write_bytes(zipped({**members, "0.txt": b"Berth 0 is closed."}))
    assert set(fates(service, folder).values()) == {"indexed", "unchanged"}
    names = [record.meta["name"] for record in service.documents()]
    assert names.count("bundle.zip") == 2
    assert names.count("bundle.zip/0.txt") == 2
    assert names.count("bundle.zip/5.txt") == names.count("bundle.zip/letter.eml/annex.txt") == 1
    assert not any(record.meta.get("is_incomplete") for record in service.documents())
    assert set(fates(service, folder).values()) == {"unchanged"}
    first.write_bytes(zipped({"new.txt": LATER.encode()}))
    service.index([folder])
    names = sorted({record.meta["name"] for record in service.documents()} - {"lease.txt"})
    assert names == ["bundle.zip", *(f"bundle.zip/{number}.txt" for number in range(6)), "bundle.zip/new.txt"]
    texts(service)
    for record in service.documents(filters={"name": "bundle.zip"}):
        service.delete([record.id])
    assert texts(service) == {LEASE: ["a", "b"]}
