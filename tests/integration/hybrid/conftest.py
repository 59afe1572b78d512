"""A hybrid collection of a few files, on the embedded store."""

from dataclasses import replace

import pytest

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


@pytest.fixture
def make_service(reader_folder, encoders, tmp_path, monkeypatch):
    """Make services on one store; the embedding model is the first of ``encoders`` unless a call says otherwise."""
    monkeypatch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    from needlepoint.service.facade import Service

    made = []

    def make(pipeline="hybrid", *, encoder=None, store="store"):
        monkeypatch.setenv("DENSERETRIEVER_PARAMS_EMBEDDING_MODEL", str(encoder or encoders[0]))
        made.append(Service(pipeline, settings=replace(Settings.from_environment(), store=tmp_path / store)))
        return made[-1]

    yield make
    for service in made:
        service.close()
