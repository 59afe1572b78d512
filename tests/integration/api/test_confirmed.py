"""What people confirmed or corrected comes first when a question is asked again; what they called wrong does not."""

import pytest

QUESTION = "When does the lease end?"


@pytest.fixture
def ask(client):
    def ask(question=QUESTION, **more):
        return client.post("/ask", json={"question": question, "answers": 5, **more}).json()

    return ask


def judge(client, card, *, right=True, question=QUESTION, words=None, by=None, place=None):
    """Say what the page says when a person judges a card."""
    passage, start = card["passage"], card["start"] - card["passage"]["start"]
    end = card["end"] - card["passage"]["start"]
    if words is not None:
        start = passage["text"].index(words)
        end = start + len(words)
    verdict = "corrected" if words is not None else "right" if right else "wrong"
    meta = {"document_id": card["document"]["id"], "name": card["document"]["name"], "start": passage["start"]}
    label = {
        "query": question,
        "document": {"id": passage["id"], "content": passage["text"], "meta": {**meta, "page": passage["page"]}},
        "answer": {"answer": passage["text"][start:end], "offsets_in_document": [{"start": start, "end": end}]},
        "is_correct_answer": right,
        "is_correct_document": True,
        "origin": "user-feedback",
        "meta": {"verdict": verdict, "judged": place or f"{card['document']['id']}:{card['start']}-{card['end']}"},
    }
    if by:
        label["meta"]["by"] = by
    reply = client.post("/feedback", json=label)
    assert reply.status_code == 200, reply.text
    return reply.json()["id"]


def test_confirmed_words_come_first_with_who_and_when(client, ask):
    before = ask()
    assert before["verified"] == before["lapsed"] == []
    card = before["answers"][0]
    id_ = judge(client, card, by="Ann")
    for question in (QUESTION, "  when does the LEASE end "):
        after = ask(question)
        (found,) = after["verified"]
        assert (found["answer"], found["start"], found["end"]) == (card["answer"], card["start"], card["end"])
        assert found["score"] == after["answers"][0]["score"]
        assert found["quote"]["before"] == card["quote"]["before"]
        told = found["confirmed"]
        assert (told["verdict"], told["by"], told["label"], bool(told["made"])) == ("right", "Ann", id_, True)
        assert after["answers"][0]["judged"]["by"] == "Ann"
    assert ask("When does the rent begin?")["verified"] == []
    client.delete(f"/feedback/{id_}")
    assert ask()["verified"] == []


def test_corrected_words_come_first_as_they_stand_in_the_document(client, ask):
    card = next(card for card in ask()["answers"] if card["document"]["name"] == "lease.txt")
    judge(client, card, words="The term of this lease ends on 31 March 2031.")
    (found,) = ask()["verified"]
    assert found["answer"] == "The term of this lease ends on 31 March 2031."
    text = client.get(
        f"/documents/{found['document']['id']}/text", params={"start": found["start"], "end": found["end"]}
    ).json()["text"]
    assert text == found["answer"]
    assert found["confirmed"]["verdict"] == "corrected"


def test_confirmed_words_outside_of_the_filters_are_left_out(client, ask):
    card = ask()["answers"][0]
    name = card["document"]["name"]
    judge(client, card)
    assert len(ask(filters={"name": name})["verified"]) == 1
    assert ask(filters={"name": "minutes.md"})["verified"] == []
    assert ask(filters={"name": "minutes.md"})["lapsed"] == []


def test_words_called_wrong_are_marked_and_not_first(client, ask):
    question = "How many piers does the harbour have?"
    first, *others = ask(question)["answers"]
    assert others
    judge(client, first, right=False, by="Ben", question=question)
    after = ask(question)
    assert after["verified"] == []
    assert after["answers"][0]["answer"] == others[0]["answer"]
    assert after["answers"][-1]["answer"] == first["answer"]
    assert after["answers"][-1]["judged"]["verdict"] == "wrong"
    assert after["answers"][-1]["judged"]["by"] == "Ben"
    judge(client, first, by="Ann", question=question)
    assert ask(question)["verified"][0]["confirmed"]["by"] == "Ann"


def replace(client, service, tmp_path, text):
    record = next(each for each in client.get("/documents").json()["documents"] if each["name"] == "lease.txt")
    client.delete(f"/documents/{record['id']}")
    (tmp_path / "lease.txt").write_text(text)
    service.index([tmp_path])


def test_a_changed_document_without_the_words_is_told_and_not_shown_as_confirmed(client, ask, tmp_path):
    service = client.app.state.needlepoint.service
    card = ask(filters={"name": "lease.txt"})["answers"][0]
    judge(client, card, by="Ann")
    replace(client, service, tmp_path, "LEASE AGREEMENT\n\nThe lease may be ended by either party in any summer.\n")
    reply = ask()
    assert reply["verified"] == []
    (lapsed,) = reply["lapsed"]
    assert (lapsed["answer"], lapsed["document"]["name"]) == (card["answer"], "lease.txt")
    assert lapsed["confirmed"]["by"] == "Ann"
    assert "changed or replaced" in lapsed["reason"]


def test_a_changed_document_that_still_has_the_words_is_found_at_their_new_place(client, ask, tmp_path):
    service = client.app.state.needlepoint.service
    card = ask(filters={"name": "lease.txt"})["answers"][0]
    judge(client, card)
    text = "A new first page.\n\n" + client.get(f"/documents/{card['document']['id']}/text").json()["text"]
    replace(client, service, tmp_path, text)
    (found,) = ask(filters={"name": "lease.txt"})["verified"]
    assert text[found["start"] : found["end"]] == found["answer"] == card["answer"]
    assert "changed or replaced" in found["confirmed"]["remark"]


def test_a_kept_question_has_the_confirmed_words_of_then(client, ask):
    workspace = client.post("/workspaces", json={"name": "Confirmed"}).json()["id"]
    judge(client, ask()["answers"][0], by="Ann")
    given = ask(keep={"workspace": workspace})
    whole = client.get(f"/workspaces/{workspace}/questions/{given['kept']}").json()
    assert whole["reply"]["verified"] == given["verified"]
    report = client.get(f"/workspaces/{workspace}/export.md", params={"over": "all"}).text
    assert "confirmed by Ann" in report
    client.delete(f"/workspaces/{workspace}")
