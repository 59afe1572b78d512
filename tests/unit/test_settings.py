import pytest

from needlepoint.settings import Settings


@pytest.mark.parametrize(("variable", "name"), [("STORE", "store"), ("CACHE", "cache"), ("FILES", "files")])
def test_a_folder_named_from_here_is_one_from_the_root(variable, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"NEEDLEPOINT_{variable}", "mine")
    settings = Settings.from_environment()
    assert getattr(settings, name) == tmp_path / "mine"
    assert settings.originals.is_absolute()


def test_without_a_folder_of_their_own_uploads_lie_in_the_stores(tmp_path, monkeypatch):
    monkeypatch.setenv("NEEDLEPOINT_STORE", str(tmp_path))
    monkeypatch.setenv("NEEDLEPOINT_FILES", "")
    assert Settings.from_environment().originals == tmp_path / "originals"
