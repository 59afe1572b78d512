"""A node of a cluster that dies while questions are asked and documents are written."""

import threading
import uuid
from dataclasses import dataclass, field

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


def records(first, number):
    return [Record(f"{n}", f"the number{n} of all", {"n": n}) for n in range(first, first + number)]


def test_a_killed_node_gives_no_wrong_answer_and_loses_nothing(cluster):
    settings = ServerSettings(urls=cluster.urls, prefix=f"test-{uuid.uuid4().hex[:12]}", wait_s=LONGEST_PAUSE_S)
    collection = ElasticCollection(Server(settings))
    collection.write("document", records(0, 300))
    collection.write("page", records(0, 1))
    with collection.server.talking() as client:
        client.cluster.health(wait_for_status="green", timeout="120s")
        master = client.cat.master(format="json")[0]["node"]
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

    works = [Work(ask), Work(read_all), Work(write)]
    stopped = threading.Event()
    threads = [threading.Thread(target=work.run, args=(stopped,)) for work in works]
    for thread in threads:
        thread.start()
    wait_for(works, STEPS_BEFORE)
    cluster.kill(master.removeprefix("node-"))
    wait_for(works, STEPS_AFTER)
    stopped.set()
    for thread in threads:
        thread.join()
    assert [work.errors for work in works] == [[], [], []]
    assert index.count() == 300
    batches = works[2].done
    expected = {"0"} | {str(1 + 100 * batch + n) for batch in range(batches) for n in range(1, 100)}
    assert {record.id for record in collection.snapshot("page").scan()} == expected
    collection.close()
