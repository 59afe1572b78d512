"""Shared by integration tests: a real Elasticsearch, named by ELASTICSEARCH_URL or started for this run; embedding models."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pytest
from safetensors.numpy import load_file, save_file

import needlepoint.nodes  # noqa: F401 - before any test imports Haystack
from free_ports import free_port

CLUSTER_BYTES = 4 * 10**9
RUN = Path(__file__).parents[3] / "shared" / "elasticsearch" / "run.sh"

QUICK_START = "-XX:TieredStopAtLevel=1"  # no time for the compiler that only long runs repay

# the server's own user runs the system's python3: an active virtual environment may lie where that user must not look
SYSTEM_PATH = os.pathsep.join(["/usr/local/bin", "/usr/bin", "/bin", os.environ.get("PATH", "")])


@dataclass
class LocalServer:
    """A server in a folder of its own, which can be stopped and started."""

    home: Path
    options: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    starting: subprocess.Popen[str] | None = None

    @property
    def url(self):
        return self.urls[0]

    def begin(self):
        """Let it start while something else goes on."""
        port = self.url.rpartition(":")[2] if self.urls else "0" if "--nodes" in self.options else str(free_port())
        command = [str(RUN), "start", "--port", port, "--home", str(self.home / "home"), "--timeout", "400"]
        self.starting = subprocess.Popen(
            [*command, *self.options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PATH": SYSTEM_PATH, "ES_JAVA_OPTS": QUICK_START},
        )

    def start(self):
        """Wait until it is ready."""
        if self.starting is None:
            self.begin()
        output, errors = self.starting.communicate()
        assert self.starting.returncode == 0, errors
        self.urls, self.starting = tuple(output.split()), None

    def kill(self, node):
        """End one node at once, as a power failure would."""
        os.kill(int((self.home / "home" / f"node-{node}" / "pid" / "es.pid").read_text()), signal.SIGKILL)

    def stop(self):
        if self.starting is not None:
            self.starting.communicate()
        subprocess.run([str(RUN), "stop", "--home", str(self.home / "home")], capture_output=True, check=True)

    def remove(self):
        if self.urls or self.starting:
            self.stop()
        shutil.rmtree(self.home, ignore_errors=True)


def _reason_to_skip():
    if not RUN.is_file():
        return "no Elasticsearch: set ELASTICSEARCH_URL; ../shared/elasticsearch is not there either"
    if not (os.environ.get("ES_JAVA_HOME") or os.environ.get("JAVA_HOME") or shutil.which("java")):
        return "no Elasticsearch: ../shared/elasticsearch needs Java 17, and there is none"
    return ""


def _make_server(*options):
    home = Path(tempfile.mkdtemp(prefix="needlepoint-elasticsearch-"))
    home.chmod(0o755)  # the server runs as another user
    return LocalServer(home, options)


@pytest.fixture(scope="session")
def _servers(request):
    """Two servers, of which the second begins its slow start beside the first, if a test of this run needs it."""
    if reason := _reason_to_skip():
        pytest.skip(reason)
    plain, secure = _make_server(), _make_server("--security")
    try:
        if any("secure_server" in item.fixturenames for item in request.session.items):
            secure.begin()
        yield plain, secure
    finally:
        plain.remove()
        secure.remove()


@pytest.fixture(scope="session")
def own_server(_servers):
    """A server of this run's own."""
    _servers[0].start()
    return _servers[0]


@pytest.fixture(scope="session")
def secure_server(_servers):
    """A server with users, passwords and a certificate authority of its own."""
    _servers[1].start()
    return _servers[1]


@pytest.fixture(scope="session")
def cluster():
    """Three nodes in one cluster; a test may end some of them."""
    if reason := _reason_to_skip():
        pytest.skip(reason)
    if psutil.virtual_memory().available < CLUSTER_BYTES:
        pytest.skip("no cluster: three nodes need 4 GB of free memory")
    server = _make_server("--nodes", "3", "--heap", "256m")
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def server_url(request):
    given = os.environ.get("ELASTICSEARCH_URL")
    return given or request.getfixturevalue("own_server").url


@pytest.fixture
def prefix(server_url, monkeypatch):
    """Point this test at the server, under a prefix of its own, and clean up after it."""
    from needlepoint.stores.elasticsearch import Server, ServerSettings

    name = f"test-{uuid.uuid4().hex[:12]}"
    monkeypatch.setenv("ELASTICSEARCH_URL", server_url)
    monkeypatch.setenv("ELASTICSEARCH_INDEX", name)
    server = Server(ServerSettings.from_environment())
    yield name
    with server.talking() as client:
        for index in client.indices.get(index=f"{name}-*"):
            client.indices.delete(index=index)
    server.close()


def _write_encoder(folder, reader, *, layers, seed):
    """Cut a sentence encoder of a few layers out of a reader: what it finds means little, but it is quick and real."""
    folder.mkdir(parents=True)
    config = json.loads((reader / "config.json").read_text())
    config |= {"num_hidden_layers": layers, "architectures": ["BertModel"]}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_bytes((reader / "tokenizer.json").read_bytes())
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 128}')
    noise = np.random.default_rng(seed)
    kept = {
        name.removeprefix("bert."): array.astype(np.float32) * noise.uniform(0.99, 1.01)
        for name, array in load_file(reader / "model.safetensors").items()
        if ".layer." not in name or int(name.split(".layer.")[1].split(".")[0]) < layers
    }
    save_file(kept, folder / "model.safetensors")
    return folder


@pytest.fixture(scope="session")
def encoders(reader_folder, tmp_path_factory):
    """Folders of two embedding models that differ."""
    folder = tmp_path_factory.mktemp("encoders")
    return [_write_encoder(folder / name, reader_folder, layers=1, seed=n) for n, name in enumerate(("one", "other"))]


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a disk of eight megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("cannot mount a small file system here (not root)")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
