import pytest
from lxml import etree

from needlepoint.files.word_numbering import Numbering, W

LEVELS = [
    ("decimal", "%1."),
    ("decimal", "%1.%2"),
    ("lowerLetter", "(%3)"),
    ("upperRoman", "%4)"),
    ("bullet", "\uf0b7"),
]


@pytest.fixture
def numbering():
    root = etree.Element(f"{W}numbering", nsmap={"w": W[1:-1]})
    abstract = etree.SubElement(root, f"{W}abstractNum", {f"{W}abstractNumId": "7"})
    for number, (style, pattern) in enumerate(LEVELS):
        level = etree.SubElement(abstract, f"{W}lvl", {f"{W}ilvl": str(number)})
        for name, value in (("start", "1"), ("numFmt", style), ("lvlText", pattern)):
            etree.SubElement(level, f"{W}{name}", {f"{W}val": value})
    for num in ("1", "2"):
        element = etree.SubElement(root, f"{W}num", {f"{W}numId": num})
        etree.SubElement(element, f"{W}abstractNumId", {f"{W}val": "7"})
    return Numbering.from_part(root)


def test_levels_count_and_start_anew_below_a_new_number(numbering):
    levels = [0, 1, 1, 2, 2, 0, 1, 2, 3, 4]
    labels = [numbering.label("1", level) for level in levels]
    assert labels == ["1.", "1.1", "1.2", "(a)", "(b)", "2.", "2.1", "(a)", "I)", "-"]


def test_two_lists_of_one_rule_share_the_count(numbering):
    assert [numbering.label("1", 0), numbering.label("2", 0)] == ["1.", "2."]


def test_letters_and_roman_numbers_go_on(numbering):
    letters = [numbering.label("1", 2) for _ in range(28)]
    assert (letters[25], letters[26], letters[27]) == ("(z)", "(aa)", "(bb)")
    romans = [numbering.label("1", 3) for _ in range(49)]
    assert (romans[3], romans[8], romans[48]) == ("IV)", "IX)", "XLIX)")


def test_unknown_lists_and_levels_have_no_label(numbering):
    assert numbering.label("99", 0) == numbering.label("1", 8) == Numbering.from_part(None).label("1", 0) == ""
