import pytest

from needlepoint.errors import NeedlepointError
from needlepoint.files.identity import document_id
from needlepoint.folders import batches, files_below


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
