"""Where uploaded files lie on the server is in no reply."""

import pytest

from waiting import eventually

QUESTION = "What colour is the ferry?"


@pytest.fixture
def uploaded(client):
    """The id of an uploaded document that is kept as a file."""
    reply = client.post("/documents", files={"files": ("ferry.txt", b"The colour of the ferry is green.")})
    eventually(lambda: client.get(reply.json()["url"]).json()["state"] == "done")
    return client.get(reply.json()["url"]).json()["files"][0]["document"]


def label(client):
    card = client.post("/ask", json={"question": QUESTION}).json()["answers"][0]
    return {
        "query": QUESTION,
        **card["haystack"],
        "is_correct_answer": True,
        "is_correct_document": True,
        "origin": "user-feedback",
    }


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/ask", {"question": QUESTION}),
        ("post", "/ask/stream", {"question": QUESTION}),
        ("post", "/query", {"query": QUESTION}),
        ("post", "/query", {"query": QUESTION, "debug": True}),
        ("post", "/documents/get_by_filters", {"filters": {}}),
        ("get", "/feedback", None),
        ("get", "/feedback/table", None),
        ("get", "/export-feedback", None),
        ("get", "/documents", None),
    ],
)
def test_no_reply_names_it(client, store, uploaded, method, path, body):
    client.post("/feedback", json=label(client))
    text = client.request(method, path, json=body).text
    assert "ferry" in text
    assert str(store) not in text
    assert store.name + "/originals" not in text


def test_files_that_were_indexed_in_place_keep_theirs(client, papers):
    reply = client.post("/query", json={"query": "When does the lease end?"}).json()
    assert {document["meta"]["path"] for document in reply["documents"]} <= {str(each) for each in papers.iterdir()}
    assert all(document["meta"]["path"] for document in reply["documents"])


def test_a_label_that_comes_back_without_its_path_is_taken(client, uploaded):
    assert client.post("/feedback", json=label(client)).status_code == 200
    assert client.get("/feedback").json()[0]["document"]["meta"]["name"] == "ferry.txt"
