"""hayhooks serves the pipeline files as they are."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

pytest.importorskip("hayhooks", reason="hayhooks is not installed")

CHECKOUT = Path(__file__).parents[2]
PATIENCE_S = 120


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def server(tmp_path):
    port = _free_port()
    environment = {
        **os.environ,
        "HAYHOOKS_PIPELINES_DIR": str(CHECKOUT / "pipelines" / "haystack3"),
        "NEEDLEPOINT_STORE": str(tmp_path / "store"),
        "PYTHONPATH": str(CHECKOUT / "components"),
    }
    command = [Path(sys.executable).with_name("hayhooks"), "run", "--host", "127.0.0.1", "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S)
    try:
        until = time.monotonic() + PATIENCE_S
        while not _is_up(client):
            assert process.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < until, (tmp_path / "log").read_text()
            time.sleep(0.2)
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait()


def _is_up(client):
    try:
        return client.get("/status").is_success
    except httpx.TransportError:
        return False


def test_files_are_indexed_and_asked_over_http(server):
    assert sorted(server.get("/status").json()["pipelines"]) == ["indexing", "query"]
    path = str(CHECKOUT / "examples" / "collection" / "fares-notice-2024.html")
    indexed = server.post("/indexing/run", json={"sources": [path]})
    assert indexed.is_success, indexed.text
    assert indexed.json()["result"]["writer"]["written"][0]["name"] == "fares-notice-2024.html"
    asked = server.post("/query/run", json={"query": "How much less do residents of the islands pay?"})
    assert asked.is_success, asked.text
    best = asked.json()["result"]["reader"]["answers"][0]
    place = best["document_offset"]
    assert best["document"]["content"][place["start"] : place["end"]] == best["data"]
