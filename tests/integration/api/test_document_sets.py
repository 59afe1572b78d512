"""Named sets of documents, and filters that name them."""

import json

import pytest


@pytest.fixture
def ids(client):
    return {entry["name"]: entry["id"] for entry in client.get("/documents").json()["documents"]}


@pytest.fixture
def leases(client, ids):
    reply = client.put("/sets/Leases", json={"documents": [ids["lease.txt"], ids["letter.txt"], ids["lease.txt"]]})
    assert reply.json() == {"name": "Leases", "documents": [ids["lease.txt"], ids["letter.txt"]]}
    yield {"$set": "Leases"}
    client.delete("/sets/Leases")


def names(client, filters):
    reply = client.get("/documents", params={"filters": json.dumps(filters)})
    return [entry["name"] for entry in reply.json()["documents"]]


def test_a_set_is_kept_listed_replaced_and_forgotten(client, ids, leases):
    assert client.get("/sets").json() == [{"name": "Leases", "documents": 2}]
    client.put("/sets/Leases", json={"documents": [ids["minutes.md"]]})
    assert client.get("/sets/Leases").json()["documents"] == [ids["minutes.md"]]
    assert client.delete("/sets/Leases").status_code == 204
    assert client.get("/sets").json() == []
    reply = client.get("/sets/Leases")
    assert reply.status_code == 404
    assert "no set of documents" in reply.json()["errors"][0]
    client.put("/sets/Leases", json={"documents": [ids["minutes.md"]]})


def test_a_filter_that_names_a_set_stands_for_its_documents(client, leases):
    assert names(client, leases) == ["lease.txt", "letter.txt"]
    assert names(client, {"$or": [leases, {"type": "markdown"}]}) == ["lease.txt", "letter.txt", "minutes.md"]
    assert names(client, {**leases, "name": "letter.txt"}) == ["letter.txt"]
    assert names(client, {"$not": leases}) == ["minutes.md", "report.pdf"]
    found = client.get("/facets", params={"filters": json.dumps(leases)}).json()
    assert found["type"] == [{"value": "text", "count": 2}]


def test_questions_are_put_to_a_set_also_after_it_has_changed(client, ids, leases):
    def asked(route="/ask"):
        reply = client.post(route, json={"question": "When does the lease end?", "filters": leases})
        data = json.loads(reply.text.strip().split("\n")[-1])
        data = data.get("reply", data)
        return {passage["document"]["name"] for passage in data["nearest"]}

    assert asked() == asked("/ask/stream") == {"lease.txt", "letter.txt"}
    client.put("/sets/Leases", json={"documents": [ids["letter.txt"]]})
    assert asked() == asked("/ask/stream") == {"letter.txt"}


def test_a_sheet_has_the_documents_that_are_in_the_set_now(client, ids, leases):
    sheet = {"questions": ["When does the lease end?"], "filters": leases}
    assert client.put("/sheets/Of a set", json=sheet).status_code == 200
    assert [row["name"] for row in client.get("/sheets/Of a set").json()["documents"]] == ["lease.txt", "letter.txt"]
    client.put("/sets/Leases", json={"documents": [ids["minutes.md"]]})
    assert [row["name"] for row in client.get("/sheets/Of a set").json()["documents"]] == ["minutes.md"]
    client.delete("/sheets/Of a set")


def test_a_deleted_document_has_left_its_sets(client, ids, leases):
    client.post("/documents/delete", json={"ids": [ids["lease.txt"]]})
    assert client.get("/sets/Leases").json()["documents"] == [ids["letter.txt"]]
    assert names(client, leases) == ["letter.txt"]


@pytest.mark.parametrize(
    ("name", "documents", "said"),
    [
        ("Leases", ["0" * 32], "no document"),
        ("%0a", None, "visible characters"),
        (" ", None, "visible characters"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_line(client, ids, name, documents, said):
    reply = client.put(f"/sets/{name}", json={"documents": documents or list(ids.values())})
    assert reply.status_code == 422
    assert said in reply.json()["errors"][0]


def test_filters_that_name_no_set_are_refused(client):
    for filters, status in (({"$set": "no such"}, 404), ({"$set": 7}, 422)):
        reply = client.post("/ask", json={"question": "When?", "filters": filters})
        assert reply.status_code == status
        assert client.get("/documents", params={"filters": json.dumps(filters)}).status_code == status
