"""A backup holds the whole collection, is written beside living writers, and is restored whole or refused."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace

import pytest

from needlepoint.errors import BackupError
from needlepoint.files.identity import file_id
from needlepoint.people.access import Access
from needlepoint.people.person import Role
from needlepoint.service.backups.archive import Backup, new_backup
from needlepoint.service.backups.restoring import restore_backup
from needlepoint.service.backups.writing import write_backup
from needlepoint.service.facade import Service
from needlepoint.sheets.database import SheetDatabase
from needlepoint.stores.names import LABELS, PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import records_in

LEASE = "LEASE AGREEMENT\n\nThe term of this lease ends on 31 March {}. Rent: 5\u202f000 \u20ac \U0001f3e0.\n"


def upload(service, name, data):
    """Index a file as the service does when it is sent to it."""
    arrival = service.originals.receive(name, io.BytesIO(data), max_bytes=10**6)
    id_ = file_id(arrival.path)
    service.originals.keep(arrival, id_)
    service.index([service.originals.folder / id_])
    service.originals.forget(arrival)
    return id_


def content(service):
    """Return all that a collection holds, but where its uploaded files lie."""
    here = str(service.originals.folder)
    return {
        index: sorted(
            (record.id, record.content, repr(sorted(record.meta.items())).replace(here, "HERE"), repr(record.fields))
            for record in records_in(service.collection, index)
        )
        for index in (PASSAGES, PAGES, SOURCES, LABELS)
    }


@pytest.fixture
def first(make_service, tmp_path):
    first = make_service("first")
    (tmp_path / "files").mkdir()
    for year in range(2030, 2033):
        (tmp_path / "files" / f"lease {year}.txt").write_text(LEASE.format(year))
    first.index([tmp_path / "files"])
    upload(first, "annex.txt", b"The annex was signed by Maria Lindqvist.")
    document = first.store.get_all_documents()[0].to_dict()
    first.feedback.add(
        {
            "query": "When?",
            "document": document,
            "origin": "user-feedback",
            "is_correct_answer": True,
            "is_correct_document": True,
        }
    )
    database = SheetDatabase(first.settings.sheets / "sheets.sqlite")
    database.rows("INSERT INTO sheets VALUES ('terms', '{}', '[]', '2026-01-01')")
    database.close()
    keep_question(first)
    return first


def keep_question(service):
    """Keep a question with a pinned quote and notes."""
    desk, text = service.desk, service.documents()[0]
    workspace = desk.workspaces.make("Harbour House").id
    desk.workspaces.change(workspace, note="For the board")
    asked = desk.keep(
        workspace, {"filters": None}, {"question": "When?", "found": False, "answers": [], "doubtful": []}
    )
    desk.history.write_note(workspace, asked, "Ask again in May")
    desk.pin(workspace, text.id, 0, 5, question_id=asked)


def kept(service):
    """Return all that the workspaces keep."""
    desk = service.desk
    return [(each, list(desk.history.whole(each.id)), desk.pins.all(each.id)) for each in desk.workspaces.all()]


def test_all_comes_back(first, make_service, tmp_path):
    report = write_backup(first, tmp_path / "all.zip")
    assert (report.documents, report.labels, report.files, report.has_sheets) == (4, 1, 1, True)
    second = make_service("second")
    restored = restore_backup(second, tmp_path / "all.zip")
    assert (restored.documents, restored.passages, restored.labels, restored.files) == (4, report.passages, 1, 1)
    assert content(second) == content(first)
    assert kept(second) == kept(first)
    ((workspace, asked, pins),) = kept(second)
    assert (workspace.note, len(asked), asked[0][0].note, len(pins)) == ("For the board", 1, "Ask again in May", 1)
    annex = second.document("annex.txt")
    file = second.originals.find(annex.id, annex.meta)
    assert file.is_relative_to(second.settings.store)
    assert file.read_bytes() == b"The annex was signed by Maria Lindqvist."
    database = SheetDatabase(second.settings.sheets / "sheets.sqlite")
    assert database.rows("SELECT name FROM sheets") == [("terms",)]
    database.close()


def test_a_collection_that_holds_something_is_left_alone_unless_told(first, make_service, tmp_path):
    write_backup(first, tmp_path / "all.zip")
    second = make_service("second")
    (tmp_path / "own.txt").write_text("The board met on 4 May 2024.")
    second.index([tmp_path / "own.txt"])
    before = content(second)
    with pytest.raises(BackupError, match=r"holds 1 documents already: .*--add"):
        restore_backup(second, tmp_path / "all.zip")
    assert content(second) == before
    for _ in range(2):  # the second time changes nothing
        restore_backup(second, tmp_path / "all.zip", add=True)
        assert [record.meta["name"] for record in second.documents()] == [
            "annex.txt",
            "lease 2030.txt",
            "lease 2031.txt",
            "lease 2032.txt",
            "own.txt",
        ]


def test_a_file_is_never_overwritten(first, tmp_path):
    (tmp_path / "all.zip").write_bytes(b"mine")
    with pytest.raises(BackupError, match="exists already"):
        write_backup(first, tmp_path / "all.zip")
    assert (tmp_path / "all.zip").read_bytes() == b"mine"
    with pytest.raises(BackupError, match="cannot be written: No such file or directory"):
        write_backup(first, tmp_path / "nowhere" / "all.zip")


def test_damage_anywhere_is_said_and_nothing_is_restored(first, make_service, tmp_path):
    write_backup(first, tmp_path / "all.zip")
    data = (tmp_path / "all.zip").read_bytes()
    broken, said = tmp_path / "broken.zip", []
    second = make_service("second")
    for place in range(0, len(data), max(1, len(data) // 60)):
        broken.write_bytes(data[:place] + bytes([data[place] ^ 16]) + data[place + 1 :])
        try:
            with Backup(broken) as backup:
                backup.verify()
                found = [list(backup.records(name)) for name in backup.names("documents/")]
        except BackupError as error:
            said.append(str(error))
        else:  # a byte that nothing depends on, such as a time in a header
            with Backup(tmp_path / "all.zip") as whole:
                assert repr(found) == repr([list(whole.records(name)) for name in whole.names("documents/")])
    assert len(said) > 40
    assert not any("\n" in line for line in said)
    broken.write_bytes(data[: len(data) // 2])
    with pytest.raises(BackupError, match="not a whole backup"):
        restore_backup(second, broken)
    assert second.documents() == []


def test_a_member_that_was_exchanged_is_damage(first, tmp_path):
    write_backup(first, tmp_path / "all.zip")
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(tmp_path / "all.zip") as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(b"2031", b"2099") if name.startswith("documents/") else data)
    with Backup(other) as backup, pytest.raises(BackupError, match=r"is damaged \(documents/000001.jsonl is not what"):
        backup.verify()


def test_a_killed_run_leaves_no_backup(first, tmp_path):
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from needlepoint.pipelines import light_start\n"
        "light_start.allow()\n"
        "from needlepoint.service.backups.writing import write_backup\n"
        "from needlepoint.service.facade import Service\n"
        "with Service() as service:\n"
        "    write_backup(service, Path(sys.argv[1]), progress=lambda record: os.kill(os.getpid(), signal.SIGKILL))\n"
    )
    environment = {**os.environ, "NEEDLEPOINT_STORE": str(first.settings.store)}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "all.zip")], env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (tmp_path / "all.zip").exists()
    (part,) = tmp_path.glob(".all.zip.*.part")
    with pytest.raises(BackupError, match=re.escape(f"{part} is not a whole backup")):
        restore_backup(first, part, add=True)


def test_documents_are_whole_while_others_are_added_and_deleted(first, make_service, tmp_path):
    more = tmp_path / "more"
    more.mkdir()
    for number in range(6):
        (more / f"{number}.txt").write_text(f"Minutes {number}.\n\n" + f"The board met in room {number}. " * 400)
    ends = threading.Event()

    def change():
        while not ends.is_set():
            first.index([more])
            first.delete([f"{number}.txt" for number in range(6)])

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for number in range(4):
            write_backup(first, tmp_path / f"{number}.zip")
    finally:
        ends.set()
        changing.join()
    for number in range(4):
        service = make_service(f"restored {number}")
        restore_backup(service, tmp_path / f"{number}.zip")
        names = {record.meta["name"] for record in service.documents()}
        assert {"annex.txt", "lease 2030.txt", "lease 2031.txt", "lease 2032.txt"} <= names
        for record in service.documents():
            assert len(service.text(record.id)) == record.meta["characters"]
            passages = list(records_in(service.collection, PASSAGES, {"document_id": record.id}))
            assert len(passages) == record.meta["passages"]


def test_a_file_that_leads_elsewhere_is_refused(first, make_service, tmp_path):
    for name in ("originals/../../evil.txt", "originals/abc/../evil.txt", "originals/abc/.hidden", "originals/a"):
        path = tmp_path / f"{abs(hash(name))}.zip"
        with new_backup(path) as backup:
            backup.add(name, [b"x"])
            backup.add_records("collection.jsonl", [])
            backup.finish({})
        with pytest.raises(BackupError, match="no uploaded file has the name"):
            restore_backup(make_service(path.stem), path)
    assert not list(tmp_path.rglob("evil.txt"))


def test_settings_of_files_elsewhere(first, make_service, tmp_path):
    write_backup(first, tmp_path / "all.zip")
    settings = replace(first.settings, store=tmp_path / "third", files=tmp_path / "uploads")
    with Service("local", settings=settings) as third:
        restore_backup(third, tmp_path / "all.zip")
        annex = third.document("annex.txt")
        assert third.originals.find(annex.id, annex.meta).is_relative_to(tmp_path / "uploads")
        assert annex.meta["path"].startswith(str(tmp_path / "uploads"))


def test_users_are_restored_with_the_documents_and_before_them(first, make_service, tmp_path):
    password = "nine tame otters"
    access = Access(first.settings.people)
    access.users.add("mona", Role.MANAGE, password=password)
    access.users.parts.add("annex", {"name": "annex.txt"})
    access.users.add("rita", Role.READ, password=password, parts=["annex"])
    session = access.log_in("rita", password)
    assert write_backup(first, tmp_path / "whole.zip").has_users
    assert password.encode() not in (tmp_path / "whole.zip").read_bytes()
    other = make_service("other")
    restore_backup(other, tmp_path / "whole.zip")
    restored = Access(other.settings.people)
    assert restored.users.all() == access.users.all()
    assert restored.users.person("rita").filters == {"$or": [{"name": "annex.txt"}]}
    assert restored.sessions.person(session) is None
    restored.users.remove("rita")
    restore_backup(other, tmp_path / "whole.zip", add=True)  # nobody who was removed comes back
    assert [user.name for user in restored.users.all()] == ["mona"]


def test_a_backup_without_users_takes_none_away(first, make_service, tmp_path):
    assert not write_backup(first, tmp_path / "whole.zip").has_users
    other = make_service("other")
    access = Access(other.settings.people)
    access.users.add("mona", Role.MANAGE, password="nine tame otters")
    restore_backup(other, tmp_path / "whole.zip")
    assert access.is_on
    assert [user.name for user in access.users.all()] == ["mona"]
