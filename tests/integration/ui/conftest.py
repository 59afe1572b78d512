"""The views run without a browser, against a real service with a small collection and a real reader."""

import dataclasses
import json
import threading
import urllib.request
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from free_ports import free_port
from needlepoint.api.limits import Limits
from needlepoint.cli.commands.serve import server
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from needlepoint_ui.service import cached
from needlepoint_ui.service.client import Client
from waiting import eventually

UI = Path(__file__).parents[3] / "ui"
LEASE = (
    "LEASE AGREEMENT\n\nThis lease is made between Harbour Estates Ltd and Tern Ferries Ltd.\n\n"
    "The term of this lease ends on 31 March 2031. The annual rent is 84,000 euros, payable in advance.\n"
)
LETTER = "Dear tenant,\n\nplease note that the term of the lease ends on 31 March 2031.\n\nYours, Harbour Estates Ltd\n"
MINUTES = "# Minutes of the board\n\nMaria Lindqvist was elected chair of the board on 4 May 2024.\n"
EVIL = (
    "The password of the vault is <script>window.hurt=1</script><img src=x onerror=hurt()> $\\frac{a}{b}$ **bold** "
    "![pic](https://tracker.example/pixel.png) \u202egnitirw sdrawkcab\u202c.\n\n" + "W" * 10_000 + "\n"
)
FILES = {"lease.txt": LEASE, "letter.txt": LETTER, "minutes.md": MINUTES, "evil.txt": EVIL}


@pytest.fixture(scope="session", autouse=True)
def _manifests_read_once():
    """Streamlit's test runs look through all installed packages each time; what is installed does not change meanwhile."""
    patch = pytest.MonkeyPatch()
    patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
    yield
    patch.undo()


@contextmanager
def served(store, limits=None):
    """Serve a store on a free port until the block ends."""
    port = free_port()
    settings = dataclasses.replace(Settings.from_environment(), store=store)
    with Service(settings=settings) as service:
        running = server(service, limits or Limits(), host="127.0.0.1", port=port)
        thread = threading.Thread(target=running.run)
        thread.start()
        try:
            _wait_for(f"http://127.0.0.1:{port}/ready")
            yield f"http://127.0.0.1:{port}"
        finally:
            running.should_exit = True
            thread.join()


def _wait_for(url):
    def answers():
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            return False
        return True

    eventually(answers)


@pytest.fixture(scope="session")
def service_url(reader_folder, tmp_path_factory):
    """A service with four documents; a test that changes them puts them back."""
    files, store = tmp_path_factory.mktemp("papers"), tmp_path_factory.mktemp("ui") / "store"
    for name, text in FILES.items():
        (files / name).write_text(text)
    patch = pytest.MonkeyPatch()
    patch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    with Service(settings=dataclasses.replace(Settings.from_environment(), store=store)) as service:
        assert len(service.index([files]).in_state("indexed")) == 4
    with served(store) as url:
        yield url
    patch.undo()


@pytest.fixture(scope="session")
def empty_url(reader_folder, tmp_path_factory):
    """A service with nothing in it."""
    patch = pytest.MonkeyPatch()
    patch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    with served(tmp_path_factory.mktemp("empty") / "store") as url:
        yield url
    patch.undo()


@pytest.fixture
def serve():
    """Start services of a test's own."""
    return served


@pytest.fixture(scope="session")
def serving():
    """Start services of several tests."""
    return served


@pytest.fixture
def client(service_url):
    return Client(service_url)


@pytest.fixture
def open_page(request, monkeypatch):
    def open_page(view="app.py", *, service=None, **address):
        monkeypatch.setenv("NEEDLEPOINT_SERVICE", service or request.getfixturevalue("service_url"))
        cached.client.clear()
        page = AppTest.from_file(str(UI / view), default_timeout=300)
        for name, value in address.items():
            page.query_params[name.rstrip("_")] = value
        page.run()
        assert not page.exception
        return page

    yield open_page
    cached.client.clear()


@pytest.fixture
def sent_to_reader():
    """Return what the browser's reader is sent by a page."""

    def sent(page):
        (reader,) = [each.proto for each in page.get("bidi_component") if "np-reader" in each.proto.html_content]
        return json.loads(reader.json or reader.mixed.json)

    return sent


@pytest.fixture
def marked_in_source(sent_to_reader, client):
    """Return the words that the reader marks."""

    def marked(page):
        sent = sent_to_reader(page)
        document, _ = sent["shown"].split()
        return client.text(document, sent["mark"]["start"], sent["mark"]["end"])

    return marked


@pytest.fixture
def delete_all_but_four(client):
    """Afterwards, only the four documents are left."""
    yield
    _, records = client.documents(limit=1_000)
    client.delete([record.document.id for record in records if record.document.name not in FILES])


@pytest.fixture
def no_workspaces(client):
    """Nothing is kept when a test begins, nor after it; other tests' questions are in the same service."""

    def delete_all():
        for each in client.workspaces.all():
            client.workspaces.delete(each.id)

    delete_all()
    yield
    delete_all()


@pytest.fixture
def forget_feedback(client):
    """Afterwards, nothing was said."""
    yield
    for label in client.labels():
        client.take_back(label.id)
