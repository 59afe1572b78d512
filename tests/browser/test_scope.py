"""Asking only some documents: chosen ones, a saved set, ticked rows of the collection."""

from urllib.parse import parse_qs, urlparse

from playwright.sync_api import expect

from .test_page import LEASE, cards, settled


def test_only_chosen_documents_are_asked_and_kept_as_a_set(open_page):
    page = open_page(LEASE)
    cards(page)
    page.get_by_role("button", name="All documents").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Search documents, folders and sets").fill("amendment")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.locator("[data-testid=stCheckbox] label").click()
    expect(dialog).to_contain_text("Chosen: lease-harbour-house-amendment-1.docx")
    dialog.get_by_label("Keep them as a set named").fill("Changes")
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Save the set").click()
    expect(page.get_by_text("Set “Changes” has 1 document.")).to_be_visible()
    dialog.get_by_role("button", name="Ask only these").click()
    page.wait_for_url("**document_id=**")
    chip = page.locator(".st-key-chips button").first
    expect(chip).to_contain_text("only lease-harbour-house-amendment-1.docx")
    expect(cards(page).filter(has_not_text="amendment-1.docx")).to_have_count(0)
    chip.click()
    page.wait_for_function("!location.search.includes('document_id=')")
    there = open_page(f"{LEASE}&set=Changes")
    expect(there.locator(".st-key-chips button").first).to_contain_text("only set Changes")
    assert [text for text in cards(there).all_text_contents() if "amendment-1.docx" not in text] == []
    assert parse_qs(urlparse(there.url).query)["set"] == ["Changes"]


def test_ticked_documents_of_the_collection_are_asked(open_page):
    page = open_page("/collection?search=lease")
    table = page.locator("[data-testid=stDataFrame]")
    for row in (52, 87):
        table.click(position={"x": 16, "y": row})
        settled(page)
    page.get_by_role("button", name="Ask these 2 documents").click()
    page.wait_for_url("**document_id=**document_id=**")
    expect(page.locator(".st-key-chips")).to_contain_text("only 2 documents")
