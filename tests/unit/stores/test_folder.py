import json

import pytest

from needlepoint.errors import CollectionError, StoreLockedError
from needlepoint.stores.tantivy.folder import FORMAT, StoreFolder
from needlepoint.stores.tantivy.locking import WriteLock


@pytest.mark.parametrize("name", ["document", "page", "a", "A-1_b.c", "0" * 128])
def test_names_that_an_index_may_have(tmp_path, name):
    assert StoreFolder(tmp_path).index_folder(name) == tmp_path / "indexes" / name


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".x", "a/b", "/etc", "a\\b", "a\n", "a\x00", "ü", "-rf", "a.", "x" * 129, "a:b", " a", "a*"]
)
def test_names_that_it_may_not_have(tmp_path, name):
    with pytest.raises(CollectionError, match="cannot be named"):
        StoreFolder(tmp_path).index_folder(name)


def test_marker_is_whole_or_missing_and_never_changed(tmp_path):
    folder = StoreFolder(tmp_path / "store")
    assert not folder.exists()
    folder.make()
    assert not folder.exists()
    folder.prepare()
    marker = tmp_path / "store" / "needlepoint-store.json"
    assert json.loads(marker.read_text())["format"] == FORMAT
    changed = marker.stat().st_mtime_ns
    folder.prepare()
    assert StoreFolder(tmp_path / "store").exists()
    assert marker.stat().st_mtime_ns == changed
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == ["indexes", "needlepoint-store.json"]


def test_what_a_killed_process_leaves_does_no_harm(tmp_path):
    (tmp_path / "write.lock").touch()
    (tmp_path / ".needlepoint-store.json.12ab").write_text('{"for')
    folder = StoreFolder(tmp_path)
    assert not folder.exists()
    folder.prepare()
    (tmp_path / "indexes" / ".removed-1").mkdir()
    folder.prepare()
    assert list((tmp_path / "indexes").iterdir()) == []


def test_lock(tmp_path):
    first, second = WriteLock(tmp_path / "lock", 0.0), WriteLock(tmp_path / "lock", 0.1)
    first.acquire()
    first.acquire()
    with pytest.raises(StoreLockedError, match=str(tmp_path)):
        second.acquire()
    assert (first.is_held, second.is_held) == (True, False)
    first.release()
    first.release()
    second.acquire()
    assert second.is_held
    second.release()
