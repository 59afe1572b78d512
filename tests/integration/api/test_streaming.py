"""``/ask/stream``: the first answer early, the whole one last, one JSON object a line."""

import json

import pytest

from needlepoint.api.routes import streaming
from needlepoint.errors import ServerUnavailableError


def events(client, **body):
    with client.stream("POST", "/ask/stream", json={"question": "When does the lease end?", **body}) as reply:
        assert reply.status_code == 200, reply.read()
        assert reply.headers["content-type"].startswith("application/x-ndjson")
        return [json.loads(line) for line in reply.iter_lines()]


def test_passages_then_answers_so_far_then_the_reply(shown):
    told = events(shown)
    kinds = [event["event"] for event in told]
    assert kinds[0] == "retrieved"
    assert kinds[-1] == "reply"
    assert set(kinds[1:-1]) == {"partial"}
    reply = told[-1]["reply"]
    assert [p["id"] for p in told[0]["passages"]] == [p["id"] for p in reply["nearest"]]
    first = told[1]["reply"]
    assert first["read"]["passages"] <= reply["read"]["passages"]
    assert "nearest" not in first


def test_the_last_event_is_what_ask_gives(shown):
    streamed = events(shown)[-1]["reply"]
    asked = shown.post("/ask", json={"question": "When does the lease end?"}).json()
    streamed.pop("seconds")
    asked.pop("seconds")
    assert streamed == asked


def test_refusals_are_refused_before_the_stream_begins(shown):
    for body, status in (({"question": ""}, 400), ({"passages": 1_000}, 400), ({"surprise": 1}, 422)):
        reply = shown.post("/ask/stream", json={"question": "When?", **body})
        assert reply.status_code == status


def test_a_time_limit_ends_the_stream_with_an_error(start):
    client = start(timeout_s=0.01)
    reply = client.post("/ask/stream", json={"question": "When does the lease end?"})
    last = json.loads(reply.text.splitlines()[-1])
    if reply.status_code == 200:
        assert last["event"] == "error"
        assert last["status"] == 504
    else:
        assert reply.status_code == 504
        assert last["errors"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            ServerUnavailableError("the server is gone", retry_after_s=7.0),
            {"status": 503, "errors": ["the server is gone"], "retry_after": 7.0},
        ),
        (
            RuntimeError("a secret"),
            {"status": 500, "errors": ["the service failed unexpectedly (RuntimeError); its log says where"]},
        ),
    ],
)
def test_an_error_in_the_middle_is_the_last_event(shown, monkeypatch, caplog, error, expected):
    answers_to = streaming.answers_to

    def failing(state, body, listener):
        answers_to(state, body, listener)
        raise error

    monkeypatch.setattr(streaming, "answers_to", failing)
    last = events(shown)[-1]
    assert last == {"event": "error", **expected}
    assert "a secret" not in caplog.text
