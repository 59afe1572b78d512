"""No file takes the rest with it, whatever the code that reads it does: the long form is benchmarks/attacks/hostile_files.py."""

import dataclasses
import resource
import sys
import threading

import psutil
import pytest

from needlepoint.api.app import create_app
from needlepoint.api.jobs.indexing import folder_job
from needlepoint.api.jobs.queue import Jobs
from needlepoint.errors import NeedlepointError, UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.workers.limits import ProcessLimits
from needlepoint.files.workers.pool import WorkerPool, shared_pool
from needlepoint.files.workers.reading_ahead import Reading
from needlepoint.files.workers.requests import FileRequest
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from waiting import eventually


@pytest.fixture
def good(tmp_path):
    (tmp_path / "files").mkdir(exist_ok=True)
    path = tmp_path / "files" / "good.txt"
    path.write_text("The pier is 412 metres long.")
    return path


@pytest.fixture
def limits(monkeypatch):
    """Set the limits of the shared pool for one test."""

    def set_(**limits):
        for name, value in limits.items():
            monkeypatch.setenv(f"NEEDLEPOINT_FILE_{name.upper()}", str(value))

    _end_shared_pool()
    yield set_
    _end_shared_pool()


def _end_shared_pool():
    if shared_pool.cache_info().currsize:
        shared_pool().close()
    shared_pool.cache_clear()


@pytest.fixture
def service(tmp_path):
    with Service(settings=dataclasses.replace(Settings.from_environment(), store=tmp_path / "store")) as service:
        yield service


def reading_processes():
    return [each for each in psutil.Process().children() if _reads(each)]


def _reads(process):
    try:
        return "needlepoint.files.workers.worker" in " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):  # it has ended meanwhile
        return False


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("sleeps", "took more than 2 s: split it or save it in another format, or raise NEEDLEPOINT_FILE_TIMEOUT_S"),
        ("eats", "needs more than 400 MB of memory, or crashes its library: .* raise NEEDLEPOINT_FILE_MEMORY_MB"),
        ("ends", "needs more than 400 MB of memory, or crashes its library: .* raise NEEDLEPOINT_FILE_MEMORY_MB"),
        ("floods", "split it"),
    ],
)
def test_a_hostile_file_costs_itself_alone(attack, good, what, reason):
    pool = WorkerPool(2, ProcessLimits(memory_mb=400, timeout_s=2))
    requests = [FileRequest(path, Limits()) for path in (good, attack(what), good.with_name("missing.txt"), good)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Reading(pool) as reading:
        reading.begin(requests)
        first, result, missing, last = (reading.take(request) for request in requests)
    pool.close()
    assert isinstance(result, UnreadableFileError)
    with pytest.raises(UnreadableFileError, match=reason):
        raise result
    assert "\n" not in str(result)
    assert first.text == last.text == "The pier is 412 metres long."
    assert "no such file" in str(missing)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes


def test_what_a_library_prints_is_no_reply(attack):
    with Reading(shared_pool()) as reading:
        assert reading.take(FileRequest(attack("prints"), Limits())).text == "The pier is long."


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is not limited")
def test_what_a_library_maps_to_read_is_no_memory_that_it_takes(attack):
    pool = WorkerPool(1, ProcessLimits(memory_mb=400))  # torch for CUDA maps 3 GB
    with Reading(pool) as reading:
        assert reading.take(FileRequest(attack("maps"), Limits())).text == "0"
    pool.close()


def test_the_other_files_are_indexed(service, attack, good, limits):
    limits(timeout_s=2)
    report = service.index([attack("sleeps").parent])
    (skipped,) = report.in_state("skipped")
    assert (skipped.path.name, [each.path.name for each in report.in_state("indexed")]) == (
        "sleeps.attack",
        ["good.txt"],
    )
    assert "NEEDLEPOINT_FILE_TIMEOUT_S" in skipped.reason


@pytest.mark.usefixtures("limits")
def test_stop_ends_a_job_and_the_process_that_reads(service, attack):
    jobs = Jobs()
    job = jobs.submit(folder_job(service, attack("sleeps").parent))
    eventually(reading_processes)
    job.stop.set()
    assert job.ended.wait(60)
    assert (job.state, job.files[0].reason) == ("stopped", "stopped before it was read")
    jobs.close()
    eventually(lambda: not reading_processes())


def test_files_beyond_what_memory_holds_are_written_in_groups(service, good, monkeypatch):
    for module in ("reading_ahead", "families"):
        monkeypatch.setattr(f"needlepoint.files.workers.{module}.MOST_HELD", 60)
    for number in range(8):
        good.with_name(f"{number}.txt").write_text(f"Pier {number} is 412 metres long.")
    written = []
    write = service.pipelines.indexing.write
    monkeypatch.setattr(
        service.pipelines.indexing,
        "write",
        lambda paths, *args, **kw: written.append(len(paths)) or write(paths, *args, **kw),
    )
    assert len(service.index([good.parent]).in_state("indexed")) == 9
    assert max(written) <= 3


def test_a_mistake_in_a_limit_is_told_when_the_service_starts(service, monkeypatch):
    monkeypatch.setenv("NEEDLEPOINT_FILE_MEMORY_MB", "lots")
    with pytest.raises(NeedlepointError, match="NEEDLEPOINT_FILE_MEMORY_MB must be a number from 300, got 'lots'"):
        create_app(service)


def test_a_mistake_in_the_name_of_an_ocr_engine_is_told_when_the_service_starts(service, limits, monkeypatch):
    monkeypatch.setenv("NEEDLEPOINT_OCR", "abbyy")
    limits()
    with pytest.raises(NeedlepointError, match="NEEDLEPOINT_OCR must be"):
        create_app(service)


def test_threads_that_read_at_once_get_their_own_files(good):
    files = [good.with_name(f"{number}.txt") for number in range(12)]
    for number, path in enumerate(files):
        path.write_text(f"Pier {number}.")
    texts = {}

    def read(path):
        with Reading(shared_pool()) as reading:
            texts[path] = reading.take(FileRequest(path, Limits())).text

    threads = [threading.Thread(target=read, args=(path,)) for path in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {path: f"Pier {number}." for number, path in enumerate(files)}
