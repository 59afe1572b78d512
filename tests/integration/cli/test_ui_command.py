"""``needlepoint ui``: serves where it is told, finds what relative paths name, and ends when it is told to."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

COMMAND = [sys.executable, "-c", "from needlepoint.cli.app import main; main()", "ui"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_so, timeout_s=60):
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.2)
    return False


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as reply:
            return reply.status == 200
    except OSError:
        return False


def test_the_page_starts_where_the_user_stands_and_ends_with_its_command(tmp_path):
    port = free_port()
    server = subprocess.Popen(
        [*COMMAND, "--port", str(port)], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert wait_until(lambda: answers(port))
        if sys.platform == "linux":
            assert (
                Path(os.readlink(f"/proc/{server.pid}/cwd")) == tmp_path
            )  # so relative stores and pipelines are found
    finally:
        server.send_signal(signal.SIGTERM)
    assert server.wait(20) is not None
    assert wait_until(lambda: not answers(port), timeout_s=10)


def test_a_taken_port_is_named_at_once(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = subprocess.run(
            [*COMMAND, "--port", str(port)], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
    assert result.returncode == 1
    assert result.stderr.startswith(f"needlepoint: cannot listen on 127.0.0.1:{port}: ")
    assert result.stderr.count("\n") == 1
