"""The views run without a browser, on a small real collection with a real reader."""

import dataclasses
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from needlepoint.service import Service
from needlepoint.settings import Settings
from needlepoint_ui import cached

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


@pytest.fixture(scope="session")
def indexed_store(tmp_path_factory):
    files, store = tmp_path_factory.mktemp("papers"), tmp_path_factory.mktemp("ui") / "store"
    for name, text in {"lease.txt": LEASE, "letter.txt": LETTER, "minutes.md": MINUTES, "evil.txt": EVIL}.items():
        (files / name).write_text(text)
    with Service(settings=dataclasses.replace(Settings.from_environment(), store=store)) as service:
        report = service.index([files])
    assert len(report.in_state("indexed")) == 4
    return store


@pytest.fixture
def store(indexed_store, reader_folder, tmp_path, monkeypatch):
    """A copy that a test may change; the page opens it anew."""
    copy = shutil.copytree(indexed_store, tmp_path / "store")
    monkeypatch.setenv("NEEDLEPOINT_STORE", str(copy))
    monkeypatch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    cached.client.clear()
    yield copy
    cached.client.clear()


@pytest.fixture
def client(store):
    return cached.client()


@pytest.fixture
def open_page(store):
    def open_page(view="app.py", **address):
        page = AppTest.from_file(str(UI / view), default_timeout=60)
        for name, value in address.items():
            page.query_params[name.rstrip("_")] = value
        page.run()
        assert not page.exception
        return page

    return open_page
