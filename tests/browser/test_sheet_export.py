"""A sheet's web page as people open it: as a file, without a server."""

import re

import pytest

from hostile_sheet import SOURCES, WORDS, hostile_sheet, words_quoted
from needlepoint.sheets.exports.writing import write_sheet
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.table import Cell, Sheet, SheetDocument, State
from needlepoint.sheets.verdicts import Judged, Judgement, Verdict


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("sheet") / "terms.html"
    write_sheet(hostile_sheet(), path, candidates=True, link=lambda quote: f"http://127.0.0.1:9/?page={quote.page}")
    return path


ENDS = ("1 May 2044", "10/11/2029", "at closing", None, "the 3rd day of June, 2030", "9 June 2031")


def dated_sheet():
    """Return a sheet with a column of dates, the last of which somebody corrected."""
    (question,) = questions_from([{"question": "When does it end?", "short name": "End", "kind": "date"}])
    documents = [SheetDocument(f"{number:032x}", f"{number}.pdf", passages=3) for number in range(len(ENDS))]
    cells = {
        (each.id, question.text): Cell(State.FOUND, (words_quoted(words, each),)) if words else Cell(State.NOT_FOUND)
        for each, words in zip(documents, ENDS, strict=True)
    }
    place = documents[-1].id, question.text
    said = Judged(Verdict(*place, Judgement.CORRECTED, "9 June 2028"))
    return Sheet([question], documents, cells, judged={place: said})


def test_dates_are_sorted_by_date_and_cells_without_one_come_last(chromium, tmp_path):
    write_sheet(dated_sheet(), tmp_path / "dates.html")
    page = chromium.new_context().new_page()
    page.goto((tmp_path / "dates.html").as_uri())
    for numbers in ("5 1 4 0 2 3", "0 4 1 5 2 3"):
        page.get_by_role("button", name="End").click()
        assert page.locator(".sheet tbody th bdi").all_inner_texts() == [f"{each}.pdf" for each in numbers.split()]


@pytest.fixture
def open_file(chromium, file):
    """Return what opens the file; in the end the page has asked for nothing else and has no error."""
    asked, complaints = [], []

    def opened(**options):
        page = chromium.new_context(**options).new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(file.as_uri())
        return page

    yield opened
    assert asked == [file.as_uri()]
    assert not complaints


def visible_rows(page):
    return page.locator(".sheet tbody tr:visible")


def test_rows_are_found_and_sorted(open_file):
    page = open_file(viewport={"width": 1440, "height": 900})
    assert visible_rows(page).count() == len(WORDS) + 2
    page.get_by_label("Show").select_option("with a cell unread")
    assert visible_rows(page).locator("th").all_inner_texts() == ["=scan.pdf"]
    page.get_by_label("Show").select_option("all documents")
    page.get_by_label("Find").fill("31/03/2031")
    assert visible_rows(page).count() == 1
    assert page.locator("output").inner_text() == f"1 of {len(WORDS) + 2} documents"
    page.get_by_label("Find").fill("")
    page.get_by_role("button", name="=Words").click()
    page.get_by_role("button", name="=Words").click()
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("=Words")
    names = visible_rows(page).locator("th > bdi").all_inner_texts()
    assert set(names[-2:]) == {"=scan.pdf", "late.pdf"}  # without an answer in this column


def test_words_of_documents_do_no_harm(open_file):
    page = open_file()
    assert page.evaluate("window.hurt") is None
    assert page.locator("td", has_text="<script>window.hurt=1</script>").count() == 2


def test_a_number_leads_to_its_source_and_back(open_file):
    page = open_file(viewport={"width": 1440, "height": 900})
    page.locator("td a.ref", has_text=re.compile("^1$")).click()
    assert page.locator("li:target mark").inner_text() == WORDS[0]
    page.locator("li:target .back").click()
    assert page.locator("td:target").inner_text().startswith(WORDS[0])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_runs_out_of_the_page(open_file, width, scheme):
    page = open_file(viewport={"width": width, "height": 844}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(21, 24, 27)")
    if width == 390:
        cell = visible_rows(page).first.locator("td").first.bounding_box()
        assert cell["width"] > 300


def test_it_is_read_without_a_script(open_file):
    page = open_file(java_script_enabled=False)
    assert visible_rows(page).count() == len(WORDS) + 2
    assert not page.get_by_label("Find").is_visible()
    assert page.locator(".sources li").count() == SOURCES * len(WORDS)
