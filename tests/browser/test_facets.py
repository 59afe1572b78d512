"""Filters at the side: counts that follow each tick, one click that applies, a drawer where the window is narrow."""

import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import expect

from .test_page import LEASE, cards, overflows, settled


def widths(page):
    return {name: page.locator(f".st-key-{name}").bounding_box()["width"] for name in ("facets", "found", "source")}


def tick(page, field, value):
    page.locator(f".st-key-facet-{field}-{value} label").click()
    page.wait_for_selector(".np-draft")


def test_ticks_are_counted_at_once_and_applied_together(open_page):
    page = open_page(LEASE, width=1440, height=900)
    before = cards(page).all_text_contents()
    address = page.url
    tick(page, "type", "docx")
    tick(page, "date", "2019")
    expect(page.get_by_role("checkbox", name="2019 1")).to_be_checked()
    expect(page.get_by_role("checkbox", name="CSV 0")).to_be_attached()
    expect(page.locator(".np-draft")).to_have_text("1 document with these choices")
    assert page.url == address
    assert cards(page).all_text_contents() == before
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**type=docx**year=2019**")
    expect(cards(page).filter(has_not_text="lease-harbour-house.docx")).to_have_count(0)
    settled(page)
    assert parse_qs(urlparse(page.url).query)["year"] == ["2019"]
    expect(page.locator(".st-key-chips button:visible")).to_have_text(
        [re.compile("^Word"), re.compile("^dated 2019"), "Remove all"]
    )
    page.get_by_role("button", name=re.compile("^dated 2019")).click()
    page.wait_for_function("!location.search.includes('year=')")
    expect(page.get_by_role("checkbox", name="2019 1")).not_to_be_checked()


def test_list_and_source_keep_their_room_beside_the_filters(open_page):
    page = open_page(LEASE, width=1440, height=900)
    cards(page)
    page.evaluate("document.querySelector('.np-show-filters').getAttribute('aria-expanded') === 'true'")
    wide = widths(page)
    assert wide["facets"] == 240
    assert wide["found"] > 430
    assert wide["source"] >= 640
    assert not overflows(page)
    apply = page.get_by_role("button", name="Apply")
    expect(apply).to_be_in_viewport()
    page.get_by_role("button", name="Filters", exact=True).click()
    expect(page.locator(".st-key-facets")).to_be_hidden()
    assert page.locator(".st-key-found").bounding_box()["width"] > wide["found"] + 100
    page.reload()
    cards(page)
    expect(page.locator(".st-key-facets")).to_be_hidden()
    page.get_by_role("button", name="Filters", exact=True).click()
    page.reload()
    cards(page)
    expect(page.locator(".st-key-facets")).to_be_visible()


def test_a_narrow_window_has_them_in_a_drawer(open_page):
    page = open_page(LEASE, width=390, height=844)
    cards(page)
    expect(page.locator(".st-key-facets")).to_be_hidden()
    show = page.get_by_role("button", name="Filters", exact=True)
    expect(show).to_have_attribute("aria-expanded", "false")
    show.click()
    close = page.get_by_role("button", name="Close the filters")
    expect(close).to_be_focused()
    expect(page.get_by_role("button", name="Apply")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-facets")).to_be_hidden()
    expect(show).to_be_focused()
    page.keyboard.press("Enter")
    tick(page, "type", "docx")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".st-key-facets")).to_be_hidden()
    page.wait_for_url("**type=docx**")
    expect(page.get_by_role("button", name="Filters 1", exact=True)).to_have_attribute("aria-expanded", "false")
    assert not overflows(page)


def test_one_of_many_values_is_found_by_typing(open_page):
    page = open_page(width=1440, height=900)
    box = page.locator(".st-key-facet-more-author input")
    expect(box).to_have_attribute("aria-label", "Find another: author")
    box.click()
    box.fill("ottilie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Ottilie Brand 1")).to_be_checked()
    expect(page.locator(".np-draft")).to_have_text("1 document with these choices")
