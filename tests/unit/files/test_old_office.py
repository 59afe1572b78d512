"""Files of Office 97 to 2003, and Excel's binary form: they read as the new files do that they were made from.

``data/old_office.zip`` holds files that LibreOffice has written.
"""

import struct
import zipfile
from pathlib import Path

import pytest

from needlepoint.errors import UnreadableFileError
from needlepoint.files.limits import Limits
from needlepoint.files.office.compound import compound_file
from needlepoint.files.office.old.sheet_objects import chart_sheets, sheet_objects
from needlepoint.files.placed_cells import placed_cells
from needlepoint.files.reading import read_data
from needlepoint.text.marks import MarkKind
from xlsb import workbook

LEASE = """Harbour of Halsa \u2013 confidential

Lease

The rent is 1,234.50 euros a month, hidden: H2O and m²
1. First clause.
2. Second clause.
3. Third clause.
- Bullet one

Table

Berth: C-117; Rent: 940; From: 1 March.
Berth: C-118; Rent: 955; From: 2 March.
Berth: C-119; Rent: 970; From: 2 March.\fOn the second page \u2013 “quoted” Grüße Привет 日本 😀.

Outer: in1 in2 in3 in4."""
NOTES = """The rent [1] is 940 euros a month.

See the plan of 2024.[1]

After the box.

In a box.

Same page.

[1] Without heating.\fNext page.\fThird page ☑ ticked

[1] At the end.

Halsa Harbour Ltd"""
FORM = """Claim form 88-B

Was the vessel insured at the time of the loss: No.

Police report filed: Yes.

Preferred language of correspondence: Faroese"""
RENTS = """Berth: C-117; Rent: £1,234.50; From: 1 March 2024; Share: 12.5%; Paid: yes.
Berth: C-118; Rent: £99.00; From: 2 March 2024 14:30; Share: 50.0%; Paid: no.
Berth: Total; Rent: €1,334.
Rent: keep stay.
Berth: Quay 4; From: 1.
Berth: Quay 4; From: 36:30.
Berth: 09:30; Rent: #DIV/0!

Comment on cell A2: Ask the harbour master.\f"""
PLAN = """Berths of 2024

North quay
- Berth C-117

Area 400 m² in all 😀 Grüße

Notes: Ask about the crane.\fRents

Berth: C-117; Rent: 940; From: 1 March.
Berth: C-118; Rent: 955; From: 2 March.\f\fHarbour master: Jorunn Lie.
Pilot: Runa Vik."""


def stored(name):
    with zipfile.ZipFile(Path(__file__).parent / "data" / "old_office.zip") as archive:
        return archive.read(name)


def source_of(name):
    return read_data(name, stored(name))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lease.doc", LEASE),
        ("notes.doc", NOTES),
        ("form.doc", FORM),
        ("rents.xls", RENTS),
        ("plan.ppt", PLAN),
    ],
)
def test_the_text_is_what_a_reader_of_the_file_sees(name, text):
    source = source_of(name)
    assert source.text == text
    assert source.type == name[-3:]


def test_properties_and_titles():
    assert source_of("lease.doc").title == "Lease of berth C-117"
    assert source_of("plan.ppt").metadata == {"author": "Ms Rask", "date": "2013-01-27"}
    assert [page.title for page in source_of("plan.ppt").pages] == ["Berths of 2024", "Rents", None, None]
    assert [page.title for page in source_of("lease.doc").pages] == ["Lease", "Table"]
    assert [page.title for page in source_of("rents.xls").pages] == ["Prices", None]


def test_what_is_left_out_is_said():
    assert source_of("lease.doc").unread == ("struck-out text: left out", "hidden text: left out")
    assert "sheet Prices: a hidden row: left out" in source_of("rents.xls").unread
    assert "sheet Prices: a cell of a hidden column: left out" in source_of("rents.xls").unread
    assert "sheet Secret is hidden: left out" in source_of("rents.xls").unread
    assert source_of("plan.ppt").unread == ("slide 3 is hidden: left out",)


def test_a_comment_says_who_and_on_what():
    source = source_of("comment.doc")
    (mark,) = (mark for mark in source.marks if mark.kind is MarkKind.NOTE)
    assert source.text[mark.start : mark.end].startswith("Comment by I. Brandt on “The liability of the supplier is ")


def test_a_table_has_rows():
    rows = [mark for mark in source_of("lease.doc").marks if mark.kind is MarkKind.ROW]
    assert len(rows) == 3


def test_cells_know_their_places(tmp_path):
    (tmp_path / "rents.xls").write_bytes(stored("rents.xls"))
    text = source_of("rents.xls").text.rstrip("\f")
    rows = placed_cells(tmp_path / "rents.xls", "xls", 1, text, Limits())
    cells = {(row.number, cell.column): text[cell.start :][: len(cell.text)] for row in rows[1:] for cell in row.cells}
    assert cells[2, 2] == "£1,234.50"
    assert cells[10, 3] == "36:30"


def test_text_boxes_and_the_titles_of_charts_are_read():
    source = source_of("over.xls")
    prices, box, chart, hidden = (source.text[page.start : page.end] for page in source.pages)
    assert prices.splitlines()[-2:] == [
        "Chart: Mooring fees by quay (Quay, Euros a year)",
        "The fees of the south quay \u2013 “old part” \u2013 rise by 4 % in 2032. Grüße Привет",
    ]
    assert "Comment on cell B2: Checked by Ann" in prices
    assert (box.strip(), chart.strip(), hidden.strip()) == (
        "Only this box speaks of the winch.",
        "Chart: Fees over time",
        "",
    )


def record(kind, data=b""):
    return struct.pack("<HH", kind, len(data)) + data


def sheet_named(name, place, *, kind=0):
    return record(0x85, struct.pack("<IBBBB", place, 0, kind, len(name), 0) + name.encode())


def test_a_text_goes_on_in_several_records_and_a_picture_and_a_sheet_that_is_a_chart_are_told():
    words = "A bollard 😀 of 90 kN"
    wide = words.encode("utf-16-le")
    box = record(0x5D, struct.pack("<HHHH", 0x15, 18, 6, 1)) + record(0x1B6, bytes(10) + bytes([len(wide) // 2, 0]))
    box += record(0x3C, b"\1" + wide[:24]) + record(0x3C, b"\1" + wide[24:])
    picture = record(0x5D, struct.pack("<HHHH", 0x15, 18, 8, 2))
    over = record(0x809, bytes(16)) + box + picture + record(0x0A)
    head = record(0x809, bytes(16)) + sheet_named("Quay", 0) + sheet_named("Trend", 0, kind=2) + record(0x0A)
    place = len(head)
    head = head.replace(sheet_named("Quay", 0), sheet_named("Quay", place))
    (found,) = sheet_objects(head + over)
    assert (found.lines, found.pictures) == ([words], 1)
    assert chart_sheets(head + over) == ["Trend"]


def test_a_list_of_sheets_without_an_end_costs_no_more_than_one():
    stream = record(0x809, bytes(16)) + sheet_named("Prices", 0) * 50_000
    assert len(sheet_objects(stream)) == 50_000


def test_a_binary_workbook(tmp_path):
    rows = [["Berth", "Rent", "Paid"], ["C-117", 940.5, True], ["C-118", 955, None]]
    data = workbook({"Prices": rows, "Secret": [["x"]]}, hidden=["Secret"])
    source = read_data("rents.xlsb", data)
    assert source.text == "Berth: C-117; Rent: 940.5; Paid: yes.\nBerth: C-118; Rent: 955.\f"
    assert (source.type, source.unread) == ("xlsb", ("sheet Secret is hidden: left out",))
    (tmp_path / "rents.xlsb").write_bytes(data)
    placed = placed_cells(tmp_path / "rents.xlsb", "xlsb", 1, source.text.rstrip("\f"), Limits())
    assert [(row.number, len(row.cells)) for row in placed] == [(1, 3), (2, 3), (3, 2)]


def word_head(*, version=0xC1, flags=0):
    return b"\xec\xa5" + version.to_bytes(2, "little") + bytes(6) + flags.to_bytes(2, "little") + bytes(1_000)


@pytest.mark.parametrize(
    ("name", "streams", "reason"),
    [
        ("locked.doc", {"WordDocument": word_head(flags=0x100)}, "password-protected: remove the password"),
        ("old.doc", {"WordDocument": word_head(version=0x68)}, "a file of Word 6 or 95, or older"),
        ("empty.doc", {"WordDocument": word_head(), "0Table": bytes(100)}, "the Word file is damaged"),
        ("short.doc", {"WordDocument": b"\xec\xa5"}, "the Word file is damaged"),
        (
            "locked.ppt",
            {"PowerPoint Document": bytes(9), "Current User": bytes(12) + b"\xdf\xc4\xd1\xf3" + bytes(9)},
            "password-protected",
        ),
        ("bad.ppt", {"PowerPoint Document": bytes(99), "Current User": bytes(30)}, "the PowerPoint file is damaged"),
        ("bad.xls", {"Workbook": bytes(99)}, "the Excel file is damaged: open it in Excel, save it as .xlsx"),
        (
            "locked.xls",
            {"Workbook": b"\x09\x08\x10\0\0\6\5\0" + bytes(12) + b"\x2f\0\4\0\0\0\0\0"},
            "password-protected",
        ),
    ],
)
def test_what_cannot_be_read_is_said(name, streams, reason):
    with pytest.raises(UnreadableFileError, match=reason):
        read_data(name, compound_file({(path,): data for path, data in streams.items()}))


def test_the_file_itself_counts_and_not_what_is_embedded_in_it():
    outer = {("Workbook",): bytes(99), ("MBD00012345", "WordDocument"): word_head()}
    with pytest.raises(UnreadableFileError, match="Excel"):
        read_data("table.xls", compound_file(outer))
