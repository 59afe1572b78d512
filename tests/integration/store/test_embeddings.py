"""Embeddings in the embedded store: with their batch or not at all, whatever happens to the process or the file."""

import dataclasses
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from needlepoint.collection.checking import check_collection
from needlepoint.errors import CollectionError
from needlepoint.service.facade import Service
from needlepoint.service.repairing import repair_collection
from needlepoint.settings import Settings
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection

SOURCE_ROOT = Path(__file__).parents[3] / "components"
WIDTH = 32
WRITER = """
import sys
from pathlib import Path
import numpy as np
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection

collection, batch = TantivyCollection(Path(sys.argv[1])), int(sys.argv[2])
while True:
    vectors = np.random.default_rng(batch).normal(size=(30, 32)).astype(np.float32)
    collection.write("document", [Record(f"{batch}-{n}", f"text {n}", {"batch": batch}, {}, vectors[n]) for n in range(30)])
    print(batch, flush=True)
    batch += 1
"""


def vector_of(batch, number):
    return np.random.default_rng(batch).normal(size=(30, WIDTH)).astype(np.float32)[number]


def nearest(collection, vector, **options):
    found = collection.snapshot("document").nearest(vector, similarity="cosine", **{"top_k": 1} | options)
    return [record.id for _, record in found]


def rows_file(collection):
    return next((collection.path / "indexes" / "document").glob("vectors-*.checked"))


def test_kill_at_any_moment_loses_no_vector_of_an_acknowledged_batch(tmp_path):
    store, acknowledged, chance = tmp_path / "store", [], random.Random(4)
    environment = {**os.environ, "PYTHONPATH": str(SOURCE_ROOT)}
    for run in range(4):
        command = [sys.executable, "-c", WRITER, str(store), str(1000 * run)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        acknowledged.append(int(process.stdout.readline()))
        time.sleep(chance.uniform(0.0, 0.5))
        process.kill()
        acknowledged += [int(line) for line in process.communicate()[0].split()]
        collection = TantivyCollection(store)
        snapshot = collection.snapshot("document")
        assert snapshot.count(has_embedding=True) == snapshot.count() >= 30 * len(acknowledged)
        for batch in (acknowledged[0], acknowledged[-1]):
            assert nearest(collection, vector_of(batch, 17)) == [f"{batch}-17"]
        collection.close()
    collection = TantivyCollection(store)
    collection.write("document", [Record("after", "ünïcode \U0001f9f5", {}, {}, np.full(WIDTH, 9, dtype=np.float32))])
    assert nearest(collection, np.ones(WIDTH)) == ["after"]


@pytest.fixture
def collection(tmp_path):
    collection = TantivyCollection(tmp_path / "store")
    records = [
        Record(f"é-{n}", f"naïve 東京 {n}", {"Größe": n, "straße": ["a", "b"][n % 2]}, {}, vector_of(1, n))
        for n in range(30)
    ]
    collection.write("document", records)
    yield collection
    collection.close()


def test_filters_ids_and_vectors_beyond_ascii(collection):
    assert nearest(collection, vector_of(1, 4)) == ["é-4"]
    assert nearest(collection, vector_of(1, 4), filters={"straße": "b"})[0] in {f"é-{n}" for n in range(1, 30, 2)}
    assert nearest(collection, vector_of(1, 4), filters={"Größe": {"$gte": 7, "$lt": 8}}, top_k=5) == ["é-7"]
    assert nearest(collection, vector_of(1, 4), filters={"Größe": 99}) == []


def test_a_batch_that_cannot_be_committed_leaves_no_vector_that_counts(collection, monkeypatch):
    from needlepoint.stores.tantivy import text_index

    def no_room(folder, sequences, vectors):
        append(folder, sequences, vectors)
        raise OSError(28, "No space left on device")

    append = text_index.append_vectors
    monkeypatch.setattr(text_index, "append_vectors", no_room)
    with pytest.raises(CollectionError, match="is unchanged"):
        collection.write("document", [Record("lost", "x", {}, {}, vector_of(2, 0)), Record("é-4", "new")])
    monkeypatch.undo()
    assert nearest(collection, vector_of(2, 0)) != ["lost"]
    assert nearest(collection, vector_of(1, 4)) == ["é-4"]
    collection.write("document", [Record("found", "x", {}, {}, vector_of(2, 0))])
    assert nearest(collection, vector_of(2, 0)) == ["found"]


def test_replaced_deleted_and_without_vector(collection):
    collection.write("document", [Record("é-4", "replaced", {}, {}, vector_of(3, 0)), Record("é-5", "without")])
    assert nearest(collection, vector_of(3, 0)) == ["é-4"]
    assert nearest(collection, vector_of(1, 4)) != ["é-4"]
    assert "é-5" not in nearest(collection, vector_of(1, 5), top_k=100)
    collection.delete("document", ids=["é-6"])
    assert len(nearest(collection, vector_of(1, 6), top_k=100)) == 28
    assert [r.id for r in collection.snapshot("document").scan(has_embedding=False)] == ["é-5"]


def test_a_file_that_was_removed_or_cut_costs_time_only(collection):
    for harm in (lambda path: path.unlink(), lambda path: os.truncate(path, 100)):
        harm(rows_file(collection))
        reader = TantivyCollection(collection.path)
        assert nearest(reader, vector_of(1, 11)) == ["é-11"]
        collection.write("document", [Record("more", "x", {}, {}, vector_of(2, 0))])
        assert nearest(reader, vector_of(2, 0)) == ["more"]


def test_a_flipped_bit_costs_time_only_is_told_and_mended(collection):
    expected = nearest(collection, np.ones(WIDTH), top_k=30)
    data = bytearray(rows_file(collection).read_bytes())
    data[len(data) // 2] ^= 0x40
    rows_file(collection).write_bytes(data)
    collection.close()
    with Service(settings=dataclasses.replace(Settings.from_environment(), store=collection.path)) as service:
        assert nearest(service.collection, np.ones(WIDTH), top_k=30) == expected
        found = check_collection(service.collection)
        assert (
            "the index document: vectors damaged in their file, or missing from it: 1; its records have them"
            in found.lines()
        )
        assert not found.is_whole
        assert "vectors written again from the records: 1" in repair_collection(service, found).lines()
        assert (check_collection(service.collection).vectors, found.indexes) == ({}, {})
        assert nearest(service.collection, np.ones(WIDTH), top_k=30) == expected


def test_writing_again_and_again_does_not_fill_the_disk(tmp_path):
    collection = TantivyCollection(tmp_path / "store")
    records = [Record(f"{n}", "x", {}, {}, vector_of(n, 0)) for n in range(600)]
    for _ in range(5):
        with collection.writing():
            collection.write("document", records)
    written = rows_file(collection).stat()
    assert written.st_size <= (2 * 600 + 1000) * (12 + 4 * WIDTH)
    assert written.st_mode == (collection.path / "needlepoint-store.json").stat().st_mode  # readable by the same people
    assert nearest(collection, vector_of(77, 0)) == ["77"]
