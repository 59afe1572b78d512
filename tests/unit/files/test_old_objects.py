"""What old Office files embed: files, which are documents of their own, and charts, which are read with the text."""

import io
import random
import struct
import zlib

import pytest
from olefile import OleFileIO

from needlepoint.errors import UnreadableFileError
from needlepoint.files.formats import format_of
from needlepoint.files.limits import Limits
from needlepoint.files.members.unpacking import unpack
from needlepoint.files.office.compound import compound_file
from needlepoint.files.reading import read_data
from needlepoint.text.marks import MarkKind
from old_files import (
    doc_with,
    excel_chart,
    graph,
    native,
    ppt_with,
    record,
    stored,
    streams_of,
    xls_with,
)

PIER = "The pier of Tarvay is 412 metres long."
CRANE = "The crane lifts 12 tonnes."
RENT = "Berth: C-117; Rent: 940."
FEES = """Mooring fees by quay
North quay; Rent 2023: 940; Rent 2024: 990.
South quay; Rent 2023: 955.5; Rent 2024: 1005.
East quay; Rent 2023: 970; Rent 2024: 1020."""
CELLS = {(0, 1): "North", (0, 2): "South", (1, 0): "2023", (1, 1): 940, (1, 2): 955.5, (2, 0): "2024", (2, 1): 990}
ROWS = "Mooring fees\nNorth; 2023: 940; 2024: 990.\nSouth; 2023: 955.5."
MAKERS = {"a.doc": doc_with, "a.xls": xls_with, "a.ppt": ppt_with}


def parts_of(name, data, limits=None):
    return {
        part.name: part.reason or b"".join(part.chunks())
        for part in format_of(name, data).parts(data, limits or Limits())
    }


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("objects.doc", {"object1.odc": FEES, "object2.ppt": CRANE, "object3.doc": PIER, "object4.xls": RENT}),
        ("objects.ppt", {"object1.xls": RENT, "object2.doc": PIER, "object3.ppt": CRANE, "object4.odc": FEES}),
        ("objects.xls", {"object1.xls": RENT, "object2.doc": PIER, "object3.ppt": CRANE}),  # the chart is Excel's own
    ],
)
def test_objects_of_programs_are_files_of_their_own(name, held):
    found = parts_of(name, stored(name))
    assert {member: read_data(member, data).text for member, data in found.items()} == held
    assert read_data(name, stored(name)).unread == ()


def test_a_storage_that_becomes_a_file_keeps_its_streams_and_the_class_of_its_program():
    original, found = stored("objects.doc"), parts_of("objects.doc", stored("objects.doc"))
    inside = streams_of(original)
    for place, member in (
        ("_2147483645", "object2.ppt"),
        ("_2147483646", "object3.doc"),
        ("_2147483647", "object4.xls"),
    ):
        streams = {path[2:]: data for path, data in inside.items() if path[1:2] == (place,)}
        assert streams_of(found[member]) == streams
        with OleFileIO(io.BytesIO(original)) as outer, OleFileIO(io.BytesIO(found[member]), raise_defects=10) as ole:
            assert ole.root.clsid == outer.getclsid(["ObjectPool", place]) != ""


@pytest.mark.parametrize("name", MAKERS)
def test_files_keep_their_names_and_links_controls_and_equations_are_none(name):
    data = MAKERS[name](
        [
            native("annex.txt", b"The annex."),
            native("Приложение.txt", b"The other annex."),
            {("\x01Ole",): bytes(4) + b"\1\0\0\0", ("\x01Ole10Native",): b"x"},
            {("\x03OCXNAME",): b"Box", ("contents",): b"x"},
            {("Equation Native",): b"x" * 40},
            {("\x01Ole10Native",): struct.pack("<I", 4) + b"BM12"},
            {("Package",): b"%PDF-1.4 words", ("\x01CompObj",): b"x"},
            {("\x02OlePres000",): b"a picture"},
        ]
    )
    found = parts_of(name, data)
    assert found.pop("annex.txt") == b"The annex."
    assert found.pop("Приложение.txt") == b"The other annex."
    assert sorted((member.rpartition(".")[2], content) for member, content in found.items()) == [
        ("bin", "the embedded object holds nothing but a picture of itself"),
        ("bmp", b"BM12"),
        ("pdf", b"%PDF-1.4 words"),
    ]


# --- charts -----------------------------------------------------------------------------------------------------------


def test_a_chart_of_microsoft_graph_stands_at_its_place_in_a_text():
    source = read_data("a.doc", doc_with([graph(CELLS), native("annex.txt", b"The annex.")], "objects.doc"))
    assert f"Object 1:\n\n{ROWS}\n\nObject 2:" in source.text
    assert [source.text[m.start : m.end] for m in source.marks if m.kind is MarkKind.ROW] == ROWS.split("\n")[1:]


def test_a_chart_without_a_place_stands_at_the_end():
    text = read_data("a.doc", doc_with([graph(CELLS)], "notes.doc")).text
    assert text.endswith(f"Third page ☑ ticked\n\n{ROWS}\n\n[1] At the end.\n\nHalsa Harbour Ltd")


def test_an_object_is_found_by_its_number_whatever_its_sign():
    base = streams_of(stored("objects.doc"))
    place = struct.pack("<I", 2147483647)
    assert base["1Table",].count(place) + base["WordDocument",].count(place) == 1
    kept = {
        path: data.replace(place, struct.pack("<I", 0xFFFFFFF0))
        for path, data in base.items()
        if path[0] != "ObjectPool"
    }
    for name in ("_4294967280", "_-16"):
        data = compound_file(kept | {("ObjectPool", name, *path): stream for path, stream in graph(CELLS).items()})
        assert f"Object 1:\n\n{ROWS}\n\nObject 2:" in read_data("a.doc", data).text


def test_a_chart_stands_at_its_place_on_a_slide():
    data = ppt_with([graph(CELLS), native("annex.txt", b"The annex.")])
    source = read_data("a.ppt", data)
    assert (source.text, source.unread) == (f"The annexes follow.\n\n{ROWS}", ())
    assert parts_of("a.ppt", data) == {"annex.txt": b"The annex."}


@pytest.mark.parametrize("make", [doc_with, ppt_with])
def test_a_workbook_that_shows_a_chart_is_read_at_its_place_and_is_a_file_too(make):
    chart = excel_chart(["2023", "2024"], ["North", "South"], [[940, 955.5], [1990, 1005]])
    data = make([chart])
    text = "Mooring fees\nNorth; 2023: 940.00; 2024: 1,990.00.\nSouth; 2023: 955.50; 2024: 1,005.00."
    name = "a.doc" if make is doc_with else "a.ppt"
    assert text in read_data(name, data).text
    assert list(parts_of(name, data)) == ["object1.xls"]


def test_a_chart_in_a_workbook_is_a_file_that_can_be_read():
    found = parts_of("a.xls", xls_with([graph(CELLS)]))
    assert read_data("object1.xls", found["object1.xls"]).text == ROWS


@pytest.mark.parametrize(
    ("how", "rows"),
    [
        ({"in_rows": False}, "2023; North: 940; South: 955.5.\n2024; North: 990."),
        ({"drawn_rows": (2, 3)}, "North; 2024: 990."),
        ({"forms": ["0.0%"]}, "North; 2023: 94000.0%; 2024: 99000.0%.\nSouth; 2023: 95550.0%."),
        ({"title": "Fees 😀 é"}, ROWS.partition("\n")[2]),
    ],
)
def test_the_sheet_of_a_chart_is_read_as_it_is_drawn(how, rows):
    text = read_data("a.ppt", ppt_with([graph(CELLS, **how)])).text
    assert text == f"The annexes follow.\n\n{how.get('title', 'Mooring fees')}\n{rows}"


# --- damage -----------------------------------------------------------------------------------------------------------


def unpacked(name, data, folder, limits=None):
    limits = limits or Limits()
    return unpack(format_of(name, data).parts(data, limits), folder / "members", name, packed=len(data), limits=limits)


def test_a_bomb_among_the_objects_of_slides_is_refused(tmp_path):
    stated = struct.pack("<I", 900_000_000) + zlib.compress(bytes(20_000_000), 9)
    data = ppt_with([record(0x1011, stated, instance=1), native("annex.txt", b"The annex.")])
    with pytest.raises(UnreadableFileError, match="like a ZIP bomb"):
        unpacked("a.ppt", data, tmp_path)
    assert read_data("a.ppt", data).text == "The annexes follow."


def test_an_object_unpacks_to_no_more_than_it_states(tmp_path):
    stated = struct.pack("<I", 9_000_000) + zlib.compress(bytes(400_000_000), 9)
    data = ppt_with([record(0x1011, stated, instance=1), native("annex.txt", b"The annex.")])
    found = unpacked("a.ppt", data, tmp_path)
    assert found.names == ("object1.bin", "annex.txt")
    assert found.unread == ("object1.bin: the embedded object is damaged (NotOleFileError)",)


def test_an_object_larger_than_allowed_is_named(tmp_path):
    data = ppt_with([{("WordDocument",): bytes(5_000_000)}, native("annex.txt", b"The annex.")])
    found = unpacked("a.ppt", data, tmp_path, Limits(max_bytes=1_000_000))
    assert found.unread == ("object1.bin: larger than the 1 MB allowed: split it",)
    assert [member.name for member in found.members] == ["annex.txt"]


def with_size(data, name, size):
    """State another size of a stream."""
    at = data.index(name.encode("utf-16-le"))
    return data[: at + 120] + struct.pack("<Q", size) + data[at + 128 :]


def test_streams_whose_sectors_go_round_are_told(tmp_path):
    data = doc_with([{("WordDocument",): bytes(8_000), ("Trap",): bytes(8_000)}, native("annex.txt", b"The annex.")])
    start = struct.unpack_from("<I", data, data.index("Trap".encode("utf-16-le")) + 116)[0]
    (table,) = struct.unpack_from("<I", data, 76)  # the first sector of the table of sectors
    entry = 512 * (table + 1) + 4 * start
    data = data[:entry] + struct.pack("<I", start) + data[entry + 4 :]
    found = unpacked("a.doc", with_size(data, "Trap", 2_000_000_000), tmp_path)
    assert found.unread == ("object2.doc: damaged (ValueError): get the outer file again",)
    assert [member.name for member in found.members] == ["annex.txt"]


def test_of_a_file_with_a_password_nothing_is_unpacked(tmp_path):
    text, sheet, slides = (streams_of(make([native("annex.txt", b"x")])) for make in (doc_with, xls_with, ppt_with))
    main = bytearray(text["WordDocument",])
    main[11] |= 1
    text["WordDocument",] = bytes(main)
    workbook = sheet["Workbook",]
    sheet["Workbook",] = workbook[:20] + struct.pack("<HHH", 0x2F, 2, 0) + workbook[20:]
    user = slides["Current User",]
    slides["Current User",] = user[:12] + b"\xdf\xc4\xd1\xf3" + user[16:]
    for name, streams in (("a.doc", text), ("a.xls", sheet), ("a.ppt", slides)):
        data = compound_file(streams)
        with pytest.raises(UnreadableFileError, match="password-protected"):
            read_data(name, data)
        found = unpacked(name, data, tmp_path)
        assert (found.members, found.names) == ((), ())


@pytest.mark.parametrize(
    ("name", "stream"),
    [("objects.doc", "WordDocument"), ("objects.ppt", "PowerPoint Document"), ("rents.xls", "Workbook")],
)
def test_a_stream_that_states_to_be_larger_than_its_file_is_not_read(name, stream):
    with pytest.raises(UnreadableFileError, match="file is damaged: open it in"):
        read_data(name, with_size(stored(name), stream, 2_000_000_000))


@pytest.mark.parametrize("name", MAKERS)
def test_objects_in_objects_go_as_deep_as_members_may(name):
    data = MAKERS[name]([native("annex.txt", b"The annex.")])
    for _ in range(4):
        data = MAKERS[name]([streams_of(data)])
    for _ in range(4):
        (data,) = parts_of(name, data).values()
    assert parts_of(name, data) == {"annex.txt": b"The annex."}


def test_storages_in_storages_without_an_end_are_told(tmp_path):
    deep = tuple(f"s{at}" for at in range(700))
    data = compound_file({("WordDocument",): b"x", ("ObjectPool", "_1", *deep): b"x"})
    (line,) = unpacked("a.doc", data, tmp_path).unread
    assert "the Word file is damaged" in line
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_data("a.doc", data)


def lines_about(name, data, folder):
    """Return what is told of a file, and how many files are in it."""
    try:
        source, found = read_data(name, data), unpacked(name, data, folder)
    except UnreadableFileError as error:
        return [str(error)], 0
    return [*source.unread, *found.unread], len(found.members)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("seed", range(60))
def test_damaged_files_are_read_or_refused_in_one_line(name, seed, tmp_path):
    chance = random.Random(seed)
    chart = excel_chart(["2023"], ["North"], [[940]])
    objects = [graph(CELLS), chart, native("annex.txt", b"The annex."), streams_of(stored("notes.doc"))]
    data = bytearray(MAKERS[name](objects))
    for _ in range(chance.choice((5, 50, 500))):
        data[chance.randrange(512, len(data))] = chance.randrange(256)
    lines, count = lines_about(name, bytes(data), tmp_path)
    assert not any("\n" in line for line in lines)
    assert count <= len(objects)


# --- the file that is written -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(), (0, 1, 63, 64, 65), (4095, 4096, 4097, 512 * 130), (9_000_000, 5)])
def test_what_is_written_is_read_again(sizes):
    chance = random.Random(1)
    streams = {
        (*(f"s{number % 3}",) * (number % 2), f"stream {number}"): chance.randbytes(n) for number, n in enumerate(sizes)
    }
    with OleFileIO(io.BytesIO(compound_file(streams, {(): bytes(range(16))})), raise_defects=10) as ole:
        assert {tuple(path): ole.openstream(path).read() for path in ole.listdir()} == streams
        assert (ole.parsing_issues, ole.root.clsid[:8]) == ([], "03020100")


def test_thousands_of_streams_are_a_tree_that_is_not_deep():
    streams = {(f"stream {number}",): b"x" for number in range(3_000)}
    assert len(streams_of(compound_file(streams))) == 3_000


@pytest.mark.parametrize(
    "streams", [{("x" * 32,): b""}, {("a",): b"", ("a", "b"): b""}, {("a", "b"): b"", ("A",): b""}]
)
def test_names_that_cannot_be_are_refused(streams):
    with pytest.raises(ValueError, match=r"name|both|twice"):
        compound_file(streams)
