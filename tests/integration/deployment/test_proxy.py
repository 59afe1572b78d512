"""The proxy of the cluster, really run, before two small services that a name server gives the addresses of."""

import json
import re
import shutil
import socket
import struct
import subprocess
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from free_ports import free_port
from waiting import eventually

CONFIGURATION = Path(__file__).parents[3] / "docker" / "haproxy.cfg"
ADDRESSES = ("127.0.0.2", "127.0.0.3")


class Service(ThreadingHTTPServer):
    """Answers as the real one does, as far as the proxy can see."""

    def __init__(self, address, port):
        super().__init__((address, port), Handler)
        self.name = address
        self.is_ready = True
        self.is_busy = False
        self.jobs = set()
        self.asked = 0
        self.go_on = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def handle_error(self, *_):
        pass  # the proxy ends its health checks by resetting the connection

    def end(self):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path == "/ready":
            self._reply(200 if self.server.is_ready else 503)
        elif self.path.startswith("/jobs/"):
            self._reply(200 if self.path.rpartition("/")[2] in self.server.jobs else 404)
        else:
            self._reply(200)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        if self.path == "/ask/stream":
            self._stream()
        else:
            self._reply(503 if self.server.is_busy else 200)

    def _stream(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for line in (b"one\n", b"two\n"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            self.wfile.flush()
            self.server.go_on.wait()
        self.wfile.write(b"0\r\n\r\n")

    def _reply(self, status):
        body = json.dumps({"by": self.server.name}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _name_server():
    """Answer every question for an address (A) with both services."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))

    def answer():
        while True:
            try:
                question, sender = listening.recvfrom(4096)
            except OSError:
                return
            end = question.index(b"\0", 12) + 5
            is_address = question[end - 4 : end - 2] == b"\0\1"
            records = [
                b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 5, 4) + socket.inet_aton(address)
                for address in (ADDRESSES if is_address else ())
            ]
            header = question[:2] + struct.pack(">HHHHH", 0x8180, 1, len(records), 0, 0)
            listening.sendto(header + question[12:end] + b"".join(records), sender)

    threading.Thread(target=answer, daemon=True).start()
    return listening


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of the proxy, and the two services behind it."""
    if shutil.which("haproxy") is None:
        pytest.skip("no haproxy")
    services_port, proxy_port = free_port(*ADDRESSES), free_port()
    services = [Service(address, services_port) for address in ADDRESSES]
    names = _name_server()
    text = CONFIGURATION.read_text(encoding="utf-8")
    for old, new in (
        ("127.0.0.11:53", f"127.0.0.1:{names.getsockname()[1]}"),
        ("bind :8000", f"bind 127.0.0.1:{proxy_port}"),
        ("api:8000", f"api:{services_port}"),
        ("inter 2s", "inter 200ms"),
    ):
        assert old in text
        text = text.replace(old, new)
    file = tmp_path_factory.mktemp("proxy") / "haproxy.cfg"
    file.write_text(text)
    proxy = subprocess.Popen(["haproxy", "-f", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{proxy_port}"
    try:
        eventually(lambda: {_ask(url)[1] for _ in range(4)} == set(ADDRESSES))
        yield url, services
    finally:
        proxy.terminate()
        proxy.wait()
        names.close()
        for service in services:
            service.end()


@pytest.fixture(autouse=True)
def _all_well(cluster):
    url, services = cluster
    yield
    for service in services:
        service.is_ready, service.is_busy, service.jobs = True, False, set()
        service.go_on.clear()
    eventually(lambda: {_ask(url)[1] for _ in range(4)} == set(ADDRESSES))


def _ask(url, path="/ask", data=b"{}"):
    request = urllib.request.Request(url + path, data=data)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, json.load(reply)["by"]
    except urllib.error.HTTPError as error:
        return error.code, error
    except urllib.error.URLError:
        return 0, None  # the proxy has not begun to listen


def test_questions_are_shared(cluster):
    url, services = cluster
    before = [service.asked for service in services]
    assert [_ask(url)[0] for _ in range(10)] == [200] * 10
    assert all(service.asked - count >= 3 for service, count in zip(services, before, strict=True))


def test_a_busy_service_hands_its_question_to_the_other(cluster):
    url, (busy, free) = cluster
    busy.is_busy = True
    assert {_ask(url) for _ in range(6)} == {(200, free.name)}


def test_what_changes_something_is_not_done_twice(cluster):
    url, services = cluster
    for service in services:
        service.is_busy = True
    before = sum(service.asked for service in services)
    assert _ask(url, "/feedback")[0] == 503
    assert sum(service.asked for service in services) == before + 1


def test_a_service_that_is_not_ready_gets_no_questions(cluster):
    url, (away, here) = cluster
    away.is_ready = False
    eventually(lambda: {_ask(url)[1] for _ in range(4)} == {here.name})


def test_when_none_is_ready_the_client_hears_when_to_come_again(cluster):
    url, services = cluster
    for service in services:
        service.is_ready = False
    eventually(lambda: _ask(url)[0] == 503 and _ask(url)[1].headers["Retry-After"] == "5")
    assert "no service is ready" in json.load(_ask(url)[1])["errors"][0]


def test_a_job_is_found_whichever_service_has_it(cluster):
    url, services = cluster
    services[1].jobs.add("abc")
    assert [_ask(url, "/jobs/abc", None) for _ in range(4)] == [(200, services[1].name)] * 4
    assert _ask(url, "/jobs/none", None)[0] == 404


def test_lines_arrive_as_they_are_sent(cluster):
    """The service says nothing more until the first line has come through."""
    url, services = cluster
    with urllib.request.urlopen(urllib.request.Request(f"{url}/ask/stream", data=b"{}"), timeout=300) as reply:
        assert reply.readline() == b"one\n"
        for service in services:
            service.go_on.set()
        assert reply.readline() == b"two\n"


def test_too_much_is_refused_before_it_is_sent(cluster):
    url, _ = cluster
    port = int(re.findall(r":(\d+)$", url)[0])
    for path, length, status in (
        ("/ask", 2 << 20, b"413"),
        ("/documents", 600 << 20, b"413"),
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            client.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode())
            assert client.recv(100).split()[1] == status
    assert _ask(url, "/documents", b"x" * (2 << 20))[0] == 200
