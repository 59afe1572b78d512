"""RTF written by hand: what a reader of the file sees is the text."""

import pytest

from needlepoint.files.reading import read_data
from needlepoint.text.marks import MarkKind

FONTS = (
    r"{\fonttbl{\f0\froman\fcharset0 Times New Roman{\*\falt Times};}{\f1\fcharset204 Times;}{\f2\fcharset128 \'82\'6c;}"
    r"{\f3\fcharset2 Wingdings;}{\f4\fcharset238 Arial CE;}}"
)


def read(body, head=r"\ansi\ansicpg1252\deff0", name="made.rtf"):
    return read_data(name, rf"{{\rtf1{head}{FONTS}{{\colortbl;\red0\green0\blue255;}}{body}}}".encode("latin-1"))


def text_of(body, **options):
    return read(body, **options).text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"Gr\'fc\'dfe \u8364?940 \emdash  \ldblquote a\rdblquote\~b\_c co\-op", "Grüße €940 — “a” b-c coop"),
        (r"\f1 \'cf\'f0\'e8\'e2\'e5\'f2\f0  \'e9", "Привет é"),
        (r"\f2 \'93\'fa\'96\'7b\'83A", "日本ア"),  # the second byte of a character may be a letter
        (r"\f4 P\'f8\'edli\'9a", "Příliš"),
        (r"\u-10179?\u-8704?!", "😀!"),
        (r"\uc2\u1055\'cf\'f0x\uc0\u1096.", "Пxш."),
        (r"\uc1 \u8364\'80{\uc0\u8364}\u8364?x", "€€€x"),
        (r"1\{2\}\\3", r"1{2}\3"),
        ("one\\\ntwo\\\r\nthree", "one\n\ntwo\n\nthree"),
        (r"before {\*\unknown secret}{\pict\bin5 \{}}}x ff}after", "before after"),
        (r"10{\super 6} m{\super 2} and CO{\sub 2}", "10⁶ m² and CO2"),
        (r"{\f3 \u61608?} a \'fe{\f3\'fe} b", "☐ a þ☑ b"),
        (r"{\upr{Tokyo}{\*\ud{\u26481?\u20140?}}}", "東京"),
    ],
)
def test_characters(body, text):
    assert text_of(body) == text


def test_the_code_page_of_the_file_counts_where_the_font_has_none():
    data = rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\f0 \'cf\'f0\'e8\'e2\'e5\'f2}"
    assert read_data("x.rtf", data).text == "Привет"
    assert read_data("x.doc", rb"{\rtf1\mac caf\'8e}").text == "café"
    assert read_data("x.rtf", rb"{\rtf1\ansi\ansicpg99999 \'e9}").text == "é"


def test_what_is_hidden_deleted_or_struck_out_is_no_text():
    source = read(r"940{\v  secret} euros{\deleted  cheap}{\strike  950}\v hidden\v0 .\strike\plain  Shown.")
    assert source.text == "940 euros. Shown."
    assert source.unread == ("hidden text: left out (2 times)", "struck-out text: left out")


def test_headings_pages_and_properties():
    source = read(
        r"{\stylesheet{\s0 Normal;}{\s1\b heading 1;}{\s2\outlinelevel1 Titel;}}"
        r"{\info{\title Rents}{\author Ane Rask}{\creatim\yr2023\mo1\dy2}{\revtim\yr2024\mo6\dy21\hr9}{\keywords a}}"
        r"{\header Harbour office\par}{\footer {\field{\*\fldinst PAGE}{\fldrslt 1}}\par}"
        r"{\footer Page \chpgn\par}{\footer Secret\par}"
        r"\pard\s1 Rent\par\pard Due monthly.\page\pard\s2 Notice\par\pard Three months.\sect\sectd\sbknone\pard Same page."
        r"\sect\sectd\pard Next page.\par"
    )
    assert source.text == (
        "Harbour office\n\nRent\n\nDue monthly.\fNotice\n\nThree months.\n\nSame page.\fNext page.\n\nSecret"
    )
    assert [page.title for page in source.pages] == ["Rent", "Notice", "Notice"]
    assert (source.title, source.type) == ("Rents", "rtf")
    assert source.metadata == {"author": "Ane Rask", "date": "2024-06-21", "keywords": "a"}


def test_lists_keep_their_shown_numbers():
    body = (
        r"Terms:\par{\listtext\pard\plain 1.\tab}\pard\ls1 Pay\par{\listtext\pard\plain 2.\tab}\pard\ls1 Insure\par"
        r"{\pntext\f3\'b7\tab}A point\par\pard End."
    )
    assert text_of(body) == "Terms:\n1. Pay\n2. Insure\n- A point\n\nEnd."


def test_lists_in_cells_keep_their_numbers():
    items = r"{\listtext 1.\tab}Pay\par{\listtext 2.\tab}Insure"
    assert text_of(row("Terms", items, "x")) == "Terms; 1. Pay 2. Insure; x."


def test_notes_fields_and_comments():
    source = read(
        r"The rent{\super\chftn{\footnote\pard\plain{\super\chftn} Without tax.}} is due"
        r"{\super\chftn{\footnote\ftnalt See annex.}}."
        r"{\super *}{\footnote * Own mark.}\par"
        r"{\*\atrfstart 7}940 euros{\*\atrfend 7}{\*\atnid AR}{\*\atnauthor Ane Rask}\chatn"
        r"{\*\annotation{\*\atnref 7}\pard Too much?}"
        r" at {\field{\*\fldinst HYPERLINK x.example}{\fldrslt the office}}.\page Next.",
        head=r"\ansi\aftnnrlc",
    )
    assert source.text == (
        "The rent [1] is due [i]. [*]\n\n940 euros at the office.\n\nComment by Ane Rask on “940 euros”: Too much?\n\n"
        "[1] Without tax.\n\n* Own mark.\fNext.\n\n[i] See annex."
    )
    (mark,) = source.marks
    assert mark.kind == MarkKind.NOTE


def row(*cells, shape=r"\cellx1000\cellx2000\cellx3000", head=""):
    return rf"\trowd{head}{shape}" + "".join(rf"\pard\intbl {cell}\cell" for cell in cells) + r"\row"


def test_tables_have_headings_spans_and_labels():
    source = read(
        r"\pard\outlinelevel0 Rents\par"
        + row("Berth", "Rent, 2023", "Rent, 2024", head=r"\trhdr")
        + row("C-117", "940", r"955\par")
        + row("both years: 12", "", shape=r"\cellx1000\clmgf\cellx2000\clmrg\cellx3000")
        + r"\pard After.\par"
    )
    assert source.text == ("Rents\n\nBerth: C-117; Rent, 2023: 940; Rent, 2024: 955.\nBerth: both years: 12.\n\nAfter.")
    assert [(mark.kind, mark.about) for mark in source.marks] == [(MarkKind.ROW, "Rents")] * 2


def test_cells_span_columns_by_their_edges_and_rows_by_their_merging():
    wide, plain = r"\cellx1000\cellx3010", r"\cellx1000\cellx2000\cellx3000"
    first, second = r"\clvmgf\cellx1000\cellx2000\cellx3000", r"\clvmrg\cellx1000\cellx2000\cellx3000"
    body = (
        row("Port", "Freight", shape=wide)
        + row("", "in", "out", shape=plain)
        + row("Skagen", "44", "87", shape=first)
        + row("", "39", "95", shape=second)
    )
    assert text_of(body) == (
        "Port: Skagen; Freight, in: 44; Freight, out: 87.\nPort: Skagen; Freight, in: 39; Freight, out: 95."
    )


def test_nested_tables_boxes_and_pictures():
    nested = r"\pard\intbl\itap2 in\nestcell er\nestcell{\*\nesttableprops\trowd\cellx500\nestrow}{\nonesttables\par}"
    box = r"{\shp{\*\shpinst\shpleft0{\sp{\sn wzName}{\sv Box}}{\shptxt\pard In a box.\par}}{\shprslt{\*\do Again.}}}"
    source = read(
        row("A", nested + r"\pard\intbl  B", "C")
        + rf"\pard Text{box} goes on.\par{{\*\shppict{{\pict\picwgoal9000\pichgoal9000 89504e47}}}}"
        r"{\nonshppict{\pict\picwgoal9000\pichgoal9000 00}}{\pict\picwgoal90\pichgoal90 00}"
    )
    assert source.text == "A; in er B; C.\n\nText goes on.\n\nIn a box."
    assert source.unread == ("a picture: what is in it was not read",)


def test_boxes_of_a_form_are_read_as_what_is_ticked():
    box = r"{{\field{{\*\fldinst FORMCHECKBOX {{\*\formfield{{\fftype1\ffres{}\ffdefres{}}}}}}}{{\fldrslt }}}}".format
    entries = (
        r"{\field{\*\fldinst FORMDROPDOWN {\*\formfield{\fftype2\ffres1{\*\ffl Danish}{\*\ffl Faroese}}}}{\fldrslt }}"
    )
    body = rf"Insured? {box(25, 0)} Yes {box(1, 0)} No\par Reported? {box(25, 1)} Yes {box(0, 1)} No\par Language: {entries}"
    assert text_of(body) == "Insured: No.\n\nReported: Yes.\n\nLanguage: Faroese"


def test_a_file_that_was_cut_short_says_so():
    source = read_data("x.rtf", rb"{\rtf1\ansi The rent is 940 euros.\par And the {\b rest")
    assert source.text == "The rent is 940 euros.\n\nAnd the rest"
    assert source.unread == ("the file was cut short: its end is missing",)


def test_what_stands_behind_the_end_is_no_text():
    assert read_data("x.rtf", rb"{\rtf1 Text.}}} more {\b x}").text == "Text."


@pytest.mark.parametrize(
    "unit",
    [
        rb"{\b x}",
        rb"\par x",
        rb"\u8364?",
        rb"{\footnote x}",
        rb"\cell",
        rb"x\cell\row",
        rb"\intbl{\listtext 1.}x\par",
        rb"\cellx1 ",
        rb"{\*\atrfstart 1}",
    ],
)
def test_reading_is_linear(unit, computing_at_most):
    with computing_at_most(20):
        read_data("x.rtf", rb"{\rtf1 Text." + unit * 100_000)
