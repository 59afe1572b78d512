"""Nobody gets in without saying who it is, by any route; and nobody does what the own role does not allow."""

import dataclasses
import shutil

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from every_route import REQUESTS, all_routes, send
from needlepoint import resources
from needlepoint.api.app import _check_needs, create_app
from needlepoint.api.limits import Limits
from needlepoint.api.needs import need_of
from needlepoint.people.person import Role
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

KEY = {"X-API-Key": "key-of-the-machine"}
PASSWORD = "nine tame otters"


def test_every_route_has_a_request_here(guarded):
    assert {*all_routes(guarded.client.app)} == {*REQUESTS}


def test_a_route_that_declares_nothing_does_not_start():
    app = FastAPI(docs_url=None, redoc_url=None)
    app.add_api_route("/open", lambda: "secret")
    with pytest.raises(TypeError, match="/open must declare what it needs"):
        _check_needs(app)


def test_only_these_routes_answer_everybody(guarded):
    public = {route.path for route in guarded.client.app.routes if need_of(route.endpoint).role is None}
    assert public == {"/ready", "/initialized", "/login"}


@pytest.fixture(scope="session")
def ended(guarded):
    """The session of somebody who has logged out, and that of a user who was removed."""
    out = guarded.session("lena")
    assert guarded.client.post("/logout", headers=out).status_code == 204
    guarded.access.users.add("gone", Role.MANAGE, password=PASSWORD)
    removed = guarded.session("gone")
    guarded.access.users.remove("gone")
    return out, removed


@pytest.mark.parametrize("route", [*REQUESTS], ids=" ".join)
def test_nobody_gets_in_without_a_session(guarded, ended, route):
    if route[1] in {"/ready", "/initialized", "/login"}:
        return
    token = guarded.session("mona")["X-Session"]
    known = guarded.access.sessions.person(token).session  # what a thief finds in the file
    tries = [
        {},
        {"X-API-Key": "wrong"},
        {"X-Session": "forged"},
        {"X-Session": ""},
        {"X-Session": known},
        {"X-Session": "forged", **KEY},
        {"X-Needlepoint-Page": "1", **KEY},
        {"X-Remote-User": "mona"},
        {"X-Remote-User": "mona", "X-Proxy-Secret": ""},
        {"Authorization": f"Bearer {token}"},
        *ended,
    ]
    for headers in tries:
        reply = send(guarded, route, headers)
        assert reply.status_code == 401, (headers, reply.text)
        assert [*reply.json()] == ["errors"]


def test_two_sessions_at_once_are_none(guarded):
    mona, rita = guarded.session("mona"), guarded.session("rita")
    reply = guarded.client.get("/documents", headers=[*mona.items(), *rita.items()])
    assert reply.status_code == 401


@pytest.mark.parametrize("route", [*REQUESTS], ids=" ".join)
@pytest.mark.parametrize(("name", "role"), [("lena", Role.READ), ("adam", Role.ADD)])
def test_nobody_does_what_the_role_does_not_allow(guarded, route, name, role):
    needed = next(
        need_of(each.endpoint).role
        for each in guarded.client.app.routes
        if each.path == route[1] and route[0] in each.methods
    )
    if needed is None or needed <= role:
        return
    reply = send(guarded, route, guarded.session(name))
    assert reply.status_code == 403
    assert reply.json() == {"errors": [f"this needs the role '{needed}'; {name} has the role '{role}'"]}


def test_a_refused_upload_is_not_even_read(guarded):
    reply = guarded.client.post(
        "/documents", headers={**guarded.session("rita"), "Content-Type": "multipart/form-data"}, content=b"no form"
    )
    assert reply.status_code == 403


def test_roles_are_what_they_were_meant_to_be(guarded):
    roles = {
        (method, route.path): need_of(route.endpoint).role
        for route in guarded.client.app.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    changing = {key for key, role in roles.items() if role is Role.MANAGE}
    assert changing == {
        ("POST", "/documents/delete"),
        ("POST", "/documents/reindex"),
        ("POST", "/documents/delete_by_filters"),
        ("DELETE", "/documents/{document_id}"),
        ("DELETE", "/feedback"),
        ("POST", "/evaluations"),
        ("GET", "/metrics"),
    }
    assert {key for key, role in roles.items() if role is Role.ADD} == {
        ("POST", "/documents"),
        ("POST", "/file-upload"),
        ("POST", "/examples"),
        ("PUT", "/sheets/{name}"),
        ("DELETE", "/sheets/{name}"),
        ("POST", "/sheets/{name}/run"),
    }


def test_the_key_goes_on_as_the_machines_own(guarded):
    me = guarded.client.get("/me", headers=KEY).json()
    assert me == {"id": None, "name": None, "role": "manage", "parts": None}
    assert guarded.client.get("/documents", headers=KEY).json()["total"] == 5


def test_a_session_says_who_it_is(guarded):
    me = guarded.client.get("/me", headers=guarded.session("RITA")).json()
    assert me.pop("id")
    assert me == {"name": "rita", "role": "read", "parts": ["finance"]}


def test_a_wrong_name_and_a_wrong_password_are_told_alike(guard_anew):
    guarded = guard_anew()
    wrong = [
        guarded.client.post("/login", json={"name": name, "password": password})
        for name, password in (("rita", "wrong words"), ("nobody at all", PASSWORD), ("rita' OR '1'='1", PASSWORD))
    ]
    assert {(reply.status_code, reply.text) for reply in wrong} == {
        (401, '{"errors":["the name or the password is wrong"]}')
    }


@pytest.mark.parametrize("odd", ["\\ud800", "\\u0000", "\\u202e", "x" * 1_001])
def test_odd_names_and_passwords_are_no_failure_of_the_service(guard_anew, odd):
    guarded = guard_anew()
    for name, password in ((odd, PASSWORD), ("rita", odd), (odd, odd)):
        body = f'{{"name": "{name}", "password": "{password}"}}'.encode()
        reply = guarded.client.post("/login", content=body, headers={"Content-Type": "application/json"})
        assert reply.status_code in (401, 422)
        assert odd not in reply.text


def test_who_guesses_must_wait_whether_or_not_there_is_such_a_user(guard_anew):
    guarded = guard_anew()
    for name in ("rita", "nobody"):
        tries = [guarded.client.post("/login", json={"name": name, "password": f"guess {n}"}) for n in range(7)]
        assert [reply.status_code for reply in tries] == [401] * 5 + [429] * 2
        assert int(tries[-1].headers["Retry-After"]) > 0
    right = guarded.client.post("/login", json={"name": "rita", "password": PASSWORD})
    assert right.status_code == 429  # also with the right one, or guessing would go on


def test_a_password_changed_ends_the_sessions(guard_anew):
    guarded = guard_anew()
    before = guarded.session("rita")
    guarded.access.users.set_password("rita", "eleven calm badgers")
    assert guarded.client.get("/me", headers=before).status_code == 401


def test_another_role_holds_from_the_next_request_on(guard_anew):
    guarded = guard_anew()
    lena = guarded.session("lena")
    assert guarded.client.get("/documents", headers=lena).json()["total"] == 5
    guarded.access.users.change("lena", role=Role.READ, parts=[])
    assert guarded.client.get("/documents", headers=lena).json()["total"] == 0


def test_a_proxy_is_believed_with_its_secret_alone(guard_anew):
    guarded = guard_anew(user_header="X-Remote-User", proxy_secret="a secret of the proxy")
    good = {"X-Remote-User": "rita", "X-Proxy-Secret": "a secret of the proxy"}
    assert guarded.client.get("/me", headers=good).json()["name"] == "rita"
    assert guarded.client.get("/documents", headers=good).json()["total"] == 2
    for bad in (
        {"X-Remote-User": "mona"},
        {"X-Remote-User": "mona", "X-Proxy-Secret": "a guess at the secret"},
        {"X-Proxy-Secret": "a secret of the proxy"},
        {"X-Remote-User": "mona", **KEY},
    ):
        assert guarded.client.get("/me", headers=bad).status_code == 401
    unknown = guarded.client.get("/me", headers={**good, "X-Remote-User": "stranger"})
    assert unknown.status_code == 403
    assert "no account here" in unknown.json()["errors"][0]
    doubled = [("X-Remote-User", "mona"), *good.items()]
    assert guarded.client.get("/me", headers=doubled).status_code == 401


def test_a_user_of_a_proxy_may_have_any_letters(guard_anew):
    guarded = guard_anew(user_header="X-Remote-User", proxy_secret="a secret of the proxy")
    guarded.access.users.add("zo\u00eb", Role.READ, password=None)
    headers = {b"X-Remote-User": "zo\u00eb".encode(), b"X-Proxy-Secret": b"a secret of the proxy"}
    assert guarded.client.get("/me", headers=headers).json()["name"] == "zo\u00eb"


def test_where_nobody_logs_in_all_is_as_it_was(shown):
    assert shown.get("/me").json() == {"id": None, "name": None, "role": "manage", "parts": None}
    assert shown.post("/login", json={"name": "rita", "password": PASSWORD}).status_code == 404
    assert not (shown.app.state.needlepoint.service.settings.people).exists()


@pytest.mark.usefixtures("_reader")
def test_a_store_that_can_keep_nothing_from_anybody_lets_nobody_in_who_sees_a_part(guarded_store, tmp_path):
    text = (resources.pipelines_folder() / "local.haystack-pipeline.yml").read_text()
    text = text.replace("type: TantivyDocumentStore ", "type: InMemoryDocumentStore ")
    text = text.replace("search_fields: [content, title, name, opening^0.8]", "use_bm25: true")
    (tmp_path / "memory.haystack-pipeline.yml").write_text(text)
    shutil.copytree(guarded_store / "people", tmp_path / "store" / "people")
    settings = dataclasses.replace(Settings.from_environment(), store=tmp_path / "store")
    with Service(tmp_path / "memory.haystack-pipeline.yml", settings=settings) as service:
        app = create_app(service, Limits())
        with TestClient(app, base_url="http://localhost") as client:
            sessions = {
                name: {"X-Session": client.post("/login", json={"name": name, "password": PASSWORD}).json()["session"]}
                for name in ("rita", "lena")
            }
            refused = client.get("/documents", headers=sessions["rita"])
            assert refused.status_code == 503
            assert "cannot keep documents from anybody" in refused.json()["errors"][0]
            assert client.get("/documents", headers=sessions["lena"]).status_code == 200
