"""Logging in, in a browser: by keyboard, kept over a reload, ended by logging out, and one person's session is not another's."""

import os

import pytest
from playwright.sync_api import expect

from needlepoint.people.access import Access
from needlepoint.people.parts import below_folder
from needlepoint.people.person import Role
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

from .conftest import CHECKOUT, page_served
from .views import axe_findings

PASSWORD = "nine tame otters"


@pytest.fixture(scope="module")
def guarded(chromium, reader_folder, tmp_path_factory):
    """The address of a page whose service has users."""
    root = tmp_path_factory.mktemp("guarded")
    for name, text in {
        "finance/rent.txt": "The rent is 84,000 euros.\n",
        "board/merger.txt": "Zanzibar merges.\n",
    }.items():
        (root / "papers" / name).parent.mkdir(parents=True)
        (root / "papers" / name).write_text(text)
    settings = Settings(root / "store", root / "cache")
    with Service(settings=settings) as service:
        service.index([root / "papers"])
    access = Access(settings.people)
    access.users.add("mona", Role.MANAGE, password=PASSWORD)
    access.users.parts.add("finance", below_folder("papers/finance"))
    access.users.add("rita", Role.READ, password=PASSWORD, parts=["finance"])
    access.close()
    environment = os.environ | {
        "READER_PARAMS_MODEL_NAME_OR_PATH": str(reader_folder),
        "NEEDLEPOINT_STORE": str(root / "store"),
        "PYTHONPATH": str(CHECKOUT / "components"),
    }
    with page_served(root, environment) as url:
        yield url


@pytest.fixture
def visit(chromium, guarded):
    """Open the page in a browser of one's own."""
    opened = []

    def visit(width=1280):
        opened.append(chromium.new_context(viewport={"width": width, "height": 800}))
        page = opened[-1].new_page()
        page.set_default_timeout(60_000)
        page.goto(guarded)
        page.get_by_label("Name").wait_for()
        return page

    yield visit
    for context in opened:
        context.close()


def log_in(page, name, password=PASSWORD):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")


def shot(page, name):
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_person_logs_in_by_keyboard_reloads_and_logs_out(visit):
    page = visit()
    expect(page.get_by_label("Name")).to_have_attribute("autocomplete", "username")
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("autocomplete", "current-password")
    shot(page, "form")
    log_in(page, "rita", "wrong words")
    expect(page.get_by_text("The name or the password is wrong.")).to_be_visible()
    shot(page, "wrong")
    log_in(page, "rita")
    page.wait_for_selector(".np-who")
    expect(page.locator(".np-who")).to_contain_text("rita · reads · sees finance")
    page.wait_for_selector(".np-status")
    expect(page.locator(".np-status")).to_contain_text("1 document")
    expect(page.get_by_role("link", name="Sheets")).to_have_count(0)
    shot(page, "in")
    page.wait_for_function("document.cookie.includes('needlepoint-session=')")
    (cookie,) = [each for each in page.context.cookies() if each["name"] == "needlepoint-session"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["expires"] == -1  # gone with the browser
    page.reload()
    page.wait_for_selector(".np-who")
    expect(page.locator(".np-who")).to_contain_text("rita")
    other = visit()
    expect(other.get_by_label("Name")).to_be_visible()  # another browser knows nothing
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Name")).to_be_visible()
    expect(page.locator(".np-status")).to_have_count(0)
    page.wait_for_function("!document.cookie.includes('needlepoint-session')")
    page.reload()
    page.get_by_label("Name").wait_for()


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_in_the_form(visit, width):
    page = visit(width)
    assert axe_findings(page) == []
    log_in(page, "rita", "wrong words")
    expect(page.get_by_text("The name or the password is wrong.")).to_be_visible()
    assert axe_findings(page) == []


def test_two_people_at_once_see_each_the_own_part(visit):
    rita, mona = visit(), visit(390)
    log_in(rita, "rita")
    log_in(mona, "mona")
    for page in (rita, mona):
        page.wait_for_selector(".np-status")
    expect(rita.locator(".np-status")).to_contain_text("1 document")
    expect(mona.locator(".np-status")).to_contain_text("2 documents")
    shot(mona, "phone")
    for page in (rita, mona):
        page.get_by_label("Question").fill("Who merges?")
        page.get_by_role("button", name="Ask", exact=True).click()
    mona.get_by_text("Zanzibar").first.wait_for()
    rita.locator(".st-key-summary, .np-note:not(:has-text('Ask your documents'))").first.wait_for()
    assert "Zanzibar" not in rita.content()


def test_a_token_that_is_made_up_lets_nobody_in(visit, guarded):
    page = visit()
    page.context.add_cookies([{"name": "needlepoint-session", "value": "made-up", "url": guarded}])
    page.reload()
    page.get_by_label("Name").wait_for()
