"""A damaged collection says so, names the index, gives no wrong text, and is mended from its files."""

import dataclasses
import itertools
import random
import shutil

import pytest

from commands import run_command
from needlepoint.collection.checking import check_collection
from needlepoint.errors import CollectionError
from needlepoint.service.facade import Service
from needlepoint.service.repairing import repair_collection
from needlepoint.settings import Settings

TEXTS = {
    "lease.txt": "The lease ends on 31 March 2031. " * 40,
    "letter.txt": "The pier was built in 1898. " * 40,
    "minutes.md": "# Minutes\n\nMaria Lindqvist was elected chair. " * 40,
}
INDEXES = ["source", "page", "document"]
SUFFIXES = ["store", "idx", "term", "fast", "fieldnorm"]


def flipped(data, chance):
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def cut(data, chance):
    return data[: chance.randrange(len(data))]


def swapped(data, chance):
    half = len(data) // 2
    return data[half:] + data[:half]


DAMAGES = {"flipped": flipped, "cut": cut, "swapped": swapped}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    return folder


def opened(store):
    return Service(settings=dataclasses.replace(Settings.from_environment(), store=store))


@pytest.fixture(scope="module")
def indexed(files, tmp_path_factory):
    store = tmp_path_factory.mktemp("whole") / "store"
    with opened(store) as service:
        service.index([files], meta={"project": "harbour"})
    return store


@pytest.fixture
def store(indexed, tmp_path):
    return shutil.copytree(indexed, tmp_path / "store")


def state(store):
    """Everything that a reader of the collection can see."""
    with opened(store) as service:
        records = service.documents()
        metas = [{key: value for key, value in each.meta.items() if key != "added"} for each in records]
        found = [
            sorted((each.id, each.content) for each in service.collection.snapshot(name).scan()) for name in INDEXES
        ]
        return metas, [service.text(each.id) for each in records], found


def readable(store):
    """What can be read, text by text, and what is said of the rest."""
    seen, told = set(), []
    with opened(store) as service:
        for name in INDEXES:
            try:
                seen |= {(each.id, each.content) for each in service.collection.snapshot(name).scan()}
            except CollectionError as error:
                told.append(str(error))
    return seen, told


def damaged_file(store, index, suffix):
    return max((store / "indexes" / index).glob(f"*.{suffix}"), key=lambda path: path.stat().st_size)


def checked(store):
    with opened(store) as service:
        return check_collection(service.collection)


def repaired(store):
    with opened(store) as service:
        repair_collection(service, check_collection(service.collection))
        return check_collection(service.collection)


def test_a_whole_collection_is_whole(store):
    report = checked(store)
    assert report.is_whole
    assert report.documents == 3
    assert report.lines() == []


@pytest.mark.parametrize("index", INDEXES)
def test_damage_to_any_file_is_named_and_gives_no_wrong_text(indexed, store, index):
    texts, _ = readable(indexed)
    for suffix, damage in itertools.product(SUFFIXES, DAMAGES):
        path = damaged_file(store, index, suffix)
        data = path.read_bytes()
        path.write_bytes(DAMAGES[damage](data, random.Random(f"{index} {suffix}")))
        seen, told = readable(store)
        assert seen <= texts
        assert [line for line in told if f"indexes/{index} is damaged" not in line or "--repair" not in line] == []
        assert path.name in " ".join(checked(store).indexes[index])
        path.write_bytes(data)
    assert checked(store).is_whole


@pytest.mark.parametrize("suffix", ["idx", "term", "pos", "fieldnorm", "fast"])
def test_a_question_to_damaged_words_is_told_and_finds_no_less(store, suffix):
    path = damaged_file(store, "document", suffix)
    path.write_bytes(bytes(len(path.read_bytes()) // 2) + path.read_bytes()[len(path.read_bytes()) // 2 :])
    with (
        opened(store) as service,
        pytest.raises(CollectionError, match=r"indexes/document is damaged .*check --repair") as told,
    ):
        service.collection.snapshot("document").search("lease", search_fields={"content": 1.0}, top_k=3)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("index", INDEXES)
def test_a_damaged_index_is_mended_from_the_files(indexed, store, index):
    path = damaged_file(store, index, "store")
    path.write_bytes(flipped(path.read_bytes(), random.Random(index)))
    assert repaired(store).is_whole
    assert state(store) == state(indexed)


@pytest.mark.parametrize("index", INDEXES)
def test_a_list_of_segments_that_is_gone_is_not_an_empty_index(indexed, store, index):
    (store / "indexes" / index / "meta.json").unlink()
    with pytest.raises(CollectionError, match=f"indexes/{index} is damaged .meta.json is missing"):
        state(store)
    assert "meta.json" in " ".join(checked(store).indexes[index])
    assert repaired(store).is_whole
    assert state(store) == state(indexed)


@pytest.mark.parametrize(("index", "reason"), [("page", "it has 0 of 1 pages"), ("document", "of its passages")])
def test_a_document_without_its_parts_is_named_and_read_again(indexed, store, index, reason):
    with opened(store) as service:
        lease = service.document("lease.txt")
        if index == "page":
            service.collection.delete(index, filters={"document_id": lease.id})
        else:
            first = next(service.collection.snapshot(index).scan({"document_id": lease.id}))
            service.collection.write(index, [type(first)(first.id, "The lease never ends.", first.meta)])
    (broken,) = checked(store).broken
    assert broken.name == "lease.txt"
    assert reason in " ".join(broken.reasons)
    assert repaired(store).is_whole
    assert state(store) == state(indexed)


def test_passages_of_no_document_are_counted(store):
    with opened(store) as service:
        service.collection.delete("source", ids=[service.document("lease.txt").id])
    assert checked(store).strays.keys() == {"page", "document"}


def test_a_document_whose_file_is_gone_is_left_and_said(files, tmp_path):
    folder = shutil.copytree(files, tmp_path / "files")
    store = tmp_path / "store"
    with opened(store) as service:
        service.index([folder])
        service.collection.delete("page", filters={"document_id": service.document("lease.txt").id})
        (folder / "lease.txt").unlink()
        done = repair_collection(service, check_collection(service.collection))
        assert "the file of lease.txt is not available" in " ".join(done.lost)
        assert [each.name for each in check_collection(service.collection).broken] == ["lease.txt"]
        assert service.ask("When does the lease end?").quotes


def test_the_command_says_what_is_broken_and_mends_it_where_it_is_told(store):
    def check(*options):
        return run_command("documents", "check", *options, "--store", store)

    path = damaged_file(store, "page", "store")
    path.write_bytes(flipped(path.read_bytes(), random.Random(1)))
    found = check()
    assert found.returncode == 1
    assert f"{path.name} is not as it was written" in " ".join(found.stdout.split())
    assert "Nothing was changed" in found.stdout
    mended = check("--repair")
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "3 files read again" in mended.stdout
    assert mended.stdout.strip().endswith("3 documents, all whole")
