"""The routes with which a document is read page by page."""

import io

import openpyxl
import pytest

from .conftest import finished


@pytest.fixture
def report(shown):
    return shown.get("/documents", params={"search": "report"}).json()["documents"][0]


def test_pages_have_sizes(shown, report):
    sizes = shown.get(f"/documents/{report['id']}/sizes").json()["sizes"]
    assert sizes == [pytest.approx([595.28, 841.89], abs=0.01)] * 2


def test_each_word_of_a_page_has_its_place_in_the_text_and_on_the_picture(shown, report):
    text = shown.get(f"/documents/{report['id']}/text").json()["text"]
    second = shown.get(f"/documents/{report['id']}").json()["page_list"][1]
    words = shown.get(f"/documents/{report['id']}/pages/2/words").json()["words"]
    assert " ".join(text[start:end] for start, end, *_ in words) == text[second["start"] : second["end"]]
    assert words[0][2:4] == pytest.approx([72 / 595.28, 1 - 760 / 841.89], abs=0.02)
    for _, _, left, top, right, bottom in words:
        assert 0 < left < right < 1
        assert 0 < top < bottom < 1


def test_words_are_found_with_their_pages(shown, report):
    def found(words, **more):
        return shown.get(f"/documents/{report['id']}/find", params={"words": words, **more}).json()

    text = shown.get(f"/documents/{report['id']}/text").json()["text"]
    everywhere = found("HARBOUR")
    assert [place["page"] for place in everywhere["places"]] == [1, 2]
    assert {text[place["start"] : place["end"]] for place in everywhere["places"]} == {"harbour"}
    assert everywhere["more"] is False
    first = found("harbour", limit=1)
    assert (len(first["places"]), first["more"]) == (1, True)
    assert found("no such words") == {"places": [], "more": False}
    assert shown.get(f"/documents/{report['id']}/find", params={"words": ""}).status_code == 422


def test_cells_have_places_in_sheet_and_text(client):
    book = openpyxl.Workbook()
    for row in (["Ticket", "Hestay"], ["Adult", 9.6], ["Child", 4.6]):
        book.active.append(row)
    second = book.create_sheet("More")
    for row in (["Goods", "Unit", "Fare"], ["Sheep", "animal", 1.45]):
        second.append(row)
    data = io.BytesIO()
    book.save(data)
    finished(client, client.post("/documents", files={"files": ("prices.xlsx", data.getvalue())}))
    (prices,) = client.get("/documents", params={"search": "prices"}).json()["documents"]
    text = client.get(f"/documents/{prices['id']}/text").json()["text"]
    address = f"/documents/{prices['id']}/pages/2/cells"
    cells = client.get(address).json()
    assert cells["total"] == 2
    heading, sheep = cells["rows"]
    assert [(cell["column"], cell["text"], cell["start"]) for cell in heading["cells"]] == [
        (1, "Goods", None),
        (2, "Unit", None),
        (3, "Fare", None),
    ]
    assert text[sheep["start"] : sheep["end"]] == "Goods: Sheep; Unit: animal; Fare: 1.45."
    fare = sheep["cells"][2]
    assert text[fare["start"] :].startswith("1.45.")
    assert [row["number"] for row in client.get(address, params={"offset": 1, "limit": 1}).json()["rows"]] == [2]


@pytest.mark.parametrize("address", ["sizes", "pages/1/words", "pages/1/cells", "find?words=a"])
def test_an_unknown_document_is_404(shown, address):
    assert shown.get(f"/documents/{'0' * 32}/{address}").status_code == 404


def test_what_has_no_words_or_cells_says_so_in_one_line(shown, report):
    lease = shown.get("/documents", params={"search": "lease"}).json()["documents"][0]
    for id_, address, said in (
        (lease["id"], "sizes", "is not a PDF"),
        (lease["id"], "pages/1/words", "is not a PDF"),
        (lease["id"], "pages/1/cells", "has no cells"),
        (report["id"], "pages/1/cells", "has no cells"),
        (report["id"], "pages/3/words", "has no page 3"),
    ):
        reply = shown.get(f"/documents/{id_}/{address}")
        assert reply.status_code == 404
        assert said in reply.json()["errors"][0]
