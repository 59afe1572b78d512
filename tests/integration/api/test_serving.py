"""A real server: load, callers who go away, an end that finishes what runs."""

import dataclasses
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from free_ports import free_port
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from waiting import eventually

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
    def is_ready():
        assert server.poll() is None
        try:
            return httpx.get(f"{address}/ready", timeout=60).status_code == 200
        except httpx.TransportError:
            return False

    eventually(is_ready)


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
        server.wait(120)


def metrics(address):
    return httpx.get(f"{address}/metrics", timeout=300).text


def in_work(address):
    """How many questions are read or wait for it."""
    found = re.findall(r"^needlepoint_questions_(?:running|waiting) (\d+)", metrics(address), re.M)
    return sum(map(int, found))


def ask(address, question, **options):
    return httpx.post(f"{address}/ask", json={"question": question, "passages": 5}, timeout=300, **options)


def test_sixteen_callers_at_a_time_meet_no_error(served):
    address, _, _ = served

    def caller(number):
        for turn in range(2):
            reply = ask(address, f"{QUESTIONS[(number + turn) % 4]} {number}")
            assert reply.status_code == 200
            assert reply.json()["answers"] or reply.json()["doubtful"]

    with ThreadPoolExecutor(16) as callers:
        list(callers.map(caller, range(16)))


def test_a_caller_who_goes_away_frees_the_place(served):
    address, _, _ = served
    body = json.dumps({"question": "Who and who signed in which year?", "passages": 200})
    callers = [http.client.HTTPConnection(address.removeprefix("http://")) for _ in range(4)]
    for caller in callers:
        caller.request("POST", "/ask", body, {"Content-Type": "application/json"})
    eventually(lambda: in_work(address) == 4, every_s=0.01)
    for caller in callers:
        caller.close()
    eventually(lambda: in_work(address) == 0)
    assert 'route="/ask",status="499"' in metrics(address)


def test_closing_a_stream_stops_the_work(served):
    address, _, _ = served
    with httpx.stream(
        "POST", f"{address}/ask/stream", json={"question": "Who and who?", "passages": 200}, timeout=300
    ) as reply:
        assert json.loads(next(reply.iter_lines()))["event"] == "retrieved"
    eventually(lambda: in_work(address) == 0)


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
        eventually(lambda: in_work(address) + len(replies) == 4, every_s=0.002)
        server.send_signal(signal.SIGTERM)
        for caller in callers:
            caller.join()
        assert server.wait(120) is not None
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
        timeout=300,
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
            [*COMMAND, "--port", str(port)], cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
    assert result.returncode == 1
    assert f"127.0.0.1:{port}" in result.stderr
