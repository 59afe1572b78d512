"""What the store holds after a process was killed, the disk was full, the folder was read-only."""

import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from needlepoint.errors import CollectionError
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection

SOURCE_ROOT = Path(__file__).parents[3] / "components"
BATCH = 40

WRITER = """
import sys
from pathlib import Path
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection

store, first, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
collection = TantivyCollection(store)
batch = first
while True:
    records = [Record(f"{batch}-{n}", f"batch {batch} number {n} " + "words " * 50, {"batch": batch}) for n in range(size)]
    collection.write("document", [Record("shared", f"batch {batch}", {"last": batch}), *records])
    print(batch, flush=True)
    batch += 1
"""


def _run_writer(store, first, size=BATCH):
    environment = {**os.environ, "PYTHONPATH": str(SOURCE_ROOT)}
    command = [sys.executable, "-c", WRITER, str(store), str(first), str(size)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def _batch_sizes(collection):
    counts = {}
    snapshot = collection.snapshot("document")
    for record in snapshot.scan({"$not": {"batch": {"$lt": 0}}}) if snapshot else ():
        if record.id != "shared":
            counts[record.meta["batch"]] = counts.get(record.meta["batch"], 0) + 1
    return counts


def test_kill_at_any_moment_loses_no_acknowledged_batch_and_keeps_none_half(tmp_path):
    store, acknowledged, chance = tmp_path / "store", [], random.Random(7)
    for _ in range(6):
        process = _run_writer(store, first=len(acknowledged) + 1000 * (acknowledged != []))
        acknowledged.append(int(process.stdout.readline()))
        time.sleep(chance.uniform(0.0, 0.6))
        process.kill()
        acknowledged += [int(line) for line in process.communicate()[0].split()]
        collection = TantivyCollection(store)
        sizes = _batch_sizes(collection)
        assert set(acknowledged) <= set(sizes)
        assert set(sizes.values()) == {BATCH}
        assert len(sizes) <= len(set(acknowledged)) + 6  # a killed process had one batch under way at most
        (shared,) = collection.snapshot("document").get(["shared"])
        assert shared.meta["last"] in sizes
        collection.close()
    collection = TantivyCollection(store)
    collection.write("document", [Record("after", "still writable")])
    assert collection.snapshot("document").count({"batch": acknowledged[0]}) == BATCH


def test_index_that_was_being_made_when_its_process_was_killed(tmp_path):
    collection = TantivyCollection(tmp_path / "store")
    collection.write("page", [Record("1", "page")])
    folder = tmp_path / "store" / "indexes" / "document"
    folder.mkdir()
    (folder / ".tantivy-writer.lock").touch()
    assert collection.snapshot("document") is None
    assert collection.index_names() == ["page"]
    collection.write("document", [Record("1", "passage")])
    assert collection.snapshot("document").count() == 1


def _records(first, number, *, words=2000):
    noise = random.Random(first)
    return [
        Record(f"{first + n}", " ".join(f"{noise.getrandbits(64):x}" for _ in range(words)), {"n": n})
        for n in range(number)
    ]


def _check_unharmed(collection, error):
    assert "\n" not in str(error.value)
    assert str(collection.path) in str(error.value)
    assert collection.snapshot("document").count() == 10
    assert [record.id for record in collection.snapshot("document").scan()] == [str(n) for n in range(10)]


def test_full_disk_leaves_the_store_as_it_was(small_disk):
    collection = TantivyCollection(small_disk / "store")
    collection.write("document", _records(0, 10))
    with pytest.raises(CollectionError, match=r"No space left|MB are free on the disk\): if the disk is full") as error:
        collection.write("document", _records(0, 600))
    _check_unharmed(collection, error)
    collection.write("document", [Record("small", "fits again")])
    assert collection.snapshot("document").count() == 11
    collection.close()
    assert TantivyCollection(small_disk / "store").snapshot("document").count() == 11


def test_disk_too_full_for_a_new_store(small_disk):
    filler = small_disk / "filler"
    with filler.open("wb") as file, pytest.raises(OSError, match="No space"):
        file.write(b"x" * 8_500_000)
    collection = TantivyCollection(small_disk / "store")
    with pytest.raises(CollectionError, match="No space left on device"):
        collection.write("document", _records(0, 10))
    assert collection.snapshot("document") is None or collection.snapshot("document").count() == 0
    filler.unlink()
    collection.write("document", _records(0, 10))
    assert collection.snapshot("document").count() == 10


def test_file_size_limit_leaves_the_store_as_it_was(tmp_path):
    collection = TantivyCollection(tmp_path / "store")
    collection.write("document", _records(0, 10))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(CollectionError, match=r"File too large|file size is limited") as error:
            collection.write("document", _records(0, 600))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    _check_unharmed(collection, error)
    collection.write("document", _records(100, 300))
    assert collection.snapshot("document").count() == 310


@pytest.fixture
def read_only_store(small_disk):
    collection = TantivyCollection(small_disk / "store")
    collection.write("document", _records(0, 10, words=20))
    collection.close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    yield small_disk / "store"
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)


def test_read_only_store_refuses_writing_in_one_line(read_only_store):
    collection = TantivyCollection(read_only_store)
    for write in (
        lambda: collection.write("document", _records(0, 1)),
        lambda: collection.delete("document", ids=["1"]),
        lambda: collection.delete_index("document"),
        lambda: TantivyCollection(read_only_store.parent / "new").write("document", _records(0, 1)),
    ):
        with pytest.raises(CollectionError, match=r"Read-only file system|read-only") as error:
            write()
        assert "\n" not in str(error.value)


def test_read_only_store_can_be_read(read_only_store):
    assert TantivyCollection(read_only_store).snapshot("document").count() == 10
