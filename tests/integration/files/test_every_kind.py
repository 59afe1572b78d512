"""Every kind of file passes the same: evidence, indexing again, a bad file among good ones, a run that is killed, deletion."""

import dataclasses
import os
import signal
import subprocess
import sys
import time

import pytest

from every_kind import ASKED, FILES, QUESTION, file_of_each_kind
from evidence import checked_passages
from needlepoint.service.facade import Service
from needlepoint.settings import Settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    for name, data in file_of_each_kind().items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def store(folder, tmp_path_factory):
    store = tmp_path_factory.mktemp("store")
    with opened(store) as service:
        outcomes = service.index([folder]).outcomes
    assert {outcome.path.name: outcome.state for outcome in outcomes} == dict.fromkeys(FILES, "indexed")
    return store


def opened(store):
    return Service(settings=dataclasses.replace(Settings.from_environment(), store=store))


def contents(service):
    """Return each document's text by its name, each of whose passages is a part of it."""
    records = service.documents()
    assert all(checked_passages(service, record) for record in records)
    return {record.meta["name"]: service.text(record.id) for record in records}


@pytest.fixture(scope="module")
def service(store):
    with opened(store) as service:
        yield service


@pytest.mark.parametrize("name", FILES)
def test_an_answer_is_quoted_from_its_place(service, name):
    question, words = ASKED.get(name, QUESTION)
    reply = service.ask(question, filters={"name": name})
    quote = next(iter(reply.quotes or reply.doubtful))
    text = service.text(quote.document_id)
    assert text[quote.start : quote.end] == quote.answer
    assert words in quote.answer
    assert quote.answer in service.text(quote.document_id, page=quote.page)


def test_indexing_again_changes_nothing(service, folder):
    before = contents(service)
    outcomes = service.index([folder]).outcomes
    assert {outcome.state for outcome in outcomes} == {"unchanged"}
    assert contents(service) == before


def test_a_bad_file_of_each_kind_costs_itself_alone(folder, tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    for name, data in file_of_each_kind().items():
        (files / name).write_bytes(data)
        (files / f"bad-{name}").write_bytes(data[: len(data) // 3] + bytes(range(1, 32)) + b"\0\xff\xfe")
    with opened(tmp_path / "store") as service:
        outcomes = {outcome.path.name: outcome for outcome in service.index([files]).outcomes}
        texts = contents(service)
    for name in FILES:
        assert outcomes[name].state == "indexed"
        bad = outcomes[f"bad-{name}"]
        assert bad.state in ("indexed", "skipped")
        assert "\n" not in (bad.reason or "")
    assert texts.keys() >= set(FILES)


def test_a_killed_run_is_finished_by_the_next_one(folder, service, tmp_path):
    command = [sys.executable, "-c", "from needlepoint.cli.app import main; main()", "index", str(folder)]
    environment = {**os.environ, "NEEDLEPOINT_STORE": str(tmp_path / "store")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with opened(tmp_path / "store") as again:
        assert {outcome.state for outcome in again.index([folder]).outcomes} <= {"indexed", "unchanged"}
        assert contents(again) == contents(service)


def test_deleting_leaves_nothing(folder, tmp_path):
    with opened(tmp_path / "store") as service:
        service.index([folder])
        records = service.documents()
        assert len(records) == len(FILES)
        assert service.delete([record.id for record in records]) == len(records)
        assert service.documents() == []
        assert service.passage_count() == 0
