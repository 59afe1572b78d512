"""Uploads, jobs, deletion, re-indexing: nothing lost, nothing left behind."""

import json

import pytest

from needlepoint.files.identity import document_id
from waiting import eventually

from .conftest import LEASE, REPORT, finished, pdf

WILL = "The last will of Captain Tern\n\nThe estate goes to Nora Tern of Port Ardlaw.\n"


def post(client, *files, **form):
    return client.post("/documents", files=[("files", file) for file in files], data=form)


def left_arriving(store):
    folder = store / "originals" / ".arriving"
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"] if folder.exists() else []


def names(client):
    return sorted(entry["name"] for entry in client.get("/documents").json()["documents"])


def test_each_file_has_its_own_fate_metadata_and_place(client, store):
    files = [("will.txt", WILL), ("harbour.pdf", REPORT), ("broken.pdf", b"%PDF-1.7 broken"), ("empty.txt", b"")]
    metas = [{"matter": "estate"}, {"matter": "harbour"}, None, {}]
    job = finished(client, post(client, *files, meta=json.dumps(metas)))
    assert job["state"] == "done"
    assert (job["done"], job["total"]) == (4, 4)
    will, harbour, broken, empty = job["files"]
    assert (will["state"], harbour["state"], broken["state"], empty["state"]) == ("done", "done", "skipped", "skipped")
    assert broken["reason"]
    assert will["document"] == document_id("will.txt", WILL.encode())
    record = client.get(f"/documents/{will['document']}").json()
    assert (record["name"], record["meta"]["matter"], record["folder"]) == ("will.txt", "estate", "Uploads")
    assert "path" not in record
    assert client.get(f"/documents/{harbour['document']}").json()["meta"]["matter"] == "harbour"
    assert client.get(f"/documents/{harbour['document']}/pages/1.png").status_code == 200
    assert client.get(f"/documents/{harbour['document']}/file").content == REPORT
    reply = client.post("/ask", json={"question": "Who gets the estate of Captain Tern?"}).json()
    assert reply["answers"][0]["answer"].startswith("Nora Tern")
    assert left_arriving(store) == []
    kept = {path.name for path in (store / "originals").glob("*/*") if path.parent.name != ".arriving"}
    assert kept == {"will.txt", "harbour.pdf"}


def test_the_same_file_twice_is_one_document(client):
    first = finished(client, post(client, ("will.txt", WILL), ("will.txt", WILL)))
    again = finished(client, post(client, ("will.txt", WILL)))
    assert [file["state"] for file in first["files"] + again["files"]] == ["done"] * 3
    assert again["files"][0]["reason"] == "already in the collection"
    assert names(client).count("will.txt") == 1


def test_a_file_that_is_in_the_collection_from_elsewhere_stays_one_document(client):
    job = finished(client, post(client, ("lease.txt", LEASE)))
    assert job["files"][0]["state"] == "done"
    assert names(client).count("lease.txt") == 1


def test_a_new_version_takes_the_old_ones_place_when_asked_to(client):
    finished(client, post(client, ("will.txt", WILL)))
    finished(client, post(client, ("will.txt", WILL + "Signed.\n")))
    assert names(client).count("will.txt") == 2
    finished(client, post(client, ("will.txt", WILL + "Signed twice.\n"), replace="true"))
    assert names(client).count("will.txt") == 1


def test_files_of_one_name_in_one_request_all_stay_and_only_earlier_ones_make_way(client):
    earlier = finished(client, post(client, ("will.txt", WILL)))["files"][0]["document"]
    files = [("will.txt", f"{WILL}Copy {number}.\n") for number in range(10)]  # more than are indexed at once
    job = finished(client, post(client, *files, ("will.txt", files[0][1]), replace="true"))
    assert {file["state"] for file in job["files"]} == {"done"}
    ids = {file["document"] for file in job["files"]}
    assert len(ids) == 10
    listed = client.get("/documents", params={"search": "will.txt"}).json()["documents"]
    assert {entry["id"] for entry in listed} == ids
    assert earlier not in ids


def kept(store):
    return [path for path in (store / "originals").glob("[!.]*/*") if path.is_file()]


def test_a_job_that_fails_keeps_no_file(client, store, monkeypatch):
    before = finished(client, post(client, ("will.txt", WILL)))["files"][0]["document"]
    service = client.app.state.needlepoint.service
    seen = []

    def failing(files, **_):
        seen.extend(kept(store))
        raise RuntimeError("unexpected")

    monkeypatch.setattr(service.indexing, "index", failing)
    job = finished(client, post(client, ("will.txt", WILL), ("other.txt", WILL), ("third.txt", WILL)))
    assert (job["state"], len(seen)) == ("failed", 3)
    assert all("document" not in file for file in job["files"])
    assert [path.parent.name for path in kept(store)] == [before]  # which is a document
    assert left_arriving(store) == []
    assert upload(client, ("other.txt", WILL)).status_code == 500
    assert len(kept(store)) == 1


def test_a_job_that_is_stopped_while_it_waits_keeps_no_file(client, store, monkeypatch):
    from needlepoint.stores.tantivy.locking import WriteLock

    collection = client.app.state.needlepoint.service.store.collection
    monkeypatch.setattr(collection, "_lock", WriteLock(store / "write.lock", timeout_s=0.1))
    lock = WriteLock(store / "write.lock", timeout_s=0)
    lock.acquire()
    try:
        reply = post(client, ("will.txt", WILL))
        eventually(lambda: kept(store))
        client.delete(reply.json()["url"])
        assert finished(client, reply)["state"] == "stopped"
    finally:
        lock.release()
    assert kept(store) == []


@pytest.mark.parametrize(
    "name",
    [
        "../../../../escaped.txt",
        "/etc/escaped.txt",
        "C:\\escaped.txt",
        "..",
        ".escaped",
        "a" * 1_000 + ".txt",
        "x\ny.txt",
    ],
)
def test_names_lead_nowhere(client, store, name):
    before = {path for path in store.parent.rglob("*") if "originals" not in path.parts and "indexes" not in path.parts}
    job = finished(client, post(client, (name, WILL)))
    assert job["files"][0]["state"] == "done"
    assert {
        path for path in store.parent.rglob("*") if "originals" not in path.parts and "indexes" not in path.parts
    } == before
    originals = store / "originals"
    (kept,) = [path for path in originals.glob("*/*") if path.parent.name != ".arriving"]
    assert kept.parent.parent == originals
    assert client.get(f"/documents/{job['files'][0]['document']}/file").content.decode() == WILL


@pytest.mark.parametrize(
    "meta",
    ["no json", "[1]", "3", '[{"a": 1}, {"b": 2}]', "[" * 100_000, '{"title": 3}', '[{"date": {"year": 2024}}]'],
)
def test_wrong_metadata_is_422(client, meta):
    for send in (post, upload):
        reply = send(client, ("will.txt", WILL), meta=meta)
        assert reply.status_code == 422
        assert "meta" in reply.json()["errors"][0]


def test_metadata_may_leave_title_and_date_open(client):
    meta = '{"title": null, "date": "2024-05-04"}'
    job = finished(client, post(client, ("will.txt", WILL), meta=meta))
    record = client.get(f"/documents/{job['files'][0]['document']}").json()
    assert (record["title"], record["date"]) == (None, "2024-05-04")


def test_limits_of_number_and_size(start, tmp_path):
    client = start(max_files=2, max_file_mb=1, max_upload_mb=2)
    assert post(client, *[(f"{n}.txt", WILL) for n in range(3)]).status_code == 413
    assert post(client, ("large.txt", b"x" * 1_000_001)).status_code == 413
    assert post(client, *[(f"{n}.txt", b"x" * 1_500_000) for n in range(2)]).status_code == 413
    assert left_arriving(tmp_path / "store") == []
    assert "large.txt" not in names(client)


def test_a_sender_who_does_not_say_how_much_is_stopped_all_the_same(start):
    client = start(max_upload_mb=1)

    def endless():
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        for _ in range(40):
            yield b"x" * 50_000

    reply = client.post("/documents", content=endless(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert reply.status_code == 413


def test_a_job_can_be_stopped_and_the_rest_is_left_out(client, store):
    many = [(f"report-{number}.txt", f"Report {number}. " + WILL * 200) for number in range(60)]
    reply = post(client, *many)
    assert client.delete(reply.json()["url"]).status_code == 204
    job = finished(client, reply)
    assert job["state"] == "stopped"
    skipped = [file for file in job["files"] if file["state"] == "skipped"]
    assert skipped
    assert {file["reason"] for file in skipped} == {"stopped before it was read"}
    assert len([name for name in names(client) if name.startswith("report-")]) == 60 - len(skipped)
    assert left_arriving(store) == []


def test_an_unknown_job_is_404(client):
    assert client.get(f"/jobs/{'0' * 32}").status_code == 404
    assert client.delete(f"/jobs/{'0' * 32}").status_code == 404


def test_questions_are_answered_while_a_job_runs(client):
    reply = post(client, *[(f"report-{n}.txt", f"Report {n}. " + WILL * 100) for n in range(30)])
    assert client.post("/ask", json={"question": "When does the lease end?"}).json()["found"]
    assert client.get("/collection").json()["busy"] is True
    finished(client, reply)
    assert client.get("/collection").json()["busy"] is False


def test_a_store_that_another_process_writes_is_waited_for(client, store, monkeypatch):
    from needlepoint.errors import StoreLockedError
    from needlepoint.stores.tantivy.locking import WriteLock

    service = client.app.state.needlepoint.service
    monkeypatch.setattr(service.store.collection, "_lock", WriteLock(store / "write.lock", timeout_s=0.1))
    index_files, refused = service.indexing.index, []

    def index(*arguments, **options):
        try:
            return index_files(*arguments, **options)
        except StoreLockedError as error:
            refused.append(error)
            if len(refused) == 2:
                lock.release()
            raise

    monkeypatch.setattr(service.indexing, "index", index)
    lock = WriteLock(store / "write.lock", timeout_s=0)
    lock.acquire()
    try:
        job = finished(client, post(client, ("will.txt", WILL)))
    finally:
        lock.release()
    assert job["files"][0]["state"] == "done"
    assert len(refused) == 2


def test_deleting(client, store):
    job = finished(client, post(client, ("will.txt", WILL)))
    uploaded = job["files"][0]["document"]
    assert client.delete(f"/documents/{uploaded}").status_code == 204
    assert not (store / "originals" / uploaded).exists()
    assert client.delete(f"/documents/{uploaded}").status_code == 404
    ids = [entry["id"] for entry in client.get("/documents").json()["documents"]]
    assert client.post("/documents/delete", json={"ids": [*ids, "unknown"]}).status_code == 404
    assert len(names(client)) == len(ids)
    assert client.post("/documents/delete", json={"ids": [*ids, *ids]}).json() == {"deleted": len(ids)}
    assert client.get("/collection").json()["passages"] == 0


def test_reindexing_reads_the_files_anew_and_keeps_what_was_added(client, papers):
    finished(client, post(client, ("will.txt", WILL), meta='{"matter": "estate"}'))
    before = client.get("/documents").json()
    minutes = papers / "minutes.md"
    original = minutes.read_bytes()
    try:
        minutes.write_bytes(original + b"\n")
        job = finished(client, client.post("/documents/reindex", json={}))
    finally:
        minutes.write_bytes(original)
    states = {file["name"]: file["state"] for file in job["files"]}
    assert states.pop("minutes.md") == "skipped"
    assert set(states.values()) == {"done"}
    after = client.get("/documents").json()

    def lasting(listed):
        return [{k: v for k, v in entry.items() if k != "added"} for entry in listed["documents"]]

    assert lasting(after) == lasting(before)
    assert client.post("/documents/reindex", json={"ids": ["unknown"]}).status_code == 404


def test_the_example_collection(start):
    client = start(is_empty=True)
    job = finished(client, client.post("/examples"))
    assert {file["state"] for file in job["files"]} == {"done"}
    assert client.get("/collection").json()["documents"] == job["total"] > 10


def test_what_an_ended_process_left_is_removed_at_the_next_start(start, tmp_path):
    originals = tmp_path / "store" / "originals"
    left = originals / ".arriving" / "0123" / "4567" / "half.txt"
    unfinished, done = (
        originals / ("0" * 32) / "will.txt",
        originals / document_id("lease.txt", LEASE.encode()) / "lease.txt",
    )
    marks = [left.parent / f".kept-{place.parent.name}" for place in (unfinished, done)]
    for path in (left, unfinished, done, *marks):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("left")
    start()
    assert [path.exists() for path in (left, unfinished, done)] == [False, False, True]


# Haystack's own routes


def upload(client, *files, query="", **form):
    return client.post(f"/file-upload{query}", files=[("files", file) for file in files], data=form)


def test_file_upload_answers_when_the_files_are_indexed(client, store):
    reply = upload(client, ("will.txt", WILL), ("harbour.pdf", REPORT), meta='{"matter": "estate"}', split_by="word")
    assert (reply.status_code, reply.json()) == (200, None)
    found = client.post("/documents/get_by_filters", json={"filters": {"matter": "estate"}}).json()
    assert {document["meta"]["name"] for document in found} == {"will.txt", "harbour.pdf"}
    kept = store / "originals"
    assert not [path for path in kept.rglob("*") if path.is_file() and path.name != "lock"]


def test_file_upload_keeps_files_when_told_to(client):
    assert upload(client, ("harbour.pdf", REPORT), query="?keep_files=true", meta="null").status_code == 200
    (entry,) = client.get("/documents", params={"search": "harbour.pdf"}).json()["documents"]
    assert client.get(f"/documents/{entry['id']}/file").content == REPORT


def test_a_plain_file_upload_leaves_what_was_kept_before(client, store):
    id_ = finished(client, post(client, ("harbour.pdf", REPORT)))["files"][0]["document"]
    assert upload(client, ("harbour.pdf", REPORT)).status_code == 200
    assert client.get(f"/documents/{id_}/file").content == REPORT
    assert len(kept(store)) == 1


@pytest.mark.parametrize("query", ["", "?keep_files=true"])
def test_a_file_upload_of_a_file_indexed_from_a_folder_leaves_it_there(client, papers, query):
    id_ = document_id("lease.txt", LEASE.encode())
    before = client.get(f"/documents/{id_}").json()
    assert upload(client, ("lease.txt", LEASE), ("lease.txt", LEASE), query=query).status_code == 200
    after = client.get(f"/documents/{id_}").json()
    assert before["path"] == after["path"] == str(papers / "lease.txt")
    assert client.get(f"/documents/{id_}/file").content.decode() == LEASE


def test_a_file_that_is_not_to_be_kept_is_never_put_among_those_that_are(client, store, monkeypatch):
    service = client.app.state.needlepoint.service
    seen = []
    index = service.indexing.index

    def looking(files, **options):
        seen.extend(path for path in (store / "originals").rglob("will.txt"))
        return index(files, **options)

    monkeypatch.setattr(service.indexing, "index", looking)
    assert upload(client, ("will.txt", WILL), ("will.txt", WILL)).status_code == 200
    assert {path.relative_to(store / "originals").parts[0] for path in seen} == {".arriving"}


def test_file_upload_names_every_file_that_cannot_be_read(client):
    reply = upload(client, ("will.txt", WILL), ("broken.pdf", b"%PDF-1.7 broken"))
    assert reply.status_code == 422
    (line,) = reply.json()["errors"]
    assert line.startswith("broken.pdf: ")
    assert "will.txt" in names(client)


@pytest.mark.parametrize(
    ("form", "status"),
    [({"meta": "no json"}, 422), ({"additional_params": "[]"}, 422), ({"additional_params": '{"Nobody": {}}'}, 400)],
)
def test_file_upload_refuses_what_it_does_not_understand(client, store, form, status):
    for query in ("", "?keep_files=true"):
        assert upload(client, ("will.txt", WILL), query=query, **form).status_code == status
    assert "will.txt" not in names(client)
    assert kept(store) == []


def test_without_an_indexing_pipeline_uploads_are_501(indexed_store, tmp_path):
    import dataclasses

    import yaml
    from fastapi.testclient import TestClient

    from needlepoint import resources
    from needlepoint.api.app import create_app
    from needlepoint.api.limits import Limits
    from needlepoint.service.facade import Service
    from needlepoint.settings import Settings

    config = yaml.safe_load((resources.pipelines_folder() / "local.haystack-pipeline.yml").read_text())
    config["pipelines"] = [pipeline for pipeline in config["pipelines"] if pipeline["name"] == "query"]
    file = tmp_path / "asking-only.yml"
    file.write_text(yaml.safe_dump(config))
    settings = dataclasses.replace(Settings.from_environment(), store=indexed_store)
    with Service(file, settings=settings) as service:
        client = TestClient(create_app(service, Limits()), base_url="http://localhost")
        assert upload(client, ("will.txt", WILL)).status_code == 501
        assert post(client, ("will.txt", WILL)).status_code == 501
        assert client.get("/documents").json()["total"] == 4


def test_deleting_by_filters(client):
    def count(**filters):
        return len(client.post("/documents/get_by_filters", json={"filters": filters}).json())

    assert client.post("/documents/delete_by_filters", json={"filters": {"name": "letter.txt"}}).json() is True
    assert count(name="letter.txt") == 0
    assert "letter.txt" not in names(client)
    (report,) = client.get("/documents", params={"search": "report.pdf"}).json()["documents"]
    assert (
        client.post("/documents/delete_by_filters", json={"filters": {"name": "report.pdf", "page": 2}}).json() is True
    )
    assert client.get(f"/documents/{report['id']}").json()["passages"] == report["passages"] - 1
    assert client.post("/documents/delete_by_filters", json={}).json() is True
    assert count() == 0
    assert names(client) == []


def test_a_large_pdf_is_one_document_with_all_pages(client):
    book = pdf(*[f"Chapter {number}. The lighthouse number {number} is red." for number in range(60)])
    job = finished(client, post(client, ("book.pdf", book)))
    document = client.get(f"/documents/{job['files'][0]['document']}").json()
    assert len(document["page_list"]) == 60
