"""Reading a document: one column of pages, words to select and to find, sheets as grids."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from needlepoint.files.limits import Limits
from needlepoint.files.pdf.boxes import word_boxes
from needlepoint.files.pdf.reading import read_pdf

from .test_page import CONTRAST, LAUNCH, cards, overflows, settled

REPORT = Path(__file__).parents[2] / "examples" / "collection" / "annual-report-2024.pdf"
FARE = "/?q=How+much+is+an+adult+single+to+Hestay%3F"


def test_pages_of_a_pdf_are_read_on_selected_searched_and_left_for_the_mark(open_page):
    page = open_page(LAUNCH)
    cards(page)
    page.wait_for_selector(".np-page:has(.np-box) .np-word")
    assert page.locator(".np-page").count() == 6
    box, word = (
        page.locator(".np-box").bounding_box(),
        page.locator(".np-word", has_text="Corrigall").first.bounding_box(),
    )
    assert box["x"] <= word["x"] + 2
    assert word["x"] + word["width"] <= box["x"] + box["width"] + 8
    assert box["y"] - 2 <= word["y"] + word["height"] / 2 <= box["y"] + box["height"] + 2
    selected = page.evaluate(
        """() => { const words = [...document.querySelectorAll('.np-page:has(.np-box) .np-word')];
        const at = words.findIndex(word => word.textContent === 'Isla');
        const range = document.createRange(); range.setStart(words[at - 1].firstChild, 0);
        range.setEnd(words[at + 18].firstChild, 13); getSelection().removeAllRanges(); getSelection().addRange(range);
        return getSelection().toString() }"""
    )
    assert selected.startswith("Mrs Isla Corrigall, who has run")
    assert " ".join(selected.split()) in " ".join(read_pdf(REPORT.read_bytes(), Limits()).text.split())
    page.locator(".np-pages").click(position={"x": 30, "y": 30})
    page.keyboard.press("f")
    page.keyboard.type("WHIMBREL")
    page.keyboard.press("Enter")
    text = read_pdf(REPORT.read_bytes(), Limits()).text
    count = text.casefold().count("whimbrel")
    expect(page.locator(".np-reader-count")).to_have_text(re.compile(rf"^\d+ of {count}$"))
    expect(page.locator(".np-hit-now").first).to_be_in_viewport()
    first = int(page.locator(".np-reader-count").text_content().split()[0])
    page.keyboard.press("Enter")
    expect(page.locator(".np-reader-count")).to_have_text(f"{first % count + 1} of {count}")
    expect(page.locator(".np-hit-now").first).to_be_in_viewport()
    number = int(page.get_by_role("spinbutton", name="Page").input_value())
    (words,) = word_boxes(REPORT, [number])
    lefts = [word.left / words.width for word in words.words if "whimbrel" in words.text[word.start : word.end].lower()]
    sheet = page.locator(".np-page").nth(number - 1).locator(".np-sheet").bounding_box()
    hit = page.locator(".np-hit-now").first.bounding_box()
    assert min(abs((hit["x"] - sheet["x"]) / sheet["width"] - left) for left in lefts) < 0.01
    page.get_by_role("spinbutton", name="Page").fill("6")
    page.keyboard.press("Enter")
    page.wait_for_url("**page=6**")
    page.get_by_role("button", name="Back to the marked words on page 3").click()
    expect(page.locator(".np-box").first).to_be_in_viewport()
    page.wait_for_function("!location.search.includes('page=')")


def test_pages_are_listed_enlarged_and_scrolled_without_jumps(open_page):
    page = open_page(LAUNCH)
    cards(page)
    page.get_by_role("button", name="List of pages").click()
    strip = page.get_by_role("navigation", name="Pages")
    expect(strip.get_by_role("button", name="Page 3")).to_have_attribute("aria-current", "page")
    strip.get_by_role("button", name="Page 5").click()
    page.wait_for_function("document.querySelector('.np-reader-strip [data-page=\"5\"] img').src.startsWith('data:')")
    expect(page.locator(".np-page").nth(4).locator("img")).to_be_in_viewport()
    width = page.locator(".np-page").nth(4).bounding_box()["width"]
    page.get_by_role("button", name="Larger").click()
    assert page.locator(".np-page").nth(4).bounding_box()["width"] == pytest.approx(1.2 * width, abs=2)
    page.get_by_role("button", name="Fit the width").click()
    box = page.locator(".np-pages").bounding_box()
    assert page.locator(".np-page").nth(4).bounding_box()["width"] < box["width"]
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    tops = []
    for _ in range(8):
        page.mouse.wheel(0, -300)
        page.wait_for_timeout(60)
        tops.append(page.evaluate("document.querySelector('.np-pages').scrollTop"))
    assert tops == sorted(tops, reverse=True), "it only went up"
    page.wait_for_function("Number(document.querySelector('.np-reader-page').value) < 5")


def test_a_cell_of_a_sheet_is_marked_in_its_grid_and_named(open_page):
    page = open_page(FARE)
    card = cards(page).filter(has_text="sheet Passengers").first
    fare = card.locator("h3").text_content()
    if card.get_by_role("button", name="Show in document").count():
        card.get_by_role("button", name="Show in document").click()
    cell = page.locator("td[data-cell]:has(mark)")
    expect(cell).to_have_text(fare)
    name = cell.get_attribute("data-cell")
    expect(page.locator(".np-source-heading p")).to_contain_text(f"sheet Passengers, {name}")
    column = page.locator(".np-cells thead th").all_text_contents().index(name[0])
    assert page.locator(".np-cells-heading td").nth(column).text_content() == "Hestay"
    figure = page.locator(".np-cells td.np-number").first
    expect(figure).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(page.locator(".np-page-name").first).to_have_text("Sheet 1: Passengers")


def test_a_cell_far_to_the_right_is_brought_into_view(open_page):
    page = open_page("/?q=When+is+the+outer+berth+in+Kirk+Vane+closed%3F&type=csv")
    cards(page)
    expect(page.locator("td[data-cell=K3] mark")).to_be_in_viewport()
    expect(page.locator(".np-source-heading p")).to_contain_text("cell K3")
    expect(page.get_by_role("group", name="Table")).to_have_attribute("tabindex", "0")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_reader_stands_out_and_fits_a_phone(open_page, scheme):
    page = open_page(FARE, width=390, height=844, scheme=scheme)
    cards(page).filter(has_text="sheet Passengers").first.get_by_role("button", name=re.compile("^Show")).click()
    page.wait_for_selector("td[data-cell]:has(mark)")
    settled(page)
    assert not overflows(page)
    shown = [
        ".np-page-name",
        ".np-cells thead th",
        ".np-cells td[data-cell]",
        ".np-source mark",
        ".np-reader-of",
        ".np-reader-next",
    ]
    ratios = dict(page.evaluate(CONTRAST, shown))
    assert {selector: round(ratio, 1) for selector, ratio in ratios.items() if ratio < 4.5} == {}
    page.get_by_role("button", name="Enlarge").click()
    large = page.get_by_role("dialog", name="The document, enlarged")
    assert large.bounding_box()["width"] <= 390
    expect(large.locator("td[data-cell]:has(mark)")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(large).to_have_count(0)
