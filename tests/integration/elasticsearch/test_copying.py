"""A collection moves from the embedded store to Elasticsearch and back, and is the same."""

import pytest

from commands import run_command
from needlepoint.errors import CollectionError
from needlepoint.service.backups.restoring import restore_backup
from needlepoint.service.backups.writing import write_backup
from needlepoint.service.copying import copy_collection
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

LEASE = "LEASE AGREEMENT\n\nThe term of this lease ends on 31 March 2031. The annual rent is 84,000 euros.\n"
MINUTES = "Minutes of the board\n\nMaria Lindqvist was elected chair on 4 May 2024.\n\fThe meeting closed at noon.\n"

GERMAN = "Der Mietvertrag für den Liegeplatz endet am 31. März 2031. Die Miete beträgt 940 Euro im Monat.\n"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "lease.txt").write_text(LEASE)
    (folder / "minutes.txt").write_text(MINUTES)
    return folder


@pytest.fixture
def embedded(reader_folder, tmp_path):
    made = []

    def make(name="store"):
        made.append(Service("local", settings=Settings(store=tmp_path / name, cache=tmp_path / "cache")))
        return made[-1]

    yield make
    for service in made:
        service.close()


def contents(service):
    """All that a collection holds, in order."""
    return {
        index: [(d.id, d.content, d.meta) for d in service.store.get_all_documents(index=index)]
        for index in ("document", "page")
    } | {"source": [(d.id, d.content, d.meta) for d in service.documents()]}


def test_there_and_back(embedded, make_service, folder):
    first, server, second = embedded(), make_service(), embedded("second")
    first.index([folder])
    seen, totals = [], []
    report = copy_collection(first, server, progress=seen.append, on_total=totals.append)
    assert (report.copied, report.unchanged, report.passages) == (2, 0, first.passage_count())
    assert (totals, [record.meta["name"] for record in seen]) == ([2], ["lease.txt", "minutes.txt"])
    assert contents(server) == contents(first)
    assert server.ask("When does the lease end?").quotes[0].answer == "31 March 2031"
    assert {outcome.state for outcome in server.index([folder]).outcomes} == {"unchanged"}
    copy_collection(server, second)
    assert contents(second) == contents(first)


def test_a_copy_is_stemmed_by_its_languages(embedded, make_service, folder):
    (folder / "vertrag.txt").write_text(GERMAN)
    first, server, second = embedded(), make_service(), embedded("second")
    first.index([folder])
    copy_collection(first, server)
    copy_collection(server, second)
    for service in (first, server, second):
        (found,) = service.store.query("Mietverträge")
        assert found.meta["name"] == "vertrag.txt"
    assert contents(second) == contents(first)


def test_a_backup_goes_from_one_kind_of_store_to_the_other_and_back(embedded, make_service, folder, tmp_path):
    first, server, second = embedded(), make_service(), embedded("second")
    first.index([folder])
    write_backup(first, tmp_path / "first.zip")
    restore_backup(server, tmp_path / "first.zip")
    assert contents(server) == contents(first)
    assert server.ask("When does the lease end?").quotes[0].answer == "31 March 2031"
    write_backup(server, tmp_path / "server.zip")
    restore_backup(second, tmp_path / "server.zip")
    assert contents(second) == contents(first)


def test_copying_again_copies_what_is_missing_or_different(embedded, make_service, folder):
    first, server = embedded(), make_service()
    first.index([folder])
    copy_collection(first, server)
    report = copy_collection(first, server)
    assert (report.copied, report.unchanged) == (0, 2)
    # what an interrupted copy leaves: passages without their record, of which one is gone
    lease = first.document("lease.txt").id
    server.store.delete_documents(index="source", ids=[lease])
    server.store.delete_documents(index="page", filters={"document_id": lease})
    (folder / "minutes.txt").write_text(MINUTES.replace("noon", "midnight"))
    first.index([folder])
    report = copy_collection(first, server)
    assert (report.copied, report.unchanged) == (2, 0)
    assert {index: sorted(map(repr, found)) for index, found in contents(server).items()} == {
        index: sorted(map(repr, found)) for index, found in contents(first).items()
    }


def test_what_the_target_has_besides_stays(embedded, make_service, folder, tmp_path):
    first, server = embedded(), make_service()
    first.index([folder])
    (tmp_path / "other.txt").write_text("Something else entirely.")
    server.index([tmp_path / "other.txt"])
    copy_collection(first, server)
    assert [record.meta["name"] for record in server.documents()] == ["lease.txt", "minutes.txt", "other.txt"]


def test_a_target_that_is_away(embedded, make_service, folder, monkeypatch):
    first = embedded()
    first.index([folder])
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("ELASTICSEARCH_WAIT_S", "0")
    with pytest.raises(CollectionError, match="cannot be reached"):
        copy_collection(first, make_service())


def test_the_command(embedded, make_service, folder, tmp_path):
    with embedded() as first:
        first.index([folder])
    done = run_command("copy", "--from", "local", "--to", "elasticsearch-onnx", "--store", tmp_path / "store")
    assert done.stdout.startswith("2 documents copied, 3 passages, "), done.stderr
    assert [record.meta["name"] for record in make_service().documents()] == ["lease.txt", "minutes.txt"]
