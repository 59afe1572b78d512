"""Workspaces on the page: questions are kept and opened as they were, quotes pinned, notes written, answers confirmed."""

import pytest

from needlepoint_ui import person
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.failures import NotThereError

pytestmark = pytest.mark.usefixtures("no_workspaces", "forget_feedback")
QUESTION = "When does the lease end?"
RENT = "How much is the annual rent?"


def html_of(page):
    return " ".join(each.proto.body for each in page.get("html"))


def held(page, name):
    """Return a value of the address, which a test gives as text and the page as a list."""
    value = page.query_params[name]
    return value if isinstance(value, str) else value[0]


def button(page, label):
    return next(each for each in page.button if each.label == label)


@pytest.fixture
def kept(client):
    """Return the questions of the one workspace."""

    def kept():
        (workspace,) = client.workspaces.all()
        return workspace, client.workspaces.questions(workspace.id)[1]

    return kept


@pytest.fixture
def browser_of(monkeypatch):
    """Open pages in the browser of a person, which remembers them; return the person's id."""

    def browser_of(letter):
        id_ = letter * 32
        monkeypatch.setattr(person, "_cookie", lambda key: id_ if key == "needlepoint-person" else "")
        return id_

    return browser_of


def test_a_question_is_kept_and_its_workspace_is_in_the_address(open_page, kept):
    page = open_page(q=QUESTION)
    workspace, (asked,) = kept()
    assert (workspace.name, asked.question) == ("My questions", QUESTION)
    assert held(page, "workspace") == workspace.id
    assert asked.address == "q=When+does+the+lease+end%3F"


def test_recent_questions_outlast_the_session(open_page):
    open_page(q=QUESTION)
    page = open_page(q=RENT)
    assert [each.label for each in page.button if each.key.startswith("recent-")] == [QUESTION]
    button(page, QUESTION).click()
    page.run()
    assert held(page, "q") == QUESTION
    assert [each.label for each in page.button if each.key.startswith("recent-")] == [RENT]


def test_a_private_question_is_not_kept_also_after_a_reload(open_page, client):
    page = open_page(q=QUESTION, private="1")
    assert client.workspaces.all() == []
    assert held(page, "private") == "1"
    open_page(**{name: held(page, name) for name in page.query_params})
    assert client.workspaces.all() == []
    page.toggle(key="private-choice").set_value(False).run()
    page.text_area(key="q").set_value(RENT)
    button(page, "Ask").click()
    page.run()
    assert [each.question for each in client.workspaces.questions(client.workspaces.all()[0].id)[1]] == [RENT]


def test_an_old_answer_opens_exactly_as_it_was(open_page, kept, client):
    shown = html_of(open_page(q=QUESTION))
    workspace, (asked,) = kept()
    page = open_page("views/workspace.py", workspace=workspace.id, kept=asked.id)
    assert client.workspaces.question(workspace.id, asked.id).reply.cards[0].answer in shown
    assert asked.answer in html_of(page)
    assert "np-since" not in html_of(page)
    page.text_area(key=f"note-{asked.id}").set_value("Compare with the letter").run()
    assert kept()[1][0].note == "Compare with the letter"
    again = open_page("views/workspace.py", workspace=workspace.id)
    next(each for each in again.button if each.key == f"kept-open-{asked.id}").click()
    again.run()
    assert held(again, "kept") == asked.id
    assert again.text_area(key=f"note-{asked.id}").value == "Compare with the letter"


def test_a_quote_is_pinned_moved_noted_and_removed(open_page, kept, client):
    for question in (QUESTION, RENT):
        page = open_page(q=question)
        next(each for each in page.button if each.key.startswith("pin-card")).click()
        page.run()
    workspace, _ = kept()
    first, second = client.workspaces.pins(workspace.id)
    assert (first.question, second.question) == (QUESTION, RENT)
    assert first.check.outcome == "holds"
    page = open_page("views/workspace.py", workspace=workspace.id, part="pinned")
    page.button(key=f"down-{first.id}").click().run()
    assert [pin.id for pin in client.workspaces.pins(workspace.id)] == [second.id, first.id]
    page.text_area(key=f"note-{first.id}").set_value("For the memo").run()
    page.button(key=f"unpin-{second.id}").click().run()
    (pin,) = client.workspaces.pins(workspace.id)
    assert (pin.id, pin.note) == (first.id, "For the memo")
    report = client.workspaces.export(workspace.id, "md", "pinned").decode()
    assert "For the memo" in report


def test_a_workspace_is_made_and_chosen_and_of_a_deleted_one_another_takes_the_place(open_page, client):
    page = open_page(q=QUESTION)
    page.text_input(key="workspace-name-line").set_value("Due diligence")
    next(each for each in page.button if each.key == "workspace-make-line").click()
    page.run()
    made = next(each for each in client.workspaces.all() if each.name == "Due diligence")
    assert held(page, "workspace") == made.id
    page.text_area(key="q").set_value(RENT)
    button(page, "Ask").click()
    page.run()
    assert [each.question for each in client.workspaces.questions(made.id)[1]] == [RENT]
    client.workspaces.delete(made.id)
    with pytest.raises(NotThereError):
        client.workspaces.get(made.id)
    page = open_page("views/workspace.py", workspace=made.id)
    assert page.selectbox[0].value == client.workspaces.all()[0].id
    assert [each.label for each in page.button if each.key.startswith("kept-open-")] == [QUESTION]


def test_confirmed_words_come_first_in_the_next_session_and_are_taken_back(open_page, client, browser_of):
    ann = browser_of("a")
    page = open_page(q=RENT)
    button(page, "Right").click()
    page.run()
    (label,) = client.labels()
    assert label.person == ann
    later = open_page(q="how much is the annual RENT")
    shown = html_of(later)
    assert "Confirmed by you on" in shown
    assert shown.index("Confirmed by") < shown.index("np-score")
    later.button(key="undo-card-sure-1").click().run()
    assert client.labels() == []
    assert "Confirmed by" not in html_of(later)


def test_what_a_colleague_confirmed_is_overruled_but_not_taken_back(open_page, client, browser_of):
    browser_of("a")
    page = open_page(q=RENT)
    button(page, "Right").click().run()
    (theirs,) = client.labels()
    own = browser_of("b")
    later = open_page(q=RENT)
    assert "Confirmed by a colleague on" in html_of(later)
    assert [each for each in later.button if each.key.startswith("undo-")] == []
    later.button(key="wrong-card-sure-1").click().run()
    assert any("Judged wrong by you" in each.value for each in later.caption)
    assert {(label.person, label.verdict) for label in client.labels()} == {
        (theirs.person, "right"),
        (own, "wrong"),
    }
    assert "Confirmed by" not in html_of(later)
    later.button(key="undo-card-sure-1").click().run()
    assert client.labels() == [theirs]
    assert "Confirmed by a colleague on" in html_of(later), "their word stands again"


def test_only_judgements_of_the_question_are_read(open_page, client, monkeypatch):
    page = open_page(q=RENT)
    button(page, "Wrong").click().run()
    monkeypatch.setattr(Client, "labels", lambda _: pytest.fail("all judgements were read"))
    later = open_page(q=RENT)
    assert any("Judged wrong" in each.value for each in later.caption)
    assert later.session_state["page_state"].said
    assert open_page(q=QUESTION).session_state["page_state"].said == {}


def test_a_pinned_quote_is_known_as_such_in_a_new_session(open_page, client, kept):
    page = open_page(q=RENT)
    button(page, "Pin").click().run()
    later = open_page(q=RENT)
    pins = [each for each in later.button if each.key == "pin-card-1"]
    assert [(each.label, each.disabled) for each in pins] == [("Pinned", True)]
    other = open_page(q=QUESTION)
    assert all(each.label == "Pin" for each in other.button if each.key.startswith("pin-card-"))


def test_beside_pinned_quotes_the_first_one_s_document_is_open(open_page, client, sent_to_reader):
    page = open_page(q=RENT)
    button(page, "Pin").click().run()
    (workspace,) = client.workspaces.all()
    page = open_page("views/workspace.py", workspace=workspace.id, part="pinned")
    assert sent_to_reader(page)["name"] == "lease.txt"
    (pin,) = client.workspaces.pins(workspace.id)
    page.button(key=f"unpin-{pin.id}").click().run()
    assert "Nothing is pinned yet" in html_of(page)


def test_a_name_stands_with_what_a_person_confirms(open_page, client):
    page = open_page(q=RENT)
    page.text_input(key="needlepoint-name-field").set_value("Ann Marsh").run()
    button(page, "Wrong").click()
    page.run()
    assert client.labels()[0].by == "Ann Marsh"
    assert any("Judged wrong by Ann Marsh" in each.value for each in open_page(q=RENT).caption)
