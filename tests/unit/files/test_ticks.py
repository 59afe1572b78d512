import pytest

from needlepoint.files.reading import read_data
from needlepoint.files.shown.ticks import ticked_line


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("Was it insured? ☐ Yes ☒ No", "Was it insured: No."),
        ("Paid by: ☑ bank transfer, ☐ cash, ☑ cheque.", "Paid by: bank transfer, cheque."),
        ("Was it insured? Yes ☐ No ☒", "Was it insured: No."),
        ("Police report filed ☒ Yes ☐ No", "Police report filed: Yes."),
    ],
)
def test_a_line_with_choices_says_what_is_ticked(line, written):
    assert ticked_line(line) == written


@pytest.mark.parametrize(
    "line",
    [
        "☒ I agree to the terms",
        "Insured? ☐ Yes ☐ No",
        "No boxes",
        "☒ One ☐ two",
        "Insured? ☐ Yes ☒",
        "Insured? ☒ Yes ☐ No If so, for how much: 500 euros",
        "Name Ada ☒ Paid ☐ Open Galway Call first",
    ],
)
def test_any_other_line_stays_as_it_is(line):
    assert ticked_line(line) is None


def test_the_choices_of_a_web_form():
    form = "<p>Before.</p><p>Insured? <input type=radio> Yes <input type=radio checked> No</p><p>After.</p>"
    source = read_data("form.html", f"<html><body><h1>Claim</h1>{form}".encode())
    assert source.text == "Claim\n\nBefore.\n\nInsured: No.\n\nAfter."
    assert [(source.text[mark.start : mark.end], mark.about) for mark in source.marks] == [("Insured: No.", "Claim")]
    assert source.unread == ("choices of a form that are not ticked: left out",)
