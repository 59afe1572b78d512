import pytest

from needlepoint.files.file_document import read_here
from needlepoint.files.reading import read_file
from needlepoint.files.stated_dates import stated_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("THIS MARINE TRANSPORTATION AGREEMENT is dated as of January 23, 2004 between", "2004-01-23"),
        ("This agreement is made and entered into as of the 5th day of December, 2008 by", "2008-12-05"),
        ("STRATEGIC ALLIANCE AGREEMENT\nEffective Date: April 17, 2017\n", "2017-04-17"),
        ("THIS AGREEMENT (“Agreement”) is made as of 31 October 2019", "2019-10-31"),
        ("Minutes of the board\n\nPort Ardlaw, 15 January 2025\n\nPresent: all", "2025-01-15"),
        ("Report\n\n3 May 2021\n\nThe year was good.", "2021-05-03"),
        ("Date: 2021-05-03", "2021-05-03"),
        ("Adopted by the Board on 20 November 2024", "2024-11-20"),
    ],
)
def test_a_document_states_its_day(text, day):
    assert stated_day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "Albert Einstein (14 March 1879 to 18 April 1955) was a physicist.",
        "The bridge was opened on 4 May 1974 by the king.",
        "Dated as of 31 February 2004",
        "Effective as of the date of the last signature below",
        "The fares of 2024",
        f"{'It is said here at length. ' * 80}Dated as of January 23, 2004",
    ],
)
def test_other_days_are_not_those_of_the_document(text):
    assert stated_day(text) == ""


def test_the_day_of_a_pdf_file_is_told_from_that_of_its_document(make_pdf):
    beginning = [(72, 700, "Transport agreement dated as of January 23, 2004 between Martin and Halsa.")]
    agreement = read_here(make_pdf([beginning], "agreement.pdf"))
    fares = read_here(make_pdf([[(72, 700, "The fares of the ferries, and who may travel at half of them.")]]))
    assert _dates(agreement.meta) == ("2004-01-23", None, "2024-02-29")
    assert _dates(fares.meta) == ("2024-02-29", "file", "2024-02-29")
    assert _dates(fares.with_added({"date": "2019-01-01"}).meta) == ("2019-01-01", None, "2024-02-29")


def test_a_message_has_the_date_of_its_header(tmp_path):
    path = tmp_path / "a.eml"
    path.write_text("From: a@b.c\nDate: Tue, 5 Nov 2024 10:00:00 +0000\nSubject: Berths\n\nDate: 1 May 2020\n")
    assert read_file(path).metadata["date"] == "2024-11-05"
    assert _dates(read_here(path).meta) == ("2024-11-05", None, None)


def _dates(meta):
    return meta["date"], meta.get("date_of"), meta.get("file_date")
