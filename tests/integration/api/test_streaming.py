"""``/ask/stream``: the first answer early, the whole one last, one JSON object a line."""

import json

import pytest

from needlepoint.api.routes import streaming
from needlepoint.errors import ServerUnavailableError

from .conftest import serving
from .test_confirmed import judge

QUESTION = "When does the lease end?"


@pytest.fixture(scope="module")
def forgetful(indexed_store, _reader):
    """A client of a service that reads a repeated question again."""
    with serving(indexed_store, remember=0) as client:
        yield client


def events(client, **body):
    with client.stream("POST", "/ask/stream", json={"question": QUESTION, **body}) as reply:
        assert reply.status_code == 200, reply.read()
        assert reply.headers["content-type"].startswith("application/x-ndjson")
        return [json.loads(line) for line in reply.iter_lines()]


def test_passages_then_answers_so_far_then_the_reply(forgetful):
    told = events(forgetful)
    kinds = [event["event"] for event in told]
    assert kinds[0] == "retrieved"
    assert kinds[-1] == "reply"
    assert set(kinds[1:-1]) == {"partial"}
    reply = told[-1]["reply"]
    assert [p["id"] for p in told[0]["passages"]] == [p["id"] for p in reply["nearest"]]
    first = told[1]["reply"]
    assert first["read"]["passages"] <= reply["read"]["passages"]
    assert "nearest" not in first


def test_the_last_event_is_what_ask_gives(forgetful):
    streamed = events(forgetful)[-1]["reply"]
    asked = forgetful.post("/ask", json={"question": QUESTION}).json()
    streamed.pop("seconds")
    asked.pop("seconds")
    assert streamed == asked


def test_a_repeated_question_is_not_read_again_until_something_is_written(client):
    question = "On which day does the lease end?"
    first = events(client, question=question)
    assert first[0]["event"] == "retrieved"
    reply = first[-1]["reply"]
    assert events(client, question=question) == [{"event": "reply", "reply": reply}]
    assert client.post("/ask", json={"question": question}).json() == reply
    judge(client, reply["answers"][0], question=question)
    judged = events(client, question=question)
    assert judged[0]["event"] == "retrieved"
    assert judged[-1]["reply"]["verified"]


def test_a_repeated_question_is_kept_where_it_says(client):
    reply = events(client)[-1]["reply"]
    workspace = client.post("/workspaces", json={"name": "Of repeated questions"}).json()["id"]
    (told,) = events(client, keep={"workspace": workspace})
    kept = told["reply"].pop("kept")
    assert told["reply"] == reply
    assert client.get(f"/workspaces/{workspace}/questions/{kept}").status_code == 200
    client.delete(f"/workspaces/{workspace}")


def test_refusals_are_refused_before_the_stream_begins(shown):
    for body, status in (({"question": ""}, 400), ({"passages": 1_000}, 400), ({"surprise": 1}, 422)):
        reply = shown.post("/ask/stream", json={"question": "When?", **body})
        assert reply.status_code == status


def test_a_time_limit_ends_the_stream_with_an_error(start):
    client = start(timeout_s=0.01)
    reply = client.post("/ask/stream", json={"question": QUESTION})
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
def test_an_error_in_the_middle_is_the_last_event(forgetful, monkeypatch, caplog, error, expected):
    answers_to = streaming.answers_to

    def failing(state, body, listener):
        answers_to(state, body, listener)
        raise error

    monkeypatch.setattr(streaming, "answers_to", failing)
    last = events(forgetful)[-1]
    assert last == {"event": "error", **expected}
    assert "a secret" not in caplog.text
