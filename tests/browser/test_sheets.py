"""What an analyst does with a sheet: make it, see it fill, open its cells, judge them by keyboard, filter, export."""

import csv
import io
import re
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

from .test_page import CONTRAST, overflows, settled

QUESTIONS = (
    "question,short name,kind\nWhen does the lease end?,Lease end,date\nWho named the new ferry?,Named by,name\n"
)


def sheets(page):
    """Wait for the table of a sheet."""
    page.wait_for_selector(".np-grid-row [role=gridcell]")
    settled(page)
    return page.locator(".np-grid-box")


def cells(page):
    """Return the words of the cells that are drawn, by their row's and column's number."""
    drawn = page.locator(".np-grid-row [role=gridcell]").evaluate_all(
        "nodes => nodes.map(node => [node.dataset.row, node.dataset.column, node.innerText])"
    )
    return {(row, column): text for row, column, text in drawn}


def make(page, name, content, *, button="Read all"):
    """Make a sheet of a file of questions."""
    page.wait_for_selector(".st-key-sheet-bar, .st-key-sheet-editor")
    settled(page)
    if page.locator(".st-key-new-sheet").count():
        page.get_by_role("button", name="New sheet").click()
    page.get_by_label("Name", exact=True).fill(name)
    file = {"name": "questions.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.locator(".st-key-sheet-editor input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Add the questions of this file").click()
    page.wait_for_selector(".st-key-sheet-editor [data-testid=stDataFrame]")
    settled(page)
    page.get_by_role("button", name=button).click()


def boxes(page, *selectors):
    """Return where the first element of each selector stands, all of one drawing of the table."""
    drawn = "found => found.map(name => document.querySelector(name).getBoundingClientRect().toJSON())"
    return page.evaluate(drawn, list(selectors))


@pytest.fixture(scope="module")
def read_sheet(chromium, address):
    """The address of a sheet of two questions to all documents, read to its end."""
    page = chromium.new_page()
    page.set_default_timeout(300_000)
    page.goto(f"{address}/sheets")
    make(page, "Ready", QUESTIONS)
    expect(page.locator(".np-summary")).to_contain_text("not found", timeout=300_000)
    page.close()
    return "/sheets?sheet=Ready"


def cell_with(page, words):
    return page.locator("[role=gridcell]", has_text=words).first


def test_a_sheet_is_made_tried_on_five_documents_read_on_and_is_there_after_a_reload(open_page):
    page = open_page("/sheets")
    if not page.locator(".st-key-new-sheet").count():
        expect(page.locator(".np-note")).to_contain_text("No sheet yet")
        page.get_by_role("button", name="Begin with three examples").click()
    else:
        page.get_by_role("button", name="New sheet").click()
        page.get_by_role("button", name="Begin with three examples").click()
    page.get_by_label("Name", exact=True).fill("Terms 2026")
    page.get_by_label("Questions, one a line").fill(
        "- Who signed it?\n- When does it end?"
    )  # the second is there already
    page.get_by_role("button", name="Add these questions").click()
    expect(page.locator(".st-key-sheet-save")).to_contain_text("4 questions")
    page.get_by_role("button", name="Try on five documents first").click()
    sheets(page)
    read = page.get_by_role("button", name="Read the rest")
    read.wait_for()
    assert re.search(r"\b(\d+) waiting", page.locator(".np-summary").inner_text())
    waiting = page.locator(".np-grid-cell[data-state=waiting]").count()
    assert waiting
    read.click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").wait_for()
    expect(page.locator(".st-key-sheet-begin")).to_contain_text("Paused.")
    page.reload()
    sheets(page)
    page.get_by_role("button", name="Resume").click()
    page.wait_for_selector(".st-key-stop-sheet")
    page.reload()  # in the middle
    page.wait_for_selector(".st-key-stop-sheet, .np-summary")
    expect(page.locator(".np-summary")).not_to_contain_text("waiting", timeout=300_000)
    sheets(page)
    before = cells(page)
    assert "not read yet" not in before.values()
    page.reload()
    sheets(page)
    assert cells(page) == before
    assert parse_qs(urlparse(page.url).query)["sheet"] == ["Terms 2026"]


def test_a_cell_opens_its_source_and_back_closes_it(open_page, read_sheet):
    page = open_page(read_sheet)
    sheets(page)
    cell = cell_with(page, "Mrs Isla Corrigall")
    cell.click()
    page.wait_for_selector(".np-picture .np-box")
    card = page.locator(".st-key-sheet-cell .np-card")
    assert card.locator("h3").text_content() == "Mrs Isla Corrigall"
    page.get_by_role("radio", name="Text").click()
    page.wait_for_selector(".np-source mark")
    assert page.locator(".np-source mark").text_content() == "Mrs Isla Corrigall"
    assert page.locator(".np-source-heading h2").text_content() in card.locator(".np-where").text_content()
    page.wait_for_url("**cell=**")
    there = open_page(urlparse(page.url)._replace(scheme="", netloc="").geturl())
    there.wait_for_selector(".np-picture .np-box")
    expect(there.locator("[role=gridcell][aria-selected=true]")).to_contain_text("Mrs Isla Corrigall")
    page.go_back()
    expect(page.locator(".st-key-sheet-cell")).to_have_count(0)


def test_cells_are_judged_by_keyboard_and_the_verdicts_last(open_page, read_sheet):
    page = open_page(read_sheet)
    grid = sheets(page)
    grid.focus()
    expect(page.locator(".np-grid-active")).to_have_attribute("id", "np-grid-0-0")
    page.keyboard.press("r")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("w")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("r")
    page.keyboard.press("u")
    page.wait_for_function("!document.querySelector('.np-grid-pending')")
    settled(page)
    expect(page.locator(".np-grid-active")).to_have_attribute("id", "np-grid-1-1")
    assert page.evaluate("document.activeElement.className") == "np-grid-box"
    said = page.locator("[data-said]").evaluate_all("nodes => nodes.map(node => [node.id, node.dataset.said])")
    assert said == [["np-grid-0-0", "right"], ["np-grid-1-0", "wrong"]]
    expect(page.locator(".np-grid-count")).to_have_text("2 judged")
    page.reload()
    sheets(page)
    assert page.locator("[data-said]").evaluate_all("nodes => nodes.map(node => [node.id, node.dataset.said])") == said
    page.get_by_label("Show cells").select_option("judged")
    expect(page.locator(".np-grid-row")).to_have_count(2)


def test_a_cell_is_corrected_with_words_of_its_page_and_lands_in_review(open_page, read_sheet):
    page = open_page(read_sheet)
    grid = sheets(page)
    cell_with(page, "Mrs Isla Corrigall").click()
    page.wait_for_selector(".np-picture .np-box")
    settled(page)
    grid.focus()
    page.keyboard.press("e")
    words = page.get_by_role("dialog").get_by_role("textbox", name="The right words", exact=True)
    expect(words).to_have_value("Mrs Isla Corrigall")
    words.fill("Isla Corrigall")
    words.press("Enter")
    page.get_by_role("button", name="Save these words").click()
    expect(page.locator("[data-said=corrected]")).to_contain_text("Isla Corrigall")
    page.wait_for_selector("[role=dialog]", state="detached")
    settled(page)
    expect(page.locator(".st-key-judge-cell")).to_contain_text("Judged corrected “Isla Corrigall”")
    page.get_by_role("link", name="Review").first.click()
    expect(page.locator(".np-summary")).to_contain_text("corrected")
    page.get_by_role("link", name="Sheets").first.click()
    sheets(page)
    page.locator("[data-said=corrected]").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-said=corrected]")).to_have_count(0)


def test_filters_are_in_the_address_and_a_reload_shows_the_same(open_page, read_sheet):
    page = open_page(read_sheet)
    sheets(page)
    page.get_by_label("Find in cells").fill("isla corrigall")
    page.wait_for_url("**find=isla+corrigall**")
    rows = page.locator(".np-grid-row")
    assert 0 < rows.count() < 6
    before = cells(page)
    page.reload()
    sheets(page)
    assert cells(page) == before
    page.get_by_label("Find in cells").fill("no such words")
    expect(page.locator(".np-grid-none")).to_contain_text("No cell matches")
    page.get_by_role("button", name="Clear filters").click()
    page.wait_for_function("!location.search.includes('find=')")
    page.locator("[role=gridcell][data-state=found]").first.click()
    chip = page.locator(".np-grid-chip").first
    count = int(chip.locator("b").text_content())
    chip.click()
    expect(rows).to_have_count(count)
    page.wait_for_url("**value=**")
    page.locator("[role=columnheader]", has_text="Document").click()
    page.locator("[role=columnheader]", has_text="Document").click()
    expect(page.locator("[role=columnheader][aria-sort=descending]")).to_have_count(1)
    page.wait_for_url("**down=1**")


def test_a_sheet_is_exported_in_every_form(open_page, read_sheet):
    page = open_page(read_sheet)
    sheets(page)
    page.get_by_role("button", name="Export").click()
    for label, kind in (
        ("Excel", "xlsx"),
        ("Word", "docx"),
        ("Web page", "html"),
        ("JSON", "json"),
        ("CSV files", "zip"),
    ):
        with page.expect_download() as coming:
            page.get_by_role("button", name=label).click()
        assert coming.value.suggested_filename == f"Ready.{kind}"
        content = Path(coming.value.path()).read_bytes()
        is_packed = kind in {"xlsx", "docx", "zip"}
        assert content[:2] == b"PK" if is_packed else "Mrs Isla Corrigall" in content.decode("utf-8-sig")
    table = zipfile.ZipFile(io.BytesIO(content)).read("Ready.csv")
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert {"Lease end", "Named by"} <= set(rows[0])


def test_a_wide_sheet_draws_only_what_is_in_view_and_keeps_its_headings(open_page):
    page = open_page("/sheets", width=1024, height=768)
    many = "\n".join(f"What does clause {number} say?" for number in range(1, 301))
    make(page, "Wide", f"question\n{many}\n", button="Save only")
    grid = sheets(page)
    assert page.locator(".np-grid-box *").count() < 1_500
    assert grid.get_attribute("aria-colcount") == "301"
    grid.focus()
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    active = page.locator(".np-grid-active")
    expect(active).to_have_attribute("aria-colindex", "301")
    expect(page.locator("[role=columnheader]", has_text="clause 300")).to_be_visible()
    settled(page)
    box, shown, first, head = boxes(page, ".np-grid-box", ".np-grid-active", "[role=rowheader]", ".np-grid-head")
    assert box["x"] <= shown["x"]
    assert shown["x"] + shown["width"] <= box["x"] + box["width"] + 1
    assert first["x"] == pytest.approx(box["x"], abs=2)
    assert head["y"] == pytest.approx(box["y"], abs=2)
    assert page.locator(".np-grid-box *").count() < 1_500


def test_words_of_documents_and_people_are_only_text_in_the_table(open_page):
    page = open_page("/sheets")
    make(
        page,
        "<img src=x onerror=hurt()> $x$",
        'question\n"<script>window.hurt=1</script><b>Who</b>?"\n',
        button="Save only",
    )
    sheets(page)
    assert page.evaluate("window.hurt") is None
    assert page.locator(".np-grid :is(img, script)").count() == 0
    expect(page.locator("[role=columnheader]").nth(1)).to_have_text("<script>window.hurt=1</script><b>Who</b>")
    assert page.locator("[role=rowheader]", has_text="<img src=x onerror=hurt()>").count() == 1
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the sheet").click()
    page.wait_for_function("!document.body.innerText.includes('onerror=hurt()> $x$')")


def test_a_phone_shows_the_source_below_the_table(open_page, read_sheet):
    page = open_page(read_sheet, width=390, height=844)
    grid = sheets(page)
    page.locator("[role=gridcell][data-state=found]").first.click()
    page.wait_for_selector(".np-source")
    settled(page)
    assert not overflows(page)
    box, source = grid.bounding_box(), page.locator(".np-source").bounding_box()
    assert box["y"] + box["height"] <= source["y"]
    assert box["width"] > 340


SHOWN = [
    "[data-state=found] .np-grid-words",
    "[data-state='not found'] .np-grid-words",
    ".np-grid-first bdi",
    ".np-grid-head bdi",
    ".np-grid-chip bdi",
    ".np-grid-chip b",
    ".np-grid-of",
    ".np-grid-keys",
    ".np-grid-bar label",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_table_stands_out_from_its_ground(open_page, read_sheet, scheme):
    page = open_page(read_sheet, scheme=scheme)
    sheets(page)
    page.locator("[role=gridcell][data-state=found]").first.click()
    page.wait_for_selector(".np-grid-chip")
    ratios = dict(page.evaluate(CONTRAST, SHOWN))
    assert {selector: round(ratio, 1) for selector, ratio in ratios.items() if ratio < 4.5} == {}
