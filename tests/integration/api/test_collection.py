"""The routes that show the collection."""

import io
import json

import pytest
from PIL import Image


@pytest.fixture
def report(shown):
    return shown.get("/documents", params={"search": "report"}).json()["documents"][0]


def test_the_collection_in_numbers(shown):
    facts = shown.get("/collection").json()
    assert facts["documents"] == 4
    assert facts["passages"] >= 4
    assert facts["size"] > 0
    assert facts["pipeline"] == "local"
    assert facts["reader"]["precision"] in {"fp32", "int8"}
    assert facts["changed"].startswith("20")


def test_documents_are_listed_searched_sorted_and_paged(shown):
    def names(**asked):
        return [entry["name"] for entry in shown.get("/documents", params=asked).json()["documents"]]

    everything = ["lease.txt", "letter.txt", "minutes.md", "report.pdf"]
    assert names() == names(sort="name") == everything
    assert names(sort="-name") == everything[::-1]
    assert names(offset=1, limit=2) == everything[1:3]
    assert names(search="HARBOUR report") == ["report.pdf"]
    first = shown.get("/documents").json()["documents"][0]
    assert names(search=first["folder"]) == everything
    for number in (first["size"], first["added"][:10]):  # sizes, counts and time stamps are no words of a document
        assert names(search=str(number)) == [], number
    assert names(filters='{"type": "markdown"}') == ["minutes.md"]
    assert names(sort="title")[-1] in {"lease.txt", "letter.txt"}  # those without one come last
    assert shown.get("/documents", params={"offset": 3}).json()["total"] == 4


@pytest.mark.parametrize("asked", [{"sort": "colour"}, {"filters": "type=pdf"}, {"filters": '{"$nonsense": 1}'}])
def test_lists_that_cannot_be_made_are_refused(shown, asked):
    reply = shown.get("/documents", params=asked)
    assert reply.status_code == 400
    assert "\n" not in reply.json()["errors"][0]


def test_a_document_with_its_pages(shown, report):
    document = shown.get(f"/documents/{report['id']}").json()
    assert (document["pages"], document["has_picture"], document["title"]) == (2, True, "Report on the harbour")
    assert document["unread"] == []
    text = shown.get(f"/documents/{report['id']}/text").json()
    assert text["length"] == len(text["text"]) == document["characters"]
    for page in document["page_list"]:
        alone = shown.get(f"/documents/{report['id']}/pages/{page['number']}").json()
        assert alone["text"] == text["text"][page["start"] : page["end"]]


def test_any_part_of_the_text_is_the_part_asked_for(shown, report):
    address = f"/documents/{report['id']}/text"
    whole = shown.get(address).json()["text"]
    for start in range(0, len(whole), 7):
        for length in (0, 1, 5, 60):
            part = shown.get(address, params={"start": start, "end": start + length}).json()
            assert part["text"] == whole[start : start + length]
            assert part["end"] == part["start"] + len(part["text"])


def test_a_picture_marks_the_words(shown, report):
    text = shown.get(f"/documents/{report['id']}/text").json()["text"]
    start = text.index("412 metres")
    address = f"/documents/{report['id']}/pages/2.png"
    plain = shown.get(address, params={"width": 600})
    marked = shown.get(address, params={"width": 600, "highlight": f"{start}-{start + 10}"})
    assert marked.headers["content-type"] == "image/png"
    before, after = (Image.open(io.BytesIO(reply.content)) for reply in (plain, marked))
    assert before.size == after.size
    assert after.width == 600
    changed = [
        (x, y)
        for x in range(after.width)
        for y in range(after.height)
        if before.getpixel((x, y)) != after.getpixel((x, y))
    ]
    lefts, tops = [x for x, _ in changed], [y for _, y in changed]
    scale = 600 / 595.28
    assert min(lefts) > 72 * scale + 100  # the words stand at the end of their line
    assert 841.89 - 760 - 15 < min(tops) / scale < max(tops) / scale < 841.89 - 760 + 8
    (box,) = json.loads(marked.headers["X-Boxes"])
    sides = (min(lefts) / after.width, min(tops) / after.height, max(lefts) / after.width, max(tops) / after.height)
    assert box == pytest.approx(sides, abs=0.006)
    assert json.loads(plain.headers["X-Boxes"]) == []


def test_a_picture_that_is_known_is_not_sent_again(shown, report):
    address = f"/documents/{report['id']}/pages/1.png"
    tag = shown.get(address).headers["etag"]
    assert shown.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert shown.get(address, params={"width": 500}, headers={"If-None-Match": tag}).status_code == 200


def test_where_there_is_no_picture_a_line_says_why(shown, client, papers):
    lease = shown.get("/documents", params={"search": "lease"}).json()["documents"][0]
    reply = shown.get(f"/documents/{lease['id']}/pages/1.png")
    assert reply.status_code == 404
    assert "has no pages to draw" in reply.json()["errors"][0]


def test_a_file_that_has_changed_is_not_shown(shown, report, papers):
    file = papers / "report.pdf"
    original = file.read_bytes()
    try:
        file.write_bytes(original + b" ")
        for address in ("pages/1.png", "file"):
            reply = shown.get(f"/documents/{report['id']}/{address}")
            assert reply.status_code == 404
            assert "was changed" in reply.json()["errors"][0]
    finally:
        file.write_bytes(original)


def test_the_file_itself(shown, report, papers):
    reply = shown.get(f"/documents/{report['id']}/file")
    assert reply.content == (papers / "report.pdf").read_bytes()
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_facets_count_documents(shown):
    found = shown.get("/facets").json()
    assert {entry["value"]: entry["count"] for entry in found["type"]} == {"text": 2, "markdown": 1, "pdf": 1}
    dates = {entry["name"]: entry["date"] for entry in shown.get("/documents").json()["documents"]}
    assert dates["lease.txt"] is None
    assert found["date"] == dict.fromkeys(("min", "max"), dates["report.pdf"]), "the only one that states a date"
    narrowed = shown.get("/facets", params={"filters": '{"type": "pdf"}'}).json()
    assert narrowed["type"] == [{"value": "pdf", "count": 1}]


@pytest.mark.parametrize(
    ("choices", "filters"),
    [
        ({}, None),
        ({"type": ["pdf", "text"]}, None),
        ({"type": ["text"], "date": [None]}, {"name": {"$ne": "letter.txt"}}),
    ],
)
def test_combined_facets_count_what_asking_would_read(shown, choices, filters):
    asked = {"choices": json.dumps(choices), **({"filters": json.dumps(filters)} if filters else {})}
    found = shown.get("/facets/combined", params=asked).json()
    own = {name: {"$exists": False} if values == [None] else {"$in": values} for name, values in choices.items()}

    def number(conditions):
        every = [*({name: wanted} for name, wanted in conditions.items()), *([filters] if filters else [])]
        return shown.get("/documents", params={"filters": json.dumps({"$and": every}) if every else None}).json()[
            "total"
        ]

    assert found["documents"] == number(own)
    facets = {each["name"]: each["values"] for each in found["facets"]}
    assert {entry["value"] for entry in facets["type"]} == {"text", "markdown", "pdf"}
    for entry in facets["type"]:
        assert entry["count"] == number({**own, "type": {"$in": [entry["value"]]}})
    for entry in facets["date"]:
        year = entry["value"]
        dated = {"$gte": f"{year}-01-01", "$lt": f"{int(year) + 1}-01-01"} if year else {"$exists": False}
        assert entry["count"] == number({**own, "date": dated})


@pytest.mark.parametrize("choices", ["type", '["pdf"]', '{"type": "pdf"}', '{"type": [{"a": 1}]}', "{" * 5_000])
def test_choices_of_another_form_are_refused(shown, choices):
    reply = shown.get("/facets/combined", params={"choices": choices})
    assert reply.status_code in (400, 422)
    assert "choices" in reply.json()["errors"][0]


@pytest.mark.parametrize("address", ["", "/text", "/pages/1", "/pages/1.png", "/file"])
def test_an_unknown_document_is_404(shown, address):
    reply = shown.get(f"/documents/{'0' * 32}{address}")
    assert reply.status_code == 404
    assert "no document" in reply.json()["errors"][0]


def test_an_unknown_page_is_404(shown, report):
    reply = shown.get(f"/documents/{report['id']}/pages/3")
    assert reply.status_code == 404
    assert "only 1 to 2" in reply.json()["errors"][0]
