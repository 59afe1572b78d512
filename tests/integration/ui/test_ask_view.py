"""The Ask view: answers with their source, filters, the address, and calm words where there is nothing."""

import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from free_ports import free_port
from needlepoint_ui import words
from needlepoint_ui.ask import citations
from needlepoint_ui.state import Opened
from waiting import eventually


def html_of(page):
    return "\n".join(element.proto.body for element in page.get("html"))


def button(page, label):
    return next(each for each in page.button if each.label.startswith(label))


def test_without_a_question_it_says_what_to_do(open_page):
    page = open_page()
    assert "Type a question in plain words" in html_of(page)
    assert "4 documents" in html_of(page)
    assert re.search(r"np-status.*, (fp32|int8)<", html_of(page))


def test_a_question_is_answered_by_a_quote_and_its_source(open_page, marked_in_source):
    page = open_page()
    page.text_area(key="q").input("How much is the annual rent?")
    button(page, "Ask").click()
    page.run()
    assert '<h3 dir="auto">84,000 euros</h3>' in html_of(page)
    assert "The annual rent is <mark>84,000 euros</mark>, payable" in html_of(page)
    assert marked_in_source(page) == "84,000 euros"


def test_an_export_says_when_the_question_was_asked(open_page):
    page = open_page(q="How much is the annual rent?")
    reply = page.session_state["page_state"].reply
    assert datetime.now(UTC) - datetime.fromisoformat(reply.asked) < timedelta(hours=1)
    assert f"Asked {words.moment(reply.asked)};" in citations.as_markdown(reply).decode()
    assert [citation.asked for citation in citations.citations(reply)] == [reply.asked] * len(
        citations.citations(reply)
    )


def test_turning_pages_of_another_view_leaves_the_source_of_the_answer_where_it_was(open_page, marked_in_source):
    page = open_page(q="How much is the annual rent?")
    state = page.session_state["page_state"]
    state.document.open(Opened("another"))
    state.document.turn(3)
    page.run()
    assert marked_in_source(page) == "84,000 euros"
    assert "page" not in page.query_params


def test_equal_answers_share_a_card_and_each_place_can_be_shown(open_page, marked_in_source, sent_to_reader):
    page = open_page(q="When does the lease end?")
    assert html_of(page).count('<h3 dir="auto">31 March 2031</h3>') == 1
    also = button(page, "also in")
    named = "lease.txt" if "lease" in also.label else "letter.txt"
    also.click().run()
    assert sent_to_reader(page)["name"] == named
    assert marked_in_source(page) == "31 March 2031"


def test_the_address_reproduces_question_filters_number_and_what_is_open(open_page, sent_to_reader):
    page = open_page(q="When does the lease end?")
    button(page, "also in").click().run()
    address = {name: value if isinstance(value, str) else value[0] for name, value in page.query_params.items()}
    again = open_page(**address)
    assert again.text_area(key="q").value == "When does the lease end?"
    assert sent_to_reader(again)["name"] == sent_to_reader(page)["name"]
    narrow = open_page(q="When does the lease end?", type="markdown", answers="2", from_="2001-01-01", passages="50")
    assert narrow.number_input(key="facet-answers").value == 2
    assert narrow.selectbox(key="facet-passages").value == 50
    labels = [each.label for each in narrow.button]
    assert "Markdown ✕" in labels
    assert "from 1 January 2001 ✕" in labels
    assert "lease.txt" not in html_of(narrow)


def test_a_filter_is_taken_off_by_its_chip(open_page):
    page = open_page(q="When does the lease end?", type="markdown")
    button(page, "Markdown ✕").click()
    page.run()
    assert "type" not in page.query_params
    assert "31 March 2031" in html_of(page)


def counts(page, field):
    labels = [each.label for each in page.checkbox if each.key.startswith(f"facet-{field}-")]
    return {label.replace(":gray[", "").replace("]", "") for label in labels}


def test_ticks_count_at_once_but_do_not_ask_before_they_are_applied(open_page):
    page = open_page(q="When does the lease end?")
    asked = page.session_state["page_state"].reply
    assert counts(page, "type") == {"Text 3", "Markdown 1"}
    page.checkbox(key="facet-type-markdown").check().run()
    assert "1 document with these choices" in html_of(page)
    assert counts(page, "type") == {"Text 3", "Markdown 1"}, "those of its own facet stay"
    assert page.session_state["page_state"].reply is asked
    assert "type" not in page.query_params
    page.button(key="apply-filters").click().run()
    assert page.query_params["type"] in ("markdown", ["markdown"])
    assert "lease.txt" not in html_of(page)
    assert any(each.label == "Markdown ✕" for each in page.button)
    page.button(key="clear-facets").click().run()
    assert page.query_params["type"] in ("markdown", ["markdown"]), "clearing is applied like any tick"
    page.button(key="apply-filters").click().run()
    assert "type" not in page.query_params
    assert "31 March 2031" in html_of(page)


def test_counts_combine_and_a_value_that_leaves_nothing_stays(open_page):
    page = open_page(type="markdown", year="undated")
    assert counts(page, "date") == set(), "all are undated, so there is nothing to choose"
    assert "year" in page.query_params
    page = open_page(from_="2001-01-01")
    assert counts(page, "type") == {"Text 0", "Markdown 0"}
    assert ":gray[Text] :gray[0]" in [each.label for each in page.checkbox]


def test_a_question_takes_what_is_ticked_along(open_page):
    page = open_page(q="When does the lease end?")
    page.checkbox(key="facet-type-markdown").check().run()
    page.text_area(key="q").input("Who was elected chair of the board?")
    button(page, "Ask").click().run()
    assert page.query_params["type"] in ("markdown", ["markdown"])
    assert "Maria Lindqvist" in html_of(page)


@pytest.mark.parametrize(
    "address",
    [
        {"type": "no such type"},
        {"year": "1066"},
        {"year": "12345"},
        {"meta.nobody": "x"},
        {"folder": "../../etc"},
        {"from_": "yesterday"},
        {"answers": "9999"},
        {"passages": "-1"},
        {"open": "../../etc/passwd"},
        {"page": "many"},
    ],
)
def test_nonsense_in_the_address_is_ignored(open_page, address):
    page = open_page(q="When does the lease end?", **address)
    assert "31 March 2031" in html_of(page)


def test_a_link_to_a_document_that_is_gone_says_so_and_still_answers(open_page):
    page = open_page(q="When does the lease end?", open="f" * 32 + ":1-5")
    assert "This document cannot be shown" in html_of(page)
    assert '<h3 dir="auto">31 March 2031</h3>' in html_of(page)


def test_no_answer_tells_what_was_read_and_shows_the_nearest(open_page):
    page = open_page(q="Who was elected mayor of the lease term in Lisbon?")
    assert "No reliable answer found" in html_of(page)
    assert re.search(r"\d passages? of \d documents? were read in", html_of(page))
    assert 'class="np-passage"' in html_of(page)
    button(page, "Read 50 passages").click()
    page.run()
    assert page.query_params["passages"] in ("50", ["50"])


def test_filters_that_leave_nothing_offer_to_go(open_page):
    page = open_page(q="How much is the annual rent?", type="markdown", to="1990-01-01")
    assert "No passages found for this question" in html_of(page)
    page.button(key="unfiltered").click().run()
    assert "84,000 euros" in html_of(page)


def test_words_that_no_document_has(open_page):
    assert "No passages found for this question" in html_of(open_page(q="xylophone zeppelins?"))


def test_an_overlong_question_in_the_address_is_cut(open_page):
    page = open_page(q="lease " * 2000)
    assert len(page.text_area(key="q").value) == 1000


def test_text_of_documents_is_shown_as_text(open_page, sent_to_reader):
    page = open_page(q="What is the password of the vault?")
    shown = html_of(page)
    assert "&lt;script&gt;<mark>window.hurt=1</mark>&lt;/script&gt;" in shown
    sent = json.dumps(sent_to_reader(page), ensure_ascii=False)
    assert "<script>window.hurt=1</script><img src=x onerror=hurt()> $" in sent, "the reader shows it as text"
    assert "\u202e" not in sent
    assert not re.search(r"<(script(?!( data-for|>\(\(\) => \{const button))|img)", shown)
    assert "\u202e" not in shown


def test_an_answer_is_judged_and_the_judgement_taken_back(open_page, client, forget_feedback):
    page = open_page(q="How much is the annual rent?")
    button(page, "Right").click()
    page.run()
    (label,) = client.labels()
    assert (label.verdict, label.answer, label.question) == ("right", "84,000 euros", "How much is the annual rent?")
    assert label.passage.text[label.start - label.passage.place.start :].startswith("84,000 euros")
    assert any("Judged right by you" in caption.value for caption in page.caption)
    button(page, "Undo").click()
    page.run()
    assert client.labels() == []


def test_an_empty_collection_points_to_where_documents_are_added(open_page, empty_url):
    page = open_page(service=empty_url)
    assert "The collection is empty" in html_of(page)
    assert not page.text_area
    assert [each.label for each in page.button] == ["Add files", "Try the examples"]
    page.button(key="add-documents").click().run()
    assert page.file_uploader


def test_a_service_that_is_down_is_told_with_what_to_do(open_page):
    url = f"http://127.0.0.1:{free_port()}"
    for view in ("app.py", "views/collection.py", "views/review.py", "views/workspace.py"):
        shown = html_of(open_page(view, service=url))
        assert "The service does not answer" in shown
        assert "The documents are safe" in shown
        assert "needlepoint serve" in shown
        assert "Traceback" not in shown


def test_of_a_document_as_long_as_a_book_only_what_is_near_is_fetched(
    open_page, sent_to_reader, client, delete_all_but_four
):
    line = b"The tide tables are of no use to anybody who stays ashore.\n\n"
    book = line * 8_000 + b"The lighthouse was painted by Zebedee Quill.\n\n" + line * 8_000
    job = client.add([("", "book.txt", io.BytesIO(book))])
    eventually(lambda: client.job(job.id).is_over)
    page = open_page(q="Who painted the lighthouse?")
    sent = sent_to_reader(page)
    assert "painted by Zebedee Quill" in str(sent["parts"])
    assert 1 <= len(sent["parts"]) <= 3
    assert len(json.dumps(sent)) < 40_000
    assert sent["pages"][0][2] > 900_000
