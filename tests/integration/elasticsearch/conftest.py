"""A real Elasticsearch: the one that ELASTICSEARCH_URL names, or one started for this run from the checkout's neighbour."""

import os
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

RUN = Path(__file__).parents[4] / "shared" / "elasticsearch" / "run.sh"


@dataclass
class LocalServer:
    """A server in a folder of its own, which can be stopped and started."""

    home: Path
    url: str = ""
    options: tuple[str, ...] = ()

    def start(self):
        port = self.url.rpartition(":")[2] or "0"
        command = [str(RUN), "start", "--port", port, "--home", str(self.home / "home"), *self.options]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        self.url = done.stdout.split()[0]

    def stop(self):
        subprocess.run([str(RUN), "stop", "--home", str(self.home / "home")], capture_output=True, check=True)


def make_server(*options):
    """Return a server that is not started; the caller stops it and removes its folder."""
    if not RUN.is_file():
        pytest.skip("no Elasticsearch: set ELASTICSEARCH_URL; ../shared/elasticsearch is not there either")
    if not (os.environ.get("ES_JAVA_HOME") or os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("no Elasticsearch: ../shared/elasticsearch needs Java 17, and there is none")
    home = Path(tempfile.mkdtemp(prefix="needlepoint-elasticsearch-"))
    home.chmod(0o755)  # the server runs as another user
    return LocalServer(home, options=options)


@pytest.fixture(scope="session")
def own_server():
    """A server of this run's own."""
    server = make_server()
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)


@pytest.fixture(scope="session")
def server_url(request):
    given = os.environ.get("ELASTICSEARCH_URL")
    return given or request.getfixturevalue("own_server").url


@pytest.fixture
def prefix(server_url, monkeypatch):
    """Point this test at the server, under a prefix of its own, and clean up after it."""
    from needlepoint.elastic import Server, ServerSettings

    name = f"test-{uuid.uuid4().hex[:12]}"
    monkeypatch.setenv("ELASTICSEARCH_URL", server_url)
    monkeypatch.setenv("ELASTICSEARCH_INDEX", name)
    server = Server(ServerSettings.from_environment())
    yield name
    with server.talking() as client:
        for index in client.indices.get(index=f"{name}-*"):
            client.indices.delete(index=index)
    server.close()


@pytest.fixture
def store(prefix):
    from needlepoint.nodes.elasticsearch_store import ElasticsearchStore

    store = ElasticsearchStore()
    yield store
    store.close()
