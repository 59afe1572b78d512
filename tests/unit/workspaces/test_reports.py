"""Reports: what they say of quotes that hold and that do not, and that nothing of a document runs or breaks a format."""

import io
import json
import zipfile

import pytest
from lxml import etree, html

from hostile_sheet import WORDS
from needlepoint.errors import WorkspaceError
from needlepoint.sheets.quotes import GivenQuote, Outcome, VerifiedQuote
from needlepoint.workspaces.history import AskedQuestion
from needlepoint.workspaces.pins import Pin
from needlepoint.workspaces.report.contents import pinned_report, source_of, whole_report
from needlepoint.workspaces.report.markdown import write_markdown
from needlepoint.workspaces.report.plain_data import workspace_json
from needlepoint.workspaces.report.web_page import write_web_page
from needlepoint.workspaces.report.word import write_word
from needlepoint.workspaces.report.writing import write_report
from needlepoint.workspaces.workspace import Workspace

MADE = "2026-11-29T10:00:00+00:00"
WORKSPACE = Workspace("w", "Harbour House", note="For the board\n\n# 1. not a heading")


def holding(places):
    return [VerifiedQuote(GivenQuote(each["answer"]), Outcome.HOLDS, each["document"]["id"]) for each in places]


def pin(place, *, id_="p1", question="When does the lease end?", **more):
    given = {"asked": MADE, "reader": "bundled reader, fp32", "calibrated": True, "scope": "only Leases"}
    return Pin(id_, "w", "q1", question, place, given, **more)


def written(report, writer):
    file = io.BytesIO()
    writer(report, file)
    return file.getvalue()


def word_text(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        root = etree.fromstring(file.read("word/document.xml"))
    return "".join(root.itertext())


def test_pins_are_grouped_by_question_in_their_order(place):
    pins = [
        pin(place("one"), id_="1"),
        pin(place("two"), id_="2", question="Who?"),
        pin(place("three"), id_="3", note="!"),
    ]
    report = pinned_report(WORKSPACE, pins, {"q1": "See the letter"}, made=MADE, verify=holding)
    assert [(each.heading, [quote.words for quote in each.quotes]) for each in report.sections] == [
        ("When does the lease end?", ["one", "three"]),
        ("Who?", ["two"]),
    ]
    assert [quote.number for each in report.sections for quote in each.quotes] == [1, 2, 3]
    assert report.sections[0].note == "See the letter"
    assert report.sections[0].about == "asked 29 November 2026, 10:00 UTC · only Leases · by bundled reader, fp32"
    assert "2 questions, 3 quotes." in report.about
    assert "All 3 quotes hold on this day." in report.about


def test_a_quote_that_no_longer_holds_is_told(place):
    outcomes = [
        VerifiedQuote(GivenQuote("31 March 2031"), Outcome.HOLDS, "other"),
        VerifiedQuote(GivenQuote("31 March 2031"), Outcome.MOVED, "d1", page=9, start=1, end=14, words="31 March 2031"),
        VerifiedQuote(
            GivenQuote("31 March 2031"), Outcome.CHANGED, "d1", words="31 March 2035", end=3, reason="edited"
        ),
        VerifiedQuote(GivenQuote("31 March 2031"), Outcome.GONE, reason="no document 'lease.txt'"),
    ]
    pins = [pin(place(start=n), id_=str(n)) for n in range(4)]
    report = pinned_report(WORKSPACE, pins, {}, made=MADE, verify=lambda _: outcomes)
    assert [quote.now for quote in report.sections[0].quotes] == [
        "The document was changed since; these words still stand in it.",
        "The words now stand elsewhere: page 9.",
        "The document now says: “31 March 2035”. Edited.",
        "The words are no longer there. No document 'lease.txt'.",
    ]
    assert "1 quotes hold on this day; 1 moved, 1 changed, 1 gone." in report.about


def test_all_questions_have_confirmed_words_answers_or_the_nearest_candidate(place, reply):
    told = {"confirmed": {"by": "Ann", "verdict": "corrected", "made": "2026-11-28 09:00:00"}}
    sure = place("Ann's words", score=None, **told)
    asked = [
        (AskedQuestion("1", "w", "When?", MADE), reply("When?", place(), verified=[sure])),
        (AskedQuestion("2", "w", "Who?", MADE, note="Ask Ben"), reply("Who?", place("Ben"), place("Zoe"), found=False)),
    ]
    report = whole_report(WORKSPACE, asked, made=MADE, verify=holding)
    first, second = report.sections
    assert [quote.how for quote in first.quotes] == ["corrected by Ann, 2026-11-28", "probability 90 %"]
    assert [(quote.words, quote.how) for quote in second.quotes] == [
        ("Ben", "candidate, not an answer, probability 90 %")
    ]
    assert second.outcome == "No reliable answer found; 20 passages of 6 documents read."
    assert second.note == "Ask Ben"


def test_a_place_is_told_as_people_say_it(place):
    sheet = place(page=2, section="Prices")
    sheet["document"] |= {"type": "xlsx", "name": "prices.xlsx", "date": ""}
    assert source_of(sheet) == "prices.xlsx, sheet Prices"
    assert source_of({**place(page=3), "last_page": 4}) == "lease.txt (2021-03-30), pages 3-4"
    converted = place(page=3)
    converted["document"]["date_of"] = "file"
    assert source_of(converted) == "lease.txt (file of 2021-03-30), page 3"


@pytest.mark.parametrize("words", WORDS)
def test_words_of_documents_and_people_break_no_format(place, words):
    hostile = place(words, name=words)
    hostile["quote"] = {"before": words, "after": words, "start": 0, "end": 1}
    workspace = Workspace("w", words, note=words)
    report = pinned_report(
        workspace, [pin(hostile, question=words, note=words)], {"q1": words}, made=MADE, verify=holding
    )
    page = html.fromstring(written(report, write_web_page).decode())
    assert page.xpath("count(//script | //img | //iframe | //a[not(starts-with(@href, '#'))] | //@onerror)") == 0
    assert page.xpath("count(//figure/blockquote/mark)") == 1
    assert word_text(written(report, write_word))
    lines = written(report, write_markdown).decode().split("\n")
    assert [line[:3] for line in lines if line.startswith("#")] == ["# " + lines[0][2:3], "## "]


def test_files_are_named_by_their_ending_and_replace_whole_files_only(place, tmp_path):
    report = pinned_report(WORKSPACE, [pin(place())], {}, made=MADE, verify=holding)
    for ending in (".docx", ".md", ".html"):
        write_report(report, tmp_path / f"report{ending}")
        assert (tmp_path / f"report{ending}").stat().st_size > 200
    with pytest.raises(WorkspaceError, match=r"a report ends in \.docx, \.md, \.html"):
        write_report(report, tmp_path / "report.pdf")
    with pytest.raises(WorkspaceError, match="no folder"):
        write_report(report, tmp_path / "nowhere" / "report.md")


def test_the_whole_workspace_is_one_json_text(place, reply):
    asked = [(AskedQuestion(str(n), "w", "When?", MADE), reply()) for n in range(3)]
    whole = json.loads(b"".join(workspace_json(WORKSPACE, asked, [pin(place())])))
    assert [each["id"] for each in whole["history"]] == ["0", "1", "2"]
    assert whole["history"][0]["reply"] == reply()
    assert (whole["name"], whole["format"], whole["pinned"][0]["place"]) == ("Harbour House", 1, place())
