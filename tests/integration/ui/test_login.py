"""The page where the service has users: it asks who is there, shows what that person may see, and keeps people apart."""

import dataclasses

import pytest

from needlepoint.api.limits import Limits
from needlepoint.people.access import Access
from needlepoint.people.parts import below_folder
from needlepoint.people.person import Role
from needlepoint.service.facade import Service
from needlepoint.settings import Settings
from needlepoint_ui import session
from needlepoint_ui.service import cached
from needlepoint_ui.service.client import Client
from needlepoint_ui.service.failures import LogInNeededError

PASSWORD = "nine tame otters"
KEY = "key-of-the-machine"


@pytest.fixture(scope="module")
def guarded(reader_folder, tmp_path_factory, serving):
    folder, store = tmp_path_factory.mktemp("papers") / "papers", tmp_path_factory.mktemp("login") / "store"
    for name, text in {
        "finance/rent.txt": "The rent is 84,000 euros.\n",
        "board/merger.txt": "Zanzibar merges.\n",
    }.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
    patch = pytest.MonkeyPatch()
    patch.setenv("READER_PARAMS_MODEL_NAME_OR_PATH", str(reader_folder))
    settings = dataclasses.replace(Settings.from_environment(), store=store)
    with Service(settings=settings) as service:
        service.index([folder])
    access = Access(settings.people)
    access.users.add("mona", Role.MANAGE, password=PASSWORD)
    access.users.parts.add("finance", below_folder("papers/finance"))
    access.users.add("rita", Role.READ, password=PASSWORD, parts=["finance"])
    access.users.add("adam", Role.ADD, password=PASSWORD, parts=["finance"])
    with serving(store, Limits(api_key=KEY)) as url:
        yield url, access
    access.close()
    patch.undo()


@pytest.fixture
def open_guarded(guarded, open_page, monkeypatch):
    monkeypatch.setenv("NEEDLEPOINT_API_KEY", KEY)
    return lambda: open_page(service=guarded[0])


def html_of(page):
    return "\n".join(element.proto.body for element in page.get("html"))


def log_in(page, name, password=PASSWORD):
    page.text_input(key="log-in-name").set_value(name)
    page.text_input(key="log-in-password").set_value(password)
    next(button for button in page.button if button.label == "Log in").click()
    page.run()
    assert not page.exception
    return page


def test_nothing_is_shown_before_somebody_logs_in(open_guarded):
    page = open_guarded()
    assert [field.label for field in page.text_input] == ["Name", "Password"]
    assert [button.label for button in page.button] == ["Log in"]
    assert not page.text_area
    assert "passages" not in html_of(page)


def test_a_wrong_password_is_told_in_words(open_guarded):
    page = log_in(open_guarded(), "rita", "wrong words")
    assert "The name or the password is wrong." in html_of(page)
    page = log_in(page, "", "")
    assert "Give your name and your password." in html_of(page)


def test_who_logs_in_sees_the_own_part_and_the_own_name(open_guarded):
    page = log_in(open_guarded(), "rita")
    assert "rita" in html_of(page)
    assert "sees finance" in html_of(page)
    assert "1 document" in html_of(page)
    assert page.text_area
    assert page.button(key="log-out")
    page.button(key="log-out").click().run()
    assert [button.label for button in page.button] == ["Log in"]
    assert "1 document" not in html_of(page)
    page = log_in(page, "mona")
    assert "2 documents" in html_of(page)


def test_a_session_outlives_a_reload_by_its_cookie(open_guarded, guarded, monkeypatch):
    token = Client(guarded[0], key=KEY).log_in("rita", PASSWORD)
    monkeypatch.setattr(session, "_cookie", lambda: token)
    assert "sees finance" in html_of(open_guarded())


def test_a_session_that_ends_leads_back_to_the_form(open_guarded, guarded):
    page = log_in(open_guarded(), "rita")
    guarded[1].users.set_password("rita", PASSWORD)
    page.run()
    assert [button.label for button in page.button] == ["Log in"]


@pytest.mark.parametrize(
    ("name", "adds", "manages"), [("rita", False, False), ("adam", True, False), ("mona", True, True)]
)
def test_buttons_that_the_role_may_not_use_are_not_shown(open_guarded, name, adds, manages):
    page = log_in(open_guarded(), name)
    page.switch_page("views/collection.py").run()
    assert bool(page.get("file_uploader")) is adds
    assert any(box.label.startswith("Replace earlier") for box in page.checkbox) is manages
    assert any(box.label == "Add them to the folder" for box in page.selectbox) is (name == "adam")
    assert ("delete or index them again" in html_of(page)) is manages


def test_the_page_gets_in_by_no_key_alone(guarded):
    with pytest.raises(LogInNeededError):
        Client(guarded[0], key=KEY).documents()


def test_what_is_kept_for_one_person_is_not_given_to_another(guarded, monkeypatch):
    url = guarded[0]
    monkeypatch.setenv("NEEDLEPOINT_SERVICE", url)
    cached.client.clear()
    tokens = {name: Client(url, key=KEY).log_in(name, PASSWORD) for name in ("mona", "rita")}
    clients = {name: cached.client((("X-Session", token),)) for name, token in tokens.items()}
    assert clients["mona"] is not clients["rita"]
    assert clients["mona"].documents()[0] == 2
    assert clients["rita"].documents()[0] == 1
    hidden = next(each.document.id for each in clients["mona"].documents()[1] if each.document.name == "merger.txt")
    found = {}
    for name in ("mona", "rita"):
        monkeypatch.setattr(session, "headers", lambda name=name: (("X-Session", tokens[name]),))
        try:
            found[name] = len(cached.found(hidden, "Zanzibar").places)
        except Exception as error:
            found[name] = type(error).__name__
    assert found == {"mona": 1, "rita": "NotThereError"}
    cached.client.clear()
