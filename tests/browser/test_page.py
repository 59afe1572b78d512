"""What an analyst does: ask, look at the source, filter, send a link, add a file, delete one; on a phone too."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

COLLECTION = Path(__file__).parents[2] / "examples" / "collection"
SPEED = "How fast was Dunlin moving when she hit the pier?"
LEASE = "/?q=When+does+the+lease+end%3F"


def cards(page):
    page.wait_for_selector(".np-card")
    page.wait_for_selector(".np-source")
    settled(page)
    return page.locator(".st-key-found [class*='st-key-card-']")


def settled(page):
    page.wait_for_function(
        "!document.querySelector('[data-testid=stSpinner], [data-testid=stStatusWidget], [data-stale=true]')"
    )


def marked(page):
    page.wait_for_selector(".np-source mark")
    return page.locator(".np-source mark").text_content()


def is_mark_in_view(page):
    return page.evaluate(
        """() => { const pane = document.querySelector('.np-source').getBoundingClientRect(),
        mark = document.querySelector('.np-source mark').getBoundingClientRect();
        return mark.top >= pane.top && mark.bottom <= pane.bottom }"""
    )


def test_a_question_is_asked_with_enter_and_its_source_lies_open(open_page):
    page = open_page()
    page.get_by_label("Question").fill("When does the lease end?")
    page.keyboard.press("Enter")
    first = cards(page).first
    answer = first.locator("h3").text_content()
    assert answer == "31 May 2034"
    assert first.locator("mark").text_content() == answer
    assert marked(page) == answer
    page.wait_for_function("document.querySelector('.np-source').scrollTop > 0")
    assert is_mark_in_view(page)
    assert parse_qs(urlparse(page.url).query) == {"q": ["When does the lease end?"]}


def test_another_card_shows_its_own_place(open_page):
    page = open_page(LEASE)
    second = cards(page).nth(1)
    answer = second.locator("h3").text_content()
    second.get_by_role("button", name="Show in document").click()
    page.wait_for_function("answer => document.querySelector('.np-source mark')?.textContent === answer", arg=answer)
    settled(page)
    assert is_mark_in_view(page)
    assert page.locator(".np-source-heading h2").text_content() in second.locator(".np-where").text_content()


def test_pages_can_be_turned(open_page):
    page = open_page(LEASE)
    cards(page)
    page.get_by_role("button", name="Next page").click()
    page.wait_for_selector("[aria-label='Text of lease-harbour-house.docx, page 2']")
    assert page.locator(".np-source mark").text_content() == ""


def test_a_filter_holds_is_in_the_address_and_a_reload_shows_the_same(open_page):
    page = open_page(LEASE)
    cards(page)
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name=re.compile(r"Word \(\d")).click()
    page.wait_for_selector(".st-key-chips")
    page.keyboard.press("Escape")
    page.wait_for_url("**type=docx**")
    expect(cards(page).filter(has_not_text=".docx")).to_have_count(0)  # the former answers stay until the new ones come
    before = cards(page).all_text_contents()
    assert before
    assert [text for text in before if ".docx" not in text] == []
    page.reload()
    assert cards(page).all_text_contents() == before
    assert page.get_by_label("Question").input_value() == "When does the lease end?"
    page.get_by_role("button", name=re.compile("^Word")).click()
    page.wait_for_function("!location.search.includes('type=')")


def test_a_file_is_added_asked_and_deleted(open_page):
    page = open_page("/collection")
    page.wait_for_selector("[data-testid=stDataFrame]")
    page.locator("input[type=file]").set_input_files(str(COLLECTION / "incident-report-dunlin.pdf"))
    page.wait_for_selector("text=Clear this list")
    assert re.search(r"incident-report-dunlin\.pdf added: \d+ passages", page.locator(".np-fates").inner_text())
    page.get_by_role("link", name="Ask").first.click()
    page.get_by_label("Question").fill(SPEED)
    page.keyboard.press("Enter")
    assert cards(page).first.locator("h3").text_content() == "3.1 knots"
    assert marked(page) == "3.1 knots"
    page.get_by_role("link", name="Collection").first.click()
    page.get_by_placeholder("Search names and titles").fill("incident")
    page.wait_for_timeout(1000)
    settled(page)
    table = page.locator("[data-testid=stDataFrame]")
    table.click(position={"x": 16, "y": 52})
    page.get_by_role("button", name="Delete 1 document …").click()
    dialog = page.get_by_role("dialog")
    assert "incident-report-dunlin.pdf" in dialog.inner_text()
    dialog.get_by_role("button", name="Delete 1 document").click()
    page.wait_for_selector("text=No document matches")


def test_a_document_cannot_harm_the_page(open_page):
    page = open_page("/?q=What+is+the+password+of+the+vault%3F")
    cards(page)
    assert page.evaluate("window.hurt") is None
    assert page.locator(".stMain img").count() == 0
    shown = page.locator(".np-source").inner_text()
    assert "<script>window.hurt=1</script><img src=x onerror='window.hurt=1'> $\\frac{a}{b}$ **bold** ![pic](" in shown
    assert "\u202e" not in shown
    assert page.locator(".np-source-heading h2").text_content() == "<img src=x onerror=hurt()> **evil** $x$.txt"
    assert page.locator(".katex, .stMain strong").count() == 0
    assert not overflows(page)


def test_no_answer_is_calm_and_shows_the_nearest(open_page):
    page = open_page("/?q=Who+was+elected+president+of+France+in+2017%3F")
    page.wait_for_selector(".np-note, .np-card")
    settled(page)
    assert "No answer found" in page.locator(".np-note").inner_text()
    assert page.locator(".np-passage").count() >= 1
    assert marked(page)


def overflows(page):
    return page.evaluate(
        "(() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth > main.clientWidth })()"
    )


def test_a_phone_shows_the_source_below_its_card(open_page):
    page = open_page(LEASE, width=390, height=844)
    first, second = cards(page).first.bounding_box(), cards(page).nth(1).bounding_box()
    source = page.locator(".np-source").bounding_box()
    assert not overflows(page)
    assert first["y"] + first["height"] <= source["y"]
    assert source["y"] + source["height"] <= second["y"]
    assert first["width"] > 340
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page.url.split("?")[0] + "collection")
    page.wait_for_selector("[data-testid=stDataFrame]")
    assert not overflows(page)


SHOWN = [
    ".np-card h3",
    ".np-card blockquote",
    ".np-card mark",
    ".np-where span",
    ".np-confidence",
    ".np-status",
    ".np-summary",
    ".np-text",
    ".np-source mark",
    ".np-source-heading p",
    "[class*=st-key-show-card] button:not(:disabled) p",
    "[data-testid=stFormSubmitButton] button p",
    "[data-testid=stPopover] button p",
]
CONTRAST = """
selectors => {
  const pixel = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = colour => { pixel.clearRect(0, 0, 1, 1); pixel.fillStyle = colour; pixel.fillRect(0, 0, 1, 1);
    return pixel.getImageData(0, 0, 1, 1).data };
  const linear = value => (value /= 255) <= .03928 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = rgba(getComputedStyle(node).backgroundColor);
      if (colour[3] > 250) return colour }
    return [255, 255, 255] };
  return selectors.map(selector => {
    const node = document.querySelector(selector);
    if (!node) return [selector, 0];
    const [a, b] = [luminance(rgba(getComputedStyle(node).color)), luminance(ground(node))];
    return [selector, (Math.max(a, b) + .05) / (Math.min(a, b) + .05)] }) }
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(open_page, scheme):
    page = open_page(LEASE, scheme=scheme)
    cards(page)
    ratios = dict(page.evaluate(CONTRAST, SHOWN))
    assert {selector: round(ratio, 1) for selector, ratio in ratios.items() if ratio < 4.5} == {}
