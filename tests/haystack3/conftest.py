"""Shared by the tests of the adapter for Haystack 3, which have an environment of their own: ``make test-haystack3``."""

import json
import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import haystack_integrations.common.needlepoint  # noqa: F401  (before any test imports Haystack)

CHECKOUT = Path(__file__).parents[2]
RUN = CHECKOUT.parent / "shared" / "elasticsearch" / "run.sh"
# the server's own user runs the system's python3: an active virtual environment may lie where that user must not look
SYSTEM_PATH = os.pathsep.join(["/usr/local/bin", "/usr/bin", "/bin", os.environ.get("PATH", "")])


@pytest.fixture(scope="session")
def server_url():
    """A real Elasticsearch: the one that ELASTICSEARCH_URL names, or one started for this run."""
    if given := os.environ.get("ELASTICSEARCH_URL"):
        yield given
        return
    if not RUN.is_file():
        pytest.skip("no Elasticsearch: set ELASTICSEARCH_URL; ../shared/elasticsearch is not there either")
    if not (os.environ.get("ES_JAVA_HOME") or os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("no Elasticsearch: ../shared/elasticsearch needs Java 17, and there is none")
    folder = Path(tempfile.mkdtemp(prefix="needlepoint-elasticsearch-"))
    folder.chmod(0o755)  # the server runs as another user
    home, environment = str(folder / "home"), {**os.environ, "PATH": SYSTEM_PATH}
    try:
        command = [str(RUN), "start", "--port", "0", "--home", home, "--timeout", "400"]
        started = subprocess.run(command, capture_output=True, text=True, env=environment)
        assert started.returncode == 0, started.stderr
        yield started.stdout.split()[0]
    finally:
        subprocess.run([str(RUN), "stop", "--home", home], capture_output=True, check=True)
        shutil.rmtree(folder, ignore_errors=True)


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


@pytest.fixture
def make_store(request, tmp_path):
    """Make stores of the kind that the test names by ``@pytest.mark.parametrize("kind", ...)``, all of one collection."""
    made = []

    def make(kind, **parameters):
        if kind == "elasticsearch":
            from haystack_integrations.document_stores.needlepoint import ElasticsearchStore

            request.getfixturevalue("prefix")
            made.append(ElasticsearchStore(**parameters))
        else:
            from haystack_integrations.document_stores.needlepoint import TantivyDocumentStore

            made.append(TantivyDocumentStore(str(tmp_path / "store"), **parameters))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture(scope="session")
def encoder(reader_folder, tmp_path_factory):
    """The folder of an encoder of one layer, cut out of the reader: what it finds means little, but it is quick and real."""
    folder = tmp_path_factory.mktemp("encoder") / "one-layer"
    folder.mkdir()
    config = json.loads((reader_folder / "config.json").read_text())
    config |= {"num_hidden_layers": 1, "architectures": ["BertModel"]}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_bytes((reader_folder / "tokenizer.json").read_bytes())
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 128}')
    kept = {
        name.removeprefix("bert."): array.astype(np.float32)
        for name, array in load_file(reader_folder / "model.safetensors").items()
        if ".layer." not in name or ".layer.0." in name
    }
    save_file(kept, folder / "model.safetensors")
    return str(folder)
