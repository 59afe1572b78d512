"""Files are read in processes of their own: one that stalls, eats memory or crashes its reader costs nothing but itself."""

import os
import threading

import psutil
import pytest

from needlepoint.errors import NeedlepointError, ReadingStoppedError, UnreadableFileError
from needlepoint.files import worker
from needlepoint.files.limits import Limits
from needlepoint.files.worker_pool import ProcessLimits, WorkerPool, stoppable

LIMITS = Limits()


@pytest.fixture
def make_pool():
    pools = []

    def make(processes=2, **limits):
        pools.append(WorkerPool(processes, ProcessLimits(**limits)))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def workers():
    return [child for child in psutil.Process().children() if "needlepoint.files.worker" in " ".join(child.cmdline())]


def nested(count):
    """Return an HTML page of so many paragraphs, which takes a few microseconds for each."""
    return "<html><body>" + "<p>The pier is <b>long</b>.</p>" * count + "</body></html>"


def test_files_come_back_in_order_as_this_process_reads_them(make_pool, write):
    paths = [
        write("a.txt", "The ferry Juniper sails at 7:40."),
        write("b.md", "# Tariff\n\n| Port | Fee |\n| --- | --- |\n| Esbjerg | 141 |\n"),
        write("c.csv", "Vessel,Captain\nSula,\u00c5sa \U0001f6a2 \u0645\u0631\u062d\u0628\u0627\n"),
        write("d.html", "<html><title>Fares</title><body><p>Adults pay 12 euros.</p></body></html>"),
    ]
    results = list(make_pool().read(paths, LIMITS))
    assert results == [worker.read(path, LIMITS) for path in paths]


def test_what_cannot_be_read_has_the_reason_that_this_process_gives(make_pool, write, tmp_path):
    paths = [write("empty.txt", ""), tmp_path / "missing.pdf", write("good.txt", "Good.")]
    empty, missing, good = make_pool().read(paths, LIMITS)
    assert str(empty) == "empty (0 bytes): nothing to index"
    assert "there is no such file" in str(missing)
    assert good.source.text == "Good."


def test_a_file_that_takes_too_long_is_named_and_its_neighbours_are_read(make_pool, write):
    slow = write("slow.html", nested(900_000))
    paths = [write("a.txt", "First."), slow, write("b.txt", "Last.")]
    first, late, last = make_pool(timeout_s=3.0).read(paths, LIMITS)
    assert isinstance(late, UnreadableFileError)
    assert "took more than" in str(late)
    assert "NEEDLEPOINT_FILE_TIMEOUT_S" in str(late)
    assert (first.source.text, last.source.text) == ("First.", "Last.")


def test_a_file_that_needs_too_much_memory_is_named_and_its_neighbours_are_read(make_pool, write):
    large = write("large.txt", "The pier is 412 metres long.\n" * 800_000)
    paths = [write("a.txt", "First."), large, write("b.txt", "Last.")]
    first, refused, last = make_pool(1, memory_mb=300).read(paths, Limits(max_characters=200_000_000))
    assert isinstance(refused, UnreadableFileError)
    assert "memory" in str(refused)
    assert (first.source.text, last.source.text) == ("First.", "Last.")


def test_a_worker_that_dies_between_two_files_is_replaced(make_pool, write):
    pool = make_pool(1)
    path = write("a.txt", "First.")
    assert [result.source.text for result in pool.read([path], LIMITS)] == ["First."]
    for process in workers():
        process.kill()
        process.wait()
    assert [result.source.text for result in pool.read([path], LIMITS)] == ["First."]


def test_stop_ends_the_reading_and_its_worker(make_pool, write):
    pool, stop = make_pool(1), threading.Event()
    slow = write("slow.html", nested(300_000))
    threading.Timer(0.5, stop.set).start()
    with stoppable(stop), pytest.raises(ReadingStoppedError, match="stopped"):
        list(pool.read([slow], LIMITS))
    _, alive = psutil.wait_procs(workers(), timeout=30)
    assert not alive


def test_a_worker_knows_no_secret(make_pool, write, monkeypatch):
    monkeypatch.setenv("ELASTICSEARCH_PASSWORD", "swordfish")
    list(make_pool(1).read([write("a.txt", "First.")], LIMITS))
    for process in workers():
        assert "swordfish" not in str(process.environ())


@pytest.mark.parametrize("name", ["MEMORY_MB", "TIMEOUT_S"])
@pytest.mark.parametrize("value", ["many", "-1", "0"])
def test_limits_in_the_environment_are_checked(monkeypatch, name, value):
    monkeypatch.setenv(f"NEEDLEPOINT_FILE_{name}", value)
    with pytest.raises(NeedlepointError, match=f"NEEDLEPOINT_FILE_{name} must be a number from"):
        ProcessLimits.from_environment()


def test_a_larger_file_has_more_time(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 40_000_000)
    assert ProcessLimits(timeout_s=30).seconds_for(path) == 120
    assert ProcessLimits(timeout_s=30).seconds_for(tmp_path / "missing") == 30
