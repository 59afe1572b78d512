import pytest
from PIL import ImageFont

from holding_files import zipped
from needlepoint.errors import UnreadableFileError
from needlepoint.files.formats import format_of
from needlepoint.files.limits import Limits
from needlepoint.files.reading import read_data
from needlepoint.text.marks import MarkKind
from xps import FONT, FONT_PATH, MICROSOFT, OPEN, glyphs, xps, xps_members

SENTENCES = [
    "The harbour of Vane has nine berths, and each of them is let for one year from the first of May.",
    "The tenant pays the rent within thirty days after the harbour master has sent his bill to him.",
]


def width(text, size=16):
    """Return how wide a text is, in pixels of the page."""
    return ImageFont.truetype(str(FONT), 1000).getlength(text) * size / 1000


def lines(texts, x, y, size=12):
    return "".join(glyphs(text, x, y + 20 * row, size) for row, text in enumerate(texts))


def text_of(*pages, **how):
    return read_data("print.xps", xps(list(pages), **how)).text


@pytest.mark.parametrize("namespace", [MICROSOFT, OPEN])
@pytest.mark.parametrize("name", ["print.xps", "print.oxps", "print.docx", "print"])
def test_pages_stand_in_order_with_what_the_file_states(name, namespace):
    data = xps([lines(SENTENCES, 96, 96), lines(["Berth C-117"], 96, 96)], namespace=namespace)
    assert format_of(name, data).name == "xps"
    source = read_data(name, data)
    assert source.text == f"{' '.join(SENTENCES)}\fBerth C-117"
    assert [source.text[page.start : page.end] for page in source.pages] == [" ".join(SENTENCES), "Berth C-117"]
    assert (source.type, source.title) == ("xps", "Berths")
    assert source.metadata == {"author": "Ane Rask", "date": "2024-06-21"}
    assert source.unread == ()


def test_documents_of_a_sequence_follow_each_other_and_pages_theirs():
    members = xps_members([glyphs(f"Berth {number}", 96, 96) for number in ("one", "two", "three")])
    first, second = "Documents/1/Fixed Doc.fdoc", "Documents/2/FixedDoc.fdoc"
    members["FixedDocSeq.fdseq"] = (
        f'<FixedDocumentSequence xmlns="{MICROSOFT}"><DocumentReference Source="/{second}"/>'
        f'<DocumentReference Source="/{first}"/></FixedDocumentSequence>'
    ).encode()
    members[first] = f'<a xmlns="{MICROSOFT}"><PageContent Source="/documents/1/PAGES/1.fpage"/></a>'.encode()
    members[second] = (
        f'<a xmlns="{MICROSOFT}"><PageContent Source="../1/Pages/3.fpage"/><PageContent Source="../1/Pages/2.fpage"/></a>'
    ).encode()
    assert read_data("a.xps", zipped(members)).text == "Berth three\fBerth two\fBerth one"


def test_braces_that_only_say_that_what_follows_is_no_markup_are_no_text():
    assert text_of(glyphs("{}{StaticResource} & <b>", 96, 96)) == "{StaticResource} & <b>"


def test_runs_of_one_line_are_one_line_and_parts_of_one_word_one_word():
    shown = ["The berth C-", "117 is", "let to ", "Ane", " Rask."]
    x, runs = 96.0, ""
    for text in shown:
        runs += glyphs(text, x, 96)
        x += width(text) + (width(" ") if text == "117 is" else 0)
    assert text_of(runs) == "The berth C-117 is let to Ane Rask."


def test_widths_that_indices_state_are_kept():
    wide, narrow = ";".join(["3,100"] * 5), ";".join(["3,40"] * 5)
    after = 96 + 5 * 16
    assert text_of(glyphs("berth", 96, 96, Indices=wide) + glyphs("s", after, 96)) == "berths"
    assert text_of(glyphs("berth", 96, 96, Indices=narrow) + glyphs("s", after, 96)) == "berth s"
    # a cluster of two letters drawn as one glyph, and a letter of two UTF-16 units
    clusters = "(2:1)9,100;;(2:1)7,100;,100"
    assert text_of(glyphs("fi\U0001d49cn", 96, 96, Indices=clusters)) == "fi\U0001d49cn"


def test_places_go_through_the_transforms_of_canvas_and_glyphs():
    first, second, third = (glyphs(text, 10, 10, RenderTransform="2,0,0,2,0,0") for text in ("one", "two", "three"))
    page = (
        f'<Canvas RenderTransform="1,0,0,1,50,400">{first}</Canvas>'
        '<FixedPage.Resources><ResourceDictionary><MatrixTransform x:Key="up" Matrix="1 0 0 1 50 300"/></ResourceDictionary>'
        f'</FixedPage.Resources><Canvas RenderTransform="{{StaticResource up}}">{second}</Canvas>'
        f'<Canvas><Canvas.RenderTransform><MatrixTransform Matrix="1,0,0,1,50,200"/></Canvas.RenderTransform>{third}</Canvas>'
    )
    assert text_of(page).split() == ["three", "two", "one"]


def test_columns_are_read_one_after_the_other():
    left = [
        "The harbour office is open from",
        "seven to four on every day of",
        "the week but for the holidays",
        "of the town and of the county,",
    ]
    right = [
        "and the pilots wait at the buoy",
        "in all winds below twenty metres",
        "a second, as the light tells the",
        "masters of the vessels outside.",
    ]
    page = "".join(
        glyphs(a, 60, 96 + 20 * row, 14) + glyphs(b, 460, 96 + 20 * row, 14)
        for row, (a, b) in enumerate(zip(left, right, strict=True))
    )
    assert text_of(page) == f"{' '.join(left)} {' '.join(right)}"


def test_ruled_tables_are_rows():
    cells = [["Berth", "Rent"], ["C-117", "940"], ["C-118", "985"]]
    texts = "".join(
        glyphs(text, 100 + 150 * at, 116 + 30 * row) for row, each in enumerate(cells) for at, text in enumerate(each)
    )
    rules = [f"M 96,{96 + 30 * row} L 396,{96 + 30 * row}" for row in range(4)]
    rules += [f"M {96 + 150 * at},96 v 90" for at in range(3)]
    drawn = "".join(f'<Path Data="{rule}" Stroke="#FF000000" StrokeThickness="1"/>' for rule in rules)
    source = read_data("table.xps", xps([texts + drawn]))
    assert source.text == "Berth: C-117; Rent: 940.\nBerth: C-118; Rent: 985."
    assert {mark.kind for mark in source.marks} == {MarkKind.ROW}


@pytest.mark.parametrize(
    "hidden",
    [
        glyphs("secret", 96, 200, Fill="#FFFFFFFF"),
        glyphs("secret", 96, 200, Opacity="0"),
        glyphs("secret", 96, 200, Fill="#00000000"),
        f'<Canvas Opacity="0.0">{glyphs("secret", 96, 200)}</Canvas>',
        glyphs("secret", 2000, 200),
        glyphs("secret", 96, 200).replace(
            ' Fill="#FF000000"/>', "><Glyphs.Fill><SolidColorBrush Color='#FFFFFF'/></Glyphs.Fill></Glyphs>"
        ),
    ],
)
def test_what_nobody_sees_is_left_out(hidden):
    assert text_of(glyphs("The pier is long.", 96, 96) + hidden) == "The pier is long."


def test_what_is_struck_out_is_said_to_be():
    rule = f'<Path Data="M 96,91 h {width("cancelled")}" Stroke="#FF000000"/>'
    text = text_of(glyphs("cancelled", 96, 96) + glyphs("The pier is long.", 96, 140) + rule)
    assert text == "The pier is long.\n\nStruck out: cancelled"


def test_one_branch_of_alternatives_is_read():
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    page = (
        f'<mc:AlternateContent xmlns:mc="{mc}"><mc:Choice Requires="z">{glyphs("new", 96, 96)}</mc:Choice>'
        f"<mc:Fallback>{glyphs('old', 96, 96)}</mc:Fallback></mc:AlternateContent>"
    )
    assert text_of(page) == "new"


def test_letters_written_from_right_to_left_keep_the_order_in_which_they_are_read():
    assert text_of(glyphs("שלום עולם", 400, 96, BidiLevel="1")) == "שלום עולם"


def test_without_its_font_a_text_is_read_all_the_same():
    assert text_of(lines(SENTENCES, 96, 96), fonts=False) == " ".join(SENTENCES)
    members = xps_members([lines(SENTENCES, 96, 96)]) | {FONT_PATH: bytes(500)}
    assert read_data("a.xps", zipped(members)).text == " ".join(SENTENCES)


def test_pages_without_text_are_named():
    picture = '<Path Data="M 0,0 L 816,0 816,1056 0,1056 z"><Path.Fill><ImageBrush ImageSource="/scan.jpg"/></Path.Fill></Path>'
    nameless = glyphs("", 96, 96, Indices=";".join(str(number) for number in range(40)))
    source = read_data("a.xps", xps([glyphs("The pier is long.", 96, 96), picture, nameless, ""]))
    assert source.text == "The pier is long.\f\f\f"
    assert source.unread == (
        "page 2: a picture without text: it is drawn of shapes, or of pictures of a kind that cannot be opened: "
        "print it to PDF and add that",
        "page 3: its font does not tell which letters it draws: print it to PDF and add that",
    )
    with pytest.raises(UnreadableFileError, match=r"no text layer .*: print it to PDF and add that"):
        read_data("a.xps", xps([picture]))
    with pytest.raises(UnreadableFileError, match="its fonts do not tell which letters they draw"):
        read_data("a.xps", xps([nameless]))
    with pytest.raises(UnreadableFileError, match="no text in it: its pages are empty"):
        read_data("a.xps", xps([""]))


def test_parts_in_pieces_are_put_together():
    members = {}
    for name, data in xps_members([lines(SENTENCES, 96, 96), glyphs("Berth C-117", 96, 96)]).items():
        third = len(data) // 3
        for number, piece in enumerate((data[:third], data[third : 2 * third], data[2 * third :])):
            members[f"{name}/[{number}]{'.last' if number == 2 else ''}.piece"] = piece
    data = zipped(dict(reversed(members.items())))
    assert format_of("a", data).name == "xps"
    source = read_data("a.xps", data)
    assert source.text == f"{' '.join(SENTENCES)}\fBerth C-117"
    assert source.title == "Berths"


PAGE = "Documents/1/Pages/1.fpage"
DTD = b'<!DOCTYPE FixedPage [<!ENTITY a "b">]>'


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"FixedDocSeq.fdseq": b"<"}, "damaged or was cut short"),
        ({"FixedDocSeq.fdseq": None}, "damaged or was cut short"),
        ({"_rels/.rels": None}, "damaged or was cut short"),
        ({PAGE: b"<FixedPage"}, "damaged or was cut short"),
        ({PAGE: None}, "damaged or was cut short"),
        ({PAGE: DTD + b"<FixedPage>&a;</FixedPage>"}, "XML entities"),
        (
            {PAGE: None, f"{PAGE}/[0].piece": b"<!DOC", f"{PAGE}/[1].last.piece": b"TYPE a><a/>"},
            "declares a document type",
        ),
        ({PAGE: b"<" + b"a" * 200_000}, "one part of it is larger than"),
        ({"a.fpage": bytes(20_000_000)}, "like a ZIP bomb"),
        (
            {"Documents/1/Fixed Doc.fdoc": b"<a>" + 4 * b'<PageContent Source="a"/>' + b"</a>"},
            "more than 3 pages",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(changed, reason):
    members = {name: data for name, data in (xps_members([""]) | changed).items() if data is not None}
    with pytest.raises(UnreadableFileError, match=reason) as raised:
        read_data("a.xps", zipped(members), Limits(max_pages=3, max_markup_bytes=100_000))
    assert "\n" not in str(raised.value)


def test_a_damaged_page_is_named_and_the_others_are_read():
    members = xps_members(["", glyphs("Berth C-117", 96, 96)]) | {PAGE: b"<FixedPage>"}
    source = read_data("a.xps", zipped(members))
    assert (source.text, source.unread) == ("\fBerth C-117", ("page 1: damaged",))


def test_numbers_that_are_none_move_nothing_out_of_bounds():
    odd = [
        glyphs("one", "NaN", "inf"),
        glyphs("two", 96, 96, RenderTransform="1,2,x"),
        glyphs("three", 96, 140, size="1e300"),
        glyphs("four", 96, 180, Indices="(0:0);(9:9)9,1e9;,,,;x"),
        '<Path Data="M 1e999 h -1e999 z Q" Fill="#FFF"/>',
    ]
    assert set(text_of("".join(odd)).split()) <= {"one", "two", "three", "four"}
