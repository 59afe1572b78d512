import pytest

from needlepoint import resources
from needlepoint.errors import ModelError
from needlepoint.reading import models
from needlepoint.reading.models import PREFERRED, find_reader


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """An empty Hugging Face cache; the function returned puts a model into it."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))

    def put(name, files=("config.json", "tokenizer.json", "model.safetensors"), revision="main"):
        repository = tmp_path / "hub" / f"models--{name.replace('/', '--')}"
        snapshot = repository / "snapshots" / "abc"
        snapshot.mkdir(parents=True)
        (repository / "refs").mkdir()
        (repository / "refs" / revision).write_text("abc")
        for file in files:
            (snapshot / file).touch()
        return snapshot

    return put


@pytest.fixture
def bundled(tmp_path, monkeypatch):
    folder = tmp_path / "bundled"
    folder.mkdir()
    monkeypatch.setattr(models, "bundled_reader", lambda: folder)
    return folder


def test_a_folder_that_is_named_comes_first(tmp_path, hub):
    folder = tmp_path / "my reader"
    folder.mkdir()
    found = find_reader(folder)
    assert (found.folder, found.origin, found.name) == (folder, "folder", "my reader")


def test_a_hub_name_is_found_in_the_local_cache(hub):
    snapshot = hub("someone/reader")
    assert find_reader("someone/reader").folder == snapshot
    assert find_reader("someone/reader", revision="abc").folder == snapshot


def test_by_default_the_preferred_model_comes_before_the_bundled_one(hub, bundled):
    assert [find_reader(name).origin for name in (None, "", " ")] == ["bundled"] * 3
    snapshot = hub(PREFERRED)
    assert (find_reader().folder, find_reader().name) == (snapshot, PREFERRED)


def test_a_half_downloaded_model_does_not_count(hub, bundled):
    hub(PREFERRED, files=("config.json", "tokenizer.json"))
    assert find_reader().folder == bundled


@pytest.mark.parametrize("name", ["./nowhere", "/no/such/folder", "a/b/c", "~nobody/x", "C:\\models\\x"])
def test_what_cannot_be_a_hub_name_is_a_missing_folder(hub, name):
    with pytest.raises(ModelError, match="no model folder"):
        find_reader(name, allow_download=True)


def test_nothing_is_downloaded_unless_allowed(hub, bundled, monkeypatch):
    monkeypatch.setattr(models, "download_snapshot", lambda *_: pytest.fail("asked the hub"))
    with pytest.raises(ModelError, match="not allowed"):
        find_reader("someone/reader")
    assert find_reader().folder == bundled


@pytest.mark.parametrize("name", ["reader", "reader-small"])
def test_a_bundled_reader_is_found_by_name_from_anywhere(hub, tmp_path, monkeypatch, name):
    shipped, elsewhere = tmp_path / "installed" / name, tmp_path / "work"
    shipped.mkdir(parents=True)
    elsewhere.mkdir()
    monkeypatch.setattr(resources, "_shipped", lambda folder: tmp_path / "installed")
    monkeypatch.chdir(elsewhere)
    found = find_reader(f"models/{name}")
    assert (found.name, found.folder) == (name, shipped)
    assert resources.is_bundled(shipped)
    (elsewhere / "models" / name).mkdir(parents=True)
    assert find_reader(f"models/{name}").folder == elsewhere / "models" / name


@pytest.mark.parametrize("name", ["models/..", "models/.", "models/", "models/none", "models/../installed", "reader"])
def test_no_other_name_is_the_bundled_reader(hub, tmp_path, monkeypatch, name):
    (tmp_path / "installed" / "reader").mkdir(parents=True)
    monkeypatch.setattr(resources, "_shipped", lambda folder: tmp_path / "installed")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError):
        find_reader(name)


def test_offline_says_so(hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE"):
        find_reader("someone/reader", allow_download=True)


def test_a_missing_bundled_reader_is_an_error(hub, tmp_path, monkeypatch):
    monkeypatch.setattr(models, "bundled_reader", lambda: tmp_path / "gone")
    with pytest.raises(ModelError, match="bundled reader is missing"):
        find_reader()
