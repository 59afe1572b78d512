"""``needlepoint ui``: serves where it is told, finds what relative paths name, and ends when it is told to."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from commands import run_command
from free_ports import free_port
from waiting import eventually

COMMAND = [sys.executable, "-c", "from needlepoint.cli.app import main; main()", "ui"]


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as reply:
            return reply.status == 200
    except OSError:
        return False


def test_the_page_starts_where_the_user_stands_and_ends_with_its_command(tmp_path):
    port = free_port()
    server = subprocess.Popen(
        [*COMMAND, "--port", str(port)], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        eventually(lambda: answers(port))
        if sys.platform == "linux":
            assert (
                Path(os.readlink(f"/proc/{server.pid}/cwd")) == tmp_path
            )  # so relative stores and pipelines are found
    finally:
        server.send_signal(signal.SIGTERM)
    assert server.wait(120) is not None
    eventually(lambda: not answers(port))


def test_a_taken_port_is_named_at_once(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = subprocess.run(
            [*COMMAND, "--port", str(port)], cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
    assert result.returncode == 1
    assert result.stderr.startswith(f"needlepoint: cannot listen on 127.0.0.1:{port}: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_the_page_is_not_opened_to_other_machines_by_mistake(host):
    result = run_command("ui", "--host", host)
    assert result.returncode == 2
    assert f"everybody who reaches {host} would see all documents" in result.stderr
    assert "NEEDLEPOINT_PAGE_BEHIND_LOGIN=1" in result.stderr


def test_behind_a_login_it_listens_where_it_is_told(tmp_path):
    port = free_port()
    command = [*COMMAND, "--host", "0.0.0.0", "--port", str(port)]
    environment = {**os.environ, "NEEDLEPOINT_PAGE_BEHIND_LOGIN": "1"}
    server = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        eventually(lambda: answers(port))
    finally:
        server.send_signal(signal.SIGTERM)
    assert server.wait(120) is not None
