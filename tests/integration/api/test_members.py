"""Files inside of uploaded files: listed, opened, drawn, read again, replaced and deleted with what holds them."""

import json

from holding_files import mailed, zipped

from .conftest import finished, pdf

ANNEX = pdf("The buoy of Dunlin weighs 940 kilograms.")
NOTE = b"The buoy was painted in May."


def upload(client, name, data, **form):
    return finished(client, client.post("/documents", files=[("files", (name, data))], data=form))


def entry(client, name):
    listed = client.get("/documents", params={"limit": 1_000}).json()["documents"]
    return next((each for each in listed if each["name"] == name), None)


def bundle(**changed):
    return zipped({"letter.eml": mailed({"annex.pdf": ANNEX}), "note.txt": NOTE, **changed})


def test_a_member_is_listed_opened_and_drawn_as_any_document(client):
    job = upload(client, "Bündel 1.zip", bundle(), meta=json.dumps({"matter": "buoys"}))
    assert [(file["name"], file["state"]) for file in job["files"]] == [("Bündel 1.zip", "done")]
    letter, annex = entry(client, "Bündel 1.zip/letter.eml"), entry(client, "Bündel 1.zip/letter.eml/annex.pdf")
    assert annex["parents"] == [letter["id"]]
    assert (annex["meta"]["parent"], annex["meta"]["matter"]) == ("Bündel 1.zip/letter.eml", "buoys")
    assert "path" not in annex
    assert client.get(f"/documents/{annex['id']}").json()["has_picture"]
    file = client.get(f"/documents/{annex['id']}/file")
    assert file.content == ANNEX
    assert 'filename="annex.pdf"' in file.headers["content-disposition"]
    reply = client.post("/ask", json={"question": "How heavy is the buoy of Dunlin?"}).json()["answers"][0]
    assert reply["answer"] == "940 kilograms"
    text = client.get(f"/documents/{annex['id']}/text").json()["text"]
    start = text.index("940 kilograms")
    picture = client.get(f"/documents/{annex['id']}/pages/1.png", params={"highlight": f"{start}-{start + 13}"})
    assert picture.headers["content-type"] == "image/png"
    assert len(json.loads(picture.headers["x-boxes"])) == 1


def test_a_member_is_deleted_with_what_holds_it(client, store):
    upload(client, "bundle.zip", bundle())
    annex = entry(client, "bundle.zip/letter.eml/annex.pdf")
    assert client.get(f"/documents/{annex['id']}/file").status_code == 200
    reply = client.post("/documents/delete", json={"ids": [entry(client, "bundle.zip")["id"]]})
    assert reply.json() == {"deleted": 4}
    assert client.get(f"/documents/{annex['id']}/file").status_code == 404
    assert not [path for path in (store / "originals").rglob("*") if path.name == "annex.pdf"]


def test_a_newer_archive_replaces_the_earlier_one(client):
    upload(client, "bundle.zip", bundle())
    before = entry(client, "bundle.zip/letter.eml/annex.pdf")
    upload(client, "bundle.zip", zipped({"letter.eml": mailed({"annex.pdf": ANNEX}), "new.txt": NOTE}), replace="true")
    after = entry(client, "bundle.zip/letter.eml/annex.pdf")
    assert (after["id"], after["added"]) == (before["id"], before["added"])
    assert entry(client, "bundle.zip/note.txt") is None
    assert entry(client, "bundle.zip/new.txt") is not None
    assert client.get(f"/documents/{after['id']}/file").content == ANNEX


def test_reading_a_member_again_reads_what_holds_it(client):
    upload(client, "bundle.zip", bundle(), meta=json.dumps({"matter": "buoys"}))
    annex = entry(client, "bundle.zip/letter.eml/annex.pdf")
    job = finished(client, client.post("/documents/reindex", json={"ids": [annex["id"]]}))
    assert [(file["name"], file["state"]) for file in job["files"]] == [("bundle.zip", "done")]
    again = entry(client, "bundle.zip/letter.eml/annex.pdf")
    assert again["meta"] == annex["meta"]
    assert again["parents"] == annex["parents"]


def test_a_bad_member_is_said_where_the_archive_is_shown(client):
    upload(client, "bundle.zip", bundle(**{"../up.txt": NOTE, "film.mp4": b"\0\0\0\x20ftypisom" + bytes(50)}))
    unread = entry(client, "bundle.zip")["unread"]
    assert [line.partition(":")[0] for line in unread] == ["../up.txt", "film.mp4"]
    assert entry(client, "bundle.zip/note.txt") is not None


def test_haystacks_upload_keeps_no_file_but_the_documents(client):
    reply = client.post("/file-upload", files=[("files", ("bundle.zip", bundle()))])
    assert reply.status_code == 200
    annex = entry(client, "bundle.zip/letter.eml/annex.pdf")
    assert client.get(f"/documents/{annex['id']}/file").status_code == 404
    assert client.get(f"/documents/{annex['id']}").json()["has_picture"] is False
