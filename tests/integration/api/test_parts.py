"""Who may see a part of the collection sees nothing of the rest: by no route, filter, count, picture, export or cache."""

import io
import json
import zipfile

import pytest

from every_route import REQUESTS, send
from needlepoint.people.parts import below_folder
from needlepoint.people.person import Role
from waiting import eventually

KEY = {"X-API-Key": "key-of-the-machine"}
CANARY = b"zanzibar"
UNKNOWN = "f" * 32
QUESTION = "Who is the partner of the merger?"
FINANCE = {"harbour.pdf", "lease.txt"}


@pytest.fixture(params=["rita", "adam"])
def person(guarded, request):
    return guarded.session(request.param)


def ask(guarded, headers, **body):
    return guarded.client.post("/ask", headers=headers, json={"question": QUESTION, **body})


def test_the_secret_is_there_for_those_who_may_see_it(guarded):
    for headers in (KEY, guarded.session("mona"), guarded.session("lena")):
        assert CANARY in ask(guarded, headers).content.lower()
        assert guarded.client.get("/documents", headers=headers).json()["total"] == 5


@pytest.mark.parametrize("hidden", ["merger.txt", "zanzibar.pdf", "zanzibar.csv"])
@pytest.mark.parametrize("route", [*REQUESTS], ids=" ".join)
def test_no_route_shows_anything_of_it(guarded, person, route, hidden):
    if route == ("POST", "/logout"):
        return
    reply = send(guarded, route, person, document_id=guarded.ids[hidden])
    assert reply.status_code < 500
    assert CANARY not in reply.content.lower()
    if "{document_id}" in route[1] or route[1] in {"/feedback", "/sets/{name}", "/verify"}:
        same = send(guarded, route, person, document_id=UNKNOWN)
        own_id, told = guarded.ids[hidden].encode(), reply.content
        assert (reply.status_code, told.replace(own_id, UNKNOWN.encode())) == (same.status_code, same.content)


@pytest.mark.parametrize(
    "filters",
    [
        {"folder": "papers/board"},
        {"folder": ["papers/board", "papers/finance"]},
        {"$or": [{"folder": "papers/board"}, {"folder": "papers/finance"}]},
        {"$not": {"folder": "papers/finance"}},
        {"$not": [{"$not": {"folder": "papers/board"}}]},
        {"folder": {"$ne": "papers/finance"}},
        {"folder": {"$nin": ["papers/finance"]}},
        {"$or": [{"$not": {"type": "none"}}, {"folder": "papers/board"}]},
        {"type": {"$nin": []}},
        {"$and": []},
        {"name": "merger.txt"},
        {"name": {"$gte": "a"}},
        {"document_id": {"$exists": True}},
        {},
    ],
    ids=str,
)
def test_no_filter_widens_what_is_seen(guarded, person, filters):
    client = guarded.client
    listed = client.get("/documents", headers=person, params={"filters": json.dumps(filters)})
    assert {each["name"] for each in listed.json()["documents"]} <= FINANCE
    counted = client.get("/facets", headers=person, params={"filters": json.dumps(filters)})
    passages = client.post("/documents/get_by_filters", headers=person, json={"filters": filters})
    assert {each["meta"]["name"] for each in passages.json()} <= FINANCE
    asked = ask(guarded, person, filters=filters)
    queried = client.post("/query", headers=person, json={"query": QUESTION, "params": {"filters": filters}})
    of_node = {"Retriever": {"filters": filters, "top_k": 50}}
    of_node = client.post("/query", headers=person, json={"query": QUESTION, "params": of_node, "debug": True})
    for reply in (listed, counted, passages, asked, queried, of_node):
        assert reply.status_code == 200, reply.text
        assert CANARY not in reply.content.lower()
    for reply in (listed, counted, passages, asked):
        assert b"papers/board" not in reply.content


@pytest.mark.parametrize("index", ["page", "source", "label", "document", "embedding", "other"])
def test_no_other_index_shows_it(guarded, person, index):
    for reply in (
        guarded.client.post("/documents/get_by_filters", headers=person, params={"index": index}, json={}),
        guarded.client.get("/feedback", headers=person, params={"index": index}),
        guarded.client.get("/export-feedback", headers=person, params={"index": index}),
        guarded.client.post(
            "/query", headers=person, json={"query": QUESTION, "params": {"Retriever": {"index": index}}, "debug": True}
        ),
    ):
        assert CANARY not in reply.content.lower()


def test_counts_and_facets_are_those_of_the_part(guarded, person):
    whole = guarded.client.get("/collection", headers=KEY).json()
    part = guarded.client.get("/collection", headers=person).json()
    listed = guarded.client.get("/documents", headers=person).json()["documents"]
    assert part["documents"] == 2 < whole["documents"]
    assert part["passages"] == sum(each["passages"] for each in listed) < whole["passages"]
    assert part["size"] == sum(each["size"] for each in listed)
    facets = guarded.client.get("/facets", headers=person).json()
    assert facets["folder"] == [{"value": "papers/finance", "count": 2}]
    assert {each["value"] for each in facets["type"]} == {"text", "pdf"}
    combined = guarded.client.get("/facets/combined", headers=person)
    assert combined.json()["documents"] == 2
    assert CANARY not in combined.content.lower()


@pytest.mark.parametrize("route", ["/ask", "/ask/stream"])
def test_a_reply_that_was_kept_for_another_person_is_not_given(guarded, route):
    def ask(name):
        reply = guarded.client.post(route, headers=guarded.session(name), json={"question": f"{QUESTION} {route}"})
        assert reply.status_code == 200
        return reply.content.lower()

    assert CANARY in ask("mona")
    assert CANARY not in ask("rita")
    assert CANARY in ask("mona")


def test_a_picture_known_to_the_browser_is_not_confirmed(guarded, person):
    path = f"/documents/{guarded.ids['zanzibar.pdf']}/pages/1.png"
    tag = guarded.client.get(path, headers=guarded.session("mona")).headers["ETag"]
    assert guarded.client.get(path, headers={**person, "If-None-Match": tag}).status_code == 404


def test_what_may_be_seen_is_seen_whole(guarded, person):
    lease, report = guarded.ids["lease.txt"], guarded.ids["harbour.pdf"]
    get = guarded.client.get
    assert "84,000 euros" in get(f"/documents/{lease}/text", headers=person).json()["text"]
    assert get(f"/documents/{report}/pages/2.png", headers=person).status_code == 200
    assert get(f"/documents/{report}/pages/2/words", headers=person).json()["words"]
    assert get(f"/documents/{lease}/file", headers=person).status_code == 200
    found = guarded.client.post("/ask", headers=person, json={"question": "How long is the longest pier?"}).json()
    assert found["answers"][0]["answer"].startswith("412")


def test_a_stream_has_nothing_of_it(guarded, person):
    reply = guarded.client.post("/ask/stream", headers=person, json={"question": QUESTION, "passages": 50})
    assert reply.status_code == 200
    assert CANARY not in reply.content.lower()


def test_a_sheet_and_its_exports_have_only_the_part(guarded):
    adam = guarded.session("adam")
    put = guarded.client.put("/sheets/All", headers=adam, json={"questions": [QUESTION], "passages": None})
    assert put.status_code == 200
    job = guarded.client.post("/sheets/All/run", headers=adam, json={}).json()["url"]
    eventually(lambda: guarded.client.get(job, headers=adam).json()["state"] == "done")
    table = guarded.client.get("/sheets/All", headers=adam)
    assert {each["name"] for each in table.json()["documents"]} == FINANCE
    assert len(table.json()["cells"]) == 2
    replies = [table, guarded.client.get("/sheets/All/news", headers=adam)]
    for kind in ("xlsx", "csv", "zip", "json", "docx", "html"):
        replies.append(guarded.client.get(f"/sheets/All/export.{kind}", headers=adam, params={"candidates": True}))
    for reply in replies:
        assert reply.status_code == 200
        assert CANARY not in unpacked(reply.content).lower()
    for other in (guarded.session("rita"), guarded.session("lena")):
        assert guarded.client.get("/sheets", headers=other).json() == []
        assert guarded.client.get("/sheets/All", headers=other).status_code == 404
        assert guarded.client.get("/sheets/All/news", headers=other).status_code == 404
        assert guarded.client.get("/sheets/All/export.csv", headers=other).status_code == 404
        assert guarded.client.get(job, headers=other).status_code == 404
        assert guarded.client.delete(job, headers=other).status_code == 404
        assert guarded.client.get("/jobs", headers=other).json() == []
    assert guarded.client.delete("/sheets/All", headers=guarded.session("mona")).status_code == 404


def unpacked(content):
    """Return the bytes of a file and of all that is packed in it."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return content + b"".join(unpacked(archive.read(name)) for name in archive.namelist())


def test_two_people_use_one_name_for_different_sheets_and_sets(guarded):
    mona, adam = guarded.session("mona"), guarded.session("adam")
    for headers, question in ((mona, "Who is the landlord?"), (adam, "What is the rent?")):
        guarded.client.put("/sheets/Same", headers=headers, json={"questions": [question]})
    assert [each["question"] for each in guarded.client.get("/sheets/Same", headers=adam).json()["questions"]] == [
        "What is the rent?"
    ]
    hidden, own = guarded.ids["merger.txt"], guarded.ids["lease.txt"]
    guarded.client.put("/sets/Same", headers=mona, json={"documents": [hidden, own]})
    assert guarded.client.get("/sets/Same", headers=adam).status_code == 404
    guarded.client.put("/sets/Same", headers=adam, json={"documents": [own]})
    assert guarded.client.get("/sets/Same", headers=mona).json()["documents"] == [hidden, own]
    assert ask(guarded, guarded.session("rita"), filters={"$set": "Same"}).status_code == 404


def test_a_workspace_is_its_makers_alone(guarded):
    mona, lena = guarded.session("mona"), guarded.session("lena")
    own = guarded.client.post("/workspaces", headers=mona, json={"name": "Board"}).json()["id"]
    kept = ask(guarded, mona, keep={"workspace": own}).json()["kept"]
    body = {"document_id": guarded.ids["merger.txt"], "start": 0, "end": 6}
    pinned = guarded.client.post(f"/workspaces/{own}/pins", headers=mona, json=body).json()["id"]
    names = {"workspace_id": own, "question_id": kept, "pin_id": pinned}
    routes = [route for route in REQUESTS if "{workspace_id}" in route[1]]
    assert len(routes) > 10
    for other in (lena, guarded.session("rita"), guarded.session("adam")):
        assert "Board" not in {each["name"] for each in guarded.client.get("/workspaces", headers=other).json()}
        assert ask(guarded, other, keep={"workspace": own}).status_code == 404
        for route in routes:
            reply = send(guarded, route, other, **names)
            assert reply.status_code == 404, route
            assert CANARY not in reply.content.lower()
    assert guarded.client.get(f"/workspaces/{own}", headers=mona).json()["pins"] == 1


def test_feedback_is_seen_with_its_document_alone(guard_anew):
    guarded = guard_anew()
    client, mona, rita = guarded.client, guarded.session("mona"), guarded.session("rita")
    for name, headers in (("merger.txt", mona), ("lease.txt", mona), ("lease.txt", rita)):
        passage = client.post("/documents/get_by_filters", headers=headers, json={"filters": {"name": name}}).json()[0]
        words = passage["content"].split()[0]
        answer = {"answer": words, "offsets_in_document": [{"start": 0, "end": len(words)}], "context": words}
        label = {
            "query": QUESTION,
            "document": passage,
            "answer": answer,
            "is_correct_answer": True,
            "is_correct_document": True,
            "origin": "user-feedback",
            "meta": {"by": "the president", "person": "x"},
        }
        assert client.post("/feedback", headers=headers, json=label).status_code == 200
    labels = {each["id"]: each for each in client.get("/feedback", headers=mona).json()}
    assert sorted(each["meta"]["by"] for each in labels.values()) == ["mona", "mona", "rita"]
    seen = client.get("/feedback", headers=rita).json()
    assert {each["document"]["meta"]["name"] for each in seen} == {"lease.txt"}
    assert len(client.get("/feedback/table", headers=rita).json()) == 2
    assert client.post("/eval-feedback", headers=rita, json={}).json()["n_feedback"] == 2
    for reply in (
        client.get("/export-feedback", headers=rita),
        client.get("/feedback", headers=rita),
        ask(guarded, rita),
    ):
        assert CANARY not in reply.content.lower()
        assert b"MERGER" not in reply.content
    others = [id_ for id_, each in labels.items() if each["meta"]["by"] == "mona"]
    for id_ in others:
        body = {**label, "id": id_}
        assert client.post("/feedback", headers=rita, json=body).status_code == 404
        assert client.put(f"/feedback/{id_}", headers=rita, json=label).status_code == 404
        assert client.delete(f"/feedback/{id_}", headers=rita).status_code == 404
    assert len(client.get("/feedback", headers=mona).json()) == 3
    (own,) = set(labels) - set(others)
    assert client.delete(f"/feedback/{own}", headers=rita).status_code == 204


def upload(guarded, headers, name, text, *, meta=None, path="/documents", **data):
    files = {"files": (name, text, "text/plain")}
    data |= {"meta": json.dumps(meta)} if meta else {}
    return guarded.client.post(path, headers=headers, files=files, data=data)


def test_who_adds_adds_to_the_own_part(guard_anew):
    guarded = guard_anew()
    adam = guarded.session("adam")
    for meta in (
        None,
        {"folder": "papers/board"},
        {"folder": "papers/financeless"},
        {"folder": ["papers/finance", "x"]},
    ):
        reply = upload(guarded, adam, "note.txt", "A note on the rent.", meta=meta)
        assert reply.status_code in (403, 422), meta
    accepted = upload(guarded, adam, "note.txt", "A note on the rent.", meta={"folder": "papers/finance"})
    url = accepted.json()["url"]
    eventually(lambda: guarded.client.get(url, headers=adam).json()["state"] == "done")
    assert guarded.client.get(url, headers=guarded.session("rita")).status_code == 404
    names = {each["name"] for each in guarded.client.get("/documents", headers=adam).json()["documents"]}
    assert names == {*FINANCE, "note.txt"}


def test_who_adds_deletes_nothing_and_changes_nothing_unseen(guard_anew):
    guarded = guard_anew()
    adam, finance = guarded.session("adam"), {"folder": "papers/finance"}
    replacing = upload(guarded, adam, "merger.txt", "Other words.", meta=finance, replace="true")
    assert replacing.status_code == 403
    params = json.dumps({"Writer": {"index": "source"}})
    given = upload(guarded, adam, "a.txt", "A.", meta=finance, path="/file-upload", additional_params=params)
    assert given.status_code == 403
    secret = guarded.client.get(f"/documents/{guarded.ids['merger.txt']}/file", headers=KEY).content
    same = upload(guarded, adam, "merger.txt", secret, meta=finance)
    assert same.status_code == 403
    record = guarded.client.get(f"/documents/{guarded.ids['merger.txt']}", headers=KEY).json()
    assert record["folder"] == "papers/board"


def test_a_part_that_is_taken_away_is_gone_with_the_next_request(guard_anew):
    guarded = guard_anew()
    rita = guarded.session("rita")
    assert guarded.client.get("/documents", headers=rita).json()["total"] == 2
    guarded.access.users.parts.remove("finance")
    assert guarded.client.get("/documents", headers=rita).json()["total"] == 0
    assert ask(guarded, rita).json()["answers"] == []


def test_parts_are_joined(guard_anew):
    guarded = guard_anew()
    guarded.access.users.parts.add("inner", below_folder("papers/board/inner"))
    guarded.access.users.change("rita", role=Role.READ, parts=["finance", "inner"])
    listed = guarded.client.get("/documents", headers=guarded.session("rita")).json()["documents"]
    assert {each["name"] for each in listed} == {*FINANCE, "zanzibar.pdf"}
