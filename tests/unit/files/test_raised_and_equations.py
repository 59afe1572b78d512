import pytest
from lxml import etree, html

from needlepoint.files.office.symbols import shown_symbol, shown_symbols
from needlepoint.files.shown.equations import linear_mathml, linear_omml
from needlepoint.files.shown.raised import raised

M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


@pytest.mark.parametrize(
    ("before", "text", "line"),
    [
        ("a load of 10", "6", "a load of 10⁶"),
        ("10", "-3", "10⁻³"),
        ("an area of 5 m", "2", "an area of 5 m²"),
        ("(a+b)", "2", "(a+b)²"),
        ("$5.2 million", "3", "$5.2 million [3]"),
        ("in 1,210", "2", "in 1,210 [2]"),
        ("the Board", "a", "the Board [a]"),
        ("the 1", "st", "the 1st"),
        ("word", "[4]", "word[4]"),
        ("Acme", "TM", "AcmeTM"),
    ],
)
def test_an_exponent_and_the_mark_of_a_note_stay_apart(before, text, line):
    assert before + raised(before, text) == line


def test_a_link_is_the_mark_of_a_note():
    assert raised("10", "6", is_link=True) == " [6]"


def omml(inner):
    return etree.fromstring(f'<m:oMath xmlns:m="{M}">{inner}</m:oMath>')


def run(text):
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inner", "line"),
    [
        (f"{run('Y')}{run('=')}{run('4.25 %')}", "Y = 4.25 %"),
        (f"<m:f><m:num>{run('3')}</m:num><m:den>{run('8')}</m:den></m:f>", "3/8"),
        (f"<m:f><m:num>{run('a+b')}</m:num><m:den>{run('2')}</m:den></m:f>", "(a + b)/2"),
        (f"<m:sSup><m:e>{run('10')}</m:e><m:sup>{run('6')}</m:sup></m:sSup>", "10⁶"),
        (f"<m:sSup><m:e>{run('x')}</m:e><m:sup>{run('ab')}</m:sup></m:sSup>", "x^ab"),
        (f"<m:sSub><m:e>{run('CO')}</m:e><m:sub>{run('2')}</m:sub></m:sSub>", "CO2"),
        (f"<m:rad><m:deg/><m:e>{run('2')}</m:e></m:rad>", "√(2)"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{run("i")}</m:sub><m:sup>{run("n")}</m:sup>'
            f"<m:e>{run('x')}</m:e></m:nary>",
            "∑_i^n x",
        ),
        (f"<m:d><m:e>{run('a')}</m:e><m:e>{run('b')}</m:e></m:d>", "(a, b)"),
    ],
)
def test_an_equation_of_office_on_one_line(inner, line):
    assert linear_omml(omml(inner)) == line


@pytest.mark.parametrize(
    ("inner", "line"),
    [
        ("<mi>H</mi><mo>=</mo><mn>42</mn><mtext> m</mtext>", "H = 42 m"),
        ("<mfrac><mn>3</mn><mn>8</mn></mfrac>", "3/8"),
        ("<msup><mn>10</mn><mn>6</mn></msup>", "10⁶"),
        ("<msqrt><mi>x</mi></msqrt>", "√(x)"),
        ("<semantics><mn>7</mn><annotation>seven</annotation></semantics>", "7"),
    ],
)
def test_an_equation_of_a_page_on_one_line(inner, line):
    assert linear_mathml(html.fragment_fromstring(f"<math>{inner}</math>")) == line


def test_an_equation_nested_without_end_is_cut():
    assert linear_omml(omml("<m:f><m:num>" * 60 + run("x") + "</m:num></m:f>" * 60)) != ""


def test_what_symbol_fonts_show():
    assert shown_symbol("Wingdings", 0xF0FE) == shown_symbol("Wingdings", 0xFE) == "☑"
    assert shown_symbol("Symbol", 0xF06D) == "μ"
    assert shown_symbols("Wingdings", "\uf0a8 ") == "☐ "
    assert shown_symbols("Arial", "mg") == "mg"
