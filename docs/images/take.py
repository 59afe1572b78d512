"""Take the pictures of the page anew: start `needlepoint ui` on the example collection, then run this with its address.

python docs/images/take.py http://127.0.0.1:8501

Each view of the walk is taken at three widths in both themes, as `VIEW-WIDTH-THEME.webp`.
"""

import io
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
LAUNCH = "/?q=Who+named+the+new+battery-hybrid+ferry+when+she+was+launched%3F"
FARE = "/?q=What+does+a+single+ticket+to+Hestay+cost+for+a+car+of+up+to+5+metres%3F"
QUESTIONS = ("Who is it between?", "When does it end?", "How much is to be paid?", "Who signed it?")
NOTE = "For the jubilee brochure: ask the yard for a picture of the launch."
QUIET = "!document.querySelector('[data-testid=stSpinner], [data-testid=stStatusWidget], [data-stale=true], .st-key-working')"
MARKED = ".np-source mark, .np-picture .np-box"
SIZES = ((1440, 900), (1024, 768), (390, 844))
QUALITY = 68


def settle(page: Page, shown: str) -> None:
    """Wait until a view is drawn."""
    page.wait_for_selector(shown, timeout=120_000, state="attached")
    page.wait_for_timeout(1_500)
    page.wait_for_function(QUIET, timeout=120_000)


def save(page: Page, name: str) -> None:
    """Save the window's picture."""
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(HERE / f"{name}.webp", quality=QUALITY, method=6)


def prepare(browser: Browser, address: str) -> None:
    """Judge and pin two answers, write a note, and read a sheet, so that every view has something to show."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    for question in (FARE, LAUNCH):
        page.goto(address + question)
        settle(page, MARKED)
        for button in ("Pin", "Right"):
            page.get_by_role("button", name=re.compile(f"^{button}: ")).first.click()
            settle(page, MARKED)
    page.goto(f"{address}/sheets")
    settle(page, ".st-key-sheet-editor")
    page.get_by_label("Name", exact=True).fill("Ferry papers")
    page.get_by_label("Questions, one a line").fill("\n".join(QUESTIONS))
    page.get_by_role("button", name="Add these questions").click()
    page.locator(".st-key-save-read button:not(:disabled)").click()
    page.wait_for_selector(".np-summary:not(:has-text('waiting'))", timeout=600_000)
    page.goto(f"{address}/workspace")
    _kept_question(page)
    page.get_by_label("Note on this question").fill(NOTE)
    page.keyboard.press("Tab")
    settle(page, ".st-key-entry")
    page.close()


def _answers(page: Page) -> None:
    settle(page, MARKED)


def _filters(page: Page) -> None:
    settle(page, MARKED)
    if page.locator(".st-key-facets").is_hidden():
        page.get_by_role("button", name=re.compile("^Filters")).click()
    page.locator(".st-key-facet-type-docx label").click()
    settle(page, ".np-draft")


def _cell(page: Page) -> None:
    settle(page, "[role=gridcell]")
    page.locator("[role=gridcell]", has_text=re.compile("2034|31 December")).first.click()
    settle(page, MARKED)


def _kept_question(page: Page) -> None:
    settle(page, "[class*='st-key-kept-open-']")
    page.locator("[class*='st-key-kept-open-'] button").first.click()
    settle(page, ".st-key-entry")


def _table(page: Page) -> None:
    settle(page, "[data-testid=stDataFrame]")


WALK: dict[str, tuple[str, Callable[[Page], None]]] = {
    "ask": (LAUNCH, _answers),
    "filters": (FARE, _filters),
    "collection": ("/collection", _table),
    "sheet": ("/sheets", _cell),
    "workspace": ("/workspace", _kept_question),
    "review": ("/review", _table),
}


def walk(browser: Browser, address: str, width: int, height: int) -> None:
    """Take the picture of each view in both themes."""
    for name, (path, show) in WALK.items():
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        page.goto(address + path)
        show(page)
        page.mouse.move(5, height - 5)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            settle(page, ".stApp")
            save(page, f"{name}-{width}-{scheme}")
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
    save(page, "reader")
    page.close()


def main(address: str) -> None:
    """Take all pictures."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        prepare(browser, address)
        take_reader(browser, address)
        for width, height in SIZES:
            walk(browser, address, width, height)
        browser.close()


main(sys.argv[1].rstrip("/"))
