"""What a Word file holds beside plain paragraphs: what is shown is read, what is not valid is left out."""

import io
import zipfile

import docx
import pytest

from needlepoint.files.reading import read_data
from needlepoint.text.marks import MarkKind

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = {
    "w": W,
    "r": R,
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "o": "urn:schemas-microsoft-com:office:office",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
}
NAMESPACES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())


@pytest.fixture
def read():
    """Read a document of a body and of further parts: name -> (kind of relation, XML or bytes, content type).

    A part that the template has, such as ``styles.xml``, takes its place.
    """

    def make(body, **parts):
        buffer, made = io.BytesIO(), io.BytesIO()
        docx.Document().save(buffer)
        with zipfile.ZipFile(buffer) as template, zipfile.ZipFile(made, "w") as archive:
            own = {name: parts.pop(name) for name in list(parts) if f"word/{name}" in template.namelist()}
            for name in template.namelist():
                data = template.read(name)
                if name == "word/document.xml":
                    data = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>".encode()
                elif name == "word/_rels/document.xml.rels":
                    links = "".join(
                        f'<Relationship Id="{i}" Type="{R}/{kind}" Target="{i}"/>' for i, (kind, *_) in parts.items()
                    )
                    data = data.replace(b"</Relationships>", f"{links}</Relationships>".encode())
                elif name == "[Content_Types].xml":
                    types = "".join(
                        f'<Override PartName="/word/{i}" ContentType="{more[0] if more else "application/xml"}"/>'
                        for i, (_, _, *more) in parts.items()
                    )
                    data = data.replace(b"</Types>", f"{types}</Types>".encode())
                elif name.removeprefix("word/") in own:
                    data = own[name.removeprefix("word/")][1].format(NAMESPACES)
                archive.writestr(name, data)
            for name, (_, data, *_) in parts.items():
                archive.writestr(f"word/{name}", data.format(NAMESPACES) if isinstance(data, str) else data)
        return read_data("made.docx", made.getvalue())

    return make


def run(text, properties=""):
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*parts, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(each if each[:1] == '<' else run(each) for each in parts)}</w:p>"


def cell(text, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if text[:1] == '<' else p(text)}</w:tc>"


def row(*cells, properties=""):
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(each if each[:1] == '<' else cell(each) for each in cells)}</w:tr>"


def table(*rows, properties=""):
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(rows)}</w:tbl>"


def rows_of(source):
    return [(source.text[mark.start : mark.end], mark.about) for mark in source.marks if mark.kind is MarkKind.ROW]


# --- tables -----------------------------------------------------------------------------------------------------------

HEAD = row(
    cell("Port", '<w:vMerge w:val="restart"/>'),
    cell("Imports", '<w:gridSpan w:val="2"/>'),
    cell("Exports", '<w:gridSpan w:val="2"/>'),
)
UNDER = row(cell("", "<w:vMerge/>"), "2022", "2023", "2022", "2023")


def test_stacked_headings_and_merged_labels_are_in_every_row(read):
    source = read(
        p("Table 2: Freight")
        + table(
            HEAD,
            UNDER,
            row(cell("Kirk", '<w:vMerge w:val="restart"/>'), "1", "2", "3", "4"),
            row(cell("", "<w:vMerge/>"), "5", "6", "7", "8"),
        )
    )
    assert rows_of(source) == [
        ("Port: Kirk; Imports, 2022: 1; Imports, 2023: 2; Exports, 2022: 3; Exports, 2023: 4.", "Table 2: Freight"),
        ("Port: Kirk; Imports, 2022: 5; Imports, 2023: 6; Exports, 2022: 7; Exports, 2023: 8.", "Table 2: Freight"),
    ]


def test_a_table_goes_on_over_a_page_break_under_its_headings(read):
    rendered = p("<w:r><w:lastRenderedPageBreak/></w:r>", "Vane")
    rows = [row("Port", "Berths", "Depth"), row("Kirk", "4", "9"), row("Esk", "5", "8"), row(cell(rendered), "6", "7")]
    source = read(p("Ports") + table(*rows))
    assert (
        source.text
        == "Ports\n\nPort: Kirk; Berths: 4; Depth: 9.\nPort: Esk; Berths: 5; Depth: 8.\fPort: Vane; Berths: 6; Depth: 7."
    )


def test_a_table_within_a_table_is_a_table_of_its_own(read):
    inner = table(row("Size", "Price", "Stock"), row("S", "4", "7"))
    rows = [
        row("Item", "Colour", "Weight"),
        row("Rope", cell(p("red") + inner + p("")), "12"),
        row("Wire", "grey", "9"),
    ]
    assert [text for text, _ in rows_of(read(table(*rows)))] == [
        "Item: Rope; Colour: red; Weight: 12.",
        "Size: S; Price: 4; Stock: 7.",
        "Item: Wire; Colour: grey; Weight: 9.",
    ]


def test_a_table_of_one_column_or_of_long_texts_side_by_side_arranges_the_page(read):
    assert read(table(row(cell(p("One.") + p("Two."))))).text == "One.\n\nTwo."
    long = "A column of the page. " * 20
    assert read(table(row(cell(p("Left.") + p(long)), "Right."))).text.split("\n\n")[::2] == ["Left.", "Right."]


def test_rows_that_are_hidden_or_deleted_are_left_out(read):
    rows = [
        row("A", "B", "C"),
        row("1", "2", "3", properties="<w:hidden/>"),
        row("4", "5", "6", properties='<w:del w:id="1"/>'),
        row("7", "8", "9"),
    ]
    assert read(table(*rows)).text == "A: 7; B: 8; C: 9."


# --- what is visible --------------------------------------------------------------------------------------------------


def field(data, *result):
    separate = "<w:r><w:fldChar w:fldCharType='separate'/></w:r>" if result else ""
    return (
        f"<w:r><w:fldChar w:fldCharType='begin'>{data}</w:fldChar></w:r><w:r><w:instrText>CODE</w:instrText></w:r>{separate}"
        f"{''.join(result)}<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )


def test_form_fields_show_their_values(read):
    ticked = field("<w:ffData><w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox></w:ffData>")
    unticked = field("<w:ffData><w:checkBox><w:default w:val='1'/><w:checked w:val='0'/></w:checkBox></w:ffData>")
    choice = field(
        "<w:ffData><w:ddList><w:result w:val='1'/><w:listEntry w:val='Cork'/><w:listEntry w:val='Galway'/></w:ddList></w:ffData>"
    )
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    text = read(p(ticked, " Yes ", unticked, " No, at ", choice, " ", symbol)).text
    assert text == "☒ Yes ☐ No, at Galway ☑"


def test_the_codes_of_fields_are_no_text_and_their_results_are(read):
    inner = field("", run("inner code result"))
    outer = (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r>" + inner + "<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
        f"{run('shown')}<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )
    assert read(p(outer)).text == "shown"
    assert read(p("<w:r><w:fldChar w:fldCharType='begin'/></w:r>", "lost?") + p("kept")).text.endswith("kept")


def test_placeholders_of_controls_are_no_text(read):
    control = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    empty = control.format("<w:showingPlcHdr/>", run("Click or tap here to enter text."))
    assert read(p("Tenant: ", empty, control.format("", run("Ada Lund")))).text == "Tenant: Ada Lund"


def test_comments_are_notes_that_tell_who_says_what_of_which_words(read):
    comment = f'<w:comment w:id="3" w:author="Ida Brandt">{p("Agreed is")}{p("90 days.")}</w:comment>'
    body = p(
        '<w:commentRangeStart w:id="3"/>',
        "within 60 days",
        '<w:commentRangeEnd w:id="3"/>',
        '<w:r><w:commentReference w:id="3"/></w:r>',
    )
    source = read(body + p("Next."), comments=("comments", f"<w:comments {{}}>{comment}</w:comments>"))
    note = "Comment by Ida Brandt on “within 60 days”: Agreed is 90 days."
    assert source.text == f"within 60 days\n\n{note}\n\nNext."
    (mark,) = source.marks
    assert (source.text[mark.start : mark.end], mark.kind) == (note, MarkKind.NOTE)


def test_footnotes_have_the_printed_number_and_stand_once_at_the_pages_end(read):
    def note(number):
        return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'

    notes = "".join(f'<w:footnote w:id="{i}">{p(f"Note {i}")}</w:footnote>' for i in (7, 4))
    separator = '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
    ending = '<w:endnote w:id="2">' + p("At the end") + "</w:endnote>"
    body = p(
        "One",
        note(7),
        ". Two",
        note(4),
        ".",
        '<w:r><w:endnoteReference w:id="2"/></w:r>',
        '<w:r><w:br w:type="page"/></w:r>',
    )
    source = read(
        body + p("More", note(7)),
        footnotes=("footnotes", f"<w:footnotes {{}}>{separator}{notes}</w:footnotes>"),
        endnotes=("endnotes", f"<w:endnotes {{}}>{ending}</w:endnotes>"),
    )
    assert source.text == "One [1]. Two [2].[i]\n\n[1] Note 7\n\n[2] Note 4\fMore [1]\n\n[i] At the end"


def test_equations_stand_in_their_sentence(read):
    maths = "<m:oMath><m:r><m:t>r=</m:t></m:r><m:f><m:num>{}</m:num><m:den>{}</m:den></m:f></m:oMath>"
    maths = maths.format(*(f"<m:r><m:t>{figure}</m:t></m:r>" for figure in (3, 8)))
    assert read(p("The fee is ", maths, " of it.")).text == "The fee is r = 3/8 of it."


def drawing(inner, description="", size=(4_000_000, 3_000_000)):
    extent = f'<wp:extent cx="{size[0]}" cy="{size[1]}"/>'
    extent += f'<wp:docPr id="1" name="x" descr="{description}"/>'
    return f"<w:r><w:drawing><wp:inline>{extent}{inner}</wp:inline></w:drawing></w:r>"


def test_charts_and_diagrams_are_read_and_pictures_by_their_description(read):
    chart = (
        "<c:chartSpace {}><c:chart><c:plotArea><c:barChart><c:ser>"
        "<c:cat><c:strLit><c:pt idx='0'><c:v>Kirk</c:v></c:pt></c:strLit></c:cat>"
        "<c:val><c:numLit><c:pt idx='0'><c:v>61</c:v></c:pt></c:numLit></c:val>"
        "</c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )
    points = "".join(f"<dgm:pt><dgm:t><a:p><a:r><a:t>{t}</a:t></a:r></a:p></dgm:t></dgm:pt>" for t in ("Plan", "Build"))
    body = (
        p(drawing('<c:chart r:id="chart1"/>', "Complaints by port"))
        + p(drawing('<dgm:relIds r:dm="data1"/>'))
        + p(drawing("<pic:pic/>", "The quay from above"))
        + p(drawing("<pic:pic/>", "A sign Description automatically generated"))
        + p(drawing("<pic:pic/>", size=(90_000, 90_000)))
    )
    source = read(body, chart1=("chart", chart), data1=("diagramData", f"<dgm:dataModel {{}}>{points}</dgm:dataModel>"))
    assert source.text == "Kirk: 61.\nChart: Complaints by port\n\n- Plan\n- Build\n\nPicture: The quay from above"
    assert source.unread == ("a picture without a description: what is in it was not read",)


def test_text_boxes_follow_their_paragraph_and_only_one_branch_is_read(read):
    box = f"<w:txbxContent>{p('In the box.')}{table(row('A', 'B', 'C'), row('1', '2', '3'))}</w:txbxContent>"
    branches = f"<mc:Choice>{{}}</mc:Choice><mc:Fallback>{run('old')}</mc:Fallback>"
    both = f"<w:r><mc:AlternateContent>{branches}</mc:AlternateContent></w:r>"
    assert read(p("Beside.", both.format(f"<w:drawing>{box}</w:drawing>")) + p("After.")).text == (
        "Beside.\n\nIn the box.\n\nA: 1; B: 2; C: 3.\n\nAfter."
    )
    assert read(p("x ", both.format("<w:drawing/>").replace("<w:drawing/>", ""))).text == "x old"


def test_a_large_first_letter_belongs_to_its_word(read):
    framed = p("T", properties='<w:framePr w:dropCap="drop"/>')
    assert read(framed + p("he lease ends.")).text == "The lease ends."


def test_other_documents_in_the_document_are_read(read):
    body = (
        p("Before.") + '<w:altChunk r:id="chunk1"/><w:altChunk r:id="chunk2"/><w:altChunk r:id="chunk3"/>' + p("After.")
    )
    html = b"<html><body><p>From <b>HTML</b>.</p><table><tr><th>A<th>B<tr><td>1<td>2</table></body></html>"
    source = read(
        body,
        chunk1=("aFChunk", html, "text/html"),
        chunk2=("aFChunk", b"Plain.", "text/plain"),
        chunk3=("aFChunk", b"{\\rtf1}", "application/rtf"),
    )
    assert source.text == "Before.\n\nFrom HTML.\n\nA: 1; B: 2.\n\nPlain.\n\nAfter."
    assert [text for text, _ in rows_of(source)] == ["A: 1; B: 2."]
    assert source.unread == ("a part in another format (application/rtf): its content was not read",)


def test_an_embedded_object_is_left_to_be_a_document_of_its_own(read):
    body = p("x", '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12" r:id="prices.bin"/></w:object></w:r>')
    assert read(body, **{"prices.bin": ("oleObject", b"\x01", "application/octet-stream")}).unread == ()


def test_a_linked_object_is_named(read):
    body = p("x", '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12" r:id="elsewhere"/></w:object></w:r>')
    assert read(body).unread == ("a linked object (Excel.Sheet.12): it is not in this file",)


# --- what is no valid text --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("look", "said"),
    [
        ("<w:strike/>", "struck-out text: left out"),
        ("<w:dstrike/>", "struck-out text: left out"),
        ("<w:vanish/>", "hidden text: left out"),
        ('<w:rStyle w:val="Gone"/>', "struck-out text: left out"),
    ],
)
def test_what_is_struck_out_or_hidden_is_left_out_and_said(read, look, said):
    style = '<w:style w:type="character" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:strike/></w:rPr></w:style>'
    styles = {"styles.xml": ("styles", f"<w:styles {{}}>{style}</w:styles>")} if "rStyle" in look else {}
    source = read(p("The rate is ", run("640 ", look), "715."), **styles)
    assert source.text == "The rate is 715."
    assert source.unread == (said,)


def test_a_switch_that_is_off_hides_nothing(read):
    assert read(p(run("shown", '<w:strike w:val="0"/><w:vanish w:val="false"/>'))).text == "shown"


def test_moved_and_deleted_text_is_gone(read):
    gone = f"<w:moveFrom>{run('old place')}</w:moveFrom><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
    assert read(p("a ", gone, f"<w:moveTo>{run('new place')}</w:moveTo>")).text == "a new place"


def test_raised_marks_stay_apart(read):
    raised = '<w:vertAlign w:val="superscript"/>'
    assert (
        read(p("10", run("6", raised), " tonnes for $5.2 million", run("3", raised))).text
        == "10⁶ tonnes for $5.2 million [3]"
    )


def test_an_empty_numbered_paragraph_counts_and_a_deleted_one_does_not(read):
    numbering = (
        '<w:numbering {}><w:abstractNum w:abstractNumId="1">'
        '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
        '</w:abstractNum><w:num w:numId="9"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="9"/></w:numPr>'
    gone = f'{listed}<w:rPr><w:del w:id="1"/></w:rPr>'
    body = p("First", properties=listed) + p(properties=listed) + p(properties=gone) + p("Third", properties=listed)
    assert read(body, **{"numbering.xml": ("numbering", numbering)}).text == "1. First\n3. Third"
