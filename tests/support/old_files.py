"""Old Office files with objects in them: those that LibreOffice has written, with other objects in place of theirs."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from olefile import OleFileIO

from needlepoint.files.office.compound import compound_file

STORED = Path(__file__).parents[1] / "unit" / "files" / "data" / "old_office.zip"
FIRST_OBJECT = 2147483647  # the number of the first object in the text of objects.doc


def stored(name):
    """Return a file that LibreOffice has written."""
    with zipfile.ZipFile(STORED) as archive:
        return archive.read(name)


def streams_of(data):
    with OleFileIO(io.BytesIO(data)) as ole:
        return {tuple(path): ole.openstream(path).read() for path in ole.listdir()}


def native(name, data):
    """Return the stream of a file that is embedded as such; names that need it stand behind it once more."""
    ansi = name.encode("cp1252", "replace")
    packed = struct.pack("<H", 2) + ansi + b"\0C:\\" + ansi + b"\0" + struct.pack("<II", 3, 3)
    packed += b"x:\0" + struct.pack("<I", len(data)) + data
    for text in ("x:\0", name, f"C:\\{name}") if "?" in ansi.decode("cp1252") else ():
        packed += struct.pack("<I", len(text)) + text.encode("utf-16-le")
    return {("\x01Ole10Native",): struct.pack("<I", len(packed)) + packed}


def doc_with(objects, base="objects.doc"):
    """Return a ``.doc`` with these objects.

    :param objects: for each its streams by path; the text of the base has places for four.
    """
    return _with(stored(base), objects, lambda number: ("ObjectPool", f"_{FIRST_OBJECT - number}"))


def xls_with(objects):
    """Return an ``.xls`` with these objects."""
    return _with(stored("objects.xls"), objects, lambda number: (f"MBD{number:08X}",))


def _with(data, objects, place):
    kept = {path: stream for path, stream in streams_of(data).items() if path[0][:3] not in ("Obj", "MBD")}
    for number, streams in enumerate(objects):
        kept |= {(*place(number), *path): stream for path, stream in streams.items()}
    return compound_file(kept)


def old_word(members):
    """Return a ``.doc`` with the members embedded, as icons with their names."""
    return doc_with([native(*each) for each in members.items()], "notes.doc")


def old_sheet(members):
    """Return an ``.xls`` with the members embedded."""
    return xls_with([native(*each) for each in members.items()])


def old_slides(members):
    """Return a ``.ppt`` with the members embedded."""
    return ppt_with([native(*each) for each in members.items()])


def record(kind, data=b"", *, version=0, instance=0):
    return struct.pack("<HHI", version | instance << 4, kind, len(data)) + data


def container(kind, *records, instance=0):
    return record(kind, b"".join(records), version=15, instance=instance)


def kept_object(streams):
    """Return the record of an object, compressed as PowerPoint has it."""
    data = compound_file(streams)
    return record(0x1011, struct.pack("<I", len(data)) + zlib.compress(data, 9), instance=1)


def ppt_with(objects):
    """Return a ``.ppt`` of one slide with these objects; the slide shows the first.

    :param objects: for each its streams by path, or the record that keeps it.
    """
    kept = [each if isinstance(each, bytes) else kept_object(each) for each in objects]
    text = container(0xF00D, record(0x0F9F, struct.pack("<I", 4)), record(0x0FA8, b"The annexes follow."))
    anchor = record(0xF010, struct.pack("<4h", 100, 100, 900, 400))
    shown = container(0xF011, record(0x0BC1, struct.pack("<I", 1)))
    below = record(0xF010, struct.pack("<4h", 500, 100, 900, 900))
    shapes = container(
        0xF003,
        container(0xF004),
        container(0xF004, record(0xF00A, bytes(8), instance=202), anchor, text),
        container(0xF004, record(0xF00A, bytes(8), instance=75), below, shown),
    )
    slide = container(0x03EE, record(0x03EF, bytes(24)), container(0x040C, container(0xF002, shapes)))
    listed = container(
        0x0409,
        *(
            container(0x0FCC, record(0x0FC3, struct.pack("<6I", 1, 0, number, 0, 2 + number, 0), version=1))
            for number in range(1, len(kept) + 1)
        ),
    )
    document = container(0x03E8, listed, container(0x0FF0, record(0x03F3, struct.pack("<5I", 2, 0, 0, 256, 0))))
    parts = [document, slide, *kept]
    places = [sum(map(len, parts[:at])) for at in range(len(parts))]
    directory = record(0x1772, struct.pack(f"<{1 + len(parts)}I", len(parts) << 20 | 1, *places))
    end = sum(map(len, parts))
    edit = record(0x0FF5, struct.pack("<IHBBIIII", 0, 0, 0, 3, 0, end, 1, 0) + bytes(8))
    user = struct.pack("<HHIII", 0, 0x0FF6, 20, 20, 0xE391C05F) + struct.pack("<I", end + len(directory))
    stream = b"".join([*parts, directory, edit])
    return compound_file({("PowerPoint Document",): stream, ("Current User",): user})


def biff(kind, data=b""):
    return struct.pack("<HH", kind, len(data)) + data


def _short(text):
    coded = text.encode("utf-16-le")
    return bytes([len(coded) // 2, 1]) + coded


def _title(text, link):
    inside = (
        biff(0x1051, bytes(8)) + biff(0x100D, b"\0\0" + _short(text)) + biff(0x1027, struct.pack("<3H", link, 0, 0))
    )
    return biff(0x1025, bytes(32)) + biff(0x1033) + inside + biff(0x1034)


def graph(cells, *, title="Mooring fees", in_rows=True, drawn_rows=(), forms=()):
    """Return the stream of a chart of Microsoft Graph (MS-OGRAPH).

    :param cells: texts and numbers by row and column.
    :param drawn_rows: the first of each stretch of rows that is drawn, and the one behind its last.
    :param forms: number formats; the first one is that of all numbers.
    """
    code = 164 if forms else 0
    made = biff(0x0809, struct.pack("<4H", 0x0680, 5, 0, 0x07CD))
    for at, form in enumerate(forms, start=164):
        made += biff(0x041E, struct.pack("<HHB", at, len(form), 1) + form.encode("utf-16-le"))
    made += biff(0x000A) + biff(0x0809, struct.pack("<4H", 0x0680, 0x8000, 0, 0x07CD))
    made += biff(0x1055, bytes([in_rows]) + bytes(4))
    made += biff(0x1053, struct.pack(f"<{len(drawn_rows)}H", *drawn_rows)) if drawn_rows else b""
    for (row, column), value in cells.items():
        head = struct.pack("<HHBH", row, column, 0, code)
        made += (
            biff(0x0204, head + _short(value))
            if isinstance(value, str)
            else biff(0x0003, head + struct.pack("<d", value))
        )
    made += biff(0x1002, bytes(16)) + biff(0x1033) + _title(title, 1) + _title("Quay", 3) + biff(0x1034)
    return {("Workbook",): made + biff(0x000A)}


def excel_chart(names, categories, values, *, title="Mooring fees"):
    """Return the stream of a workbook that is embedded as its sheet with a chart (MS-XLS), with the values kept beside it."""
    chart = biff(0x0809, struct.pack("<4H", 0x0600, 0x20, 0, 0)) + biff(0x1002, bytes(16)) + biff(0x1033)
    for name in names:
        references = biff(0x1051, bytes(8)) + biff(0x100D, b"\0\0" + _short(name))
        references += biff(0x1051, struct.pack("<BBHHH", 1, 2, 0, 4, 0))
        chart += biff(0x1003, bytes(12)) + biff(0x1033) + references + biff(0x1034)
    trend = biff(0x104A, b"\1\0")
    chart += biff(0x1003, bytes(12)) + biff(0x1033) + trend + biff(0x1034)
    chart += _title(title, 1) + biff(0x1034) + biff(0x1065, struct.pack("<H", 1))
    for series, row in enumerate(values):
        for at, value in enumerate(row):
            chart += biff(0x0203, struct.pack("<HHHd", at, series, 0, value))
    chart += biff(0x1065, struct.pack("<H", 2))
    for series in range(len(names)):
        for at, category in enumerate(categories):
            chart += biff(0x0204, struct.pack("<HHHHB", at, series, 0, len(category), 0) + category.encode())
    window = biff(0x003D, struct.pack("<9H", 0, 0, 0, 0, 0, 1, 0, 1, 600))
    head = biff(0x0809, struct.pack("<4H", 0x0600, 5, 0, 0)) + window

    def sheets(place):
        listed = (("Data", 0, 0), ("Chart", 2, place))
        return b"".join(
            biff(0x0085, struct.pack("<IBBBB", at, 0, kind, len(name), 0) + name.encode()) for name, kind, at in listed
        )

    place = len(head + sheets(0) + biff(0x000A))
    return {("Workbook",): head + sheets(place) + biff(0x000A) + chart + biff(0x000A)}
