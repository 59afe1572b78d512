"""The lines of an answer, from a server that says little and then nothing."""

import ssl
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice

import httpx
import pytest

from needlepoint_ui.service import streaming

WAITED_S = 30


class Server(ThreadingHTTPServer):
    """Sends one line to whoever posts, and waits for the connection to be closed."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.left = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(404 if self.path == "/missing" else 200)
        self.end_headers()
        self.wfile.write(b'{"event": "retrieved"}\n\n')
        if self.path == "/waiting" and self.connection.recv(1) == b"":
            self.server.left.set()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def lines(url):
    verify = ssl.create_default_context()
    return streaming.lines(url, {"question": "?"}, headers={}, timeout=httpx.Timeout(WAITED_S), verify=verify)


def test_lines_come_until_the_answer_ends(server):
    assert [line for line in lines(f"{server.url}/done") if line] == ['{"event": "retrieved"}']


def test_beats_come_while_there_is_no_line_and_closing_ends_the_connection(server):
    with closing(lines(f"{server.url}/waiting")) as coming:
        assert next(line for line in coming if line) == '{"event": "retrieved"}'
        assert list(islice(coming, 2)) == [None, None]
        assert not server.left.is_set()
    assert server.left.wait(WAITED_S)


def test_what_fails_is_raised(server):
    with pytest.raises(httpx.HTTPStatusError) as raised:
        list(lines(f"{server.url}/missing"))
    assert "retrieved" in raised.value.response.text
    with pytest.raises(httpx.ConnectError):
        list(lines("http://127.0.0.1:1"))
