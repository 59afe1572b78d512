"""Feedback: what a reply has comes back as a label, unchanged, and goes out as SQuAD."""

import pytest

from .conftest import finished

QUESTION = "When does the lease end?"


@pytest.fixture
def reply(client):
    return client.post("/query", json={"query": QUESTION}).json()


def feedback(reply, *, number=0, **changes):
    answer = reply["answers"][number]
    document = next(
        d for d in reply["documents"] if d["id"] in (answer["document_ids"] or [reply["documents"][0]["id"]])
    )
    label = {
        "query": QUESTION,
        "document": document,
        "answer": answer,
        "is_correct_answer": True,
        "is_correct_document": True,
        "origin": "user-feedback",
    }
    return {**label, **changes}


def test_a_replys_objects_are_taken_unchanged(client, reply):
    sent = feedback(reply, meta={"by": "Ann"}, filters={"type": "text"})
    posted = client.post("/feedback", json=sent)
    assert posted.status_code == 200
    (label,) = client.get("/feedback").json()
    assert label["id"] == posted.json()["id"]
    assert label["query"] == QUESTION
    assert label["answer"]["answer"] == sent["answer"]["answer"]
    assert label["answer"]["offsets_in_document"] == sent["answer"]["offsets_in_document"]
    assert label["answer"]["meta"] == sent["answer"]["meta"]
    assert label["document"]["content"] == sent["document"]["content"]
    assert label["document"]["meta"] == sent["document"]["meta"]
    assert label["meta"] == {"by": "Ann"}
    assert label["created_at"]


def test_a_cards_objects_are_taken_too(client):
    card = client.post("/ask", json={"question": QUESTION}).json()["answers"][0]
    sent = {"query": QUESTION, "is_correct_answer": True, "is_correct_document": True, "origin": "user-feedback"}
    assert client.post("/feedback", json={**sent, **card["haystack"]}).status_code == 200
    (entry,) = client.get("/export-feedback").json()["data"]
    assert entry["paragraphs"][0]["qas"][0]["answers"][0]["text"] == card["answer"]


def test_labels_are_counted_changed_and_removed(client, reply):
    ids = [
        client.post("/feedback", json=feedback(reply, **changes)).json()["id"]
        for changes in (
            {},
            {"is_correct_answer": False},
            {"is_correct_answer": False, "is_correct_document": False},
            {"origin": "gold-label", "id": "gold-1"},
        )
    ]
    assert ids[3] == "gold-1"
    assert client.post("/eval-feedback").json() == {
        "answer_accuracy": pytest.approx(1 / 3),
        "document_accuracy": pytest.approx(2 / 3),
        "n_feedback": 3,
    }
    assert client.post("/eval-feedback", json={"filters": {"is_correct_document": False}}).json()["n_feedback"] == 1
    rows = {row["id"]: row for row in client.get("/feedback/table").json()}
    assert set(rows) == set(ids)
    assert rows[ids[0]]["answer"] == reply["answers"][0]["answer"]
    assert rows[ids[0]]["document"]["name"]
    assert client.put(f"/feedback/{ids[1]}", json=feedback(reply)).status_code == 200
    assert client.post("/eval-feedback").json()["answer_accuracy"] == pytest.approx(2 / 3)
    assert client.delete(f"/feedback/{ids[2]}").status_code == 204
    assert client.delete(f"/feedback/{ids[2]}").status_code == 404
    assert client.put("/feedback/nobody", json=feedback(reply)).status_code == 404
    assert client.delete("/feedback").status_code == 200
    assert [label["id"] for label in client.get("/feedback").json()] == ["gold-1"]


def test_without_labels_there_is_no_accuracy(client):
    nothing = {"answer_accuracy": None, "document_accuracy": None, "n_feedback": 0}
    assert client.post("/eval-feedback", json={}).json() == nothing
    assert client.get("/feedback").json() == []


def test_labels_of_another_index_are_apart(client, reply):
    client.post("/feedback", params={"index": "second"}, json=feedback(reply))
    assert client.get("/feedback").json() == []
    assert len(client.get("/feedback", params={"index": "second"}).json()) == 1
    assert client.post("/feedback", params={"index": "document"}, json=feedback(reply)).status_code == 400
    assert client.get("/feedback", params={"index": "../x"}).status_code == 422


def test_what_is_no_label_is_refused(client, reply):
    for changes in ({"surprise": 1}, {"origin": "hearsay"}, {"query": None}, {"document": "x"}, {"id": "a/b"}):
        assert client.post("/feedback", json=feedback(reply, **changes)).status_code == 422


def test_the_export_is_squad_whose_answers_stand_in_their_context(client, reply):
    moved = feedback(reply)["answer"] | {"offsets_in_document": [{"start": 1, "end": 3}]}
    for changes in (
        {"id": "right"},
        {"id": "half", "is_correct_answer": False},
        {"id": "wrong", "is_correct_answer": False, "is_correct_document": False},
        {"id": "moved", "answer": moved},
        {"id": "none", "no_answer": True},
    ):
        assert client.post("/feedback", json=feedback(reply, **changes)).status_code == 200
    exported = client.get("/export-feedback").json()
    assert exported["left_out"] == {"wrong_answer_in_right_passage": 1, "answer_not_in_context": 1}
    questions = {}
    for entry in exported["data"]:
        for paragraph in entry["paragraphs"]:
            for qa in paragraph["qas"]:
                questions[qa["id"]] = (paragraph["context"], qa)
    assert set(questions) == {"right", "wrong", "none"}
    context, qa = questions["right"]
    (answer,) = qa["answers"]
    assert context[answer["answer_start"] :].startswith(answer["text"])
    assert qa["is_impossible"] is False
    assert questions["wrong"][1]["is_impossible"] is questions["none"][1]["is_impossible"] is True
    positive = client.get("/export-feedback", params={"only_positive_labels": True}).json()
    assert {e["paragraphs"][0]["qas"][0]["id"] for e in positive["data"]} == {"right", "none"}


@pytest.mark.parametrize("size", [1, 20, 40, 10_000])
def test_a_short_context_holds_the_answer(client, reply, size):
    client.post("/feedback", json=feedback(reply))
    asked = {"full_document_context": False, "context_size": size}
    paragraph = client.get("/export-feedback", params=asked).json()["data"][0]["paragraphs"][0]
    (answer,) = paragraph["qas"][0]["answers"]
    assert paragraph["context"][answer["answer_start"] :].startswith(answer["text"])
    assert len(paragraph["context"]) <= max(size, len(answer["text"]))


def test_the_export_is_read_by_haystack(client, reply, tmp_path):
    import json

    from haystack.document_stores.utils import eval_data_from_json

    from needlepoint.nodes import register  # noqa: F401  Haystack's names come after it

    client.post("/feedback", json=feedback(reply))
    file = tmp_path / "labels.json"
    file.write_text(client.get("/export-feedback").text)
    assert json.loads(file.read_text())["data"]
    documents, labels = eval_data_from_json(str(file))
    assert (len(documents), len(labels)) == (1, 1)
    assert labels[0].answer.answer == reply["answers"][0]["answer"]


def test_the_reader_is_measured_on_feedback(client, reply):
    assert client.post("/evaluations", json={"on": "feedback"}).status_code == 409
    client.post("/feedback", json=feedback(reply))
    client.post("/feedback", json=feedback(reply, is_correct_answer=False))
    job = finished(client, client.post("/evaluations", json={"on": "feedback"}))
    assert (job["state"], job["done"], job["total"]) == ("done", 1, 1)
    assert job["result"]["scores"]["exact"] == 100
    assert job["result"]["scores"]["f1"] == 100
    assert job["result"]["left_out"] == {"wrong_answer_in_right_passage": 1}


def test_the_reader_under_measurement_is_told_of_the_document_what_it_was_told_when_asked(client, reply, monkeypatch):
    from needlepoint.nodes.onnx_reader import OnnxReader

    told = []
    predict = OnnxReader.predict_batch

    def noting(self, queries, documents, **options):
        told.extend(document for each in documents for document in each)
        return predict(self, queries, documents, **options)

    monkeypatch.setattr(OnnxReader, "predict_batch", noting)
    sent = feedback(reply)
    sent["document"] = {**sent["document"], "meta": {"name": "as a correction on the page sends it"}}
    client.post("/feedback", json=sent)
    assert finished(client, client.post("/evaluations", json={"on": "feedback"}))["state"] == "done"
    assert told
    for document in told:
        assert document.meta["opening"]
        assert document.meta["name"] == reply["answers"][0]["meta"]["name"]
