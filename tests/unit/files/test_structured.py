"""JSON, XML, calendars, cards, subtitles and notebooks as lines that can be understood alone."""

import json

import pytest

from needlepoint.errors import UnreadableFileError
from needlepoint.files.formats import format_of
from needlepoint.files.limits import Limits
from needlepoint.files.reading import read_data
from needlepoint.text.marks import MarkKind


def read(name, text):
    return read_data(name, text.encode())


def rows_of(source):
    return [(source.text[mark.start : mark.end], mark.about) for mark in source.marks if mark.kind == MarkKind.ROW]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.json", '{"a": 1}', "json"),
        ("a.json", "only words", "text"),
        ("a.txt", '{"a": 1}', "text"),
        ("a.jsonl", '{"a": 1}', "json"),
        ("a.ipynb", '{"cells": []}', "notebook"),
        ("a.xml", "<a><b>c</b></a>", "xml"),
        ("a.txt", "<?xml version='1.0'?><a/>", "xml"),
        ("a.xml", "a < b", "text"),
        ("a.txt", "<a><b>c</b></a>", "text"),
        ("a.xml", "<?xml version='1.0'?><html><body>x", "html"),
        ("a.txt", "BEGIN:VCALENDAR\nEND:VCALENDAR", "calendar"),
        ("a.txt", "begin:vcard\nend:vcard", "contacts"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nHi", "subtitles"),
        ("a.srt", "notes on subtitles", "text"),
        ("a.txt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi", "subtitles"),
        ("a.yaml", "a: 1", "text"),
        ("a.docx", "<?xml version='1.0'?><a/>", None),
    ],
)
def test_which_format(name, text, expected):
    if expected is None:
        with pytest.raises(UnreadableFileError):
            format_of(name, text.encode())
    else:
        assert format_of(name, text.encode()).name == expected


# --- JSON -----------------------------------------------------------------------------------------------------------


def test_nested_names_are_joined_and_lists_of_records_are_rows():
    value = {
        "title": "Berths",
        "harbour": {"name": "Vane", "open": True, "closed": None},
        "tags": ["quay", "rent"],
        "berths": [{"berth": "C-117", "rent": {"amount": 940, "currency": "EUR"}}, {"berth": "C-118", "owner": "Bo"}],
    }
    source = read("a.json", json.dumps(value))
    assert source.text == (
        "title: Berths; harbour.name: Vane; harbour.open: true; tags: quay, rent.\n\n"
        "berth: C-117; rent.amount: 940; rent.currency: EUR.\nberth: C-118; owner: Bo."
    )
    head = "title: Berths; harbour.name: Vane; harbour.open: true; tags: quay, rent."
    assert [about for _, about in rows_of(source)] == ["", f"{head} berths", f"{head} berths"]
    assert (source.title, source.type) == ("Berths", "json")


def test_long_values_are_running_text_and_markup_in_them_is_read():
    long = "The rent of berth C-117 is 940 euros a month. " * 10
    source = read("a.json", json.dumps([{"id": 1, "text": long, "note": "<p>Two&nbsp;<b>words</b></p>"}]))
    assert source.text == f"id: 1; note: Two words.\n\ntext:\n{long.strip()}"


def test_lists_of_lists_are_a_table_and_numbers_alone_are_left_out():
    table = [["Berth", "Rent", "Tax"], ["C-117", 940, 99], ["C-118", 955, 101]]
    assert read("a.json", json.dumps(table)).text == (
        "Berth: C-117; Rent: 940; Tax: 99.\nBerth: C-118; Rent: 955; Tax: 101."
    )
    shape = {"name": "Quay", "at": [[1.5, 2.5], [3, 4]], "values": list(range(60)), "picture": "A" * 2000}
    source = read("a.geojson", json.dumps(shape))
    assert source.text == "name: Quay."
    assert source.unread == (
        "a list of over 50 numbers: left out",
        "a long value without spaces, no text: left out",
        "a table of numbers without names: left out",
    )


def test_a_record_of_many_values_has_a_line_for_each():
    words = {f"key{number}": {"en": f"word {number}"} for number in range(40)}
    source = read("a.json", json.dumps({"version": 2, **words}))
    assert source.text.startswith("version: 2.\n\nen: word 0.\n\nen: word 1.")
    assert rows_of(source)[1] == ("en: word 0.", "version: 2. key0")


def test_lines_of_json_are_records_and_a_broken_one_is_kept():
    source = read(
        "a.jsonl", '{"berth":"C-117"}\n\nbroken {\n{"berth":"C-118","n":123456789012345678901234567890,"x":940.00}\n'
    )
    assert source.text == "berth: C-117.\nbroken {\nberth: C-118; n: 123456789012345678901234567890; x: 940.00."
    assert source.unread == ("a line that is no JSON: its words are kept as they are",)
    assert read("a.json", '{"berth":"C-117"}\n{"berth":"C-118"}').text == "berth: C-117.\nberth: C-118."


def test_what_is_no_json_is_plain_text():
    assert read("tsconfig.json", '{\n  // a comment\n  "a": 1,\n}').text.startswith('{\n  // a comment\n  "a": 1')


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_json_nested_deeply_ends(opening, computing_at_most):
    with computing_at_most(20):
        nested = opening * 500 + "1" + ("]" if opening == "[" else "}") * 500
        source = read("a.json", f'["word", {nested}]')
        assert source.text == "word"
        assert "nested over 40 levels deep" in source.unread[0]
        assert read("a.json", opening * 100_000).text[:1] == opening[0]


# --- XML ------------------------------------------------------------------------------------------------------------


def test_repeated_elements_are_records():
    source = read(
        "a.xml",
        "<?xml version='1.0'?><harbour name='Vane'><berth id='1'><rent currency='EUR'>940</rent><!-- x --></berth>"
        "<berth id='2'><rent currency='EUR'>955</rent></berth></harbour>",
    )
    assert source.text == (
        "name: Vane.\n\nid: 1; rent: 940; rent.currency: EUR.\nid: 2; rent: 955; rent.currency: EUR."
    )
    assert rows_of(source)[1][1] == "harbour name: Vane. berth"


def test_documents_are_paragraphs():
    source = read(
        "a.xml",
        "<book><title>Berths</title><para>The rent of <em>C-117</em> is\n 940 euros.</para><sect><para>"
        "Next.</para></sect></book>",
    )
    assert (source.text, source.title) == ("Berths\n\nThe rent of C-117 is 940 euros.\n\nNext.", "Berths")


def test_feeds_and_drawings():
    feed = (
        "<?xml version='1.0'?><rss><channel><title>News</title><item><title>Quay</title><description>&lt;p&gt;It is "
        "&lt;b&gt;open&lt;/b&gt;.&lt;/p&gt;</description></item><item><title>Dock</title></item></channel></rss>"
    )
    assert read("a.rss", feed).text == "channel.title: News.\n\ntitle: Quay; description: It is open.\ntitle: Dock."
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg'><style>p {}</style><text x='1'>Berth <tspan>7</tspan></text></svg>"
    )
    assert read("a.svg", drawing).text == "Berth 7"


def test_damaged_xml_is_read_as_far_as_it_goes():
    source = read("a.xml", "<?xml version='1.0'?>\n<a><b>one</b><b>two</b>\n</c>")
    assert source.text == "b: one, two."
    assert source.unread == ("the XML is damaged in line 3: what follows may be missing",)


def test_an_excel_file_of_2003_has_sheets_comments_and_merged_cells():
    workbook = (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel" '
        'xmlns:o="urn:schemas-microsoft-com:office:office"><o:DocumentProperties><o:Author>Ane</o:Author>'
        "<o:LastSaved>2024-06-21T09:00:00Z</o:LastSaved></o:DocumentProperties>"
        '<Worksheet ss:Name="Rents"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">Berth</Data>'
        '</Cell><Cell ss:Index="3">'
        '<Data ss:Type="String">Until</Data></Cell><Cell><Data ss:Type="String">Paid</Data></Cell></Row>'
        '<Row ss:Index="2"><Cell ss:MergeAcross="1"><Data ss:Type="String">C-117</Data><Comment ss:Author="Bo">'
        '<ss:Data>Bo:check</ss:Data></Comment></Cell><Cell><Data ss:Type="DateTime">2024-06-21T00:00:00.000</Data></Cell>'
        '<Cell><Data ss:Type="Boolean">1</Data></Cell></Row></Table></Worksheet>'
        '<Worksheet ss:Name="Old"><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>'
        "</Worksheet></Workbook>"
    )
    source = read("export.xls", workbook)
    assert source.text == "Berth: C-117; Until: 2024-06-21; Paid: yes.\n\nComment by Bo: check\f"
    assert [page.title for page in source.pages] == ["Rents", None]
    assert (source.type, source.metadata) == ("xlsx", {"author": "Ane", "date": "2024-06-21"})


def test_word_files_of_2003_and_packages_as_xml():
    old = (
        '<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office"><o:DocumentProperties><o:Title>Berths</o:Title>'
        "</o:DocumentProperties>"
        '<w:styles><w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/></w:style></w:styles><w:body>'
        '<w:p><w:pPr><w:pStyle w:val="H"/></w:pPr><w:r><w:t>Rent</w:t></w:r></w:p>'
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r><w:r><w:t>940 euros</w:t></w:r></w:p>"
        "</w:body></w:wordDocument>"
    )
    source = read("a.xml", old)
    assert (source.type, source.text, source.title) == ("docx", "Rent\n\n940 euros", "Berths")
    assert source.metadata == {}
    part = '<pkg:part pkg:name="{}" pkg:contentType="{}"><pkg:xmlData>{}</pkg:xmlData></pkg:part>'.format
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    package = (
        '<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        + part(
            "/_rels/.rels",
            "application/vnd.openxmlformats-package.relationships+xml",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="a" Type="{relations}" Target="word/document.xml"/></Relationships>',
        )
        + part(
            "/word/document.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>'
            "<w:r><w:t>Hello.</w:t></w:r>"
            "</w:p></w:body></w:document>",
        )
        + "</pkg:package>"
    )
    assert (read("a.xml", package).type, read("a.xml", package).text) == ("docx", "Hello.")


def test_entities_are_refused_and_deep_xml_ends(computing_at_most):
    laughs = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    for data in (laughs.encode(), laughs.encode("utf-16")):
        with pytest.raises(UnreadableFileError, match="declares XML entities"):
            read_data("a.xml", data)
    with computing_at_most(20):
        source = read("a.xml", "<?xml version='1.0'?><a><b>word</b>" + "<c>" * 100_000)
    assert "word" in source.text


# --- calendars and cards --------------------------------------------------------------------------------------------


def test_events_are_lines_with_days_people_and_places():
    description = "Bring the contract. " * 12
    source = read(
        "a.ics",
        "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Harbour\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Europe/Oslo:20240621T130000\r\nDTEND:20240621T140000Z\r\n"
        'SUMMARY:Rent of C-117\\, with\r\n  Ane\r\nLOCATION:Quay 7\\;left\r\nORGANIZER;CN="Rask, '
        'Ane":mailto:ane@x.example\r\n'
        "ATTENDEE;PARTSTAT=DECLINED;CN=Bo:MAILTO:bo@x.example\r\nATTENDEE:mailto:cy@x.example\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
        f"DESCRIPTION:{description}\\nAnd a pen.\r\nBEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\n"
        "BEGIN:VTODO\r\nSUMMARY:Pay\r\nDUE;VALUE=DATE:20240701\r\nEND:VTODO\r\nBEGIN:VTIMEZONE\r\nCOMMENT:no\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n",
    )
    assert source.text == (
        "Event: Rent of C-117, with Ane; Start: 21 June 2024, 13:00 (Europe/Oslo); End: 21 June 2024, 14:00 "
        "UTC; Place: Quay 7;left; "
        "Organiser: Rask, Ane <ane@x.example>; Attendees: Bo <bo@x.example> (declined), cy@x.example; "
        "Repeats: freq weekly, count 3."
        f"\nDescription: {description}And a pen.\n\nTask: Pay; Due: 1 July 2024."
    )
    assert len(rows_of(source)) == 2


def test_cards_are_lines():
    source = read(
        "a.vcf",
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Anne=\n=20Marie\n"
        "item1.TEL;CELL:+47 111\n"
        "TEL;TYPE=WORK,VOICE:+47 222\nADR;TYPE=home:;;Quay "
        "7;Vane;;1234;Norway\nORG:Harbour;Office\nPHOTO;BASE64:AAAA\n AAAA\n\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Ane Rask\nN:Rask;Ane\nEMAIL:ane@x.example\nEND:VCARD\n",
    )
    assert source.text == (
        "Name: Müller, Anne Marie; Organisation: Harbour, Office; Telephone: +47 111 (cell), +47 222 (work); "
        "Address: Quay 7, Vane, 1234, Norway (home).\n\nName: Ane Rask; E-mail: ane@x.example."
    )


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR", "no event or task or entry in it"),
        ("a.vcf", "BEGIN:VCARD\n" + "BEGIN:X\n" * 10_000, "no contact in it"),
        ("a.vtt", "WEBVTT\n\nNOTE nothing\n", "no subtitles in it"),
        ("a.ipynb", '{"cells": [{"cell_type": "code", "source": []}]}', "no text in it"),
        ("a.xml", "<?xml version='1.0'?>", "is damaged"),
        ("a.json", "[null, {}]", "no text in it"),
    ],
)
def test_what_holds_nothing_is_refused_in_one_line(name, text, expected):
    with pytest.raises(UnreadableFileError, match=expected) as raised:
        read(name, text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n" + 'A;B="' * 50_000),
        ("a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n" + " y\n" * 200_000),
        ("a.vcf", "BEGIN:VCARD\nFN:x\n" + "NOTE;ENCODING=QUOTED-PRINTABLE:=\n" * 50_000),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nx\n" + "00:00:01,000 --> 00:00:02,000\ny\n" * 50_000),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nword " + "<v " * 100_000),
        ("a.json", json.dumps([{"a": {"b": 1}}] * 50_000)),
        ("a.xml", "<?xml version='1.0'?><a>" + "<b c='1'><d>2</d></b>" * 50_000 + "</a>"),
    ],
)
def test_reading_is_linear(name, text, computing_at_most):
    with computing_at_most(30):
        assert read(name, text).text


# --- subtitles and notebooks ----------------------------------------------------------------------------------------


def test_cues_are_joined_to_sentences_with_their_time():
    source = read(
        "a.srt",
        "1\n00:00:01,000 --> 00:00:04,000\n<i>The rent of berth</i>\n\n2\n00:00:04,000 --> "
        "00:00:06,000\n{\\an8}C-117 is\n940 euros.\n\n"
        "3\n01:00:07,000 --> 01:00:09,500\n- Really?\n\n4\n01:00:09,500 --> 01:00:11,000\nAne: Yes, I "
        "am\n5\n01:00:11,000 --> 01:00:12,000\nsure",
    )
    assert source.text == (
        "[00:00:01] The rent of berth C-117 is 940 euros.\n[01:00:07] - Really?\n[01:00:09] Ane: Yes, I am sure"
    )


def test_webvtt_has_voices_notes_and_styles():
    source = read(
        "a.vtt",
        "WEBVTT - title\n\nSTYLE\n::cue {}\n\nNOTE never\n\nintro\n00:01.000 --> 00:02.000 align:start\n<v "
        "Ane Rask>Is it <c.x>open</c>\n\n"
        "00:02.000 --> 00:03.000\n<v Bo>Tom &amp; I say <00:02.500>no.</v>\n",
    )
    assert source.text == "[00:00:01] Ane Rask: Is it open\n[00:00:02] Bo: Tom & I say no."


def test_a_notebook_is_its_text_code_and_outputs():
    cells = [
        {"cell_type": "markdown", "source": ["# Rent\n", "It is **940** euros."]},
        {
            "cell_type": "code",
            "source": "rent = 940\nprint(rent)",
            "outputs": [
                {"output_type": "stream", "text": ["940\n"]},
                {
                    "data": {
                        "text/html": "<table><tr><th>Berth<th>Rent<th>Tax<tr><td>C-117<td>940<td>99</table>",
                        "text/plain": "no",
                    }
                },
                {"data": {"image/png": "AAAA", "text/plain": "<Figure>"}},
                {"output_type": "error", "ename": "ValueError", "evalue": "no rent", "traceback": ["\x1b[31mno"]},
            ],
        },
    ]
    source = read("a.ipynb", json.dumps({"cells": cells, "nbformat": 4}))
    assert source.text == (
        "Rent\n\nIt is 940 euros.\n\nrent = 940\nprint(rent)\n\n940\n\nBerth: C-117; Rent: 940; Tax: "
        "99.\n\n<Figure>\n\nValueError: no rent"
    )
    assert (source.title, source.unread) == ("Rent", ("a picture that the code has drawn: it was not read",))
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"], "outputs": [{"text": "1"}]}]}]}
    assert read("a.ipynb", json.dumps(old)).text == "x = 1\n\n1"
    assert read("a.ipynb", '{"a": 1}').text == "a: 1."


def test_large_files_are_refused():
    for name, text in (
        ("a.json", '{"a": 1}'),
        ("a.xml", "<?xml version='1.0'?><a>b</a>"),
        ("a.ipynb", '{"cells": []}'),
    ):
        with pytest.raises(UnreadableFileError, match="larger than"):
            read_data(name, text.encode(), Limits(max_markup_bytes=5))
