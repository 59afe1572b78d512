"""Sheets read by real worker processes of a Ray that runs on this machine."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from needlepoint.collection.asking import answer_question
from needlepoint.errors import ModelError, SheetError
from needlepoint.reading.reader import SpanReader
from needlepoint.sheets.ray_engine import read_by_ray
from needlepoint.sheets.table import State
from waiting import eventually

DRIVER = Path(__file__).with_name("killed_driver.py")


@pytest.fixture
def two_workers(here, spans):
    with read_by_ray(here, spans, answer_question, address="local", workers=2) as reader:
        yield reader


def workers(of=None):
    """The ids of the processes that read."""
    found = set()
    for process in psutil.Process(of).children(recursive=True):
        try:
            if "ReadingWorker" in " ".join(process.cmdline()):
                found.add(process.pid)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize("coverage", [5, None])
def test_cells_and_ledger_are_those_of_this_machine_alone(fill, here, two_workers, ledger, table, coverage):
    expected = table(fill(here, ledger("here"), coverage))
    assert table(fill(two_workers, ledger("ray"), coverage)) == expected
    assert {cell.state for cell in expected.values()} == {State.FOUND, State.NOT_FOUND}
    assert sorted(ledger.rows("ray")) == sorted(ledger.rows("here"))
    assert len(workers()) == 2


def test_a_killed_worker_loses_nothing(fill, here, two_workers, ledger, table, pairs):
    expected = table(fill(here, ledger("here")))
    assert eventually(lambda: len(workers()) == 2)
    before, cells = workers(), []
    for number, cell in enumerate(fill(two_workers, ledger("ray"))):
        cells.append(cell)
        if number == 4:  # each worker has been sent units until the last few
            os.kill(min(before), signal.SIGKILL)
    assert len(cells) == len(pairs)
    assert table(cells) == expected
    assert len(ledger.rows("ray")) == len(pairs)
    assert eventually(lambda: len(workers()) == 2)
    assert workers() - before
    assert table(fill(two_workers, ledger("more"))) == expected


def test_a_stopped_sheet_goes_on_where_it_was(fill, here, two_workers, ledger, table, pairs):
    stop, cells = threading.Event(), []
    for cell in fill(two_workers, ledger("ray"), stop=stop):
        cells.append(cell)
        stop.set()
    assert len(cells) < len(pairs)
    assert table(fill(two_workers, ledger("ray"))) == table(fill(here, ledger("here")))
    assert len(ledger.rows("ray")) == len(pairs)


def test_a_connection_that_a_program_has_already_is_used_and_left(fill, here, spans, ledger, table, pairs):
    import ray

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(address="local", num_cpus=1, include_dashboard=False)
    try:
        with read_by_ray(here, spans, answer_question, address="local") as reader:
            assert table(fill(reader, ledger("ray"), of=pairs[:2])) == table(fill(here, ledger("here"), of=pairs[:2]))
        assert ray.is_initialized()
        assert eventually(lambda: not workers())
    finally:
        ray.shutdown()


def test_a_cell_that_kills_its_workers_says_so_and_the_others_are_read(fill, here, spans, ledger, table):
    def deadly(reader, question, passages):
        if "pier" in question and any("lease-7." in passage.meta["name"] for passage in passages):
            os.kill(os.getpid(), signal.SIGKILL)
        return answer_question(reader, question, passages)

    expected = table(fill(here, ledger("here")))
    with read_by_ray(here, spans, deadly, address="local", workers=2) as reader:
        cells = table(fill(reader, ledger("ray")))
    place = ("lease-7.txt", "How long is the pier?")
    assert cells.pop(place).shown().startswith("unread: 4 Ray workers died while they read this")
    assert expected.pop(place).state is State.FOUND
    assert cells == expected


def test_a_reason_from_a_worker_is_the_cells_reason(fill, here, spans, ledger, table, pairs):
    def failing(reader, question, passages):
        raise ModelError("the model is gone")

    with read_by_ray(here, spans, failing, address="local", workers=1) as reader:
        cells = table(fill(reader, ledger("ray"), of=pairs[:3]))
    assert {cell.shown() for cell in cells.values()} == {"unread: the model is gone"}


def test_a_worker_with_other_weights_is_refused(here, tmp_path):
    folder = shutil.copytree(SpanReader("models/reader-small").load()[0].folder, tmp_path / "reader")
    spans = SpanReader(folder)
    spans.load()
    recipe, key = spans.recipe(), spans.key
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1000] ^= 1
    weights.write_bytes(content)
    assert recipe().key != key
    with (
        pytest.raises(
            ModelError, match=r"^a Ray worker on .* has other weights or another precision \(reader \(folder\), fp32"
        ),
        read_by_ray(here, Remembered(recipe, key), answer_question, address="local", workers=1),
    ):
        pytest.fail("it was not refused")


class Remembered:
    """A reader whose model's folder was changed after it had been loaded."""

    def __init__(self, recipe, key):
        self.recipe, self.key = lambda threads: recipe, key


def test_ray_listens_on_this_machine_only_and_phones_nobody(two_workers):
    listening = set()
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        listening |= {each.laddr.ip for each in process.net_connections() if each.status == psutil.CONN_LISTEN}
    assert listening
    assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}
    from ray._common.usage.usage_lib import usage_stats_enabled

    assert not usage_stats_enabled()


def test_a_killed_driver_keeps_every_cell_that_it_told_of(fill, here, ledger, table, pairs, papers, tmp_path):
    command = [sys.executable, str(DRIVER), str(papers), str(tmp_path / "ray.sqlite")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as driver:
        told = {tuple(driver.stdout.readline().strip().split("\t")) for _ in range(7)}
        processes = psutil.Process(driver.pid).children(recursive=True)
        driver.kill()
    ledger("ray")
    known = {(document, question) for document, question, _ in ledger.rows("ray")}
    assert told <= known
    assert len(known) < len(pairs)
    expected = table(fill(here, ledger("here")))
    assert table(fill(here, ledger("ray"))) == expected
    assert len(ledger.rows("ray")) == len(pairs)
    assert processes
    assert eventually(lambda: not any(process.is_running() for process in processes))


def test_a_cluster_that_does_not_answer_is_said_at_once(here, spans):
    with (
        pytest.raises(SheetError, match=r"^no connection to Ray at 127\.0\.0\.1:9 \(.*refused\): start it there with"),
        read_by_ray(here, spans, answer_question, address="127.0.0.1:9"),
    ):
        pytest.fail("there is no cluster")
