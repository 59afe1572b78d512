"""Writing much at once: what is refused for now is sent again, what is refused for good is named, and a kill loses nothing."""

import os
import random
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from needlepoint.errors import ServerUnavailableError
from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings
from needlepoint.stores.elasticsearch.bulk import RefusedRecordsError
from needlepoint.stores.records import Record

INDEXING = """
import sys
from pathlib import Path
from needlepoint.pipelines import light_start
light_start.allow()
from needlepoint.service.facade import Service
with Service("elasticsearch-onnx") as service:
    service.index([Path(sys.argv[1])], progress=lambda o: o.state == "indexed" and print(o.path.name, flush=True))
"""
FILES = 70


@pytest.fixture
def make_collection(prefix):
    made = []

    def make(**parameters):
        made.append(ElasticCollection(Server(ServerSettings.from_environment()), **parameters))
        return made[-1]

    yield make
    for collection in made:
        collection.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    for number in range(FILES):
        sentences = (f"Fact {line} of file {number} is that number {number * line} was counted." for line in range(80))
        (folder / f"{number:03}.txt").write_text(" ".join(sentences))
    return folder


def records(number, words=20):
    return [Record(f"id-{n}", f"number {n} " + "words " * words, {"n": n, "name": f"{n}.txt"}) for n in range(number)]


def whole(service):
    """All that the collection holds, but for the times of adding."""
    found = {
        index: sorted((d.id, d.content, repr(d.meta)) for d in service.store.get_all_documents(index=index))
        for index in ("document", "page")
    }
    found["source"] = sorted((d.id, repr({**d.meta, "added": ""})) for d in service.documents())
    return found


def test_much_is_written_in_order_and_once(make_collection):
    collection = make_collection(bulk_workers=3)
    given = records(2_000)
    assert collection.write("document", [*given, *given[:10]]) == 2_000
    index = collection.snapshot("document")
    assert index.count() == 2_000
    last_written = [*given[10:], *given[:10]]
    assert [record.id for record in index.scan()] == [record.id for record in last_written]
    collection.write("document", [Record("id-5", "another"), Record("new", "new")], duplicates="skip")
    assert [record.content[:8] for record in index.get(["id-5", "new"])] == ["number 5", "new"]
    assert collection.write("document", [Record("id-5", "another")], duplicates="skip") == 0


def test_a_record_larger_than_a_request(make_collection):
    collection = make_collection()
    text = "long " * 1_000_000
    collection.write("page", [Record("a", "a"), Record("long", text), Record("b", "b")])
    assert collection.snapshot("page").get(["long"])[0].content == text
    assert collection.snapshot("page").count() == 3


def test_what_is_refused_for_good_is_named_and_the_rest_is_written(make_collection):
    collection = make_collection()
    wide = [
        Record(f"bad-{n}", "bad", {"name": f"bad-{n}.txt"}, embedding=np.zeros(5000, dtype=np.float32)) for n in (1, 2)
    ]
    given = records(600)
    with pytest.raises(
        RefusedRecordsError, match=r"2 of 602 records were not written; bad-\d\.txt \(bad-\d\): "
    ) as caught:
        collection.write("document", [*given[:300], wide[0], *given[300:], wide[1]])
    assert "\n" not in str(caught.value)
    assert {(refusal.id, refusal.name) for refusal in caught.value.refusals} == {
        ("bad-1", "bad-1.txt"),
        ("bad-2", "bad-2.txt"),
    }
    assert collection.snapshot("document").count() == 600


def set_breaker(collection, limit):
    with collection.server.talking() as client:
        client.cluster.put_settings(persistent={"network.breaker.inflight_requests.limit": limit})


def test_a_server_with_no_room_is_given_time(make_collection, own_server, monkeypatch):
    monkeypatch.setenv("ELASTICSEARCH_URL", own_server.url)
    collection = make_collection()
    collection.write("document", [Record("first", "first")])
    set_breaker(collection, "20kb")
    try:
        has_room = threading.Event()

        def make_room():
            has_room.set()
            set_breaker(collection, None)

        later = threading.Timer(2.0, make_room)
        later.start()
        collection.write("document", records(1_000))
        assert has_room.is_set(), "it was written while there was no room"
        later.join()
        assert collection.snapshot("document").count() == 1_001
        set_breaker(collection, "20kb")
        monkeypatch.setenv("ELASTICSEARCH_WAIT_S", "1")
        with pytest.raises(ServerUnavailableError, match=r"too much to do \(429\)|cannot take") as caught:
            make_collection().write("document", records(1_000, words=30))
        assert caught.value.retry_after_s > 0
    finally:
        set_breaker(collection, None)
    make_collection().write("document", records(1_000, words=30))
    assert collection.snapshot("document").count() == 1_001


def _run(folder):
    return subprocess.Popen([sys.executable, "-c", INDEXING, str(folder)], stdout=subprocess.PIPE, text=True)


def test_killed_and_doubled_runs_end_as_a_clean_one(folder, make_service, monkeypatch, prefix):
    clean = make_service()
    clean.index([folder])
    expected = whole(clean)
    assert len(expected["source"]) == FILES

    monkeypatch.setenv("ELASTICSEARCH_INDEX", f"{prefix}-killed")
    killed = _run(folder)
    reported = [killed.stdout.readline().strip()]
    time.sleep(random.Random(5).uniform(0.1, 0.4))
    killed.send_signal(signal.SIGKILL)
    reported += killed.communicate()[0].split()
    service = make_service()
    assert set(reported) <= {record.meta["name"] for record in service.documents()}
    both = [_run(folder) for _ in range(2)]
    assert [process.wait() for process in both if process.communicate()] == [0, 0]
    assert whole(service) == expected
    assert {outcome.state for outcome in service.index([folder]).outcomes} == {"unchanged"}
    assert whole(service) == expected


def test_processes_that_index_different_files_at_once(folder, make_service, monkeypatch, prefix, tmp_path):
    clean = make_service()
    clean.index([folder])
    monkeypatch.setenv("ELASTICSEARCH_INDEX", f"{prefix}-shared")
    parts = [tmp_path / str(number) / folder.name for number in range(3)]
    for part in parts:
        part.mkdir(parents=True)
    for file in folder.iterdir():
        os.link(file, parts[int(file.stem) % 3] / file.name)
    assert [process.wait() for process in [_run(part) for part in parts] if process.communicate()] == [0, 0, 0]
    by_id = {index: {entry[0] for entry in entries} for index, entries in whole(clean).items()}
    assert {index: {entry[0] for entry in entries} for index, entries in whole(make_service()).items()} == by_id
