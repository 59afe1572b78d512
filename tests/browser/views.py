"""The views of the page in each state that a person meets, for tests that look at all of them."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .test_page import LAUNCH, LEASE, cards, settled

NOTHING = "/?q=Who+was+elected+president+of+France+in+2017%3F"
SHEET = "Views"


def _answers(page):
    cards(page)


def _no_answer(page):
    page.wait_for_selector(".np-note")
    page.wait_for_selector(".np-source")


def _enlarged(page):
    cards(page)
    page.wait_for_selector(".np-picture .np-box")
    page.get_by_role("button", name="Enlarge").click()
    page.wait_for_selector("dialog.np-reader-large[open]")


def _filters(page):
    cards(page)
    if page.locator(".st-key-facets").is_hidden():
        page.get_by_role("button", name=re.compile("^Filters")).click()
    shut = page.locator(".st-key-facets details:not([open]) > summary")
    while shut.count():
        shut.first.click()


def _judging(page):
    cards(page).first.get_by_role("button", name=re.compile("^Correct")).click()
    page.wait_for_selector(".np-markable")


def _documents(page):
    cards(page)
    page.get_by_role("button", name="All documents").click()
    page.get_by_role("dialog").get_by_role("checkbox").first.wait_for(state="attached")


def _collection(page):
    page.wait_for_selector("[data-testid=stDataFrame]")


def _document(page):
    _collection(page)
    page.locator("[data-testid=stDataFrame]").click(position={"x": 120, "y": 52})
    page.wait_for_selector(".np-source")


def _review(page):
    page.wait_for_selector("[data-testid=stDataFrame]")


def _sheet_editor(page):
    page.get_by_role("button", name="New sheet").click()
    page.get_by_label("Name", exact=True).wait_for()


def _sheet(page):
    page.wait_for_selector(".np-grid [role=gridcell]")


def _cell(page):
    _sheet(page)
    page.locator("[role=gridcell]", has_text=re.compile("2034|31 December")).first.click()
    page.wait_for_selector(".st-key-sheet-cell .np-source")


def _history(page):
    page.wait_for_selector("[class*='st-key-kept-open-']")


def _entry(page):
    _history(page)
    page.locator("[class*='st-key-kept-open-'] button").first.click()
    page.wait_for_selector(".st-key-entry")


def _pins(page):
    page.wait_for_selector("[class*='st-key-card-pin-']")
    page.wait_for_selector(".np-source")


def _nothing(page):
    page.wait_for_selector(".np-note")


VIEWS = {
    "ask": ("/", _nothing),
    "answers": (LEASE, _answers),
    "picture": (LAUNCH, _answers),
    "no answer": (NOTHING, _no_answer),
    "reader enlarged": (LAUNCH, _enlarged),
    "filters": (f"{LEASE}&type=docx&year=2024", _filters),
    "judging": (LEASE, _judging),
    "choosing documents": (LEASE, _documents),
    "collection": ("/collection", _collection),
    "document": ("/collection", _document),
    "review": ("/review", _review),
    "sheet editor": ("/sheets", _sheet_editor),
    "sheet": ("/sheets", _sheet),
    "cell": ("/sheets", _cell),
    "history": ("/workspace", _history),
    "kept question": ("/workspace", _entry),
    "pinned quotes": ("/workspace?part=pinned", _pins),
    "report": ("/workspace?part=report", lambda page: page.wait_for_selector(".st-key-report")),
}
"""The address of each view, and what brings the page into its state."""


_TOOLTIP = (
    "#stFloatingOverlayPortal:has([role=tooltip])"  # of what has the focus; Streamlit puts it beside all landmarks
)


def axe_findings(page):
    """Return what axe finds in the light and in the dark theme: the rule, its place and what to do."""
    found = []
    for scheme, ground in (("light", "rgb(252, 251, 248)"), ("dark", "rgb(20, 23, 26)")):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator(".stApp")).to_have_css("background-color", ground)
        settled(page)
        found += [
            f"{scheme}: {rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in Axe().run(page, context={"exclude": [[_TOOLTIP]]}).response["violations"]
            for node in rule["nodes"]
        ]
    return found


def furnish(page):
    """Give a page's collection a judgement, a pinned quote and a sheet that was read, so that no view is empty."""
    first = cards(page).first
    first.get_by_role("button", name=re.compile("^Pin: ")).click()
    first.get_by_role("button", name=re.compile("^Pinned: ")).wait_for()
    first.get_by_role("button", name=re.compile("^Right: ")).click()
    page.wait_for_selector("text=Judged right")
    settled(page)
    page.get_by_role("link", name="Sheets").first.click()
    page.get_by_label("Name", exact=True).fill(SHEET)
    page.get_by_label("Questions, one a line").fill("Who is it between?\nWhen does it end?")
    page.get_by_role("button", name="Add these questions").click()
    page.locator(".st-key-save-read button:not(:disabled)").click()
    page.wait_for_selector(".np-summary:not(:has-text('waiting'))", timeout=600_000)
