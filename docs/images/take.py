"""Take the pictures of the page anew: start `needlepoint ui` on the example collection, then run this with its address.

python docs/images/take.py http://127.0.0.1:8501
"""

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
LAUNCH = "/?q=Who+named+the+new+battery-hybrid+ferry+when+she+was+launched%3F"
FARE = "/?q=What+does+a+single+ticket+to+Hestay+cost+for+a+car+of+up+to+5+metres%3F"
QUESTIONS = ("Who is it between?", "When does it end?", "How much is to be paid?", "Who signed it?")
QUIET = "!document.querySelector('[data-testid=stSpinner], [data-testid=stStatusWidget], [data-stale=true], .st-key-working')"
MARKED = ".np-source mark, .np-picture .np-box"


def settle(page: Page, shown: str) -> None:
    """Wait until a view is drawn."""
    page.wait_for_selector(shown, timeout=120_000, state="attached")
    page.wait_for_timeout(1_500)
    page.wait_for_function(QUIET, timeout=120_000)


def take(browser: Browser, url: str, file: str, *, shown: str, scheme: str = "light", size: str = "1280x800") -> None:
    """Open an address in a new window and save the window's picture."""
    width, height = map(int, size.split("x"))
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(url)
    settle(page, shown)
    page.screenshot(path=HERE / file)
    page.close()


def judge(browser: Browser, address: str) -> None:
    """Say that two answers are right, so that Review has something to show."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    for question in (LAUNCH, FARE):
        page.goto(address + question)
        settle(page, MARKED)
        page.get_by_role("button", name="Right").first.click()
        page.wait_for_selector("text=Judged right")
    page.close()


def read_sheet(browser: Browser, address: str) -> None:
    """Make a sheet of a few questions to all documents, read it to its end, and take its picture with an open cell."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{address}/sheets")
    settle(page, ".st-key-sheet-bar, .st-key-sheet-editor")
    if not page.locator("text=Ferry papers").count():
        page.get_by_label("Name", exact=True).fill("Ferry papers")
        page.get_by_label("Questions, one a line").fill("\n".join(QUESTIONS))
        page.get_by_role("button", name="Add these questions").click()
        page.locator(".st-key-save-read button:not(:disabled)").click()
    page.wait_for_selector(".np-summary:not(:has-text('waiting'))", timeout=600_000)
    page.locator("[role=gridcell]", has_text=re.compile("2034|31 December")).first.click()
    settle(page, MARKED)
    page.mouse.move(5, 790)
    page.screenshot(path=HERE / "sheet.png")
    page.close()


def take_reader(browser: Browser, address: str) -> None:
    """Take the picture of the reader: pages in one column, the list of pages open, words found."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(address + LAUNCH)
    settle(page, ".np-page:has(.np-box) .np-word")
    page.get_by_role("button", name="List of pages").click()
    page.get_by_label("Find in this document").fill("Whimbrel")
    page.keyboard.press("Enter")
    settle(page, ".np-hit-now")
    page.wait_for_function("[...document.querySelectorAll('.np-reader-strip img')].filter(each => each.src).length > 3")
    page.screenshot(path=HERE / "reader.png")
    page.close()


def take_workspace(browser: Browser, address: str) -> None:
    """Take the picture of the history with an open question, which has a note."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    for question in (FARE, LAUNCH):
        page.goto(address + question)
        settle(page, MARKED)
    page.get_by_role("link", name="Workspace", exact=True).click()
    settle(page, ".st-key-history")
    page.locator("[class*='st-key-kept-open-'] button").first.click()
    page.wait_for_url("**kept=**")
    settle(page, ".st-key-entry")
    page.get_by_label("Note on this question").fill(
        "For the jubilee brochure: ask the yard for a picture of the launch."
    )
    page.mouse.click(5, 790)
    settle(page, ".st-key-entry")
    page.screenshot(path=HERE / "workspace.png")
    page.close()


def main(address: str) -> None:
    """Take all pictures."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        take(browser, address + LAUNCH, "ask.png", shown=MARKED)
        take(browser, address + FARE, "ask-dark.png", shown=MARKED, scheme="dark")
        take(browser, address + FARE, "ask-phone.png", shown=MARKED, size="390x844")
        take_reader(browser, address)
        take(browser, address + "/collection", "collection.png", shown="[data-testid=stDataFrame]")
        read_sheet(browser, address)
        judge(browser, address)
        take_workspace(browser, address)
        take(browser, address + "/review", "review.png", shown="[data-testid=stDataFrame]")
        browser.close()


main(sys.argv[1].rstrip("/"))
