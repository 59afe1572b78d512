"""A node of a cluster that dies while questions are asked and documents are written."""

import threading
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from needlepoint.service.copying import copy_collection
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from needlepoint.sheets.questions import questions_from
from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings
from needlepoint.stores.records import Record
from waiting import eventually

LONGEST_PAUSE_S = 60
STEPS_BEFORE, STEPS_AFTER = 2, 5


@dataclass
class Work:
    """One thread that does something again and again until it is told to stop; its errors are kept."""

    step: object
    done: int = 0
    errors: list[BaseException] = field(default_factory=list)

    def run(self, stopped):
        while not stopped.is_set() and not self.errors:
            try:
                self.step(self.done)
            except BaseException as error:
                self.errors.append(error)
            self.done += 1


def wait_for(works, steps):
    """Wait until each has done so many more, or one has failed."""
    wanted = [work.done + steps for work in works]
    eventually(
        lambda: (
            any(work.errors for work in works)
            or all(work.done >= number for work, number in zip(works, wanted, strict=True))
        )
    )


@contextmanager
def under_way(*steps):
    """Let each step be done again and again beside the others; raise what one of them raised."""
    works = [Work(step) for step in steps]
    stopped = threading.Event()
    threads = [threading.Thread(target=work.run, args=(stopped,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        wait_for(works, STEPS_BEFORE)
        yield works
        wait_for(works, STEPS_AFTER)
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
    assert [work.errors for work in works] == [[]] * len(works)


def kill_the_master(cluster, server):
    with server.talking() as client:
        client.cluster.health(wait_for_status="green", timeout="120s")
        master = client.cat.master(format="json")[0]["node"]
    cluster.kill(master.removeprefix("node-"))


def records(first, number):
    return [Record(f"{n}", f"the number{n} of all", {"n": n}) for n in range(first, first + number)]


def test_a_killed_node_gives_no_wrong_answer_and_loses_nothing(cluster):
    settings = ServerSettings(urls=cluster.urls, prefix=f"test-{uuid.uuid4().hex[:12]}", wait_s=LONGEST_PAUSE_S)
    collection = ElasticCollection(Server(settings))
    collection.write("document", records(0, 300))
    collection.write("page", records(0, 1))
    index = collection.snapshot("document")

    def ask(step):
        wanted = step % 300
        assert [record.id for _, record in index.search(f"number{wanted}", top_k=2)] == [str(wanted)]
        assert index.count() == 300
        assert index.get([str(wanted)])[0].meta == {"n": wanted}

    def read_all(step):
        assert sum(1 for _ in index.scan(batch_size=20)) == 300

    def write(step):
        collection.write("page", records(1 + 100 * step, 100))
        collection.delete("page", ids=[str(1 + 100 * step)])

    with under_way(ask, read_all, write) as works:
        kill_the_master(cluster, collection.server)
    assert index.count() == 300
    batches = works[2].done
    expected = {"0"} | {str(1 + 100 * batch + n) for batch in range(batches) for n in range(1, 100)}
    assert {record.id for record in collection.snapshot("page").scan()} == expected
    collection.close()


@pytest.fixture
def service_on(cluster, reader_folder, monkeypatch):
    """Return a function that makes services on the whole cluster, each with a collection of its own."""
    cluster.start()  # also what an earlier test has killed
    monkeypatch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    monkeypatch.setenv("ELASTICSEARCH_URL", ",".join(cluster.urls))
    monkeypatch.setenv("ELASTICSEARCH_WAIT_S", str(LONGEST_PAUSE_S))
    made = []

    def make(store):
        monkeypatch.setenv("ELASTICSEARCH_INDEX", f"test-{uuid.uuid4().hex[:12]}")
        made.append(Service("elasticsearch-onnx", settings=Settings(store=store, cache=store / "cache")))
        assert made[-1].documents() == []  # it reads its variables now
        return made[-1]

    yield make
    for service in made:
        service.close()


def names(service):
    return sorted(record.meta["name"] for record in service.documents())


def test_a_killed_node_leaves_deletions_copies_and_sheets_whole(cluster, service_on, tmp_path):
    papers = tmp_path / "papers"
    papers.mkdir()
    for number in range(4):
        (papers / f"{number}.txt").write_text(f"The rent of berth {number} is {100 + number} euros a month.")
    changed, copied, read = (service_on(tmp_path / name) for name in ("changed", "copied", "read"))
    with Service("local", settings=Settings(store=tmp_path / "own", cache=tmp_path / "cache")) as source:
        for service in (source, changed, read):
            service.index([papers])
        copy_collection(source, copied)
        questions, rows = questions_from(["How much is the rent?"]), read.sheets.documents()

        def change(step):
            assert changed.delete([f"{step % 4}.txt"]) == 1
            assert [outcome.state for outcome in changed.index([papers / f"{step % 4}.txt"]).outcomes] == ["indexed"]

        def copy(step):
            copied.delete([f"{step % 4}.txt"])
            assert copy_collection(source, copied).copied == 1

        def fill(step):
            return {place: cell.shown() for place, cell in read.sheets.fill(questions, rows, again=True).cells.items()}

        def fill_the_same(step):
            assert fill(step) == undisturbed

        undisturbed = fill(0)
        assert sorted(each.split()[0] for each in undisturbed.values()) == ["100", "101", "102", "103"]
        with under_way(change, copy, fill_the_same):
            kill_the_master(cluster, changed.store.collection.server)
        for service in (changed, copied, read):
            assert names(service) == [f"{number}.txt" for number in range(4)]
            assert service.passage_count() == 4
            assert [service.text(f"{number}.txt") for number in range(4)] == [
                source.text(f"{number}.txt") for number in range(4)
            ]
