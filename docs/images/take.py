"""Take the pictures of the page anew: start `needlepoint ui` on the example collection, then run this with its address.

python docs/images/take.py http://127.0.0.1:8501
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
LAUNCH = "/?q=Who+named+the+new+battery-hybrid+ferry+when+she+was+launched%3F"
FARE = "/?q=What+does+a+single+ticket+to+Hestay+cost+for+a+car+of+up+to+5+metres%3F"
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
        page.wait_for_selector("text=saved as")
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
        take(browser, address + "/collection", "collection.png", shown="[data-testid=stDataFrame]")
        judge(browser, address)
        take(browser, address + "/review", "review.png", shown="[data-testid=stDataFrame]")
        browser.close()


main(sys.argv[1].rstrip("/"))
