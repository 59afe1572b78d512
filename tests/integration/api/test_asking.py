"""``/ask`` and ``/query``: answers are evidence, whatever the shape."""

import pytest


def document_text(client, document_id):
    return client.get(f"/documents/{document_id}/text").json()["text"]


def test_a_card_has_all_that_a_page_draws(shown):
    reply = shown.post("/ask", json={"question": "When does the lease end?"}).json()
    assert reply["found"] is True
    assert reply["doubtful"] == []
    card = reply["answers"][0]
    assert card["answer"] == "31 March 2031"
    assert 0 < card["score"] <= 1
    assert reply["reader"]["calibrated"] is True  # so a score is a probability
    for place in (card, *card["places"]):
        text = document_text(shown, place["document"]["id"])
        assert text[place["start"] : place["end"]] == place["answer"]
        assert 0 < place["score"] <= card["score"]
        quote = place["quote"]
        assert text[quote["start"] : quote["end"]] == quote["before"] + place["answer"] + quote["after"]
    passage = card["passage"]
    assert document_text(shown, passage["document"]["id"])[passage["start"] : passage["end"]] == passage["text"]
    assert passage["rank"] == card["retrieval_rank"]
    assert reply["reader"]["precision"] in {"fp32", "int8"}
    assert reply["seconds"]["total"] >= reply["seconds"]["reading"] > 0


def test_equal_answers_share_a_card_with_all_their_places(shown):
    reply = shown.post("/ask", json={"question": "When does the lease end?"}).json()
    cards = [card for card in reply["answers"] if "31 March 2031" in card["answer"]]
    assert len(cards) == 1
    names = {place["document"]["name"] for place in (cards[0], *cards[0]["places"])}
    assert names == {"lease.txt", "letter.txt"}


def test_what_was_read_comes_in_the_order_of_retrieval(shown):
    reply = shown.post("/ask", json={"question": "When does the lease end?", "passages": 3}).json()
    assert [passage["rank"] for passage in reply["nearest"]] == [1, 2, 3][: len(reply["nearest"])]
    assert reply["read"] == {
        "passages": len(reply["nearest"]),
        "documents": len({passage["document"]["id"] for passage in reply["nearest"]}),
    }


def test_no_answer_says_so(shown):
    reply = shown.post("/ask", json={"question": "Which colour has the emperor's lease of a submarine?"}).json()
    assert reply["found"] is False
    assert reply["answers"] == []
    assert reply["nearest"]
    assert 0 < reply["no_answer_score"] <= 1


def test_the_number_of_cards_is_bounded(shown):
    reply = shown.post("/ask", json={"question": "What about lease, harbour and chair?", "answers": 1}).json()
    assert len(reply["answers"] or reply["doubtful"]) <= 1


def test_filters_narrow_what_is_read(shown):
    reply = shown.post("/ask", json={"question": "When does the lease end?", "filters": {"name": "letter.txt"}}).json()
    assert {passage["document"]["name"] for passage in reply["nearest"]} == {"letter.txt"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": ""}, 400),
        ({"question": " \u0000 "}, 400),
        ({"question": "x" * 1_001}, 422),
        ({"question": "When?", "answers": 0}, 422),
        ({"question": "When?", "passages": 201}, 400),
        ({"question": "When?", "filters": {"$nonsense": 1}}, 400),
        ({"question": "When?", "surprise": 1}, 422),
        ({}, 422),
    ],
)
def test_what_cannot_be_asked_is_refused(shown, body, status):
    reply = shown.post("/ask", json=body)
    assert reply.status_code == status
    if status == 400:
        (line,) = reply.json()["errors"]
        assert "\n" not in line


def test_query_gives_haystacks_reply(shown):
    from needlepoint.nodes.register import Answer, Document

    reply = shown.post("/query", json={"query": "When does the lease end?", "params": {"Reader": {"top_k": 3}}}).json()
    assert set(reply) == {"query", "answers", "documents"}
    assert 1 <= len(reply["answers"]) <= 3
    documents = {document["id"]: Document.from_dict(dict(document)) for document in reply["documents"]}
    for plain in reply["answers"]:
        answer = Answer.from_dict(dict(plain))
        assert 0 <= answer.score <= 1
        if answer.answer:
            content = documents[answer.document_ids[0]].content
            span = answer.offsets_in_document[0]
            assert content[span.start : span.end] == answer.answer
            context = answer.offsets_in_context[0]
            assert answer.context[context.start : context.end] == answer.answer
            assert answer.meta["name"]


def test_params_reach_the_nodes_by_name(shown):
    params = {"filters": {"name": ["lease.txt", "letter.txt"]}, "Retriever": {"top_k": 1}, "Reader": {"top_k": 1}}
    reply = shown.post("/query", json={"query": "When does the lease end?", "params": params}).json()
    assert len(reply["documents"]) == 1
    assert len(reply["answers"]) == 1
    assert reply["documents"][0]["meta"]["name"] in {"lease.txt", "letter.txt"}


def test_debug_tells_what_the_nodes_did(shown):
    reply = shown.post("/query", json={"query": "When does the lease end?", "debug": True}).json()
    assert {"Retriever", "Reader"} <= set(reply["_debug"])


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"Reeder": {"top_k": 3}}, "Reader, Retriever"),
        ({"Reader": {"top": 3}}, "top_k"),
        ({"Reader": {"top_k": "3"}}, "Reader.top_k must be a whole number from 1"),
        ({"Reader": {"top_k": 0}}, "Reader.top_k must be a whole number from 1"),
        ({"Reader": 3}, "Reader must be an object"),
        ({"filters": [1]}, "filters must be an object"),
        ({"Retriever": {"top_k": 1_000}}, "at most 200 passages"),
        ({"Retriever": {"documents": []}}, "no parameter 'documents'"),
    ],
)
def test_wrong_params_are_the_clients_mistake(shown, params, named):
    reply = shown.post("/query", json={"query": "When does the lease end?", "params": params})
    assert reply.status_code == 400
    assert named in reply.json()["errors"][0]


def test_an_empty_collection_answers_nothing(start):
    client = start(is_empty=True)
    assert client.post("/ask", json={"question": "When does the lease end?"}).json()["read"]["passages"] == 0
    assert client.post("/query", json={"query": "When does the lease end?"}).json()["documents"] == []


def test_a_question_asked_again_is_read_once_until_the_collection_changes(client, papers):
    def times_read():
        counts = [line for line in client.get("/metrics").text.splitlines() if 'seconds_count{stage="reading"}' in line]
        return float(counts[0].split()[-1]) if counts else 0.0

    question = {"question": "When does this very lease end?"}
    first = client.post("/ask", json=question).json()
    before = times_read()
    assert client.post("/ask", json=question).json() == first
    assert times_read() == before
    assert client.post("/ask", json={**question, "answers": 1}).json() != first
    assert times_read() == before + 1
    ids = [entry["id"] for entry in client.get("/documents", params={"search": "letter"}).json()["documents"]]
    client.post("/documents/delete", json={"ids": ids})
    after = client.post("/ask", json=question).json()
    assert "letter.txt" not in {passage["document"]["name"] for passage in after["nearest"]}
    assert times_read() == before + 2
