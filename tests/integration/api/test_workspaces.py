"""Workspaces: questions kept with their answers as they were, pinned quotes, notes, reports; and what people confirmed."""

import io
import json
import zipfile

import pytest

QUESTION = "When does the lease end?"
RENT = "How much is the annual rent?"


@pytest.fixture
def workspace(client):
    made = client.post("/workspaces", json={"name": "Harbour House"})
    assert made.status_code == 201
    yield made.json()["id"]
    client.delete(f"/workspaces/{made.json()['id']}")


def ask(client, workspace, question=QUESTION, **more):
    keep = {"workspace": workspace, "scope": "all documents", "address": f"q={question}"}
    reply = client.post("/ask", json={"question": question, "keep": keep, **more})
    assert reply.status_code == 200, reply.text
    return reply.json()


def kept(client, workspace, **params):
    return client.get(f"/workspaces/{workspace}/questions", params=params).json()


def place(card):
    return {"document_id": card["document"]["id"], "start": card["start"], "end": card["end"]}


def test_a_question_is_kept_with_its_answers_as_they_were(client, workspace):
    given = ask(client, workspace, filters={"type": "text"})
    (entry,) = kept(client, workspace)["questions"]
    assert (entry["id"], entry["question"], given.pop("judgements")) == (given.pop("kept"), QUESTION, [])
    assert entry["summary"]["answer"] == given["answers"][0]["answer"]
    assert entry["request"]["filters"] == {"type": "text"}
    assert entry["user"] is None
    whole = client.get(f"/workspaces/{workspace}/questions/{entry['id']}").json()
    assert whole["reply"] == given
    assert {check["outcome"] for check in whole["checks"]} == {"holds"}


def test_a_streamed_question_is_kept_and_one_without_a_workspace_is_not(client, workspace):
    body = {"question": RENT, "keep": {"workspace": workspace}}
    *_, last = client.post("/ask/stream", json=body).text.strip().split("\n")
    assert json.loads(last)["reply"]["kept"] == kept(client, workspace)["questions"][0]["id"]
    client.post("/ask", json={"question": "Who was elected chair?"})
    assert kept(client, workspace)["total"] == 1


def test_the_same_question_with_the_same_outcome_is_kept_once_a_day(client, workspace):
    first, other = ask(client, workspace), ask(client, workspace, RENT)
    again = ask(client, workspace)
    assert (again["kept"], kept(client, workspace)["total"]) == (first["kept"], 2)
    assert [each["id"] for each in kept(client, workspace)["questions"]] == [first["kept"], other["kept"]]
    assert ask(client, workspace, filters={"name": "letter.txt"})["kept"] != first["kept"]


def test_a_reply_that_is_cached_is_kept_where_it_is_asked_for(client, workspace):
    question = "Which company is the tenant?"
    plain = client.post("/ask", json={"question": question}).json()
    held = ask(client, workspace, question)
    assert held.pop("kept")
    assert held == plain


def test_an_unknown_workspace_refuses_a_question_before_it_is_read(client):
    for route in ("/ask", "/ask/stream"):
        reply = client.post(route, json={"question": QUESTION, "keep": {"workspace": "nowhere"}})
        assert reply.status_code == 404
        assert "no workspace 'nowhere'" in reply.text


def test_history_is_searched_paged_and_deleted_by_question_and_by_time(client, workspace):
    ids = [ask(client, workspace, question)["kept"] for question in (QUESTION, RENT, "Who was elected chair?")]
    assert kept(client, workspace, search="RENT annual")["questions"][0]["id"] == ids[1]
    assert kept(client, workspace, search="lindqvist")["total"] == 1
    page = kept(client, workspace, offset=1, limit=1)
    assert (page["total"], [each["id"] for each in page["questions"]]) == (3, [ids[1]])
    lone_surrogate = json.dumps({"note": "Call the notary \ud800"}).encode()
    noted = client.put(f"/workspaces/{workspace}/questions/{ids[0]}", content=lone_surrogate)
    assert noted.json()["note"] == "Call the notary ?"
    assert kept(client, workspace, search="Notary")["questions"][0]["id"] == ids[0]
    assert client.delete(f"/workspaces/{workspace}/questions/{ids[0]}").status_code == 204
    assert client.get(f"/workspaces/{workspace}/questions/{ids[0]}").status_code == 404
    times = sorted(each["asked"] for each in kept(client, workspace)["questions"])
    where = f"/workspaces/{workspace}/questions"
    assert client.delete(where, params={"since": times[0], "until": times[1]}).json() == {"deleted": 1}
    assert [each["id"] for each in kept(client, workspace)["questions"]] == [ids[2]]
    assert client.delete(where, params={"since": "yesterday", "until": times[1]}).status_code == 422
    assert client.get(where, params={"limit": 101}).status_code == 422


def test_quotes_are_pinned_noted_arranged_and_removed(client, workspace):
    given = ask(client, workspace)
    pins = f"/workspaces/{workspace}/pins"
    first = client.post(pins, json={**place(given["answers"][0]), "question_id": given["kept"]}).json()
    assert first["place"]["answer"] == given["answers"][0]["answer"]
    assert first["place"]["score"] == given["answers"][0]["score"]
    assert first["question"] == QUESTION
    again = client.post(pins, json={**place(given["answers"][0]), "question_id": given["kept"]}).json()
    assert again["id"] == first["id"]
    document = first["place"]["document"]["id"]
    free = client.post(pins, json={"document_id": document, "start": 0, "end": 5}).json()
    assert (
        free["place"]["answer"]
        == client.get(f"/documents/{document}/text", params={"start": 0, "end": 5}).json()["text"]
    )
    assert free["place"]["score"] is None
    client.put(f"{pins}/{free['id']}", json={"note": "For the memo"})
    client.put(pins, json={"pins": [free["id"], first["id"]]})
    listed = client.get(pins).json()
    assert [(each["id"], each["note"], each["check"]["outcome"]) for each in listed] == [
        (free["id"], "For the memo", "holds"),
        (first["id"], "", "holds"),
    ]
    assert client.put(pins, json={"pins": [free["id"]]}).status_code == 422
    assert client.delete(f"{pins}/{free['id']}").status_code == 204
    client.delete(f"/workspaces/{workspace}/questions/{given['kept']}")
    assert client.get(pins).json() == []


@pytest.mark.parametrize(
    "wrong",
    [{"start": 5, "end": 5}, {"start": 0, "end": 10**8}, {"start": 900_000, "end": 900_010}],
    ids=["empty", "long", "beyond"],
)
def test_only_words_of_a_document_are_pinned(client, workspace, wrong):
    document = client.get("/documents").json()["documents"][0]["id"]
    reply = client.post(f"/workspaces/{workspace}/pins", json={"document_id": document, **wrong})
    assert reply.status_code == 422
    unknown = client.post(f"/workspaces/{workspace}/pins", json={"document_id": "no-such", "start": 0, "end": 5})
    assert unknown.status_code == 404


def test_workspaces_have_names_notes_and_bounds(client, workspace):
    changed = client.put(f"/workspaces/{workspace}", json={"name": "Pier", "note": "Due in May"}).json()
    assert (changed["name"], changed["note"]) == ("Pier", "Due in May")
    assert client.get(f"/workspaces/{workspace}").json() == changed
    taken = client.post("/workspaces", json={"name": "pier"})
    assert (taken.status_code, "already" in taken.text) == (422, True)
    assert client.put(f"/workspaces/{workspace}", json={"note": "n" * 10_001}).status_code == 422
    assert client.post("/workspaces", json={"name": " \u202e "}).status_code == 422
    ask(client, workspace)
    assert client.delete(f"/workspaces/{workspace}").status_code == 204
    assert client.get(f"/workspaces/{workspace}/questions").status_code == 404


def test_deleted_words_are_in_no_file(client, workspace, store):
    secret = "Who is the secret beneficiary Xanthippe?"
    given = ask(client, workspace, secret)
    files = list((store / "sheets").iterdir())
    assert any(b"Xanthippe" in file.read_bytes() for file in files)
    client.delete(f"/workspaces/{workspace}/questions/{given['kept']}")
    assert not any(b"anthippe" in file.read_bytes() for file in (store / "sheets").iterdir())


@pytest.mark.parametrize("over", ["pinned", "all"])
def test_a_report_has_questions_quotes_sources_and_notes(client, workspace, over):
    given = ask(client, workspace)
    client.put(f"/workspaces/{workspace}", json={"note": "For the board"})
    client.put(f"/workspaces/{workspace}/questions/{given['kept']}", json={"note": "Compare with the letter"})
    card = given["answers"][0]
    client.post(f"/workspaces/{workspace}/pins", json={**place(card), "question_id": given["kept"]})

    def report(kind):
        reply = client.get(f"/workspaces/{workspace}/export.{kind}", params={"over": over})
        assert reply.status_code == 200
        return reply.content

    with zipfile.ZipFile(io.BytesIO(report("docx"))) as file:
        word = file.read("word/document.xml").decode()
    texts = {"docx": word, "md": report("md").decode().replace("\\", ""), "html": report("html").decode()}
    for text in texts.values():
        for expected in (
            QUESTION,
            card["answer"],
            card["document"]["name"],
            "For the board",
            "Compare with the letter",
        ):
            assert expected in text
        assert f"characters {card['start']:,} to {card['end']:,}" in text
        assert "hold on this day" in text
    assert "<script" not in texts["html"]
    assert "src=" not in texts["html"]


def test_the_whole_workspace_goes_out_as_json(client, workspace):
    given = ask(client, workspace)
    client.post(f"/workspaces/{workspace}/pins", json={**place(given["answers"][0]), "question_id": given["kept"]})
    whole = client.get(f"/workspaces/{workspace}/export.json").json()
    assert whole["name"] == "Harbour House"
    assert [each["id"] for each in whole["history"]] == [given.pop("kept")]
    assert whole["history"][0]["reply"] == {name: value for name, value in given.items() if name != "judgements"}
    assert whole["pinned"][0]["place"]["answer"] == given["answers"][0]["answer"]
