"""The application on a small real collection with a real reader."""

import dataclasses
import io
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from reportlab.pdfgen.canvas import Canvas

from needlepoint.api.app import create_app
from needlepoint.api.limits import Limits
from needlepoint.people.access import Access
from needlepoint.people.parts import below_folder
from needlepoint.people.person import Role
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from waiting import eventually

LEASE = (
    "LEASE AGREEMENT\n\nThis lease is made between Harbour Estates Ltd and Tern Ferries Ltd.\n\n"
    "The term of this lease ends on 31 March 2031. The annual rent is 84,000 euros, payable in advance.\n"
)
LETTER = "Dear tenant,\n\nplease note that the term of the lease ends on 31 March 2031.\n\nYours, Harbour Estates Ltd\n"
MINUTES = "# Minutes of the board\n\nMaria Lindqvist was elected chair of the board on 4 May 2024.\n"


def pdf(*pages):
    data = io.BytesIO()
    canvas = Canvas(data)
    canvas.setTitle("Report on the harbour")
    for page in pages:
        for number, line in enumerate(page.split("\n")):
            canvas.drawString(72, 760 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


REPORT = pdf(
    "The harbour was built in 1898.\nIt has two piers.", "The longest pier of the harbour measures 412 metres."
)


def finished(client, reply):
    assert reply.status_code == 202
    url = reply.json()["url"]
    eventually(lambda: client.get(url).json()["state"] not in {"waiting", "running"})
    return client.get(url).json()


@pytest.fixture(scope="session")
def papers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    for name, text in {"lease.txt": LEASE, "letter.txt": LETTER, "minutes.md": MINUTES}.items():
        (folder / name).write_text(text)
    (folder / "report.pdf").write_bytes(REPORT)
    return folder


@pytest.fixture(scope="session")
def indexed_store(papers, tmp_path_factory):
    store = tmp_path_factory.mktemp("api") / "store"
    with Service(settings=dataclasses.replace(Settings.from_environment(), store=store)) as service:
        report = service.index([papers])
    assert len(report.in_state("indexed")) == 4
    return store


@contextmanager
def serving(store, **limits):
    settings = dataclasses.replace(Settings.from_environment(), store=store)
    with Service(settings=settings) as service:
        app = create_app(service, Limits(**limits))
        with TestClient(app, base_url="http://localhost") as client:
            eventually(lambda: client.get("/ready").status_code == 200)
            yield client


@pytest.fixture(scope="session")
def _reader(reader_folder):
    patch = pytest.MonkeyPatch()
    patch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def shown(indexed_store, _reader):
    """A client of a service whose collection no test changes."""
    with serving(indexed_store) as client:
        yield client


@pytest.fixture
def start(indexed_store, _reader, tmp_path):
    """Start services with limits of their own, on a copy of the collection that a test may change."""
    store = shutil.copytree(indexed_store, tmp_path / "store")
    opened = []

    def start(*, is_empty=False, **limits):
        opened.append(serving(tmp_path / "empty" if is_empty else store, **limits))
        return opened[-1].__enter__()

    yield start
    for service in reversed(opened):
        service.__exit__(None, None, None)


@pytest.fixture(scope="session")
def _changeable(indexed_store, _reader, tmp_path_factory):
    store = shutil.copytree(indexed_store, tmp_path_factory.mktemp("changeable") / "store")
    with serving(store) as client:
        yield client, store


@pytest.fixture
def client(_changeable, papers):
    """A client of a service whose collection a test may change; what it did is undone."""
    client, store = _changeable
    before = {entry["id"] for entry in client.get("/documents").json()["documents"]}
    yield client
    service = client.app.state.needlepoint.service
    listed = client.get("/documents", params={"limit": 1_000}).json()["documents"]
    client.post("/documents/delete", json={"ids": [entry["id"] for entry in listed if entry["id"] not in before]})
    service.index([papers])
    service.store.delete_labels()
    for folder in (store / "originals").glob("[!.]*"):
        shutil.rmtree(folder)


@pytest.fixture
def store(_changeable):
    """The folder of the collection that tests may change."""
    return _changeable[1]


# --- people -----------------------------------------------------------------------------------------------------------

CANARY = "Zanzibar"
SECRET = (
    "MERGER\n\nThe partner of the merger is Zanzibar Holdings. The merger is to be announced on 7 July 2027.\n"
    "The term of the lease of Zanzibar ends on 1 May 2044.\n"
)
PASSWORD = "nine tame otters"


@dataclasses.dataclass
class Guarded:
    """A service with users: ``rita`` reads and ``adam`` adds, both see finance only; ``lena`` reads all; ``mona`` manages."""

    client: TestClient
    access: Access
    ids: dict[str, str]
    store: Path
    _sessions: dict[str, str] = dataclasses.field(default_factory=dict)

    def session(self, name):
        """Return the headers of a session: the one begun before, if it has not ended, since passwords are slow to check."""
        if not self.access.sessions.person(self._sessions.get(name, "")):
            reply = self.client.post("/login", json={"name": name, "password": PASSWORD})
            assert reply.status_code == 200, reply.text
            self._sessions[name] = reply.json()["session"]
        return {"X-Session": self._sessions[name]}


def write_papers(folder):
    (folder / "finance").mkdir(parents=True)
    (folder / "board" / "inner").mkdir(parents=True)
    (folder / "finance" / "lease.txt").write_text(LEASE)
    (folder / "finance" / "harbour.pdf").write_bytes(REPORT)
    (folder / "board" / "merger.txt").write_text(SECRET)
    (folder / "board" / "inner" / "zanzibar.pdf").write_bytes(pdf(SECRET.replace("\n\n", "\n")))
    (folder / "board" / "zanzibar.csv").write_text("partner,year\nZanzibar,2027\n")
    return folder


@pytest.fixture(scope="session")
def guarded_store(tmp_path_factory):
    store = tmp_path_factory.mktemp("guarded") / "store"
    papers = write_papers(tmp_path_factory.mktemp("secret") / "papers")
    settings = dataclasses.replace(Settings.from_environment(), store=store)
    with Service(settings=settings) as service:
        assert len(service.index([papers]).in_state("indexed")) == 5
    access = Access(settings.people)
    access.users.add("mona", Role.MANAGE, password=PASSWORD)
    access.users.parts.add("finance", below_folder("papers/finance"))
    access.users.add("rita", Role.READ, password=PASSWORD, parts=["finance"])
    access.users.add("adam", Role.ADD, password=PASSWORD, parts=["finance"])
    access.users.add("lena", Role.READ, password=PASSWORD)
    access.close()
    return store


@contextmanager
def guarded_by(store, **limits):
    with serving(store, **{"api_key": "key-of-the-machine", **limits}) as client:
        access = client.app.state.needlepoint.access
        listed = client.get("/documents", headers={"X-API-Key": "key-of-the-machine"}).json()["documents"]
        yield Guarded(client, access, {each["name"]: each["id"] for each in listed}, store)


@pytest.fixture(scope="session")
def guarded(guarded_store, _reader, tmp_path_factory):
    """A service with users, whose documents no test changes."""
    with guarded_by(shutil.copytree(guarded_store, tmp_path_factory.mktemp("copied") / "store")) as made:
        yield made


@pytest.fixture
def guard_anew(guarded_store, _reader, tmp_path):
    """Start a service with users on a copy of the collection that a test may change."""
    store, opened = shutil.copytree(guarded_store, tmp_path / "guarded"), []

    def start(**limits):
        opened.append(guarded_by(store, **limits))
        return opened[-1].__enter__()

    yield start
    for service in reversed(opened):
        service.__exit__(None, None, None)
