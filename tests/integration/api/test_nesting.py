"""Requests with JSON that is nested without end get one reply, 422, and do no harm."""

import json

import pytest

from needlepoint.api.nesting import MAX_LEVELS, is_too_deep

from .conftest import finished

DEPTHS = [MAX_LEVELS + 1, 400, 900, 5_000, 100_000]


def nested(depth, *, in_objects):
    return '{"a":' * depth + "1" + "}" * depth if in_objects else '{"a":' + "[" * depth + "]" * depth + "}"


FEEDBACK = json.dumps(
    {
        "query": "When?",
        "document": {"content": "x", "id": "1", "meta": {}},
        "is_correct_answer": True,
        "is_correct_document": True,
        "origin": "user-feedback",
    }
)
REQUESTS = {
    "ask": ("POST", "/ask", '{"question": "When?", "filters": @}'),
    "stream": ("POST", "/ask/stream", '{"question": "When?", "filters": @}'),
    "query": ("POST", "/query", '{"query": "When?", "params": @}'),
    "get by filters": ("POST", "/documents/get_by_filters", '{"filters": @}'),
    "delete by filters": ("POST", "/documents/delete_by_filters", '{"filters": @}'),
    "feedback": ("POST", "/feedback", FEEDBACK.replace('"meta": {}', '"meta": @')),
    "sheet": ("PUT", "/sheets/deep", '{"questions": ["When?"], "filters": @}'),
    "sheet's questions": ("PUT", "/sheets/deep", '{"questions": [@]}'),
    "verify": ("POST", "/verify", '{"quotes": [@]}'),
}


@pytest.mark.parametrize("in_objects", [True, False])
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("name", REQUESTS)
def test_a_body_nested_too_deeply_is_refused(client, name, depth, in_objects):
    method, path, body = REQUESTS[name]
    content = body.replace("@", nested(depth, in_objects=in_objects))
    reply = client.request(method, path, content=content, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422, reply.text
    assert f"at most {MAX_LEVELS} levels of nesting" in reply.text


@pytest.mark.parametrize("depth", DEPTHS)
def test_metadata_of_an_upload_nested_too_deeply_is_refused_and_adds_nothing(client, depth):
    before = client.get("/documents").json()["total"]
    meta = nested(depth, in_objects=True)
    for form in ({"meta": meta}, {"meta": f"[{meta}]"}):
        reply = client.post("/documents", files={"files": ("a.txt", b"The pier is new.")}, data=form)
        assert reply.status_code == 422
        assert f"at most {MAX_LEVELS} levels of nesting" in reply.text
    assert client.get("/documents").json()["total"] == before


def test_filters_in_an_address_nested_too_deeply_are_refused(client):
    reply = client.get("/documents", params={"filters": nested(900, in_objects=True)})
    assert reply.status_code == 422


def test_what_is_nested_as_deeply_as_allowed_is_read():
    assert not is_too_deep(json.loads(nested(MAX_LEVELS, in_objects=True)))
    assert is_too_deep(json.loads(nested(MAX_LEVELS + 1, in_objects=True)))
    assert not is_too_deep([[]] * 100_000)


def test_true_and_one_are_counted_apart(client):
    for number, value in enumerate((1, True, True, 0, False)):
        files = {"files": (f"{number}.txt", f"Pier {number}.".encode())}
        reply = client.post("/documents", files=files, data={"meta": json.dumps({"checked": value})})
        assert finished(client, reply)["state"] == "done"
    counts = [(each["value"], each["count"]) for each in client.get("/facets").json()["checked"]]
    assert sorted(map(str, counts)) == ["(0, 1)", "(1, 1)", "(False, 1)", "(True, 2)"]


@pytest.mark.parametrize("origin", ["http://[", "http://]", "null", "http://[::1"])
def test_an_origin_that_is_no_address_is_refused_with_the_usual_headers(client, origin):
    reply = client.post("/ask", json={"question": "When?"}, headers={"Origin": origin})
    assert reply.status_code == 403
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
