"""Files inside of files are documents: with evidence, with what holds them, and gone with it; the same for every kind."""

import dataclasses
import io
import os
import signal
import tarfile
import threading
import zipfile

import pytest

from commands import run_command
from evidence import checked_passages
from holding_files import KINDS, mailed, message, tarred, zipped
from needlepoint.errors import ReadingStoppedError, UnknownDocumentError
from needlepoint.files.workers.reading_ahead import stoppable
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

ANNEX = b"The pier of Tarvay is 412 metres long."
RENT = b"The rent of berth C-117 is 940 euros a month."
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


@pytest.fixture
def service(tmp_path):
    with Service(settings=dataclasses.replace(Settings.from_environment(), store=tmp_path / "store")) as service:
        yield service


def names(service):
    return [record.meta["name"] for record in service.documents()]


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_members_are_documents_with_evidence(self, service, folder, kind):
        (folder / kind).write_bytes(KINDS[kind]({"annex.txt": ANNEX, "rent.txt": RENT}))
        (outcome,) = service.index([folder]).outcomes
        assert (outcome.state, outcome.members, outcome.unread) == ("indexed", 2, ())
        assert names(service) == [kind, f"{kind}/annex.txt", f"{kind}/rent.txt"]
        holder, *members = service.documents()
        assert [(m.meta["parent"], m.meta["parents"]) for m in members] == [(kind, [holder.id])] * 2
        assert checked_passages(service, members[0]) == [ANNEX.decode()]
        checked_passages(service, holder)
        answer = service.ask("How long is the pier of Tarvay?").answers[0]
        assert answer.meta["name"] == f"{kind}/annex.txt"
        place = answer.places[0]
        text = service.text(place.passage.meta["document_id"])
        start = place.passage.meta["start"]
        assert text[start + place.start : start + place.end] == answer.text

    def test_its_file_can_be_opened(self, service, folder, kind):
        (folder / kind).write_bytes(KINDS[kind]({"annex.txt": ANNEX, "rent.txt": RENT}))
        service.index([folder])
        assert service.original(service.document(f"{kind}/annex.txt")).read_bytes() == ANNEX
        (folder / kind).write_bytes(KINDS[kind]({"annex.txt": ANNEX}))
        with pytest.raises(UnknownDocumentError, match="changed, moved or deleted"):
            service.original(service.document(f"{kind}/rent.txt"))

    def test_indexing_again_changes_nothing(self, service, folder, kind):
        (folder / kind).write_bytes(KINDS[kind]({"annex.txt": ANNEX, "rent.txt": RENT}))
        service.index([folder])
        before = service.documents()
        assert [outcome.state for outcome in service.index([folder]).outcomes] == ["unchanged"]
        assert service.documents() == before

    def test_a_changed_file_replaces_exactly_its_members(self, service, folder, kind):
        (folder / kind).write_bytes(KINDS[kind]({"annex.txt": ANNEX, "gone.txt": RENT, "rent.txt": RENT}))
        (folder / "other.txt").write_bytes(b"The harbour is old.")
        service.index([folder])
        before = {record.meta["name"]: record for record in service.documents()}
        (folder / kind).write_bytes(KINDS[kind]({"annex.txt": ANNEX, "rent.txt": RENT.replace(b"940", b"960")}))
        service.index([folder])
        after = {record.meta["name"]: record for record in service.documents()}
        assert sorted(after) == sorted(["other.txt", kind, f"{kind}/annex.txt", f"{kind}/rent.txt"])
        kept = f"{kind}/annex.txt"
        assert after[kept].id == before[kept].id
        assert after[kept].meta["added"] == before[kept].meta["added"]  # it was not read again
        assert after[kept].meta["parents"] == [after[kind].id]
        assert checked_passages(service, after[f"{kind}/rent.txt"]) == [RENT.replace(b"940", b"960").decode()]
        assert sum(record.meta["passages"] for record in service.documents()) == service.passage_count()

    def test_members_are_deleted_with_it(self, service, folder, kind):
        (folder / kind).write_bytes(KINDS[kind]({"annex.txt": ANNEX, "rent.txt": RENT}))
        service.index([folder])
        service.original(service.document(f"{kind}/annex.txt"))
        assert service.delete([kind]) == 3
        assert (service.documents(), service.passage_count()) == ([], 0)
        assert not any(path.is_file() for path in service.settings.originals.rglob("*"))

    def test_a_bad_member_costs_itself_alone(self, service, folder, kind):
        members = {
            "annex.txt": ANNEX,
            "film.mp4": b"\0\0\0\x20ftypisom" + bytes(50),
            "cut.docx": b"PK\3\4x",
            "rent.txt": RENT,
        }
        (folder / kind).write_bytes(KINDS[kind](members))
        (outcome,) = service.index([folder]).outcomes
        assert (outcome.state, outcome.members) == ("indexed", 2)
        assert sorted(line.partition(":")[0] for line in outcome.unread) == ["cut.docx", "film.mp4"]
        assert service.document(kind).meta["unread"] == list(outcome.unread)
        assert names(service) == [kind, f"{kind}/annex.txt", f"{kind}/rent.txt"]


def test_a_mailbox_is_many_messages(service, folder):
    data = b"".join(
        b"From a@b.example Mon Jun 10 09:15:00 2024\n"
        + bytes(message(f"Berth {number}", f"It costs {number} euros."))
        + b"\n"
        for number in (940, 960)
    )
    (folder / "all.mbox").write_bytes(data)
    service.index([folder])
    assert names(service) == ["all.mbox", "all.mbox/Berth 940.eml", "all.mbox/Berth 960.eml"]
    record = service.document("all.mbox/Berth 960.eml")
    assert (record.meta["type"], record.meta["thread"]) == ("email", "Berth 960")
    assert checked_passages(service, record)
    (folder / "all.mbox").write_bytes(data + b"From x 2024\nSubject: New\n\nNew words.\n")
    service.index([folder])
    assert names(service)[-1] == "all.mbox/New.eml"
    assert service.document("all.mbox/Berth 960.eml").meta["added"] == record.meta["added"]


def test_a_maildir_is_many_messages(service, folder):
    for place in ("cur", "new", "tmp", ".Sent/cur"):
        (folder / "Maildir" / place).mkdir(parents=True)
    for place, subject in {
        "cur/1.host:2,S": "One",
        "new/2.host": "Two",
        "tmp/3.host": "No",
        ".Sent/cur/4.host:2,S": "Four",
    }.items():
        (folder / "Maildir" / place).write_bytes(bytes(message(subject, Message_ID="<a@x>")))
    service.index([folder])
    assert sorted(record.meta["title"] for record in service.documents()) == ["Four", "One", "Two"]


def test_attached_messages_and_archives_are_opened_three_deep(service, folder):
    deepest = zipped({"deepest.txt": b"Four files stand around this."})
    inner = zipped({"deep.txt": ANNEX, "deepest.zip": deepest})
    letter = message("Forwarded", References="<1@x>")
    letter.add_attachment(inner, maintype="application", subtype="zip", filename="inner.zip")
    (folder / "bundle.zip").write_bytes(zipped({"letter.eml": bytes(letter)}))
    (outcome,) = service.index([folder]).outcomes
    assert "bundle.zip/letter.eml/inner.zip/deep.txt" in names(service)
    assert not [name for name in names(service) if "deepest.txt" in name]
    assert outcome.unread == ("letter.eml/inner.zip/deepest.zip: deepest.txt: a file in it, which was not read",)
    assert service.delete(["bundle.zip/letter.eml"]) == 4
    assert names(service) == ["bundle.zip"]


def test_messages_of_one_conversation_know_each_other(service, folder):
    (folder / "a.eml").write_bytes(bytes(message("Berth C-117", "What does it cost?", Message_ID="<1@x>")))
    (folder / "b.eml").write_bytes(bytes(message("AW: Re: Berth C-117", "940 euros.", References="<1@x>")))
    answer = message("Re[2]: Berth C-117", "Thanks.", In_Reply_To="<2@x>")
    answer.add_attachment(ANNEX, maintype="text", subtype="plain", filename="annex.txt")
    (folder / "c.eml").write_bytes(bytes(answer))
    (folder / "d.eml").write_bytes(bytes(message("Diesel")))
    service.index([folder])
    found = service.documents(filters={"thread": "Berth C-117", "from": "Ada <ada@pier.example>"})
    assert [record.meta["name"] for record in found] == ["a.eml", "b.eml", "c.eml", "c.eml/annex.txt"]
    assert (
        service.ask("How long is the pier?", filters={"thread": "Berth C-117"}).answers[0].meta["name"]
        == "c.eml/annex.txt"
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../evil.txt", "climbs out of the archive"),
        ("a/../../evil.txt", "climbs out of the archive"),
        ("..\\evil.txt", "climbs out of the archive"),
        ("/etc/evil.txt", "absolute path"),
        ("C:\\evil.txt", "absolute path"),
    ],
)
@pytest.mark.parametrize("kind", ["bundle.zip", "bundle.tar", "letter.eml"])
def test_names_that_lead_elsewhere_are_refused(service, folder, kind, name, reason):
    (folder / kind).write_bytes(KINDS[kind]({name: RENT, "annex.txt": ANNEX}))
    (outcome,) = service.index([folder]).outcomes
    assert outcome.members == 1
    assert reason in outcome.unread[0]
    assert outcome.unread[0].startswith(name)
    assert names(service) == [kind, f"{kind}/annex.txt"]


def test_links_and_devices_are_not_followed(service, folder):
    with tarfile.open(folder / "bundle.tar", "w") as archive:
        for name, kind in {
            "soft": tarfile.SYMTYPE,
            "hard": tarfile.LNKTYPE,
            "null": tarfile.CHRTYPE,
            "pipe": tarfile.FIFOTYPE,
        }.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("annex.txt")
        info.size = len(ANNEX)
        archive.addfile(info, io.BytesIO(ANNEX))
    with zipfile.ZipFile(folder / "bundle.zip", "w") as archive:
        link = zipfile.ZipInfo("soft")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("annex.txt", ANNEX)
    in_tar, in_zip = sorted(service.index([folder]).outcomes, key=lambda outcome: outcome.path.suffix)
    assert in_tar.unread == (
        "soft: a link: it was not followed",
        "hard: a link: it was not followed",
        "null: a device, pipe or socket: no file",
        "pipe: a device, pipe or socket: no file",
    )
    assert in_zip.unread == ("soft: a link: it was not followed",)
    assert (in_tar.members, in_zip.members) == (1, 1)


def test_a_member_with_a_password_is_named(service, folder):
    data = bytearray(zipped({"secret.txt": RENT, "annex.txt": ANNEX}))
    data[6] |= 1  # the flag of the first member
    central = data.index(b"PK\1\2")
    data[central + 8] |= 1
    (folder / "bundle.zip").write_bytes(data)
    (outcome,) = service.index([folder]).outcomes
    assert outcome.unread == ("secret.txt: password-protected: unpack it with the password and add the result",)
    assert names(service) == ["bundle.zip", "bundle.zip/annex.txt"]


def nested_mail(depth):
    inner = message("level 0")
    data = bytes(inner)
    head = b"Subject: level\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n"
    return head * depth + data


BOMBS = {
    "zeros.zip": lambda: zipped({f"{number}.txt": bytes(20_000_000) for number in range(3)}),
    "zeros.tar.xz": lambda: tarred("tar.xz")({f"{number}.txt": bytes(20_000_000) for number in range(3)}),
    "nested.zip": lambda: zipped({f"{number}.zip": zipped({"a.txt": bytes(9_000_000)}) for number in range(4)}),
    "zeros.txt.gz": lambda: __import__("gzip").compress(bytes(50_000_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_gets_one_line(service, folder, name):
    (folder / name).write_bytes(BOMBS[name]())
    (folder / "good.txt").write_bytes(ANNEX)
    report = service.index([folder])
    (skipped,) = report.in_state("skipped")
    assert (skipped.path.name, skipped.reason) == (
        name,
        "it unpacks to over a hundred times its size, like a ZIP bomb: it was not opened",
    )
    assert names(service) == ["good.txt"]


def test_a_message_nested_a_thousand_deep_ends(service, folder):
    (folder / "deep.eml").write_bytes(nested_mail(1_000))
    (folder / "good.txt").write_bytes(ANNEX)
    report = service.index([folder])
    outcome = next(each for each in report.outcomes if each.path.name == "deep.eml")
    assert len([outcome.reason] if outcome.reason else outcome.unread) == 1
    assert "good.txt" in names(service)


def test_a_full_archive_is_read_up_to_the_bounds(service, folder, monkeypatch):
    limits = service.pipelines.indexing.file_limits
    monkeypatch.setattr(
        type(service.pipelines.indexing),
        "file_limits",
        dataclasses.replace(limits, max_members=5, max_unpacked_bytes=10**6),
    )
    (folder / "many.zip").write_bytes(zipped({f"{number}.txt": b"Berth %d." % number for number in range(9)}))
    (folder / "large.zip").write_bytes(
        zipped({f"{number}.txt": os.urandom(400_000).hex().encode() for number in range(4)})
    )
    large, many = service.index([folder]).outcomes
    assert (many.members, many.unread[-1]) == (5, "more than 5 files in it: the others were not read, so split it")
    assert (large.members, large.unread[-1]) == (
        2,
        "more than 1 MB of files in it: the others were not read, so split it",
    )


KILLED = """
import dataclasses, os, signal, sys
from pathlib import Path
from needlepoint.files.workers import families
from needlepoint.pipelines.indexing import IndexingPipeline
from needlepoint.service.facade import Service
families._MOST_MEMBERS = 5
write, moments = IndexingPipeline.write, iter(range(1, 10**6))
def killed(*args, **options):
    moment = next(moments)
    if 2 * moment - 1 == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    written = write(*args, **options)
    if 2 * moment == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return written
IndexingPipeline.write = killed
with Service() as service:
    service.index([Path(sys.argv[1])])
"""


def test_a_killed_run_is_completed_by_the_next(tmp_path, folder):
    (folder / "bundle.zip").write_bytes(
        zipped({f"{number:02}.txt": b"Berth %d is old." % number for number in range(20)})
    )
    settings = dataclasses.replace(Settings.from_environment(), store=tmp_path / "store")
    with Service(settings=settings) as service:
        service.index([folder])
        former = names(service)
    (folder / "bundle.zip").write_bytes(
        zipped({f"{number:02}.txt": b"Berth %d is new." % number for number in range(30)})
    )
    codes = []
    for moment in (2, 5, 8, 11):
        run = run_command(folder, moment, code=KILLED, NEEDLEPOINT_STORE=str(tmp_path / "store"))
        codes.append(run.returncode)
        assert run.returncode in (-signal.SIGKILL, 0), run.stderr
        with Service(settings=settings) as service:
            assert set(former) <= set(names(service))
            for record in service.documents():
                checked_passages(service, record)
    assert codes[:2] == [-signal.SIGKILL] * 2
    with Service(settings=settings) as service:
        service.index([folder])
        assert names(service) == ["bundle.zip", *(f"bundle.zip/{number:02}.txt" for number in range(30))]
        assert all("new" in service.text(record.id) for record in service.documents()[1:])
        assert not service.documents()[0].meta.get("is_incomplete")
        assert sum(record.meta["passages"] for record in service.documents()) == service.passage_count() == 30
        assert service.delete(["bundle.zip"]) == 31


def test_stop_leaves_nothing_of_a_file_half_read(service, folder, monkeypatch):
    monkeypatch.setattr("needlepoint.files.workers.families._MOST_MEMBERS", 3)
    (folder / "bundle.zip").write_bytes(zipped({f"{number}.txt": b"Berth %d." % number for number in range(20)}))
    stop, write = threading.Event(), service.pipelines.indexing.write

    def write_and_stop(*args, **options):
        stop.set()
        return write(*args, **options)

    monkeypatch.setattr(service.pipelines.indexing, "write", write_and_stop)
    with stoppable(stop), pytest.raises(ReadingStoppedError):
        service.index([folder])
    assert service.documents() == []


def test_one_member_in_two_versions_of_an_archive_stays_as_long_as_one_does(service, folder):
    for year, rent in {"2023": b"900", "2024": b"940"}.items():
        (folder / year).mkdir()
        (folder / year / "bundle.zip").write_bytes(zipped({"annex.txt": ANNEX, "rent.txt": RENT.replace(b"940", rent)}))
    service.index([folder])
    first, second = (record for record in service.documents() if record.meta["type"] == "archive")
    annex = service.document("bundle.zip/annex.txt")
    assert sorted(annex.meta["parents"]) == sorted([first.id, second.id])
    service.delete([first.id])
    assert service.document("bundle.zip/annex.txt").meta["parents"] == [second.id]
    assert service.original(service.document("bundle.zip/annex.txt")).read_bytes() == ANNEX
    service.delete([second.id])
    assert service.documents() == []


def test_an_archive_goes_with_its_last_passage(service, folder):
    (folder / "bundle.zip").write_bytes(zipped({"annex.txt": ANNEX, "letter.eml": mailed({"rent.txt": RENT})}))
    service.index([folder])
    service.delete_passages({"type": "email"})
    assert names(service) == ["bundle.zip", "bundle.zip/annex.txt"]
    service.delete_passages()
    assert service.documents() == []


def test_a_pdf_without_text_gives_the_files_that_it_carries(service, folder):
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.new_attachment("annex.txt").set_data(ANNEX)
    document.save(folder / "cover.pdf")
    (outcome,) = service.index([folder]).outcomes
    assert (outcome.state, outcome.members) == ("indexed", 1)
    assert outcome.unread[0].startswith("its own text: ")
    assert checked_passages(service, service.document("cover.pdf/annex.txt")) == [ANNEX.decode()]
