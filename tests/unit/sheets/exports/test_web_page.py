import hashlib
import re
from base64 import b64encode

import pytest
from lxml import html

from hostile_sheet import SOURCES, WORDS
from needlepoint.sheets.exports.characters import for_reading, on_one_line
from needlepoint.sheets.exports.web_page import LONGEST_SHOWN
from needlepoint.sheets.exports.writing import write_sheet
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.table import Sheet, SheetDocument


@pytest.fixture(scope="module")
def text(write, link):
    return write(".html", candidates=True, link=link).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text):
    return html.fromstring(text, parser=html.HTMLParser(huge_tree=True))


def words_of(element):
    return " ".join(element.text_content().split())


def test_the_table_shows_every_cell(page, sheet):
    (table,) = page.xpath("//table[contains(@class, 'sheet')]")
    assert [words_of(each) for each in table.xpath("./thead//th")] == [
        "Document", "=Words", "Signed by", "<b>Guarantee</b>", "Empty",
    ]  # fmt: skip
    rows = table.xpath("./tbody/tr")
    assert [row.xpath("./th/bdi")[0].text_content() for row in rows] == [each.name for each in sheet.documents]
    for row, words in zip(rows, WORDS, strict=False):
        shown = on_one_line(words)
        shown = shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
        says, signs, guarantee, empty = row.xpath("./td")
        assert [each.text_content() for each in says.xpath(".//bdi")] == [shown]
        assert [each.text_content() for each in signs.xpath(".//bdi")] == [shown, shown]
        assert guarantee.text_content().startswith("not found in 38 of 38 passages")
        assert empty.text_content() == "not read yet"
        assert [each.get("class") for each in (says, guarantee, empty)] == ["found step-3", "not-found", "waiting"]
    assert rows[1].xpath("./td[3]/span[@class='unread']")[0].text == "; not read: page 2: <a scan> (and 1 more)"
    assert {(each.get("class"), each.text_content()) for each in rows[-2].xpath("./td")} == {
        ("unread", "unread: it has no text"), ("waiting", "not read yet"),
    }  # fmt: skip


def test_headings_name_rows_and_columns(page):
    assert {each.get("scope") for each in page.xpath("//thead//th")} == {"col"}
    assert {each.get("scope") for each in page.xpath("//tbody//th")} == {"row"}
    assert page.get("lang") == "en"
    assert {each.get("lang") for each in page.xpath("//blockquote")} == {""}
    assert {each.get("dir") for each in page.xpath("//blockquote | //td//span[@class='answer']")} == {"auto"}


def test_sources_have_the_exact_sentence(page):
    sources = page.xpath("//ol[@class='sources']/li")
    assert [int(each.get("value")) for each in sources] == list(range(1, SOURCES * len(WORDS) + 1))
    for number, words in enumerate(WORDS):
        source = sources[SOURCES * number]
        assert source.xpath(".//mark")[0].text_content() == for_reading(words)
        assert source.xpath("./blockquote")[0].text_content() == f"Before {for_reading(words)} after."
        assert f"{number}.pdf, pages 3-4 · =Words · very likely, 93 %" in words_of(source)
        assert source.xpath("./p/a")[0].get("href") == f"http://127.0.0.1:8501/?document={number:032x}&page=3"
    assert "candidate, not an answer (60 %)" in words_of(sources[1])
    assert "candidate, not an answer (20 %)" in words_of(sources[SOURCES - 1])


def test_every_link_within_the_page_leads_somewhere(page):
    places = page.xpath("//@id")
    targets = [each[1:] for each in page.xpath("//@href") if each.startswith("#")]
    assert len(places) == len(set(places))
    assert set(targets) <= set(places)
    assert len(targets) == 2 * SOURCES * len(WORDS)


def test_nothing_from_documents_is_markup(page):
    assert not page.xpath("//img | //b[not(ancestor::li)] | //iframe | //link | //object")
    assert len(page.xpath("//script")) == 1
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert not page.xpath("//@style")


def test_the_page_asks_for_nothing_and_allows_only_its_own_style_and_script(page, text):
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; ")
    for name in ("style", "script"):
        (own,) = re.findall(f"<{name}>(.*?)</{name}>", text, re.DOTALL)
        assert f"{name}-src 'sha256-{b64encode(hashlib.sha256(own.encode()).digest()).decode()}'" in policy
    assert not page.xpath("//@src")
    assert "url(" not in text
    assert "@import" not in text


def test_it_says_how_the_sheet_was_made(page, sheet):
    made = words_of(page.xpath("//p[@class='made']")[0])
    for words in (sheet.reader, sheet.coverage, f"{2 * len(WORDS)} found, {len(WORDS)} not found, 3 unread"):
        assert words in made
    legend = [words_of(each) for each in page.xpath("//ul[@class='legend']/li")]
    assert legend[0] == f"very likely (from 75 %): {2 * len(WORDS)}"
    assert legend[3:] == [f"not found: {len(WORDS)}", "unread: 3", f"not read yet: {len(sheet.documents) + 3}"]
    rows = [[words_of(each) for each in row] for row in page.xpath("//div[@class='plain']//tbody/tr")]
    assert ["Signed by", "Who signs?", "list", str(len(WORDS)), "0", "1", "1"] in rows
    assert "1.pdf: page 2: <a scan>; page 4: no text" in [words_of(each) for each in page.xpath("//li[@class='parts']")]


@pytest.mark.parametrize(("questions", "wide"), [(6, False), (7, True)])
def test_many_questions_are_printed_as_blocks(tmp_path, questions, wide):
    sheet = Sheet(questions_from([f"Question {each}?" for each in range(questions)]), [SheetDocument("a", "a.txt")])
    (path,) = write_sheet(sheet, tmp_path / "sheet.html")
    (table,) = html.fromstring(path.read_text(encoding="utf-8")).xpath("//table[contains(@class, 'sheet')]")
    assert ("wide" in table.get("class").split()) is wide
