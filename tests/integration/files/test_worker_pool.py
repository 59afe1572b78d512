"""Files are read in processes of their own: one that stalls, eats memory or crashes its reader costs nothing but itself."""

import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from needlepoint.errors import ReadingStoppedError, UnreadableFileError
from needlepoint.files.file_document import read_here
from needlepoint.files.limits import Limits
from needlepoint.files.workers.limits import ProcessLimits
from needlepoint.files.workers.pool import WorkerPool
from needlepoint.files.workers.reading_ahead import Reading, stoppable
from needlepoint.files.workers.requests import FileRequest

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


def read(pool, paths, limits=LIMITS):
    requests = [FileRequest(path, limits) for path in paths]
    with Reading(pool) as reading:
        reading.begin(requests)
        return [reading.take(request) for request in requests]


def workers():
    return [
        child
        for child in psutil.Process().children()
        if "needlepoint.files.workers.worker" in " ".join(child.cmdline())
    ]


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
    assert read(make_pool(), paths) == [read_here(path) for path in paths]


def test_bytes_are_read_like_the_file_that_holds_them(make_pool, write):
    path = write("a.md", "# Fares\n\nAdults pay 12 euros.")
    with Reading(make_pool()) as reading:
        assert reading.take(FileRequest(path, LIMITS, path.read_bytes())) == read_here(path)


def test_what_cannot_be_read_has_the_reason_that_this_process_gives(make_pool, write, tmp_path):
    paths = [write("empty.txt", ""), tmp_path / "missing.pdf", write("good.txt", "Good.")]
    empty, missing, good = read(make_pool(), paths)
    assert str(empty) == "empty (0 bytes): nothing to index"
    assert "there is no such file" in str(missing)
    assert good.text == "Good."


def test_a_file_that_takes_too_long_is_named_and_its_neighbours_are_read(make_pool, write):
    slow = write("slow.html", nested(900_000))
    paths = [write("a.txt", "First."), slow, write("b.txt", "Last.")]
    first, late, last = read(make_pool(timeout_s=1.0), paths)
    assert isinstance(late, UnreadableFileError)
    assert "took more than" in str(late)
    assert "NEEDLEPOINT_FILE_TIMEOUT_S" in str(late)
    assert (first.text, last.text) == ("First.", "Last.")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the clock alone counts")
def test_time_that_a_process_waits_for_its_turn_is_not_counted(make_pool, write, monkeypatch):
    monkeypatch.setattr("needlepoint.files.workers.process._computed_s", lambda pid: 0.0)
    slow = nested(60_000)
    with monkeypatch.context() as patch:
        patch.setattr("needlepoint.files.workers.process._LONGEST_WAIT", 1_000)
        (result,) = read(make_pool(1, timeout_s=0.05), [write("slow.html", slow)])
    assert result.text.startswith("The pier is long.")


def test_a_file_that_needs_too_much_memory_is_named_and_its_neighbours_are_read(make_pool, write):
    large = write("large.html", nested(600_000))
    paths = [write("a.txt", "First."), large, write("b.txt", "Last.")]
    first, refused, last = read(make_pool(1, memory_mb=300), paths)
    assert isinstance(refused, UnreadableFileError)
    assert "memory" in str(refused)
    assert (first.text, last.text) == ("First.", "Last.")


def test_a_worker_that_dies_between_two_files_is_replaced(make_pool, write):
    pool = make_pool(1)
    path = write("a.txt", "First.")
    assert [result.text for result in read(pool, [path])] == ["First."]
    for process in workers():
        process.kill()
        process.wait()
    assert [result.text for result in read(pool, [path])] == ["First."]


def test_stop_ends_the_reading_and_its_worker(make_pool, write):
    pool, stop = make_pool(1), threading.Event()
    slow = write("slow.html", nested(300_000))
    threading.Timer(0.5, stop.set).start()
    with stoppable(stop), pytest.raises(ReadingStoppedError, match="stopped"):
        read(pool, [slow])
    _, alive = psutil.wait_procs(workers(), timeout=30)
    assert not alive


def test_a_worker_knows_no_secret(make_pool, write, monkeypatch):
    monkeypatch.setenv("ELASTICSEARCH_PASSWORD", "swordfish")
    read(make_pool(1), [write("a.txt", "First.")])
    assert workers()
    for process in workers():
        assert "swordfish" not in str(process.environ())


def test_a_worker_imports_nothing_from_the_folder_that_it_is_started_in(make_pool, write, monkeypatch):
    write("json.py", "raise SystemExit")
    path = write("a.txt", "First.")
    monkeypatch.chdir(path.parent)
    assert [result.text for result in read(make_pool(1), [path])] == ["First."]


def test_idle_workers_end(make_pool, write, monkeypatch):
    monkeypatch.setattr("needlepoint.files.workers.pool._IDLE_S", 0.2)
    read(make_pool(1), [write("a.txt", "First.")])
    _, alive = psutil.wait_procs(workers(), timeout=30)
    assert not alive


def test_files_are_begun_only_while_what_is_read_fits(make_pool, write, monkeypatch):
    monkeypatch.setattr("needlepoint.files.workers.reading_ahead.MOST_HELD", 100)
    paths = [write(f"{number}.txt", "The pier is 412 metres long.\n" * 10) for number in range(12)]
    requests = [FileRequest(path, LIMITS) for path in paths]
    with Reading(make_pool(1)) as reading:
        reading.begin(requests)
        reading.look(requests[0])
        assert len(reading._begun) < 5
        assert [reading.take(request) for request in requests] == [read_here(path) for path in paths]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a worker looks once a second whether its parent lives")
def test_a_worker_ends_with_a_parent_that_is_killed(write):
    slow = write("slow.html", nested(900_000))
    code = "import sys; from needlepoint import read_document; read_document(sys.argv[1])"
    parent = subprocess.Popen(
        [sys.executable, "-c", code, slow], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    children = []
    while not children:
        assert parent.poll() is None
        children = psutil.Process(parent.pid).children()
        time.sleep(0.05)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
