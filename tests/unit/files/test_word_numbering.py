import pytest
from lxml import etree

from needlepoint.files.office.word.numbering import Numbering, W

LEVELS = [
    ("decimal", "%1."),
    ("decimal", "%1.%2"),
    ("lowerLetter", "(%3)"),
    ("upperRoman", "%4)"),
    ("bullet", "\uf0b7"),
]


def add(parent, name, **attributes):
    return etree.SubElement(parent, f"{W}{name}", {f"{W}{key}": value for key, value in attributes.items()})


def add_level(parent, number, style, pattern):
    level = add(parent, "lvl", ilvl=str(number))
    for name, value in (("start", "1"), ("numFmt", style), ("lvlText", pattern)):
        add(level, name, val=value)
    return level


@pytest.fixture
def root():
    """Two lists, 1 and 2, of one rule."""
    root = etree.Element(f"{W}numbering", nsmap={"w": W[1:-1]})
    abstract = add(root, "abstractNum", abstractNumId="7")
    for number, (style, pattern) in enumerate(LEVELS):
        add_level(abstract, number, style, pattern)
    for num in ("1", "2"):
        add(add(root, "num", numId=num), "abstractNumId", val="7")
    return root


@pytest.fixture
def numbering(root):
    return Numbering.from_part(root)


@pytest.fixture
def restart(root):
    """Let list 2 begin a level anew at a number."""

    def at(level, start):
        override = add(root.findall(f"{W}num")[1], "lvlOverride", ilvl=str(level))
        add(override, "startOverride", val=str(start))
        return override

    return at


def labels(root, *places):
    numbering = Numbering.from_part(root)
    return [numbering.label(num, level) for num, level in places]


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


def test_a_list_that_restarts_does_so_once(root, restart):
    restart(0, 1)
    places = [("1", 0), ("1", 0), ("2", 0), ("2", 0), ("1", 0), ("2", 0)]
    assert labels(root, *places) == ["1.", "2.", "1.", "2.", "3.", "4."]


def test_a_list_may_restart_at_any_number_of_any_level(root, restart):
    restart(0, 5)
    restart(1, 3)
    places = [("1", 0), ("1", 1), ("2", 1), ("2", 1), ("2", 0), ("2", 1), ("2", 0)]
    assert labels(root, *places) == ["1.", "1.1", "1.3", "1.4", "5.", "5.3", "6."]


def test_a_list_may_have_a_level_of_its_own(root, restart):
    add_level(restart(0, 1), 0, "lowerLetter", "%1)")
    assert labels(root, ("1", 0), ("2", 0), ("2", 0), ("2", 1)) == ["1.", "a)", "b)", "b.1"]


@pytest.mark.parametrize(("value", "expected"), [({}, "2.1"), ({"val": "1"}, "2.1"), ({"val": "0"}, "II.1")])
def test_legal_numbers_are_decimal_on_all_levels(root, value, expected):
    abstract = root.find(f"{W}abstractNum")
    abstract[0].find(f"{W}numFmt").set(f"{W}val", "upperRoman")
    add(abstract[1], "isLgl", **value)
    assert labels(root, ("1", 0), ("1", 0), ("1", 1)) == ["I.", "II.", expected]
