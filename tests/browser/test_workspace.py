"""Workspaces in a browser: a question is kept, pinned and confirmed; the report shows it; the phone has it, too."""

import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import expect

from .test_page import LEASE, cards, settled


def test_a_question_is_kept_confirmed_and_pinned_and_its_report_shown(open_page):
    page = open_page(LEASE)
    answer = cards(page).first.locator("h3").text_content()
    page.keyboard.press("p")
    expect(page.get_by_text("Pinned to the workspace.")).to_be_visible()
    page.keyboard.press("r")
    expect(cards(page).first).to_contain_text("Judged right by you")
    workspace = parse_qs(urlparse(page.url).query)["workspace"]

    again = open_page("/?q=when+does+the+LEASE+end")  # in another window of the same browser
    first = cards(again).first
    expect(first).to_contain_text("Confirmed by you on")
    assert first.locator("h3").text_content() == answer
    expect(open_page().get_by_role("button", name="when does the LEASE end")).to_be_visible()  # a recent question

    again.get_by_role("link", name="Workspace", exact=True).click()
    again.wait_for_selector(".st-key-history")
    settled(again)
    again.get_by_role("button", name="When does the lease end?").first.click()
    again.wait_for_url("**kept=**")
    expect(again.locator(".st-key-card-kept-1 h3")).to_have_text(answer)
    again.get_by_label("Note on this question").fill("Compare with the amendment")
    again.keyboard.press("Tab")
    settled(again)
    again.reload()
    expect(again.get_by_label("Note on this question")).to_have_value("Compare with the amendment")
    assert parse_qs(urlparse(again.url).query)["workspace"] == workspace

    again.get_by_text(re.compile(r"^Report$")).click()
    report = again.frame_locator(".st-key-report iframe")
    expect(report.locator("mark").first).to_have_text(answer)
    expect(report.locator("aside")).to_have_text("Compare with the amendment")
    with again.expect_download() as download:
        again.get_by_role("button", name="Word").click()
    assert download.value.suggested_filename == "My-questions.docx"
    again.get_by_text(re.compile(r"^History")).click()
    again.wait_for_selector(".st-key-history")
    again.get_by_role("button", name="Delete this day").click()
    again.get_by_role("button", name="Delete the day").click()
    expect(again.get_by_text("No question is kept yet")).to_be_visible()


def test_on_a_phone_the_question_takes_the_place_of_the_list(open_page):
    page = open_page(LEASE, width=390)
    cards(page)
    page = open_page("/workspace", width=390)
    page.wait_for_selector(".st-key-history")
    settled(page)
    page.get_by_role("button", name="When does the lease end?").first.click()
    page.wait_for_url("**kept=**")
    expect(page.locator(".st-key-history")).to_be_hidden()
    page.locator(".st-key-card-kept-1 [class*='st-key-show-'] button").click()
    page.wait_for_selector(".np-source mark")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="All questions").click()
    expect(page.locator(".st-key-history")).to_be_visible()
