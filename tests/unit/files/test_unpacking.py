"""What is unpacked, where, and under which names."""

import tempfile

import pytest
from filelock import FileLock

from needlepoint.errors import UnreadableFileError
from needlepoint.files.identity import document_id
from needlepoint.files.limits import Limits
from needlepoint.files.members.names import UniqueNames, member_name
from needlepoint.files.members.part import Part
from needlepoint.files.members.spool import Spool
from needlepoint.files.members.unpacking import unpack


def part(name, data=b"text", reason=""):
    return Part(name, lambda: iter([data]), reason)


def unpacked(folder, *parts, **limits):
    return unpack(parts, folder / "spool", "a.zip", packed=100, limits=Limits(**limits))


def test_members_have_the_ids_of_files_named_so(tmp_path):
    (member,) = unpacked(tmp_path, part("contracts/a.txt", b"words")).members
    assert (member.name, member.size) == ("contracts/a.txt", 5)
    assert member.id == document_id("a.zip/contracts/a.txt", b"words")
    assert member.place.read_bytes() == b"words"
    assert member.place.parent == tmp_path / "spool"


def test_a_name_that_comes_twice_is_numbered(tmp_path):
    found = unpacked(tmp_path, *[part("b/a.txt")] * 3, part("noend"), part("noend"))
    assert found.names == ("b/a.txt", "b/a (2).txt", "b/a (3).txt", "noend", "noend (2)")
    unique = UniqueNames()
    assert [unique.unique(name) for name in ("a (2).txt", "a.txt", "a.txt")] == ["a (2).txt", "a.txt", "a (2) (2).txt"]


def test_hidden_files_are_left_out_without_a_word(tmp_path):
    found = unpacked(tmp_path, part(".git/config"), part("__MACOSX/a.txt"), part("a/.DS_Store"), part("b.txt"))
    assert (found.names, found.unread) == (("b.txt",), ())


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("./a//b.txt", "a/b.txt"),
        ("a\\b.txt", "a/b.txt"),
        (" a \n b.txt", "a b.txt"),
        ("a/ ./b", "a/b"),
        ("..a/b..", "..a/b.."),
    ],
)
def test_names_are_made_clean(stated, name):
    assert member_name(stated) == name


@pytest.mark.parametrize("stated", ["", "/", ".", "a/../b", "..", "/a", "\\\\server\\a", "c:a", "\0/a", "x" * 2000])
def test_names_that_are_none_or_lead_elsewhere_are_refused(stated):
    with pytest.raises(UnreadableFileError):
        member_name(stated)


def test_bad_members_are_named_and_the_others_stay(tmp_path):
    def broken():
        yield b"some"
        raise ValueError("odd bytes")

    found = unpacked(
        tmp_path,
        part("empty", b""),
        Part("broken", broken),
        part("locked", reason="a secret"),
        part("large", b"x" * 20),
        part("good"),
        max_bytes=10,
    )
    assert [member.name for member in found.members] == ["good"]
    assert [line.partition(":")[0] for line in found.unread] == ["empty", "broken", "locked", "large"]
    assert sorted(path.name for path in (tmp_path / "spool").iterdir()) == [found.members[0].place.name]


def test_what_a_killed_process_left_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, used = tmp_path / "needlepoint-members-left", tmp_path / "needlepoint-members-used"
    for folder in (left, used):
        folder.mkdir()
        (folder / "lock").touch()
    with FileLock(used / "lock"):
        spool = Spool()
        place = spool.place()
        place.mkdir()
        assert (left.exists(), used.exists()) == (False, True)
        spool.close()
        assert not place.parent.exists()
