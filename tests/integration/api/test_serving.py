"""A real server: load, callers who go away, an end that finishes what runs."""

import dataclasses
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from needlepoint.cli.ports import free_port
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

COMMAND = [sys.executable, "-c", "from needlepoint.cli.app import main; main()", "serve"]
QUESTIONS = [
    "When does the lease end?",
    "Who was elected chair?",
    "How long is the longest pier?",
    "How much is the rent?",
]


def started(store, port, tmp_path, **environment):
    log = (tmp_path / "log").open("wb")
    variables = {**os.environ, "NEEDLEPOINT_STORE": str(store), **environment}
    return subprocess.Popen([*COMMAND, "--port", str(port)], env=variables, stdout=log, stderr=log)


def wait_until_ready(address, server):
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        assert server.poll() is None
        try:
            if httpx.get(f"{address}/ready", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError("the service did not become ready")


@pytest.fixture(scope="module")
def served(indexed_store, _reader, tmp_path_factory):
    """The address of a running service with room for 16 callers, its process and its log."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    store = shutil.copytree(indexed_store, folder / "store")
    (folder / "long.txt").write_text(
        "\n\n".join(f"In year {year} who and who signed the lease. " * 20 for year in range(300))
    )
    with Service(settings=dataclasses.replace(Settings.from_environment(), store=store)) as service:
        service.index([folder / "long.txt"])
    server = started(store, port, folder, NEEDLEPOINT_TIMEOUT_S="300")
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}", server, folder / "log"
    finally:
        server.terminate()
        server.wait(60)


def metrics(address):
    return httpx.get(f"{address}/metrics", timeout=60).text


def ask(address, question, **options):
    return httpx.post(f"{address}/ask", json={"question": question, "passages": 20}, timeout=300, **options)


def test_sixteen_callers_at_a_time_meet_no_error(served):
    address, _, _ = served

    def caller(number):
        for turn in range(3):
            reply = ask(address, f"{QUESTIONS[(number + turn) % 4]} {number}")
            assert reply.status_code == 200
            assert reply.json()["answers"] or reply.json()["doubtful"]

    with ThreadPoolExecutor(16) as callers:
        list(callers.map(caller, range(16)))


def test_a_caller_who_goes_away_frees_the_place(served):
    address, _, _ = served
    for _ in range(4):
        with httpx.Client(timeout=httpx.Timeout(60, read=0.3)) as client, pytest.raises(httpx.ReadTimeout):
            client.post(f"{address}/ask", json={"question": "Who and who signed in which year?", "passages": 200})
    deadline = time.monotonic() + 20
    while "needlepoint_questions_running 0.0" not in metrics(address):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert 'route="/ask",status="499"' in metrics(address)


def test_closing_a_stream_stops_the_work(served):
    address, _, _ = served
    with httpx.stream(
        "POST", f"{address}/ask/stream", json={"question": "Who and who?", "passages": 200}, timeout=60
    ) as reply:
        assert json.loads(next(reply.iter_lines()))["event"] == "retrieved"
    deadline = time.monotonic() + 20
    while "needlepoint_questions_running 0.0" not in metrics(address):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_log_has_routes_and_no_questions(served):
    address, _, log = served
    ask(address, "What is the secretive question?")
    text = log.read_text()
    assert "POST /ask 200" in text
    assert "secretive" not in text
    assert "Traceback" not in text


@pytest.mark.usefixtures("_reader")
def test_what_runs_is_finished_before_the_end(indexed_store, tmp_path):
    port = free_port()
    address, server = f"http://127.0.0.1:{port}", started(indexed_store, port, tmp_path)
    try:
        wait_until_ready(address, server)
        replies = []
        callers = [threading.Thread(target=lambda n=n: replies.append(ask(address, QUESTIONS[n]))) for n in range(4)]
        for caller in callers:
            caller.start()
        deadline = time.monotonic() + 10
        while "needlepoint_questions_running 0.0" in metrics(address) and time.monotonic() < deadline:
            time.sleep(0.002)
        server.send_signal(signal.SIGTERM)
        for caller in callers:
            caller.join()
        assert server.wait(30) is not None
    finally:
        server.kill()
    assert [reply.status_code for reply in replies] == [200] * 4
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (["--host", "0.0.0.0"], {}, "set NEEDLEPOINT_API_KEY"),
        ([], {"NEEDLEPOINT_QUEUE": "many"}, "NEEDLEPOINT_QUEUE must be a whole number"),
        (["--pipeline", "nothing"], {}, "no pipeline 'nothing'"),
    ],
)
def test_what_cannot_be_served_is_one_line(tmp_path, arguments, environment, message):
    result = subprocess.run(
        [*COMMAND, "--port", str(free_port()), *arguments],
        env={**os.environ, **environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_taken_port_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = subprocess.run(
            [*COMMAND, "--port", str(port)], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
    assert result.returncode == 1
    assert f"127.0.0.1:{port}" in result.stderr
