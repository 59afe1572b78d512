import os
from pathlib import Path

import pytest

from needlepoint.errors import NeedlepointError
from needlepoint.files.identity import document_id
from needlepoint.service.folders import batches, files_below


@pytest.fixture
def tree(tmp_path):
    for name in ("b.txt", "a.txt", "sub/c.txt", ".git/config", "sub/.hidden"):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "root"


def test_folders_are_walked_in_order_without_what_is_hidden(tree):
    found = files_below([tree])
    assert [(f.path.relative_to(tree).as_posix(), f.folder) for f in found] == [
        ("a.txt", "root"),
        ("b.txt", "root"),
        ("sub/c.txt", "root/sub"),
    ]


def test_a_file_named_twice_is_read_once(tree):
    found = files_below([tree / "a.txt", tree, tree / "sub"])
    assert sorted(f.path.name for f in found) == ["a.txt", "b.txt", "c.txt"]
    assert found[0].folder == "root"


def test_a_link_that_leads_back_up_does_not_loop(tree):
    (tree / "sub" / "loop").symlink_to(tree, target_is_directory=True)
    assert len(files_below([tree])) == 3


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NeedlepointError, match="nowhere: no such file or folder"):
        files_below([tmp_path / "nowhere"])


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(NeedlepointError, match="no files here"):
        files_below([tmp_path])


def test_batches_keep_order_and_hold_every_file_once(tmp_path):
    for number in range(70):
        (tmp_path / f"{number:02}.txt").write_text(str(number))
    made = list(batches(files_below([tmp_path])))
    assert [len(batch.paths) for batch in made] == [32, 32, 6]
    assert [path.name for batch in made for path in batch.paths] == [f"{number:02}.txt" for number in range(70)]
    first = made[0].paths[0]
    assert made[0].ids[first] == document_id("00.txt", b"0")


def test_large_files_go_alone(tmp_path):
    for name in ("a.bin", "b.bin"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(10 * 2**20)
    assert [len(batch.paths) for batch in batches(files_below([tmp_path]))] == [1, 1]


def test_a_file_that_vanishes_has_no_id_and_stops_nothing(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    found = files_below([tmp_path])
    (tmp_path / "a.txt").unlink()
    (batch,) = batches(found)
    assert [path.name for path in batch.paths] == ["a.txt", "b.txt"]
    assert [path.name for path in batch.ids] == ["b.txt"]


def test_files_larger_than_any_that_is_read_have_no_id(tmp_path):
    (tmp_path / "a.txt").write_text("12345")
    (tmp_path / "b.txt").write_text("123456")
    (batch,) = batches(files_below([tmp_path]), max_bytes=5)
    assert [path.name for path in batch.paths] == ["a.txt", "b.txt"]
    assert [path.name for path in batch.ids] == ["a.txt"]


@pytest.fixture
def close(monkeypatch):
    """Make a folder one that only its owner may look into: tests may run as root, whom permissions do not stop."""

    def close(folder):
        scandir = os.scandir

        def refusing(path="."):
            if Path(path) == folder:
                raise PermissionError(13, "Permission denied", str(path))
            return scandir(path)

        monkeypatch.setattr(os, "scandir", refusing)

    return close


@pytest.mark.parametrize("name", ["sub", ""])
def test_a_folder_that_may_not_be_looked_into_is_reported(tree, close, name):
    close(tree / name)
    files = files_below([tree])
    assert [(f.path, f.trouble) for f in files if f.trouble] == [
        (tree / name, "the folder cannot be read: Permission denied")
    ]
    assert [f.path.name for f in files if not f.trouble] == (["a.txt", "b.txt"] if name else [])


def test_a_folder_whose_names_are_all_that_may_be_seen_stops_nothing(tree, monkeypatch):
    is_file = Path.is_file

    def refusing(path):
        if path.parent == tree / "sub":
            raise PermissionError(13, "Permission denied", str(path))
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refusing)
    files = files_below([tree])
    assert [f.path.name for f in files] == ["a.txt", "b.txt", "c.txt"]
    (batch,) = batches(files)
    assert [path.name for path in batch.ids] == ["a.txt", "b.txt"]


def test_a_path_in_a_folder_that_may_not_be_entered_is_named(tmp_path, monkeypatch):
    def refusing(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "exists", refusing)
    with pytest.raises(NeedlepointError, match=r"a\.txt: Permission denied"):
        files_below([tmp_path / "a.txt"])
