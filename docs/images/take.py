"""Take the pictures of the page anew: start `needlepoint ui` on the example collection, then run this with its address.

python docs/images/take.py http://127.0.0.1:8501
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
QUESTION = "/?q=What+does+a+single+ticket+to+Hestay+cost+for+a+car+of+up+to+5+metres%3F"
QUIET = "!document.querySelector('[data-testid=stSpinner], [data-testid=stStatusWidget]')"


def take(page: Page, url: str, shown: str, file: str) -> None:
    """Open an address, wait until it is drawn, and save the window's picture."""
    page.goto(url)
    page.wait_for_selector(shown, timeout=60_000)
    page.wait_for_timeout(1_500)
    page.wait_for_function(QUIET)
    page.screenshot(path=HERE / file)


def main(address: str) -> None:
    """Take both pictures."""
    with sync_playwright() as driver:
        chromium = shutil.which("chromium")
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme="light")
        take(page, address + QUESTION, ".np-source mark", "ask.png")
        take(page, address + "/collection", "[data-testid=stDataFrame]", "collection.png")
        browser.close()


main(sys.argv[1].rstrip("/"))
