"""The audit log says who did what, where people log in, and is there neither by default nor with anything secret."""

import dataclasses
import json
import shutil

from fastapi.testclient import TestClient

from every_route import send
from needlepoint.api.app import create_app
from needlepoint.api.limits import Limits
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

KEY = {"X-API-Key": "key-of-the-machine"}
QUESTION = "When does the lease end?"
PASSWORD = "nine tame otters"


def entries(guarded, **chosen):
    return [(each.who, each.did, each.status) for each in guarded.access.audit.entries(**chosen)]


def test_it_says_who_asked_opened_exported_added_deleted_and_was_refused(guard_anew):
    guarded = guard_anew()
    mona, rita = guarded.session("mona"), guarded.session("rita")
    own, hidden = guarded.ids["lease.txt"], guarded.ids["merger.txt"]
    guarded.client.post("/ask", headers=rita, json={"question": QUESTION})
    guarded.client.get(f"/documents/{own}/text", headers=rita)
    guarded.client.get(f"/documents/{hidden}/file", headers=rita)
    guarded.client.get(f"/documents/{own}/file", headers=rita)
    guarded.client.get("/export-feedback", headers=rita)
    send(guarded, ("POST", "/documents"), rita)
    send(guarded, ("POST", "/documents"), mona)
    guarded.client.post("/documents/delete", headers=mona, json={"ids": [own]})
    guarded.client.get("/documents", headers={"X-Session": "forged"})
    guarded.client.post("/logout", headers=rita)
    guarded.client.post("/ask", headers=KEY, json={"question": QUESTION})
    found = entries(guarded)
    for entry in (
        ("mona", "logged in", 200),
        ("rita", "asked", 200),
        ("rita", "opened", 200),
        ("rita", "exported", 404),
        ("rita", "exported", 200),
        ("rita", "refused", 403),
        ("mona", "added", 202),
        ("mona", "deleted", 200),
        ("", "refused", 401),
        ("rita", "logged out", 204),
        ("(key)", "asked", 200),
    ):
        assert entry in found, entry
    log = [*guarded.access.audit.entries()]
    assert any(QUESTION in each.what for each in log if each.did == "asked")
    assert any(own in each.what for each in log if each.did == "deleted")
    assert any("note.txt" in each.what for each in log if each.did == "added")
    assert {each.address for each in log} == {"testclient"}
    told = json.dumps([(each.who, each.what, each.address) for each in log])
    for secret in (PASSWORD, *mona.values(), *rita.values(), *KEY.values(), "31 March 2031"):
        assert secret not in told


def test_a_wrong_password_is_noted_without_it(guard_anew):
    guarded = guard_anew()
    guarded.client.post("/login", json={"name": "my password by mistake", "password": "another secret"})
    assert ("", "refused", 401) in entries(guarded)
    assert "mistake" not in str([*guarded.access.audit.entries()])


def test_the_page_tells_from_where_a_person_comes_and_nobody_else_can(guard_anew):
    guarded = guard_anew()
    rita = guarded.session("rita")
    guarded.client.get(
        "/documents", headers={**rita, **KEY, "X-Needlepoint-Page": "1", "X-Needlepoint-From": "192.0.2.7"}
    )
    guarded.client.get("/documents", headers={**rita, "X-Needlepoint-From": "192.0.2.8"})
    assert [each.address for each in guarded.access.audit.entries()][-2:] == ["192.0.2.7", "testclient"]


def test_a_wrong_key_is_not_noted_where_nobody_logs_in(indexed_store, tmp_path):
    settings = dataclasses.replace(Settings.from_environment(), store=shutil.copytree(indexed_store, tmp_path / "own"))
    with Service(settings=settings) as service:
        app = create_app(service, Limits(api_key="a key that is not sent"))
        assert TestClient(app, base_url="http://localhost").get("/documents").status_code == 401
    assert not settings.people.exists()


def test_it_can_be_switched_off(guard_anew):
    guarded = guard_anew(audit="0")
    guarded.session("rita")
    assert entries(guarded) == []


def test_it_is_off_where_nobody_logs_in_unless_it_is_asked_for(start):
    client = start()
    client.post("/ask", json={"question": QUESTION})
    folder = client.app.state.needlepoint.service.settings.people
    assert not folder.exists()
    noting = start(audit="1")
    noting.post("/ask", json={"question": QUESTION})
    (entry,) = noting.app.state.needlepoint.access.audit.entries()
    assert (entry.who, entry.did, entry.status) == ("", "asked", 200)
    assert QUESTION in entry.what


def test_an_answer_does_not_wait_for_a_log_that_cannot_be_written(guard_anew, caplog):
    guarded = guard_anew()
    rita = guarded.session("rita")
    guarded.access.audit.close()
    guarded.access.audit.path = guarded.store / "lease.txt" / "audit.sqlite"
    (guarded.store / "lease.txt").write_text("in the way")
    assert guarded.client.post("/ask", headers=rita, json={"question": QUESTION}).status_code == 200
    assert "CANNOT BE WRITTEN" in caplog.text
    metrics = guarded.client.get("/metrics", headers=KEY).text
    assert 'needlepoint_errors_total{kind="AuditLog"} 1.0' in metrics
