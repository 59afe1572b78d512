"""An indexing run killed at any moment loses nothing that was reported, and the next run completes it."""

import dataclasses
import random

import pytest

from commands import Command
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from waiting import eventually

FILES = 160
INDEXING = """
import sys
from pathlib import Path
from needlepoint.service.facade import Service
with Service() as service:
    service.index([Path(sys.argv[1])], progress=lambda o: o.state == "indexed" and print(o.path.name, flush=True))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    for number in range(FILES):
        sentences = (f"Fact {line} of file {number} is that number {number * line} was counted." for line in range(300))
        (folder / f"{number:03}.txt").write_text(" ".join(sentences))
    return folder


def test_a_killed_run_is_completed_by_the_next(folder, tmp_path):
    store = tmp_path / "store"
    reported = set()
    for kill_after in random.Random(7).sample(range(1, FILES), 3):
        reported |= _index_and_kill(folder, store, after=kill_after)
        with _service(store) as service:
            assert reported <= {record.meta["name"] for record in service.documents()}
            for record in service.documents():
                assert _passages_of(service, record) == record.meta["passages"]
    with _service(store) as service:
        report = service.index([folder])
        assert report.in_state("skipped") == []
        records = service.documents()
        assert len(records) == FILES
        assert sum(record.meta["passages"] for record in records) == service.passage_count()
        assert service.text("042.txt") == (folder / "042.txt").read_text()


def _index_and_kill(folder, store, *, after):
    indexing = Command(folder, code=INDEXING, NEEDLEPOINT_STORE=str(store))
    eventually(lambda: indexing.has_ended or len(indexing.stdout.split()) >= after)
    indexing.kill()
    return set(indexing.stdout.split())  # with what it had said before it died


def _service(store):
    return Service(settings=dataclasses.replace(Settings.from_environment(), store=store))


def _passages_of(service, record):
    return service.store.get_document_count(index="document", filters={"document_id": record.id})
