"""The route that verifies quotes."""

import pytest


def test_quotes_hold_move_change_or_are_gone(client):
    documents = {entry["name"]: entry for entry in client.get("/documents").json()["documents"]}
    lease = documents["lease.txt"]
    text = client.get(f"/documents/{lease['id']}/text").json()["text"]
    start = text.index("84,000 euros")
    whole = {"quote": "84,000 euros", "document_id": lease["id"], "start": start, "end": start + 12}
    quotes = [
        whole,
        {**whole, "start": 0, "end": 12},
        {"quote": "84,500 euros", "document": "lease.txt", "before": "annual rent is "},
    ]
    quotes += [{"quote": "x", "document": "none.txt"}, {"quote": "x"}, {**whole, "end": 3}]
    reply = client.post("/verify", json={"quotes": quotes})
    assert reply.status_code == 200
    found = reply.json()
    assert [each["outcome"] for each in found["quotes"]] == [
        "holds",
        "moved",
        "changed",
        "gone",
        "not checked",
        "moved",
    ]
    assert found["counts"] == {"holds": 1, "moved": 2, "changed": 1, "gone": 1, "not checked": 1}
    assert not found["holds"]
    for each in found["quotes"][:3]:
        now = each["now"]
        assert text[now["start"] : now["end"]] == now["words"] == "84,000 euros"
        assert (now["page"], now["name"]) == (1, "lease.txt")
    assert found["quotes"][3]["now"] is None
    alone = client.post("/verify", json={"quotes": [whole]}).json()
    assert alone["holds"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"quotes": []},
        {"quotes": [{"document": "lease.txt"}]},
        {"quotes": [{"quote": "", "document": "lease.txt"}]},
        {"quotes": [{"quote": "x", "document": "lease.txt", "start": -1}]},
        {"quotes": [{"quote": "x", "document": "lease.txt", "colour": "red"}]},
        {"quotes": [{"quote": "x", "document": "lease.txt"}] * 1_001},
    ],
)
def test_a_request_that_is_not_well_formed_is_refused(shown, body):
    reply = shown.post("/verify", json=body)
    assert reply.status_code == 422
    assert "detail" in reply.json()
