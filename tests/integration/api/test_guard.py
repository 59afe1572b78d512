"""Who may call, from where, with how much; and that nothing of the inside gets out."""

import logging

import pytest

from needlepoint.api.guard import Guard
from needlepoint.api.limits import Limits
from needlepoint.api.metrics import Metrics

QUESTION = {"question": "When does the secretive lease end?"}


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::1", "a b"]
)
def test_other_names_of_this_machine_are_refused(shown, host):
    assert shown.get("/documents", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"])
def test_the_loopback_names_are_known(shown, host):
    assert shown.get("/documents", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:9999", "https://evil.example:80"])
def test_pages_of_other_sites_may_not_ask_or_change(shown, origin):
    for method, path in (("POST", "/ask"), ("DELETE", "/feedback"), ("POST", "/documents")):
        assert shown.request(method, path, json=QUESTION, headers={"Origin": origin}).status_code == 403


def test_the_own_origin_may(shown):
    assert shown.post("/ask", json=QUESTION, headers={"Origin": "http://localhost"}).status_code == 200


def test_no_page_is_let_in_by_cors_unless_set(start, shown):
    origin = {"Origin": "https://desk.example"}
    assert "access-control-allow-origin" not in shown.get("/documents", headers=origin).headers
    client = start(origins=("https://desk.example",))
    assert client.get("/documents", headers=origin).headers["access-control-allow-origin"] == "https://desk.example"
    assert client.post("/ask", json=QUESTION, headers=origin).status_code == 200
    asked = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "X-API-Key"}
    assert client.options("/ask", headers=asked).status_code == 200
    other = client.get("/documents", headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers


def test_the_key(start):
    client = start(api_key="a secret")
    for headers in ({}, {"X-API-Key": "a secre"}, {"X-API-Key": "ä".encode()}, {"Authorization": "Basic a secret"}):
        refused = client.get("/documents", headers=headers)
        assert refused.status_code == 401
        assert "X-API-Key" in refused.json()["errors"][0]
    for headers in ({"X-API-Key": "a secret"}, {"Authorization": "Bearer a secret"}):
        assert client.get("/documents", headers=headers).status_code == 200
        # with a key, a name of this machine gives nobody more than he has
        assert client.get("/documents", headers={**headers, "Host": "search.example.org"}).status_code == 200
    assert client.get("/ready").status_code == 200
    assert client.get("/metrics").status_code == 401


def test_every_reply_has_the_headers_of_safety(shown):
    for path in ("/documents", "/documents/unknown", "/nothing/here"):
        headers = shown.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"


def test_what_is_no_route_has_the_shape_of_an_error(shown):
    assert shown.get("/nothing").json() == {"errors": ["Not Found"]}
    assert shown.put("/ask").status_code == 405
    assert shown.get("/docs").status_code == 404
    assert shown.get("/redoc").status_code == 404


def test_too_much_is_refused(shown):
    assert shown.post("/ask", content=b"x" * 4_000_001).status_code == 413


def test_bodies_that_are_no_json_are_422_without_what_was_sent(shown):
    reply = shown.post("/ask", content=b'{"question": "secretive', headers={"Content-Type": "application/json"})
    assert reply.status_code == 422
    assert "secretive" not in reply.text


def test_an_unforeseen_error_tells_nothing_of_the_inside(caplog):
    import asyncio

    async def broken(scope, receive, send):
        raise ZeroDivisionError("the secretive question")

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [(b"host", b"localhost")]}
    with caplog.at_level(logging.INFO, logger="needlepoint.api"):
        asyncio.run(Guard(broken, Limits(), Metrics())(scope, None, send))
    assert sent[0]["status"] == 500
    assert b"ZeroDivisionError" in sent[1]["body"]
    assert b"secretive" not in sent[1]["body"]
    assert b"Traceback" not in sent[1]["body"]
    assert "test_guard.py" in caplog.text
    assert "secretive" not in caplog.text


def test_questions_are_in_the_log_only_when_asked_for(start, shown, caplog):
    with caplog.at_level(logging.DEBUG):
        shown.post("/ask", json=QUESTION)
        shown.post("/query", json={"query": QUESTION["question"]})
        shown.get("/documents", params={"search": "secretive"})
    own = "\n".join(record.getMessage() for record in caplog.records if record.name != "httpx")
    assert "secretive" not in own
    assert "POST /ask 200" in own
    with caplog.at_level(logging.INFO):
        start(log_questions=True).post("/ask", json=QUESTION)
    assert "secretive" in caplog.text


def test_measures_count_and_say_no_word_of_a_question(shown):
    shown.post("/ask", json=QUESTION)
    shown.post("/query", json={"query": "x", "params": {"Nobody": {}}})
    text = shown.get("/metrics").text
    assert 'needlepoint_requests_total{method="POST",route="/ask",status="200"}' in text
    assert 'needlepoint_stage_seconds_count{stage="reading"}' in text
    assert 'needlepoint_errors_total{kind="ParameterError"}' in text
    assert "needlepoint_questions_waiting 0.0" in text
    assert "secretive" not in text


def test_the_description_has_examples_and_is_served_without_a_page(shown):
    described = shown.get("/openapi.json").json()
    asked = described["paths"]["/ask"]["post"]
    assert asked["responses"]["200"]["content"]["application/json"]["example"]["answers"]
    assert "503" in asked["responses"]
    assert {"/query", "/file-upload", "/feedback", "/documents/{document_id}", "/jobs/{job_id}"} <= set(
        described["paths"]
    )
