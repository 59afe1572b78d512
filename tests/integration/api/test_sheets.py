"""Question sheets over HTTP, with the real reader."""

import csv
import io
import shutil
import threading
import zipfile

import pytest

from needlepoint.stores.names import PASSAGES
from waiting import eventually

from .conftest import serving

QUESTIONS = [
    {"question": "When does the lease end?", "short name": "End", "kind": "date"},
    "How long is the longest pier?",
]


@pytest.fixture
def sheet(client):
    reply = client.put("/sheets/Terms", json={"questions": QUESTIONS})
    assert reply.status_code == 200
    yield "/sheets/Terms"
    client.delete("/sheets/Terms")


def run(client, sheet, **body):
    reply = client.post(f"{sheet}/run", json=body)
    assert reply.status_code == 202
    job = reply.json()["url"]
    eventually(lambda: client.get(job).json()["state"] not in {"waiting", "running"})
    return client.get(job).json()


def cells(client, sheet):
    table = client.get(sheet).json()
    names, questions = [row["name"] for row in table["documents"]], [each["short name"] for each in table["questions"]]
    return {(names[cell["row"]], questions[cell["column"]]): cell for cell in table["cells"]}


def test_a_sheet_is_saved_read_and_shown(client, sheet):
    assert client.get(sheet).json()["counts"]["waiting"] == 8
    job = run(client, sheet)
    assert (job["state"], job["done"], job["total"]) == ("done", 8, 8)
    found = cells(client, sheet)
    assert (found["lease.txt", "End"]["shown"], found["lease.txt", "End"]["order"]) == ("31 March 2031", ["", 20310331])
    assert "order" not in found["report.pdf", "How long is the longest pier"]
    assert found["report.pdf", "How long is the longest pier"]["shown"] == "412 metres"
    assert found["report.pdf", "How long is the longest pier"]["page"] == 2
    assert found["minutes.md", "End"]["shown"] == "not found in 1 of 1 passages"
    assert client.get("/sheets").json()[0]["name"] == "Terms"


def test_a_quote_stands_where_it_says(client, sheet):
    run(client, sheet)
    cell = cells(client, sheet)["letter.txt", "End"]
    id_ = next(row["id"] for row in client.get(sheet).json()["documents"] if row["name"] == "letter.txt")
    part = client.get(f"/documents/{id_}/text", params={"start": cell["start"], "end": cell["end"]}).json()
    assert part["text"] == cell["shown"]
    full = client.get(f"{sheet}/cell", params={"document": id_, "question": QUESTIONS[0]["question"]}).json()
    assert full["quotes"][0]["before"].endswith("ends on ")


def test_the_cells_come_as_they_are_read(client, sheet):
    run(client, sheet)
    first = client.get(f"{sheet}/news").json()
    assert (len(first["cells"]), first["next"], first["job"]["state"]) == (8, 8, "done")
    assert client.get(f"{sheet}/news", params={"after": 8}).json()["cells"] == []


def test_what_is_left_to_read_is_told_before_it_is_read(client):
    body = {"questions": ["Who is the harbour master, and since when?"]}
    client.put("/sheets/Left", json=body)
    try:
        work = client.get("/sheets/Left/work").json()
        assert (work["units"], work["known"]) == (4, 0)
        assert work["passages"] >= 4
        run(client, "/sheets/Left")
        assert client.get("/sheets/Left/work").json()["known"] == 4
    finally:
        client.delete("/sheets/Left")


def test_a_document_that_cannot_be_read_says_why_wherever_the_sheet_is_shown(client, sheet):
    table = client.get(sheet).json()
    row = [each["name"] for each in table["documents"]].index("minutes.md")
    id_ = table["documents"][row]["id"]
    client.app.state.needlepoint.service.store.delete_documents(index=PASSAGES, filters={"document_id": id_})
    try:
        client.put("/sheets/Terms", json={"questions": QUESTIONS, "passages": 4})  # so that nothing of it is known yet
        run(client, sheet)
        table = client.get(sheet).json()
        shown = [cell["shown"] for cell in table["cells"] if cell["row"] == row]
        assert shown == ["unread: its passages are gone: index the file again"] * 2
        assert table["counts"]["unread"] == 2
        params = {"document": id_, "question": QUESTIONS[1]}
        assert client.get(f"{sheet}/cell", params=params).json()["state"] == "unread"
        assert "its passages are gone" in client.get(f"{sheet}/export.csv").text
    finally:
        reply = client.post("/documents/reindex", json={"ids": [id_]})
        eventually(lambda: client.get(reply.json()["url"]).json()["state"] == "done")


def test_a_new_document_is_read_and_told_as_a_change(client, sheet):
    run(client, sheet)
    reply = client.post("/documents", files={"files": ("renewal.txt", b"The lease ends on 1 May 2044, as agreed.")})
    eventually(lambda: client.get(reply.json()["url"]).json()["state"] == "done")
    run(client, sheet)
    changes = client.get(sheet).json()["changes"]
    assert ("new answer", "renewal.txt", "1 May 2044") in [(c["change"], c["document"], c["after"]) for c in changes]
    assert not any("path" in change for change in changes)


def test_a_scope_limits_the_rows(client):
    body = {"questions": ["When does the lease end?"], "documents": ["lease.txt"], "passages": None}
    assert client.put("/sheets/One", json=body).status_code == 200
    try:
        assert [row["name"] for row in client.get("/sheets/One").json()["documents"]] == ["lease.txt"]
        body = {"questions": ["Who was elected?"], "filters": {"type": "markdown"}}
        client.put("/sheets/One", json=body)
        assert [row["name"] for row in client.get("/sheets/One").json()["documents"]] == ["minutes.md"]
    finally:
        client.delete("/sheets/One")


def id_of(client, sheet, name):
    return next(row["id"] for row in client.get(sheet).json()["documents"] if row["name"] == name)


def test_a_verdict_lasts_until_it_is_taken_back(client, sheet):
    run(client, sheet)
    id_ = id_of(client, sheet, "lease.txt")
    words = client.get(f"/documents/{id_}/text", params={"start": 3, "end": 12}).json()["text"]
    place = {"document_id": id_, "question": QUESTIONS[1]}
    for judgement in ("right", "corrected"):
        body = {**place, "judgement": judgement, "words": words, "start": 3, "end": 12}
        assert client.put(f"{sheet}/verdict", json=body).status_code == 200
    (verdict,) = client.get(sheet).json()["verdicts"]
    assert (verdict["judgement"], verdict["words"], verdict["start"]) == ("corrected", words, 3)
    client.put(f"{sheet}/verdict", json={**place, "judgement": None})
    assert client.get(sheet).json()["verdicts"] == []


def test_a_correction_that_does_not_stand_where_it_says_is_refused(client, sheet):
    body = {"document_id": id_of(client, sheet, "lease.txt"), "question": QUESTIONS[1], "judgement": "corrected"}
    reply = client.put(f"{sheet}/verdict", json={**body, "words": "two piers", "start": 3, "end": 12})
    assert reply.status_code == 422
    assert "the words do not stand at characters 3 to 12" in str(reply.json())
    assert client.get(sheet).json()["verdicts"] == []


def test_a_verdict_without_words_is_on_those_of_the_cell(client, sheet):
    run(client, sheet)
    place = {"document_id": id_of(client, sheet, "lease.txt"), "question": QUESTIONS[0]["question"]}
    client.put(f"{sheet}/verdict", json={**place, "judgement": "right"})
    try:
        (verdict,) = client.get(sheet).json()["verdicts"]
        assert verdict["words"] == "31 March 2031"
    finally:
        client.put(f"{sheet}/verdict", json={**place, "judgement": None})


def test_exports_carry_verdicts_with_the_place_of_a_correction(client, sheet):
    run(client, sheet)
    id_ = id_of(client, sheet, "lease.txt")
    text = client.get(f"/documents/{id_}/text").json()["text"]
    place, start = {"document_id": id_, "question": QUESTIONS[0]["question"]}, text.index("84,000")
    said = {"judgement": "corrected", "words": "84,000", "start": start, "end": start + 6}
    kept = client.put(f"{sheet}/verdict", json={**place, **said}).json()
    assert (kept["words"], "order" in kept, bool(kept["made"])) == ("84,000", False, True)
    try:
        exported = client.get(f"{sheet}/export.json").json()
        row = next(each for each in exported["documents"] if each["name"] == "lease.txt")
        assert (row["cells"]["End"]["shown"], row["cells"]["End"]["quotes"][0]["answer"]) == ("84,000", "31 March 2031")
        first, second = [each for each in exported["sources"] if each["document id"] == id_][:2]
        assert (first["role"], first["quote"], first["page"]) == ("correction", "84,000", 1)
        assert first["before"] + first["quote"] + first["after"] in text
        assert (second["quote"], second["corrected to"]) == ("31 March 2031", "84,000")
        assert ",84,000" not in client.get(f"{sheet}/export.csv").text
        assert '"84,000",corrected' in client.get(f"{sheet}/export.csv").text
    finally:
        client.put(f"{sheet}/verdict", json={**place, "judgement": None})


def test_a_zip_has_the_table_with_its_sources_and_quotes_lead_to_the_page(client, sheet):
    run(client, sheet)
    reply = client.get(f"{sheet}/export.zip", params={"candidates": True, "link": "http://localhost:8501"})
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        assert archive.namelist() == ["Terms.csv", "Terms.sources.csv", "Terms.about.csv"]
        rows = list(csv.DictReader(io.StringIO(archive.read("Terms.sources.csv").decode("utf-8-sig"))))
    assert {row["role"] for row in rows} == {"answer", "candidate"}
    assert all(row["link"].startswith(f"http://localhost:8501/?open={row['document id']}:") for row in rows)
    assert not any(row["path"] for row in rows)
    refused = client.get(f"{sheet}/export.csv", params={"link": "javascript:alert(1)"})
    assert refused.status_code == 422
    assert "is no address for links" in str(refused.json())


@pytest.mark.usefixtures("_reader")
def test_reasons_and_changes_outlast_the_service(indexed_store, tmp_path):
    store = shutil.copytree(indexed_store, tmp_path / "store")
    with serving(store) as client:
        client.put("/sheets/Terms", json={"questions": QUESTIONS[:1], "documents": ["lease.txt", "minutes.md"]})
        run(client, "/sheets/Terms")
        gone = id_of(client, "/sheets/Terms", "minutes.md")
        client.app.state.needlepoint.service.store.delete_documents(index=PASSAGES, filters={"document_id": gone})
        client.put(
            "/sheets/Terms", json={"questions": QUESTIONS, "documents": ["lease.txt", "minutes.md", "report.pdf"]}
        )
        run(client, "/sheets/Terms")
        before = client.get("/sheets/Terms").json()
    with serving(store) as client:
        after = client.get("/sheets/Terms").json()
        assert after["job"] is None
        assert after["cells"] == before["cells"]
        assert after["counts"]["unread"] == 1
        assert "unread: its passages are gone: index the file again" in [cell["shown"] for cell in after["cells"]]
        assert after["changes"] == before["changes"]
        assert ("new answer", "report.pdf") in [(each["change"], each["document"]) for each in after["changes"]]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "reason"),
    [
        ("get", "/sheets/None", None, 404, "no saved sheet 'None'"),
        ("post", "/sheets/None/run", {}, 404, "no saved sheet"),
        ("put", "/sheets/A", {"questions": []}, 422, "no question"),
        ("put", "/sheets/A", {"questions": ["Who?", "who?"]}, 422, "questions 1 and 2 are the same"),
        ("put", "/sheets/A", {"questions": [f"Who is {n}?" for n in range(10_000)]}, 422, "more than 1,000 questions"),
        ("put", "/sheets/A", {"questions": ["---"]}, 422, "question 1 has no words"),
        ("put", "/sheets/A", {"questions": ["Who?"], "documents": ["none"]}, 404, "no document 'none'"),
        ("put", "/sheets/A", {"questions": ["Who?"], "filters": {"type": "odd"}}, 422, "no document matches"),
        ("put", "/sheets/A", {"questions": ["Who?"], "passages": 0}, 422, "passages"),
        ("put", "/sheets/A%07", {"questions": ["Who?"]}, 422, "visible characters"),
        ("put", "/sheets/Terms/verdict", {"document_id": "none", "question": "Who?", "judgement": "right"}, 404, "no document"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(client, sheet, method, path, body, status, reason):
    reply = client.request(method, path, json=body)
    assert reply.status_code == status
    assert reason in str(reply.json())


def test_a_sheet_lets_questions_go_first_and_files_come_in(client, sheet):
    """While a question is being asked, no cell is begun; files are indexed while a sheet is read."""
    limiter = client.app.state.needlepoint.limiter
    limiter.waiting += 1  # as if somebody asked
    try:
        url = client.post(f"{sheet}/run", json={"again": True}).json()["url"]
        reply = client.post("/documents", files={"files": ("note.txt", b"The ferry is green.")})
        eventually(lambda: client.get(reply.json()["url"]).json()["state"] == "done")
        assert client.get(url).json()["done"] == 0
    finally:
        limiter.waiting -= 1
    eventually(lambda: client.get(url).json()["state"] == "done")


def test_a_stopped_sheet_goes_on(client, sheet):
    limiter = client.app.state.needlepoint.limiter
    limiter.waiting += 1
    try:
        url = client.post(f"{sheet}/run", json={"again": True}).json()["url"]
        assert client.post(f"{sheet}/run", json={}).json()["url"] == url
        assert client.delete(url).status_code == 204
        eventually(lambda: client.get(url).json()["state"] == "stopped")
    finally:
        limiter.waiting -= 1
    assert run(client, sheet)["done"] == 8


def test_many_who_begin_a_sheet_at_once_begin_one_job(client, sheet):
    urls = []
    threads = [
        threading.Thread(target=lambda: urls.append(client.post(f"{sheet}/run", json={}).json()["url"]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    eventually(lambda: client.get(urls[0]).json()["state"] == "done")
    assert len(set(urls)) <= 4
    assert cells(client, sheet)["lease.txt", "End"]["shown"] == "31 March 2031"
