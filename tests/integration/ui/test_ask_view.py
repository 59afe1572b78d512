"""The Ask view: answers with their source, filters, the address, and calm words where there is nothing."""

import re

import pytest


def html_of(page):
    return "\n".join(element.proto.body for element in page.get("html"))


def marked_in_source(page):
    return re.search(r'class="np-source".*?<mark[^>]*>(.*?)</mark>', html_of(page), re.DOTALL)[1]


def test_without_a_question_it_says_what_to_do(open_page):
    page = open_page()
    assert "Type a question in plain words" in html_of(page)
    assert "4 documents" in html_of(page)
    assert re.search(r"reader .*(fp32|int8)", html_of(page))


def test_a_question_is_answered_by_a_quote_and_its_source(open_page):
    page = open_page()
    page.text_input(key="q").input("How much is the annual rent?")
    next(button for button in page.button if button.label == "Ask").click()
    page.run()
    assert '<h3 dir="auto">84,000 euros</h3>' in html_of(page)
    assert "The annual rent is <mark>84,000 euros</mark>, payable" in html_of(page)
    assert marked_in_source(page) == "84,000 euros"


def test_equal_answers_share_a_card_and_each_place_can_be_shown(open_page):
    page = open_page(q="When does the lease end?")
    assert html_of(page).count('<h3 dir="auto">31 March 2031</h3>') == 1
    also = next(button for button in page.button if button.label.startswith("also in"))
    named = "lease.txt" if "lease" in also.label else "letter.txt"
    also.click().run()
    assert f'aria-label="Text of {named}, page 1"' in html_of(page)
    assert marked_in_source(page) == "31 March 2031"


def test_the_address_reproduces_question_filters_and_number(open_page):
    page = open_page(q="When does the lease end?", type="markdown", answers="2", from_="2001-01-01")
    assert page.text_input(key="q").value == "When does the lease end?"
    assert page.number_input(key="answers").value == 2
    labels = [button.label for button in page.button]
    assert "Markdown ✕" in labels
    assert "from 1 January 2001 ✕" in labels
    assert "lease.txt" not in html_of(page)


def test_a_filter_is_taken_off_by_its_chip(open_page):
    page = open_page(q="When does the lease end?", type="markdown")
    next(button for button in page.button if button.label == "Markdown ✕").click()
    page.run()
    assert "type" not in page.query_params
    assert "31 March 2031" in html_of(page)


@pytest.mark.parametrize(
    "address", [{"type": "no such type"}, {"folder": "../../etc"}, {"from_": "yesterday"}, {"answers": "9999"}]
)
def test_nonsense_in_the_address_is_ignored(open_page, address):
    page = open_page(q="When does the lease end?", **address)
    assert "31 March 2031" in html_of(page)


def test_no_answer_tells_what_was_read_and_shows_the_nearest(open_page):
    page = open_page(q="Who was elected mayor of the lease term in Lisbon?")
    assert "No answer found" in html_of(page)
    assert re.search(r"\d passages? of \d documents? read in", html_of(page))
    assert 'class="np-passage"' in html_of(page)


def test_filters_that_leave_nothing_offer_to_go(open_page):
    page = open_page(q="How much is the annual rent?", type="markdown", to="1990-01-01")
    assert "Nothing to read for this question" in html_of(page)
    page.button(key="unfiltered").click().run()
    assert "84,000 euros" in html_of(page)


def test_words_that_no_document_has(open_page):
    page = open_page(q="xylophone zeppelins?")
    assert "Nothing to read for this question" in html_of(page)


def test_an_overlong_question_in_the_address_is_cut(open_page):
    page = open_page(q="lease " * 2000)
    assert not page.exception
    assert len(page.text_input(key="q").value) == 1000


def test_text_of_documents_is_shown_as_text(open_page):
    page = open_page(q="What is the password of the vault?")
    shown = html_of(page)
    assert "&lt;script&gt;<mark>window.hurt=1</mark>&lt;/script&gt;&lt;img src=x onerror=hurt()&gt; $\\frac" in shown
    assert not re.search(r"<(script(?! data-for)|img)", shown)
    assert "\u202e" not in shown


def test_an_empty_collection_points_to_where_documents_are_added(open_page, client):
    client.delete([document.id for document in client.documents()])
    page = open_page()
    assert "The collection is empty" in html_of(page)
    assert not page.text_input
    page.button(key="add-documents").click().run()
    assert page.file_uploader


def test_a_store_that_cannot_be_opened_is_told_in_one_line(open_page, store, monkeypatch):
    (store / "needlepoint-store.json").write_text('{"format": 999}')
    page = open_page()
    assert "The collection cannot be" in html_of(page)
    assert "Traceback" not in html_of(page)


def test_many_folders_become_a_list_to_choose_from(open_page, client, store, tmp_path):
    for number in range(13):
        folder = tmp_path / f"box {number} **x**"
        folder.mkdir()
        (folder / "note.txt").write_text(f"Box {number} holds {number} bolts.")
    client._service.index([tmp_path / f"box {number} **x**" for number in range(13)])
    page = open_page(q="What does box 7 hold?", folder="box 7 **x**")
    assert page.multiselect(key="folder").value == ["box 7 **x**"]
    assert "box 3 **x** (1)" in page.multiselect(key="folder").options
    assert "1 passage read" in html_of(page)
