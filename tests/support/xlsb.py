"""Writes workbooks in Excel's binary form ([MS-XLSB]), as small as Excel's readers take them."""

import io
import struct
import zipfile

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.bin" '
    'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)
_LINKS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_LINK = (
    '<Relationship Id="rId{0}" Target="worksheets/sheet{0}.bin" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
)
_ROW, _TEXT, _NUMBER, _TRUE = 0, 6, 5, 4
_SHEETS_BEGIN, _SHEETS_END, _SHEET, _BOOK_END = 143, 144, 156, 132
_DATA_BEGIN, _DATA_END, _SIZE = 145, 146, 148


def workbook(sheets, hidden=()):
    """Return a workbook.

    :param sheets: rows of texts, numbers and truths by name.
    :param hidden: names of hidden sheets.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        links = "".join(_LINK.format(number) for number in range(1, len(sheets) + 1))
        archive.writestr("xl/_rels/workbook.bin.rels", _LINKS.format(links))
        listed = b"".join(
            _record(_SHEET, struct.pack("<II", 2 * (name in hidden), number) + _string(f"rId{number}") + _string(name))
            for number, name in enumerate(sheets, start=1)
        )
        archive.writestr("xl/workbook.bin", _record(_SHEETS_BEGIN) + listed + _record(_SHEETS_END) + _record(_BOOK_END))
        for number, rows in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{number}.bin", _sheet(rows))
    return buffer.getvalue()


def _sheet(rows):
    width = max(map(len, rows), default=1)
    data = _record(_SIZE, struct.pack("<4I", 0, max(0, len(rows) - 1), 0, width - 1)) + _record(_DATA_BEGIN)
    for number, row in enumerate(rows):
        data += _record(_ROW, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        data += b"".join(_cell(column, value) for column, value in enumerate(row) if value is not None)
    return data + _record(_DATA_END)


def _cell(column, value):
    place = struct.pack("<II", column, 0)
    if isinstance(value, bool):
        return _record(_TRUE, place + bytes([value]))
    if isinstance(value, str):
        return _record(_TEXT, place + _string(value))
    return _record(_NUMBER, place + struct.pack("<d", value))


def _string(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind, data=b""):
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(data)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + data
