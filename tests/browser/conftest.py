"""The page as people meet it: served with its service by the command line, seen in the system's Chromium."""

import dataclasses
import os
import shutil
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from free_ports import free_port
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from waiting import eventually

COMMAND = [sys.executable, "-c", "from needlepoint.cli.app import main; main()"]
CHECKOUT = Path(__file__).parents[2]
COLLECTION = CHECKOUT / "examples" / "collection"
LEFT_FOR_UPLOAD = "incident-report-dunlin.pdf"
EVIL_NAME = "<img src=x onerror=hurt()> **evil** $x$.txt"
EVIL = (
    "The password of the vault is <script>window.hurt=1</script><img src=x onerror='window.hurt=1'> $\\frac{a}{b}$ "
    "**bold** ![pic](https://tracker.example/pixel.png) \u202egnitirw sdrawkcab\u202c.\n\n" + "W" * 10_000 + "\n"
)
BROWSERS = (  # the first is Chromium without windows of its own: a page costs it a quarter less
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="module")  # Playwright runs an event loop in this thread until it ends; later tests run their own
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium-headless-shell)")
    playwright.expect.set_options(
        timeout=60_000
    )  # its five seconds are not enough where other tests run beside this one
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def indexed(tmp_path_factory):
    """A store that holds the examples without one file, and one evil document."""
    root = tmp_path_factory.mktemp("indexed")
    (root / "odd").mkdir()
    (root / "odd" / EVIL_NAME).write_text(EVIL)
    files = [path for path in sorted(COLLECTION.iterdir()) if path.name != LEFT_FOR_UPLOAD]
    with Service(settings=dataclasses.replace(Settings.from_environment(), store=root / "store")) as service:
        service.index([*files, root / "odd"])
    return root / "store"


@pytest.fixture(scope="module")
def address(chromium, indexed, reader_folder, tmp_path_factory):
    """The page's address; its collection is this module's own copy."""
    root = tmp_path_factory.mktemp("browser")
    shutil.copytree(indexed, root / "store")
    environment = os.environ | {
        "READER_PARAMS_MODEL_NAME_OR_PATH": str(reader_folder),
        "NEEDLEPOINT_STORE": str(root / "store"),
    }
    environment["PYTHONPATH"] = str(CHECKOUT / "components")
    with page_served(root, environment) as url:
        yield url


@pytest.fixture(scope="module")
def address_without_service(chromium, reader_folder, tmp_path_factory):
    """The address of a page whose service does not run, and what starts that service, on an empty collection."""
    root = tmp_path_factory.mktemp("alone")
    environment = os.environ | {
        "READER_PARAMS_MODEL_NAME_OR_PATH": str(reader_folder),
        "NEEDLEPOINT_STORE": str(root / "store"),
        "PYTHONPATH": str(CHECKOUT / "components"),
    }
    port = free_port()
    started = []

    def start_service():
        with (root / "service-log").open("wb") as log:
            command = [*COMMAND, "serve", "--port", str(port)]
            started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        _wait_for(f"http://127.0.0.1:{port}/ready", started[0], root / "service-log")

    with page_served(root, environment, "--service", f"http://127.0.0.1:{port}") as url:
        yield url, start_service
    for service in started:
        service.terminate()
        service.wait(120)


@contextmanager
def page_served(root, environment, *arguments):
    """Serve the page until the block ends."""
    port = free_port()
    with (root / "log").open("wb") as log:
        command = [*COMMAND, "ui", "--port", str(port), *arguments]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    _wait_for(f"{url}/_stcore/health", server, root / "log")
    yield url
    server.terminate()
    server.wait(120)


def _wait_for(url, server, log):
    def answers():
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            return False
        return True

    def has_ended():
        if server.poll() is not None:
            pytest.fail(f"the server ended: {log.read_text()[-2000:]}")

    eventually(answers, unless=has_ended)


@pytest.fixture(scope="module")
def window(chromium):
    """One window's cache and storage for all pages, so that the page's scripts are compiled once."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture
def open_page(window, address):
    """Open the page at a path, in a window of some width; afterwards, no request went elsewhere and no error was told.

    Other hosts are not found (:data:`ARGUMENTS`); pages share the browser's storage, which is empty at first.
    """
    pages, elsewhere, errors = [], [], []

    def open_page(path="/", *, width=1280, height=800, scheme="light", at=None):
        own = at or address
        page = window.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.set_default_timeout(120_000)
        page.on("request", lambda request: _is_elsewhere(request.url, own) and elsewhere.append(request.url))
        page.on("websocket", lambda socket: _is_elsewhere(socket.url, own) and elsewhere.append(socket.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: _is_error(message) and errors.append(f"{message.text} {message.location}"))
        page.goto(own + path)
        page.wait_for_selector(".np-status, .np-note")
        return page

    yield open_page
    for page in (each for each in pages if not each.is_closed()):
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.close()
    window.clear_cookies()
    assert elsewhere == []
    assert errors == []


def _is_elsewhere(url, address):
    own = (address, address.replace("http", "ws", 1), "data:", "blob:")
    return not url.startswith(own)


def _is_error(message):
    """Whether the console tells of an error other than Streamlit's own looking for its address below a view's path."""
    return message.type == "error" and "/_stcore/" not in message.location.get("url", "")
