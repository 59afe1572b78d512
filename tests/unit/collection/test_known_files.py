import os
from pathlib import Path

import pytest

from needlepoint.collection.known_files import file_at, paths_of, stored, with_paths
from needlepoint.files.identity import document_id, file_id


@pytest.mark.parametrize("name", ["lease.txt", "straße.txt", os.fsdecode(b"caf\xe9.txt")])
def test_the_id_of_a_file_is_that_of_its_name_and_bytes(tmp_path, name):
    path = tmp_path / name
    data = b"0123456789" * 100_000  # more than one block
    path.write_bytes(data)
    assert file_id(path) == document_id(name, data)


def test_a_record_of_one_path_looks_as_it_always_did():
    meta = {"name": "a.txt", "path": "/x/a.txt"}
    assert with_paths(meta, ["/x/a.txt"]) == meta
    assert paths_of(meta) == ["/x/a.txt"]


def test_of_several_paths_one_is_shown_whose_file_is_there(tmp_path):
    here, gone = tmp_path / "a.txt", tmp_path / "moved" / "a.txt"
    here.write_text("a")
    meta = with_paths({"path": str(gone)}, [str(gone), str(here), str(gone)])
    assert meta["path"] == str(here)
    assert paths_of(meta) == [str(here), str(gone)]
    assert with_paths(meta, [str(gone)]) == {"path": str(gone)}


def test_a_file_is_at_hand_only_as_long_as_it_is_that_very_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("first")
    id_ = file_id(path)
    assert file_at(str(path), id_) == path
    path.write_text("second")
    assert file_at(str(path), id_) is None
    for nowhere in (str(tmp_path / "b.txt"), str(tmp_path), "", "a\0b"):
        assert file_at(nowhere, id_) is None


def test_a_file_and_folder_whose_names_are_no_utf_8_are_found_by_what_is_kept_of_the_path(tmp_path):
    folder = tmp_path / os.fsdecode(b"Stra\xdfe")
    folder.mkdir()
    for name in (b"caf\xe9.txt", b"caf\xe8.txt"):
        (folder / os.fsdecode(name)).write_bytes(name)
    path = folder / os.fsdecode(b"caf\xe9.txt")
    kept = stored(path)
    assert kept == f"{tmp_path}/Stra\ufffde/caf\ufffd.txt"
    assert file_at(kept, file_id(path)) == path
    assert file_at(f"{Path(kept).parent}/ca\ufffd\ufffd.txt", file_id(path)) is None
