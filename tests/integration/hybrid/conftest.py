"""A hybrid collection of a few files, on the embedded store; the embedding model is small and, unless told, the reader's own."""

import json
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from needlepoint.settings import Settings

FILES = {
    "lease.txt": "LEASE AGREEMENT\n\nThe term of this lease ends on 31 March 2031. The annual rent is 84,000 euros.\n",
    "minutes.txt": "Minutes of the board\n\nMaria Lindqvist was elected chair on 4 May 2024. The meeting closed at noon.\n",
    "straße.txt": "Die Straße nach Łódź ist gesperrt. 東京 and naïve café texts 🧵 are indexed as they are.\n",
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


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
def make_service(reader_folder, encoders, tmp_path, monkeypatch):
    """Make services on one store; the embedding model is the first of ``encoders`` unless a call says otherwise."""
    monkeypatch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    from needlepoint.service import Service

    made = []

    def make(pipeline="hybrid", *, encoder=None, store="store"):
        monkeypatch.setenv("DENSERETRIEVER_PARAMS_EMBEDDING_MODEL", str(encoder or encoders[0]))
        made.append(Service(pipeline, settings=replace(Settings.from_environment(), store=tmp_path / store)))
        return made[-1]

    yield make
    for service in made:
        service.close()
