"""Several threads and processes at one store."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from needlepoint.errors import StoreLockedError
from needlepoint.stores.records import Record
from needlepoint.stores.search_fields import ONLY_CONTENT
from needlepoint.stores.tantivy import TantivyCollection
from waiting import eventually

SOURCE_ROOT = Path(__file__).parents[3] / "components"

HOLDER = """
import sys
from pathlib import Path
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection

collection = TantivyCollection(Path(sys.argv[1]))
with collection.writing():
    collection.write("document", [Record("held", "written by the other process")])
    print("holding", flush=True)
    sys.stdin.readline()
    collection.write("document", [Record("later", "written by the other process, later")])
    print("written", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(SOURCE_ROOT)}
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "store")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout.readline() == "holding\n"
    yield process
    process.kill()
    process.communicate()


def _found(collection, question):
    hits = collection.snapshot("document").search(question, search_fields=ONLY_CONTENT, top_k=10)
    return {record.id for _, record in hits}


def test_second_writing_process_is_told_so(tmp_path, holder):
    collection = TantivyCollection(tmp_path / "store", lock_timeout_s=0.3)
    with pytest.raises(StoreLockedError) as error:
        collection.write("document", [Record("mine", "refused")])
    assert str(tmp_path / "store") in str(error.value)
    assert "wait until it has finished" in str(error.value)
    assert "\n" not in str(error.value)
    assert _found(collection, "process") == {"held"}


def test_writer_waits_for_its_turn(tmp_path, holder):
    collection = TantivyCollection(tmp_path / "store", lock_timeout_s=300)
    threading.Timer(0.5, holder.kill).start()  # its lock goes with it
    collection.write("document", [Record("mine", "process number two")])
    assert _found(collection, "process") == {"held", "mine"}


def test_reader_sees_what_another_process_commits(tmp_path, holder):
    collection = TantivyCollection(tmp_path / "store")
    assert _found(collection, "later") == set()
    before = collection.snapshot("document")
    holder.stdin.write("\n")
    holder.stdin.flush()
    assert holder.stdout.readline() == "written\n"
    assert _found(collection, "later") == {"later"}
    assert before.count() == 1  # a snapshot stays as it was


def test_two_stores_on_one_folder_in_one_process(tmp_path):
    first, second = TantivyCollection(tmp_path / "store"), TantivyCollection(tmp_path / "store", lock_timeout_s=0.2)
    with first.writing():
        first.write("document", [Record("a", "alpha")])
        assert second.snapshot("document").count() == 1
        with pytest.raises(StoreLockedError):
            second.write("document", [Record("b", "beta")])
    second.write("document", [Record("b", "beta")])
    assert first.snapshot("document").count() == 2


def test_lock_is_free_after_each_call_and_after_close(tmp_path):
    first, second = TantivyCollection(tmp_path / "store"), TantivyCollection(tmp_path / "store", lock_timeout_s=0.0)
    first.write("document", [Record("a", "alpha")])
    second.write("document", [Record("b", "beta")])
    with pytest.raises(KeyError), first.writing():
        raise KeyError
    second.write("document", [Record("c", "gamma")])
    context = first.writing()
    context.__enter__()
    first.close()
    first.close()
    second.write("document", [Record("d", "delta")])
    context.__exit__(None, None, None)
    assert first.snapshot("document").count() == 4


def test_index_removed_and_made_again_by_another_store(tmp_path):
    first, second = TantivyCollection(tmp_path / "store"), TantivyCollection(tmp_path / "store", ["content", "title"])
    first.write("document", [Record("a", "alpha")])
    assert first.snapshot("document").count() == 1
    second.delete_index("document")
    assert first.snapshot("document") is None
    second.write("document", [Record("b", "beta", {"title": "Greek"})])
    assert [record.id for record in first.snapshot("document").scan()] == ["b"]


def test_queries_from_many_threads_while_one_writes(tmp_path):
    collection = TantivyCollection(tmp_path / "store")
    collection.write("document", [Record("0", "the number 0 of all")])
    errors, asked, done = [], [], threading.Event()

    def ask():
        least = 1
        while not done.is_set():
            try:
                snapshot = collection.snapshot("document")
                count = snapshot.count()
                hits = snapshot.search("number", search_fields=ONLY_CONTENT, top_k=1000, filters={"even": True})
                assert count >= least
                assert count % 10 == 1  # a batch is seen whole
                assert len(hits) == (count - 1) // 2
                assert all(record.content.startswith("the number") for _, record in hits)
                least = count
                asked.append(count)
            except BaseException as error:
                errors.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for batch in range(15):
        numbers = range(batch * 10 + 1, batch * 10 + 11)
        collection.write("document", [Record(f"{n}", f"the number {n} of all", {"even": n % 2 == 0}) for n in numbers])
    try:
        eventually(lambda: errors or collection.snapshot("document").count() in asked)
    finally:
        done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert max(asked) == 151


def test_several_threads_may_write(tmp_path):
    collection = TantivyCollection(tmp_path / "store")
    errors = []

    def write(name):
        try:
            for batch in range(3):
                collection.write("document", [Record(f"{name}-{batch}-{n}", "text") for n in range(5)])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert collection.snapshot("document").count() == 60
