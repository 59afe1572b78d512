"""A change to the collection is whole or not at all, at whatever moment its process is killed and whatever fails."""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections import defaultdict
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from needlepoint.collection.removing import removal_of, remove_documents
from needlepoint.collection.sources import write_documents
from needlepoint.errors import CollectionError
from needlepoint.stores.changes import Change, Entry
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import number_in, record_with
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection
from needlepoint.stores.tantivy.journal import JournalFile

KILLING = Path(__file__).parents[1] / "killing" / "killed_changes.py"
SOURCE_ROOT = Path(__file__).parents[3] / "components"


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """What was found after a kill at each moment of each operation, and after a second kill while that was settled."""
    command = [sys.executable, str(KILLING), str(tmp_path_factory.mktemp("killed"))]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(SOURCE_ROOT)})
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.long
def test_a_kill_at_any_moment_leaves_the_state_before_or_the_state_after(killed):
    once = [found for found in killed if "second" not in found]
    assert [found for found in once if "half" in (found["reader"], found["writer"])] == []
    assert [found for found in once if found["reader"] != found["writer"]] == []
    states = defaultdict(list)
    for found in once:
        states[found["operation"]].append(found["reader"])
    for operation, seen in states.items():  # and once it has happened, it has happened
        assert seen == sorted(seen, reverse=True), operation
        assert {"before", "after"} == set(seen), operation
    assert len(states) == 10
    assert len(once) > 70


@pytest.mark.long
def test_what_was_killed_can_be_done_again(killed):
    assert [found for found in killed if found.get("again", "after") != "after"] == []


@pytest.mark.long
def test_a_kill_leaves_no_files_that_the_next_write_does_not_remove(killed):
    assert [found for found in killed if found.get("left")] == []


@pytest.mark.long
def test_settling_may_be_interrupted_too(killed):
    twice = [found for found in killed if "second" in found]
    assert [found for found in twice if found["reader"] == "half"] == []
    assert len(twice) > 15


def document(id_, text, **meta):
    own = {"document_id": id_, "name": id_, "path": f"/files/{id_}.txt", **meta}
    source = Record(id_, text, {**own, "pages": [{"number": 1, "start": 0, "end": len(text)}]})
    passage = Record(f"{id_}-passage", text, {"document_id": id_, "kind": id_}, embedding=None)
    return passage, source


def write(store, *documents):
    write_documents(store, [passage for passage, _ in documents], [source for _, source in documents])


def state(folder):
    """What a reader of its own finds: texts of passages and pages, titles of records."""
    store = TantivyCollection(folder)
    try:
        return [
            sorted(r.content for r in (store.snapshot(name) or _Nothing()).scan())
            for name in (PASSAGES, PAGES, SOURCES)
        ]
    finally:
        store.close()


class _Nothing:
    def scan(self):
        return []


def search(store, question):
    return [
        record.id for _, record in store.snapshot(PASSAGES).search(question, search_fields={"content": 1.0}, top_k=9)
    ]


@pytest.fixture
def folder(tmp_path):
    store = TantivyCollection(tmp_path / "store")
    write(store, document("a", "The lease ends."), document("b", "The lease begins."))
    store.close()
    return tmp_path / "store"


REMOVAL = Entry.decided(Change(deletions=removal_of(["a"])))
ADDITION = Entry({PASSAGES: ["b-passage"], PAGES: ["b-1"], SOURCES: ["b"]})
ONLY_A, ONLY_B = ([[text]] * 2 + [[id_]] for text, id_ in (("The lease ends.", "a"), ("The lease begins.", "b")))
BOTH = [sorted(first + second) for first, second in zip(ONLY_A, ONLY_B, strict=True)]


@pytest.mark.parametrize(("entry", "expected"), [(REMOVAL, ONLY_B), (ADDITION, ONLY_A)])
def test_a_reader_settles_what_a_dead_process_left_and_leaves_a_living_one_alone(folder, entry, expected):
    writer = TantivyCollection(folder)
    with writer.session():
        JournalFile(folder / "journal").note(entry)
        assert state(folder) == BOTH
        assert (folder / "journal").exists()
    assert state(folder) == expected
    assert not (folder / "journal").exists()


def test_a_session_that_goes_on_settles_before_it_writes(folder):
    store = TantivyCollection(folder)
    with store.session():
        JournalFile(folder / "journal").note(REMOVAL)
        write(store, document("a", "The lease ended."))
    assert state(folder)[0] == ["The lease begins.", "The lease ended."]


def test_what_is_cached_of_a_collection_goes_when_it_is_settled(folder):
    store = TantivyCollection(folder)
    before = store.version()
    with store.session():
        JournalFile(folder / "journal").note(REMOVAL)
        assert store.version() not in (None, before)
    store.snapshot(SOURCES)
    assert store.version() not in (None, before)


@pytest.mark.parametrize("damage", [b"", b"x", None])
def test_a_damaged_journal_is_one_line_until_it_is_removed(folder, damage):
    journal = folder / "journal"
    JournalFile(journal).note(REMOVAL)
    data = bytearray(journal.read_bytes())
    data[-20] ^= 1
    journal.write_bytes(bytes(data) if damage is None else damage)
    store = TantivyCollection(folder)
    for act in (lambda: store.snapshot(PASSAGES), lambda: store.write("label", [Record("l", "right")])):
        with pytest.raises(
            CollectionError, match=r"journal .* cannot be read .*remove it and index the files again"
        ) as error:
            act()
        assert "\n" not in str(error.value)
        assert str(journal) in str(error.value)
    store.close()
    journal.unlink()
    assert state(folder) == BOTH


@pytest.mark.parametrize(("entry", "gone"), [(REMOVAL, "a"), (ADDITION, "b")])
def test_on_a_disk_that_cannot_be_written_a_reader_does_not_find_what_is_to_go(small_disk, entry, gone):
    folder = small_disk / "store"
    writer = TantivyCollection(folder)
    vectors = {"a": [1.0, 0.0], "b": [0.0, 1.0]}
    for id_, text in (("a", "The lease ends."), ("b", "The lease begins.")):
        passage, source = document(id_, text)
        write(writer, (Record(passage.id, text, passage.meta, embedding=np.float32(vectors[id_])), source))
    writer.close()
    JournalFile(folder / "journal").note(entry)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    try:
        (left,) = {"a", "b"} - {gone}
        assert state(folder) == (ONLY_A if left == "a" else ONLY_B)
        store = TantivyCollection(folder)
        assert search(store, "lease") == [f"{left}-passage"]
        passages = store.snapshot(PASSAGES)
        assert passages.get([f"{gone}-passage", f"{left}-passage"])[0].id == f"{left}-passage"
        assert passages.existing_ids([f"{gone}-passage", f"{left}-passage"]) == [f"{left}-passage"]
        assert (passages.count(), passages.count({"kind": gone}), passages.count({"kind": left})) == (1, 0, 1)
        assert passages.facets("kind") == [(left, 1)]
        near = passages.nearest(np.float32(vectors[gone]), similarity="dot_product", top_k=5)
        assert [record.id for _, record in near] == [f"{left}-passage"]
        assert record_with(store, SOURCES, gone) is None
        with pytest.raises(CollectionError, match=r"[Rr]ead-only"):
            remove_documents(store, ["a"])
        store.close()
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert state(folder) == (ONLY_A if left == "a" else ONLY_B)
    assert not (folder / "journal").exists()


def test_what_was_overwritten_and_cannot_be_taken_back_is_said_in_one_line(small_disk):
    folder = small_disk / "store"
    writer = TantivyCollection(folder)
    write(writer, document("a", "The lease ends."))
    former = record_with(writer, PAGES, "a-1")
    writer.write(PAGES, [Record("a-1", "Something else.", former.meta)])
    writer.close()
    JournalFile(folder / "journal").note(Entry({PASSAGES: ["new"]}, {PAGES: [former]}))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    try:
        with pytest.raises(
            CollectionError, match=r"interrupted change cannot be undone: .*Read-only file system"
        ) as error:
            TantivyCollection(folder).snapshot(PASSAGES)
        assert "\n" not in str(error.value)
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert state(folder) == ONLY_A


@contextmanager
def files_no_larger_than(size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def removal(store):
    remove_documents(store, ["a"])


def replacement(store):
    new = {"path": "/files/a.txt"}
    write(store, document("new", "The lease was renewed.", **new))


def rewriting(store):
    write(store, document("a", "The lease ended."))


@pytest.mark.parametrize("operation", [removal, replacement, rewriting])
def test_on_a_disk_that_is_full_at_any_step_a_change_happens_or_not(folder, tmp_path, operation):
    copy = shutil.copytree(folder, tmp_path / "whole")
    whole = TantivyCollection(copy)
    operation(whole)
    whole.close()
    after = state(copy)
    assert after != BOTH
    outcomes = set()
    for size in (0, 100, 200, 300, 400, 500, 700, 900, 1_100, 1_300, 1_600, 2_000, 3_000, 300_000):
        copy = shutil.copytree(folder, tmp_path / f"limit-{size}")
        store = TantivyCollection(copy)
        with files_no_larger_than(size):
            with suppress(CollectionError):
                operation(store)
            found = state(copy)
            assert found in (BOTH, after)
        store.close()
        assert state(copy) in ([after] if found == after else [BOTH, after])
        outcomes.add("after" if found == after else "before")
        if found == BOTH:
            again = TantivyCollection(copy)
            operation(again)
            again.close()
        assert state(copy) == after
    assert outcomes == {"before", "after"}


def test_deleting_on_a_full_disk(small_disk):
    folder = small_disk / "store"
    store = TantivyCollection(folder)
    write(store, *(document(f"{n}", f"Number {n} of many.") for n in range(50)))
    filler = small_disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    with suppress(CollectionError):
        remove_documents(store, ["7"])
    counts = {number_in(store, index) for index in (PASSAGES, PAGES, SOURCES)}
    assert counts in ({49}, {50})
    filler.unlink()
    remove_documents(store, ["7", "8"])
    assert {number_in(store, index) for index in (PASSAGES, PAGES, SOURCES)} == {48}
    store.close()


@pytest.mark.parametrize("operation", [removal, replacement, rewriting])
def test_on_a_full_disk_a_change_happens_or_not(folder, small_disk, operation):
    states = []
    for free in (0, 4, 8, 16, 32, 64, 128, 192, 256, 320, 400, 500, 600, 1_000, 3_000):
        copy = shutil.copytree(folder, small_disk / f"store-{free}")
        filler = small_disk / "filler"
        with filler.open("wb") as file:
            room = os.statvfs(small_disk)
            os.posix_fallocate(file.fileno(), 0, max(4096, room.f_bavail * room.f_frsize - free * 1024))
        store = TantivyCollection(copy)
        with suppress(CollectionError):
            operation(store)
        found = state(copy)
        states.append(found == BOTH)
        filler.unlink()
        store.close()
        assert state(copy) == found
        again = TantivyCollection(copy)
        operation(again)
        again.close()
        if found != BOTH:
            assert state(copy) == found
        # a thread of tantivy that watches an index may leave an empty lock file behind a little later
        shutil.rmtree(copy, ignore_errors=True)
    assert set(states) == {True, False}


def test_leftover_files_of_killed_commits_go_at_the_next_write(folder):
    index = folder / "indexes" / PASSAGES
    before = {path.name for path in index.iterdir()}
    (segment,) = {name.split(".")[0] for name in before if name.endswith(".store")}
    left = [".tmpXy12Z", f"{'0' * 32}.store", f"{'0' * 32}.17.del", f"{segment}.99.del", ".vectors-abc"]
    for name in left:
        (index / name).write_bytes(b"left")
    (index / "notes.txt").write_text("not ours")
    assert state(folder) == BOTH
    remove_documents(store := TantivyCollection(folder), ["a"])
    store.close()
    assert not {*left} & {path.name for path in index.iterdir()}
    assert (index / "notes.txt").exists()
    assert state(folder) == ONLY_B
