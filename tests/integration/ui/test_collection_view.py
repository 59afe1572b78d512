"""The Collection view: files in with their fate told, the table, documents out."""

import io
import re

from needlepoint.api.limits import Limits
from needlepoint_ui.service.client import Client
from waiting import eventually

VIEW = "views/collection.py"
RENT = b"The rent of the boat house is 300 euros a month.\n"


def html_of(page):
    return "\n".join(element.proto.body for element in page.get("html"))


def upload(page, *files):
    page.file_uploader[0].set_value([(name, data, "application/octet-stream") for name, data in files]).run()

    def fates_are_told():
        assert not page.exception
        return "clear-fates" in [each.key for each in page.button] or not page.run()

    eventually(fates_are_told)
    return html_of(page)


def add(client, *files, replace=False):
    job = client.add([("", name, io.BytesIO(data)) for name, data in files], replace=replace)
    eventually(lambda: client.job(job.id).is_over)


def names(client):
    return sorted(record.document.name for record in client.documents()[1])


def test_it_lists_the_documents(open_page):
    table = open_page(VIEW).dataframe[0].value
    assert sorted(table["Name"]) == ["evil.txt", "lease.txt", "letter.txt", "minutes.md"]
    assert set(table["Type"]) == {"Text", "Markdown"}


def test_it_says_what_is_in_use(open_page):
    shown = html_of(open_page(VIEW))
    assert re.search(r"<dt>Store</dt><dd>\w+", shown)
    assert re.search(r"<dt>Reader</dt><dd>[^<]*(fp32|int8)", shown)


def test_a_job_that_the_service_forgot_is_told_and_files_can_be_added_again(open_page):
    page = open_page(VIEW)
    page.session_state["page_state"].jobs["adding"] = "0" * 32
    page.run()
    assert "Failed: the service has restarted" in html_of(page)
    page.run()
    assert page.session_state["page_state"].jobs == {}
    assert not page.file_uploader[0].disabled


def test_search_narrows_the_table_and_says_when_nothing_is_left(open_page):
    page = open_page(VIEW)
    page.text_input(key="search").input("LEASE").run()
    assert list(page.dataframe[0].value["Name"]) == ["lease.txt"]
    page.text_input(key="search").input("no such").run()
    assert "No document matches" in html_of(page)


def test_the_order_is_chosen(open_page):
    page = open_page(VIEW)
    page.selectbox(key="order").select("-size").run()
    assert page.dataframe[0].value["Name"].iloc[0] == "evil.txt"


def test_each_uploaded_files_fate_is_told(open_page, client, delete_all_but_four):
    shown = upload(open_page(VIEW), ("boat.txt", RENT), ("broken.pdf", b"%PDF-1.7 broken"), ("empty.txt", b""))
    assert re.search(r"boat\.txt</bdi> <span>added: 1 passage<", shown)
    assert re.search(r"broken\.pdf</bdi> <span>not added: \w+", shown)
    assert re.search(r"empty\.txt</bdi> <span>not added: \w+", shown)
    assert "1 file added · 2 not added" in shown
    assert "boat.txt" in names(client)


def test_the_same_file_twice_is_one_document(open_page, client, delete_all_but_four):
    page = open_page(VIEW)
    upload(page, ("boat.txt", RENT), ("boat.txt", RENT))
    assert names(client).count("boat.txt") == 1
    assert "already in the collection" in html_of(page)


def test_a_changed_file_stays_beside_the_earlier_one_unless_told_otherwise(client, delete_all_but_four):
    add(client, ("boat.txt", RENT))
    add(client, ("boat.txt", RENT.replace(b"300", b"350")))
    assert names(client).count("boat.txt") == 2
    add(client, ("boat.txt", RENT.replace(b"300", b"400")), replace=True)
    assert names(client).count("boat.txt") == 1


def test_a_hostile_name_is_text(open_page, delete_all_but_four):
    shown = upload(open_page(VIEW), ("<img src=x onerror=hurt()> **evil** $x$.txt", RENT))
    assert "&lt;img src=x onerror=hurt()&gt; **evil** $x$.txt" in shown
    assert "<img" not in shown


def test_the_empty_collection_has_one_sentence_and_a_way_to_try(open_page, empty_url):
    page = open_page(VIEW, service=empty_url)
    assert "The collection is empty" in html_of(page)
    assert not page.dataframe
    assert page.file_uploader
    assert "Try the examples" in [each.label for each in page.button]


def test_more_files_than_the_service_takes_at_once_are_added_in_portions(open_page, serve, tmp_path):
    with serve(tmp_path / "store", Limits(max_files=8)) as url:
        page = open_page(VIEW, service=url)
        upload(page, *((f"{number}.txt", RENT) for number in range(21)))
        assert [each.label for each in page.expander] == ["21 files added or already there"]
        assert Client(url).collection().documents == 21


def test_the_address_holds_search_order_and_the_open_document(open_page, client, sent_to_reader):
    (document,) = [each.document for each in client.documents()[1] if each.document.name == "minutes.md"]
    page = open_page(VIEW, search="minutes", order="-size", document=document.id)
    assert page.text_input(key="search").value == "minutes"
    assert page.selectbox(key="order").value == "-size"
    assert sent_to_reader(page)["name"] == "minutes.md"
    page.button(key="close-document").click().run()
    assert "document" not in page.query_params
    assert open_page(VIEW, order="nonsense", list="-3").selectbox(key="order").value == "name"


def test_a_message_is_shown_with_the_others_of_its_thread(open_page, client, delete_all_but_four, sent_to_reader):
    def mail(number, subject, text, *headers):
        lines = (
            f"From: Ada Byrne <ada@x.example>\nTo: Bo <bo@x.example>\nSubject: {subject}",
            f"Date: Mon, 0{number} Mar 2025 10:00:00 +0000\nMessage-ID: <m{number}@x.example>",
            *headers,
        )
        return f"mail-{number}.eml", ("\n".join(lines) + f"\n\n{text}\n").encode()

    add(
        client,
        mail(3, "Crane", "When will the crane be inspected?"),
        mail(4, "Re: Crane", "The crane will be inspected on 12 March.", "References: <m3@x.example>"),
    )
    (first,) = [each.document for each in client.documents()[1] if each.document.name == "mail-3.eml"]
    page = open_page(VIEW, document=first.id)
    kind, _, headings, rows = sent_to_reader(page)["parts"][0]["blocks"][0]
    assert (kind, headings) == ("table", [])
    assert ["From", "Ada Byrne <ada@x.example>"] in [[name[1], value[1]] for name, value in rows]
    assert [each.label for each in page.expander] == ["Thread: 2 documents"]
    (other,) = [each for each in page.button if each.key.startswith("thread-")]
    assert "4 March 2025" in other.label
    other.click().run()
    assert sent_to_reader(page)["name"] == "mail-4.eml"
