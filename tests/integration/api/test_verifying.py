"""The routes that verify quotes."""

import io
import zipfile

import pytest

from needlepoint.api.limits import LARGEST_QUOTE_FILE
from needlepoint.api.routes import verifying
from waiting import eventually


def test_quotes_hold_move_change_or_are_gone(client):
    documents = {entry["name"]: entry for entry in client.get("/documents").json()["documents"]}
    lease = documents["lease.txt"]
    text = client.get(f"/documents/{lease['id']}/text").json()["text"]
    start = text.index("84,000 euros")
    whole = {"quote": "84,000 euros", "document_id": lease["id"], "start": start, "end": start + 12}
    quotes = [
        whole,
        {**whole, "start": 0, "end": 12},
        {"quote": "84,500 euros", "document": "lease.txt", "before": "annual rent is "},
    ]
    quotes += [{"quote": "x", "document": "none.txt"}, {"quote": "x"}, {**whole, "end": 3}]
    reply = client.post("/verify", json={"quotes": quotes})
    assert reply.status_code == 200
    found = reply.json()
    assert [each["outcome"] for each in found["quotes"]] == [
        "holds",
        "moved",
        "changed",
        "gone",
        "not checked",
        "moved",
    ]
    assert found["counts"] == {"holds": 1, "moved": 2, "changed": 1, "gone": 1, "not checked": 1}
    assert not found["holds"]
    for each in found["quotes"][:3]:
        now = each["now"]
        assert text[now["start"] : now["end"]] == now["words"] == "84,000 euros"
        assert (now["page"], now["name"]) == (1, "lease.txt")
    assert found["quotes"][3]["now"] is None
    alone = client.post("/verify", json={"quotes": [whole]}).json()
    assert alone["holds"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"quotes": []},
        {"quotes": [{"document": "lease.txt"}]},
        {"quotes": [{"quote": "", "document": "lease.txt"}]},
        {"quotes": [{"quote": "x", "document": "lease.txt", "start": -1}]},
        {"quotes": [{"quote": "x", "document": "lease.txt", "colour": "red"}]},
        {"quotes": [{"quote": "x", "document": "lease.txt"}] * 1_001},
    ],
)
def test_a_request_that_is_not_well_formed_is_refused(shown, body):
    reply = shown.post("/verify", json=body)
    assert reply.status_code == 422
    assert "detail" in reply.json()


@pytest.fixture
def exported(client):
    """Return what exports a sheet of one document, as an analyst gets it."""
    questions = [{"question": "On which day does the lease end?", "short name": "End", "kind": "date"}]
    client.put("/sheets/Verified", json={"questions": questions, "documents": ["lease.txt"]})
    job = client.post("/sheets/Verified/run", json={}).json()["url"]
    eventually(lambda: client.get(job).json()["state"] == "done")
    yield lambda kind: client.get(f"/sheets/Verified/export.{kind}").content
    client.delete("/sheets/Verified")


@pytest.mark.parametrize("kind", ["xlsx", "zip", "json"])
def test_the_quotes_of_an_exported_file_hold(client, exported, kind):
    reply = client.post("/verify", files={"file": (f"terms.{kind}", exported(kind))})
    assert reply.status_code == 200
    told = reply.json()
    assert (told["holds"], told["counts"]["holds"], told["file"]) == (True, 1, f"terms.{kind}")
    assert told["columns"].startswith(f"taken from terms.{kind}: ")
    assert told["quotes"][0]["now"]["words"] == "31 March 2031"


def test_a_table_of_anybodys_is_looked_up(client):
    table = b"file,excerpt,page\nlease.txt,31 March 2031,1\nlease.txt,31 March 2032,1\nlease.txt,,\nnone.txt,x,\n"
    told = client.post("/verify", files={"file": ("quotes.csv", table, "text/plain")}).json()
    assert [each["outcome"] for each in told["quotes"]] == ["holds", "changed", "gone"]
    assert told["quotes"][0]["quote"]["place"] == "row 2"
    assert (told["without_words"], told["holds"]) == (1, False)
    assert "quote (from 'excerpt')" in told["columns"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\\\temp\\\\q.csv", "q.csv"),
        ("a" * 300 + ".csv", "a" * 96 + ".csv"),
        ("..", "the file"),
    ],
)
def test_the_name_of_a_file_is_never_used_as_a_path(client, given, name):
    told = client.post("/verify", files={"file": (given, b"document,quote\nlease.txt,31 March 2031\n")}).json()
    assert told["file"] == name


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("q.csv", b"document,page\na,1\n", 422, "q.csv: there is no column for the quote"),
        ("q.xlsx", b"PK\x03\x04 broken", 422, "q.xlsx: not a workbook that can be read"),
        (
            "terms.csv",
            b"Document,Title,Date,Type,End\na,,,,b\n",
            422,
            "or in the file beside it that ends in .sources.csv",
        ),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(99), 422, "neither CSV, XLSX nor JSON"),
        ("none.csv", b"", 422, "none.csv: it is empty"),
        ("q.csv", b"x" * (LARGEST_QUOTE_FILE + 1), 413, "larger than 50 MB"),
    ],
)
def test_a_file_without_quotes_is_refused_in_one_line(client, name, content, status, said):
    reply = client.post("/verify", files={"file": (name, content)})
    assert reply.status_code == status
    (line,) = reply.json()["errors"]
    assert said in line


def test_a_packed_file_that_unpacks_to_much_is_refused(client):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.sources.csv", "w") as part:
        for _ in range(310):
            part.write(bytes(1_000_000))
    reply = client.post("/verify", files={"file": ("a.zip", packed.getvalue())})
    assert (reply.status_code, "unpacks to more than 300 MB" in str(reply.json())) == (422, True)


def test_a_file_of_too_many_quotes_is_refused(client, monkeypatch):
    monkeypatch.setattr(verifying, "MOST_IN_FILE", 2)
    table = b"document,quote\n" + b"lease.txt,31 March 2031\n" * 3
    reply = client.post("/verify", files={"file": ("q.csv", table)})
    assert (reply.status_code, "3 quotes, at most 2" in str(reply.json())) == (413, True)


def test_a_form_without_a_file_is_refused(shown):
    reply = shown.post("/verify", files={"other": ("q.csv", b"document,quote\n")})
    assert reply.status_code == 422
    assert reply.json()["detail"][0]["loc"] == ["body", "file"]


def test_the_description_names_both_kinds_of_body(shown):
    content = shown.get("/openapi.json").json()["paths"]["/verify"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "multipart/form-data"}
