"""The Collection view: files in with their fate told, the table, documents out."""

import dataclasses
import re

import pytest

from needlepoint.service import Service
from needlepoint.settings import Settings
from needlepoint_ui.client import Upload

VIEW = "views/collection.py"
RENT = b"The rent of the boat house is 300 euros a month.\n"


def html_of(page):
    return "\n".join(element.proto.body for element in page.get("html"))


def upload(page, *files):
    page.file_uploader[0].set_value([(name, data, "application/octet-stream") for name, data in files]).run()
    assert not page.exception
    return html_of(page)


def test_it_lists_the_documents(open_page):
    table = open_page(VIEW).dataframe[0].value
    assert sorted(table["name"]) == ["evil.txt", "lease.txt", "letter.txt", "minutes.md"]
    assert set(table["kind"]) == {"Text", "Markdown"}


def test_search_narrows_the_table_and_says_when_nothing_is_left(open_page):
    page = open_page(VIEW)
    page.text_input(key="search").input("LEASE").run()
    assert list(page.dataframe[0].value["name"]) == ["lease.txt"]
    page.text_input(key="search").input("no such").run()
    assert "No document matches" in html_of(page)


def test_each_uploaded_files_fate_is_told(open_page, client):
    shown = upload(open_page(VIEW), ("boat.txt", RENT), ("broken.pdf", b"%PDF-1.7 broken"), ("empty.txt", b""))
    assert re.search(r"boat\.txt</bdi> <span>added: 1 passage<", shown)
    assert re.search(r"broken\.pdf</bdi> <span>not added: \w+", shown)
    assert re.search(r"empty\.txt</bdi> <span>not added: \w+", shown)
    assert client.ask("How much is the rent of the boat house?", top_k=1).findings[0].answer.startswith("300 euros")


def test_the_same_file_twice_is_one_document(open_page, client):
    page = open_page(VIEW)
    upload(page, ("boat.txt", RENT), ("boat.txt", RENT))
    shown = upload(page, ("boat.txt", RENT))
    assert "already in the collection" in shown
    assert [document.name for document in client.documents()].count("boat.txt") == 1


def test_a_changed_file_of_the_same_name_stays_beside_the_earlier_one_unless_told_otherwise(client):
    changed, again = RENT.replace(b"300", b"350"), RENT.replace(b"300", b"400")
    list(client.index([Upload("boat.txt", RENT)]))
    (beside,) = client.index([Upload("boat.txt", changed)])
    assert (beside.namesakes, beside.replaced) == (1, 0)
    (instead,) = client.index([Upload("boat.txt", again)], replace=True)
    assert (instead.namesakes, instead.replaced) == (0, 2)
    assert [document.name for document in client.documents()].count("boat.txt") == 1


def test_files_of_a_folder_are_never_replaced_by_an_upload(client):
    (fate,) = client.index([Upload("lease.txt", RENT)], replace=True)
    assert (fate.namesakes, fate.replaced) == (1, 0)
    assert [document.name for document in client.documents()].count("lease.txt") == 2


@pytest.mark.parametrize("name", ["../../../tmp/out.txt", "/etc/passwd", "..\\..\\out.txt", "a\0b.txt", "." * 300])
def test_a_hostile_name_is_text_and_leads_nowhere(client, tmp_path, name, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (fate,) = client.index([Upload(name, RENT)])
    assert fate.state == "indexed"
    document = next(document for document in client.documents() if document.folder == "Uploads")
    assert document.name == name.replace("\0", "")[:255]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("needlepoint-")]


def test_the_record_holds_no_path_of_this_machine_that_outlives_the_upload(client, tmp_path):
    list(client.index([Upload("boat.txt", RENT)]))
    record = client._service.document("boat.txt")
    assert record.meta["folder"] == "Uploads"
    assert record.meta["path"].endswith("/Uploads/boat.txt")


def test_delete_takes_what_was_confirmed(client):
    lease = next(document for document in client.documents() if document.name == "lease.txt")
    assert client.delete([lease.id]) == 1
    assert "lease.txt" not in [document.name for document in client.documents()]


def test_the_empty_collection_says_so(open_page, client):
    client.delete([document.id for document in client.documents()])
    page = open_page(VIEW)
    assert "The collection is empty" in html_of(page)
    assert not page.dataframe


def test_a_store_that_another_writer_holds_is_told_and_loses_nothing(open_page, store):
    settings = dataclasses.replace(Settings.from_environment(), store=store)
    with Service(settings=settings) as other, other.store.writing():
        shown = upload(open_page(VIEW), ("boat.txt", RENT))
    assert re.search(r"boat\.txt</bdi> <span>not added: .*writ", shown)
    assert "added: 1 passage" in upload(open_page(VIEW), ("boat.txt", RENT))
