"""OpenDocument files written by hand: what a reader of the file sees is the text."""

import io
import zipfile

import pytest

from needlepoint.files.limits import Limits
from needlepoint.files.reading import read_data
from needlepoint.text.marks import MarkKind

NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
        ("presentation", "presentation"),
        ("meta", "meta"),
        ("chart", "chart"),
    )
)
NAMES += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
TYPE = "application/vnd.oasis.opendocument."
STYLES = """
<style:style style:name="Hidden" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Struck" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="Deeper" style:family="text" style:parent-style-name="Struck"/>
<style:style style:name="Up" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="Signs" style:family="text"><style:text-properties style:font-name="Wingdings"/></style:style>
<style:style style:name="Break" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>
<style:style style:name="Gone" style:family="table"><style:table-properties table:display="false"/></style:style>
<style:style style:name="Off" style:family="drawing-page">
<style:drawing-page-properties presentation:visibility="hidden"/></style:style>
<text:list-style style:name="Nested"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/></text:list-style>
<text:list-style style:name="Dots"><text:list-level-style-bullet text:level="1" text:bullet-char="x"/></text:list-style>
"""
OUTLINE = (
    '<text:outline-style style:name="Outline"><text:outline-level-style text:level="1" style:num-format="1"/>'
    '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
)


def flat(body, kind="text", tag=None, styles="", masters="", meta=""):
    tag = tag or kind
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {NAMES} office:mimetype="{TYPE}{kind}">'
        f"<office:meta>{meta}</office:meta><office:styles>{styles}</office:styles>"
        f"<office:automatic-styles>{STYLES}</office:automatic-styles><office:master-styles>{masters}</office:master-styles>"
        f"<office:body><office:{tag}>{body}</office:{tag}></office:body></office:document>"
    ).encode()


def package(data, kind="text", **others):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", TYPE + kind)
        archive.writestr("content.xml", data)
        for name, part in others.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return buffer.getvalue()


def text_of(body, **options):
    return read_data("made.fodt", flat(body, **options)).text


def test_headings_are_numbered_and_name_the_pages():
    source = read_data(
        "made.odt",
        flat(
            '<text:h text:outline-level="1">Rent</text:h><text:p>Berth C-117.</text:p>'
            '<text:h text:outline-level="2">Amount</text:h><text:p>940<text:s text:c="3"/>euros\n a<text:tab/>month.</text:p>'
            '<text:h text:outline-level="1" text:is-list-header="true">Notice</text:h>'
            '<text:p text:style-name="Break">Three months.</text:p><text:p>In<text:soft-page-break/> writing.</text:p>',
            styles=OUTLINE,
        ),
    )
    assert source.text == (
        "1 Rent\n\nBerth C-117.\n\n1.1 Amount\n\n940 euros a month.\n\nNotice\fThree months.\n\nIn\fwriting."
    )
    assert [page.title for page in source.pages] == ["1 Rent", "Notice", "Notice"]
    assert (source.type, source.title) == ("odt", "1 Rent")


def test_lists_have_their_numbers_nested_and_continued():
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>".format
    inner = f"<text:list>{item('boat', '')}{item('crew', '')}</text:list>"
    first = f'<text:list xml:id="one" text:style-name="Nested">{item("Pay", "")}{item("Insure", inner)}</text:list>'
    second = f'<text:list text:continue-list="one" text:style-name="Nested">{item("Leave", "")}</text:list>'
    anew = f'<text:list text:style-name="Nested">{item("Alone", "")}</text:list>'
    dots = f'<text:list text:style-name="Dots">{item("A point", "")}</text:list>'
    shown = text_of(f"{first}<text:p>Then:</text:p>{second}<text:p>Else:</text:p>{anew}{dots}")
    assert shown == "1. Pay\n2. Insure\n(a) boat\n(b) crew\n\nThen:\n3. Leave\n\nElse:\n1. Alone\n- A point"


def test_what_is_deleted_hidden_or_a_placeholder_is_no_text():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>950 euros</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:p>940<text:change text:change-id="a"/> euros<text:span text:style-name="Hidden"> secret</text:span>'
        '<text:span text:style-name="Deeper"> old</text:span><text:placeholder>type here</text:placeholder>.</text:p>'
        '<text:section text:display="none"><text:p>never</text:p></text:section>'
        '<text:section><text:p><text:hidden-paragraph text:is-hidden="true"/>nor this</text:p><text:p>'
        "Shown.</text:p></text:section>"
    )
    source = read_data("made.fodt", flat(body))
    assert source.text == "940 euros.\n\nShown."
    assert source.unread == (
        "hidden text: left out (2 times)",
        "struck-out text: left out",
        "a hidden section: left out",
    )


def test_notes_comments_and_raised_marks():
    note = (
        '<text:note text:note-class="{}"><text:note-citation>{}</text:note-citation><text:note-body><text:p>{}</text:p>'
        "</text:note-body></text:note>"
    ).format
    body = (
        f"<text:p>The rent{note('footnote', '1', 'Without tax.')} of 40 m<text:span text:style-name='Up'>2</text:span> is due"
        f"{note('endnote', 'i', 'See annex.')}.</text:p><text:p><office:annotation office:name='c'>"
        f"<dc:creator>Ane Rask</dc:creator>"
        "<text:p>Too much?</text:p></office:annotation>940 euros<office:annotation-end office:name='c'/> a month.</text:p>"
        "<text:p text:style-name='Break'>Next.</text:p>"
    )
    source = read_data("made.fodt", flat(body))
    assert source.text == (
        "The rent [1] of 40 m² is due [i].\n\n940 euros a month.\n\nComment by Ane Rask on “940 euros”: Too much?\n\n"
        "[1] Without tax.\fNext.\n\n[i] See annex."
    )
    (note,) = source.marks
    assert (note.kind, source.text[note.start : note.end]) == (
        MarkKind.NOTE,
        "Comment by Ane Rask on “940 euros”: Too much?",
    )


def table(*rows, head=0, attributes=""):
    def row(cells):
        return f"<table:table-row>{''.join(cell if cell.startswith('<') else cell_of(cell) for cell in cells)}</table:table-row>"

    made = [row(cells) for cells in rows]
    header = f"<table:table-header-rows>{''.join(made[:head])}</table:table-header-rows>" if head else ""
    return f"<table:table {attributes}>{header}{''.join(made[head:])}</table:table>"


def cell_of(text, attributes=""):
    return f"<table:table-cell {attributes}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"


def test_tables_in_a_text_have_headings_merged_cells_and_notes():
    body = "<text:h>Rents</text:h>" + table(
        ("Berth", "Year", "Rent"),
        (cell_of("C-117", 'table:number-rows-spanned="2"'), "2023", "940"),
        ("<table:covered-table-cell/>", "2024", "955<office:annotation><text:p>new</text:p></office:annotation>"),
        head=1,
    )
    source = read_data("made.fodt", flat(body))
    assert source.text == (
        "Rents\n\nBerth: C-117; Year: 2023; Rent: 940.\nBerth: C-117; Year: 2024; Rent: 955.\n\nComment: new"
    )
    assert [(mark.kind, mark.about) for mark in source.marks] == [
        (MarkKind.ROW, "Rents"),
        (MarkKind.ROW, "Rents"),
        (MarkKind.NOTE, ""),
    ]


def test_a_table_that_arranges_the_page_is_running_text():
    assert text_of(table(("One column.",), ("Only.",))) == "One column.\n\nOnly."
    numbered = '<text:h text:outline-level="1">Left</text:h>'
    wide = table((f"<table:table-cell>{numbered}</table:table-cell>", "word " * 100))
    assert text_of(wide, styles=OUTLINE).startswith("1 Left\n\nword word")


def test_headers_footers_boxes_pictures_and_formulas():
    masters = (
        '<style:master-page style:name="Standard"><style:header><text:p>Harbour office</text:p></style:header><style:footer>'
        "<text:p>Page <text:page-number>1</text:page-number></text:p><text:p>Confidential</text:p>"
        "</style:footer></style:master-page>"
    )
    body = (
        '<text:p>Area <draw:frame><draw:object><math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>'
        "r</mi><mn>2</mn></msup></math>"
        "</draw:object></draw:frame> is<draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box>"
        "</draw:frame> known.</text:p>"
        '<text:p><draw:frame svg:width="8cm"><draw:image/><svg:desc>The quay at dusk</svg:desc></draw:frame>'
        '<draw:frame svg:width="8cm"><draw:image/></draw:frame><draw:frame svg:width="1cm"><draw:image/></draw:frame></text:p>'
    )
    source = read_data("made.fodt", flat(body, masters=masters))
    assert source.text == (
        "Harbour office\n\nArea r² is known.\n\nIn a box.\n\nPicture: The quay at dusk\n\nConfidential"
    )
    assert source.unread == ("a picture without a description: what is in it was not read",)


def test_a_package_states_title_author_and_date():
    meta = (
        f"<office:document-meta {NAMES}><office:meta><dc:title>Berths</dc:title><meta:initial-creator>"
        f"Ane</meta:initial-creator>"
        "<dc:creator>Bo</dc:creator><dc:date>2024-06-21T13:00:00</dc:date><meta:keyword>a</meta:keyword>"
        "<meta:keyword>b</meta:keyword>"
        "</office:meta></office:document-meta>"
    )
    source = read_data("letter.doc", package(flat("<text:p>Hello.</text:p>"), meta_xml=meta))
    assert (source.text, source.title) == ("Hello.", "Berths")
    assert source.metadata == {"author": "Ane", "date": "2024-06-21", "keywords": "a; b"}


def test_a_media_type_that_only_the_manifest_states():
    manifest = (
        "<!DOCTYPE manifest:manifest PUBLIC '-//OpenOffice.org//DTD Manifest 1.0//EN' 'Manifest.dtd'><manifest:manifest>"
        f"<manifest:file-entry manifest:media-type='{TYPE}text' manifest:full-path='/'/></manifest:manifest>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", flat("<text:p>Hello.</text:p>"))
    assert read_data("x.odt", buffer.getvalue()).text == "Hello."


def test_boxes_of_a_form_are_read_as_what_is_ticked():
    field = (
        '<field:fieldmark xmlns:field="urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0" field:type="x.FORM{}">'
        "{}</field:fieldmark>"
    ).format
    param = '<field:param field:name="{}" field:value="{}"/>'.format
    chosen = (
        param("Dropdown_ListEntry", "Danish") + param("Dropdown_ListEntry", "Faroese") + param("Dropdown_Selected", "1")
    )
    body = (
        '<text:p>Insured? <text:span text:style-name="Signs">\uf0a8</text:span> Yes <text:span '
        'text:style-name="Signs">\uf0fe</text:span>'
        f" No</text:p><text:p>Reported? {field('CHECKBOX', param('Checkbox_Checked', 'true'))} Yes "
        f"{field('CHECKBOX', '')} No</text:p>"
        f"<text:p>Language: {field('DROPDOWN', chosen)}</text:p>"
    )
    assert text_of(body) == "Insured: No.\n\nReported: Yes.\n\nLanguage: Faroese"


# --- spreadsheets ---------------------------------------------------------------------------------------------------


def sheets(body, **options):
    return read_data("made.fods", flat(body, "spreadsheet", **options))


def test_a_sheet_is_a_page_and_what_is_repeated_is_bounded():
    million = 'table:number-columns-repeated="1000000"'
    body = (
        '<table:table table:name="Rents"><table:table-column table:number-columns-repeated="1024"/>'
        + table(("Berth", "Rent", "Tax"), ("C-117", "940", "99"), head=0)
        .removeprefix("<table:table >")
        .removesuffix("</table:table>")
        + f"<table:table-row>{cell_of('C-118')}{cell_of('955', 'table:number-columns-repeated=' + chr(34) + '2' + chr(34))}"
        f"<table:table-cell {million}/></table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048570"><table:table-cell {million}/></table:table-row></table:table>'
        f'<table:table table:name="Old" table:style-name="Gone"><table:table-row>'
        f"{cell_of('secret')}</table:table-row></table:table>"
    )
    source = sheets(body)
    assert source.text == "Berth: C-117; Rent: 940; Tax: 99.\nBerth: C-118; Rent: 955; Tax: 955.\f"
    assert [page.title for page in source.pages] == ["Rents", None]
    assert source.unread == ("sheet Old is hidden: left out",)


def test_a_filled_cell_repeated_a_million_times_ends():
    filled = (
        "<table:table-row table:number-rows-repeated='1000000'><table:table-cell "
        "table:number-columns-repeated='1000000'><text:p>x</text:p></table:table-cell></table:table-row>"
    )
    with pytest.raises(Exception, match="characters of text"):
        read_data(
            "x.fods", flat(f"<table:table>{filled * 3}</table:table>", "spreadsheet"), Limits(max_characters=200_000)
        )


def test_hidden_rows_and_columns_are_left_out_and_folded_ones_are_read():
    body = (
        '<table:table table:name="S"><table:table-column/><table:table-column table:visibility="collapse"/>'
        "<table:table-column/>"
        f"<table:table-row>{cell_of('Berth')}{cell_of('Cost')}{cell_of('Rent')}</table:table-row>"
        f"<table:table-row>{cell_of('C-117')}{cell_of('1')}{cell_of('940')}</table:table-row>"
        f'<table:table-row table:visibility="filter">{cell_of("C-1")}{cell_of("1")}{cell_of("9")}</table:table-row>'
        '<table:table-row-group table:display="false">'
        f'<table:table-row table:visibility="collapse">{cell_of("C-118")}{cell_of("1")}{cell_of("955")}</table:table-row>'
        "</table:table-row-group></table:table>"
    )
    source = sheets(body)
    assert source.text == "Berth: C-117; Rent: 940.\nBerth: C-118; Rent: 955."
    assert source.unread == (
        "sheet S: a cell of a hidden column: left out (3 times)",
        "sheet S: a hidden row: left out",
    )


def test_values_without_text_notes_and_charts_of_a_sheet():
    chart = (
        f"<draw:object><office:document {NAMES}><office:body><office:chart><chart:chart><chart:title><text:p>Growth</text:p>"
        "</chart:title>"
        + table(("", "Rent"), ("2023", "940"), ("2024", "955"), head=1)
        + "</chart:chart></office:chart></office:body>"
        "</office:document></draw:object>"
    )
    body = (
        '<table:table table:name="S"><table:table-row>'
        '<table:table-cell office:value-type="float" office:value="12.5"/>'
        '<table:table-cell table:number-columns-repeated="2"/>'
        "<table:table-cell><office:annotation><dc:creator>Bo</dc:creator><text:p>check</text:p>"
        "</office:annotation><text:p>word</text:p>"
        f"<draw:frame>{chart}</draw:frame></table:table-cell></table:table-row></table:table>"
    )
    source = sheets(body)
    assert (
        source.text == "12.5: word.\n\nComment by Bo on cell D1: check\n\nGrowth\n\n2023; Rent: 940.\n2024; Rent: 955."
    )


# --- slides ---------------------------------------------------------------------------------------------------------


def frame(text, place, attributes=""):
    left, top = place
    return (
        f'<draw:frame svg:x="{left}cm" svg:y="{top}cm" svg:width="10cm" svg:height="1cm" {attributes}><draw:text-box>{text}'
        "</draw:text-box></draw:frame>"
    )


def test_a_slide_is_a_page_read_in_order():
    item = "<text:list-item><text:p>{}</text:p></text:list-item>".format
    outline = f'<text:list text:style-name="Dots">{item("First")}{item("Second")}</text:list>'
    slide = (
        '<draw:page draw:name="page1">'
        + frame("<text:p>below</text:p>", (2, 12))
        + frame(outline, (2, 5))
        + frame("<text:p>Money</text:p>", (2, 1), 'presentation:class="title"')
        + frame("<text:p>Click to add</text:p>", (2, 8), 'presentation:placeholder="true"')
        + frame("<text:p>Harbour office</text:p>", (2, 18), 'presentation:class="footer"')
        + "<presentation:notes>"
        + frame("<text:p>Pause here.</text:p>", (2, 2), 'presentation:class="notes"')
        + "</presentation:notes><office:annotation><dc:creator>Bo</dc:creator><text:p>sure?</text:p>"
        "</office:annotation></draw:page>"
    )
    hidden = f'<draw:page draw:style-name="Off">{frame("<text:p>secret</text:p>", (1, 1))}</draw:page>'
    source = read_data("made.fodp", flat(slide + hidden, "presentation"))
    assert source.text == (
        "Money\n\nFirst\n\nSecond\n\nbelow\n\nNotes: Pause here.\n\nComment by Bo: sure?\n\nHarbour office\f"
    )
    assert [mark.kind for mark in source.marks] == [MarkKind.NOTE, MarkKind.NOTE, MarkKind.FURNITURE]
    assert (source.type, source.title, source.unread) == ("odp", "Money", ("slide 2 is hidden: left out",))


def test_tables_groups_and_shapes_of_a_slide_and_a_drawing():
    rows = table(("Berth", "Rent", "Tax"), ("C-117", "940", "99"), ("C-118", "955", "101"))
    slide = (
        f'<draw:page><draw:frame svg:x="1cm" svg:y="9cm" svg:width="9cm" svg:height="3cm">{rows}</draw:frame>'
        '<draw:g><draw:custom-shape svg:x="1cm" svg:y="2cm" svg:width="9cm" svg:height="1cm"><text:p>In a group</text:p>'
        "</draw:custom-shape></draw:g></draw:page>"
    )
    shown = "In a group\n\nBerth: C-117; Rent: 940; Tax: 99.\nBerth: C-118; Rent: 955; Tax: 101."
    assert read_data("made.fodp", flat(slide, "presentation")).text == shown
    drawing = read_data("made.odg", package(flat(slide, "graphics", "drawing"), "graphics"))
    assert (drawing.type, drawing.text) == ("odg", shown)


def chart(title):
    first, *others = (
        f"<table:table-row>{''.join(map(cell_of, row))}</table:table-row>"
        for row in (("", "2023", "2024"), ("North quay", "940", "990"), ("South quay", "955.5", "1005"))
    )
    rows = f"<table:table><table:table-header-rows>{first}</table:table-header-rows>{''.join(others)}</table:table>"
    return (
        f'<chart:chart xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0">{title}<chart:plot-area><chart:axis>'
        f"<chart:title><text:p>Quay</text:p></chart:title></chart:axis></chart:plot-area>{rows}</chart:chart>"
    )


@pytest.mark.parametrize(("title", "shown"), [("<chart:title><text:p>Fees</text:p></chart:title>", "Fees\n"), ("", "")])
def test_a_chart_alone_gives_its_title_and_rows(title, shown):
    source = read_data("made.odc", package(flat(chart(title), "chart"), "chart"))
    assert source.text == f"{shown}North quay; 2023: 940; 2024: 990.\nSouth quay; 2023: 955.5; 2024: 1005."
    assert (source.type, source.title) == ("odc", shown.strip() or None)


@pytest.mark.parametrize("kind", ["text-template", "text-master", "spreadsheet-template", "presentation-template"])
def test_templates_are_read_too(kind):
    tag = kind.split("-")[0]
    body = {
        "text": "<text:p>Hello.</text:p>",
        "spreadsheet": f"<table:table><table:table-row>{cell_of('Hello.')}</table:table-row></table:table>",
        "presentation": f"<draw:page>{frame('<text:p>Hello.</text:p>', (1, 1))}</draw:page>",
    }
    assert read_data("form.ott", package(flat(body[tag], kind, tag), kind)).text == "Hello."
