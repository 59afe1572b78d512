"""Back and Forward are obeyed; an action that comes with the address of before takes nothing back."""

from functools import partial

import pytest
from streamlit.testing.v1 import local_script_runner

pytestmark = pytest.mark.usefixtures("no_workspaces", "forget_feedback")
QUESTION = "When does the lease end?"
RENT = "How much is the annual rent?"
WORKSPACE, COLLECTION = "views/workspace.py", "views/collection.py"


def held(page):
    """Return the address, which a test gives as text and the page as lists."""
    given = {name: page.query_params[name] for name in page.query_params}
    return {name: value if isinstance(value, str) else value[0] for name, value in given.items()}


def run_from(page, address):
    """Run the page again with an address that the browser had before."""
    page.query_params.clear()
    page.query_params.update(address)
    page.run()
    assert not page.exception


def button(page, start):
    return next(each for each in page.button if each.key.startswith(start))


@pytest.fixture
def step(monkeypatch):
    """Go back or forward to an address; Streamlit's test runner cannot say that the browser did."""

    def step(page, address):
        with monkeypatch.context() as patch:
            patch.setattr(
                local_script_runner, "RerunData", partial(local_script_runner.RerunData, is_history_navigation=True)
            )
            run_from(page, address)

    return step


def test_ask_keeps_what_was_opened_when_another_action_comes_quickly(open_page, step):
    page = open_page(q=QUESTION)
    before = held(page)
    button(page, "show-card-1-").click()  # the second place of the answer
    page.run()
    after = held(page)
    assert after["open"] != before["open"]
    button(page, "right-").click()
    run_from(page, before)
    assert held(page) == after
    step(page, before)
    assert held(page) == before


def test_ask_keeps_a_new_question_when_another_action_comes_quickly(open_page, step):
    page = open_page(q=QUESTION)
    before = held(page)
    page.text_area(key="q").set_value(RENT)
    button(page, "ask").click()
    page.run()
    run_from(page, before)
    assert held(page)["q"] == page.session_state["page_state"].reply.question == RENT
    step(page, before)
    assert held(page)["q"] == page.session_state["page_state"].reply.question == QUESTION


def test_an_old_question_stays_open_when_another_action_comes_quickly(open_page, client, step):
    open_page(q=QUESTION)
    (workspace,) = client.workspaces.all()
    page = open_page(WORKSPACE, workspace=workspace.id)
    before = held(page)
    button(page, "kept-open-").click()
    page.run()
    after = held(page)
    assert after["kept"]
    button(page, "pin-card-kept-1").click()
    run_from(page, before)
    assert held(page) == after
    assert client.workspaces.pins(workspace.id)[0].question == QUESTION
    step(page, before)
    assert held(page) == before
    assert not [each for each in page.button if each.key == "entry-close"]


def test_a_closed_document_stays_closed_when_another_action_comes_quickly(open_page, client, step):
    document = next(each.document for each in client.documents()[1] if each.document.name == "minutes.md")
    page = open_page(COLLECTION, document=document.id)
    before = held(page)
    page.button(key="close-document").click().run()
    run_from(page, before)
    assert "document" not in held(page)
    step(page, before)
    assert held(page)["document"] == document.id
