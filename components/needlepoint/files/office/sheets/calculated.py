"""Results of formulas for which a workbook has none, as programs leave them that write files without Excel.

IronCalc calculates them (extra ``formulas``). What it does not know, errors, and what changes with the day are left to Excel.
"""

import io
import re
import tempfile
import zipfile
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from openpyxl.utils.cell import coordinate_to_tuple

_CHANGING = re.compile(rb"\b(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|CELL|INFO|WEBSERVICE|RTD)\s*\(", re.IGNORECASE)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_RELATIONS = re.compile(r"xl/worksheets/_rels/[^/]+\.rels")
_REMARKS = re.compile(rb"<Relationship\s[^>]*/(?:comments|threadedComment|vmlDrawing|drawing)\"[^>]*?/>")
_PICTURES = ("xl/media/", "xl/drawings/")
_LARGEST = 20_000_000  # bytes of a sheet's XML


class Calculation:
    """A workbook that is calculated when a result is asked for first.

    :param data: the XLSX file, whose package has been checked.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data

    def result(self, sheet: str, coordinate: str) -> float | str | bool | None:
        """Return what a formula gives; nothing where it is not known.

        :param sheet: its title.
        :param coordinate: such as ``B5``.
        """
        if self._model is None or sheet not in self._numbers:
            return None
        row, column = coordinate_to_tuple(coordinate)
        number = self._numbers[sheet]
        with suppress(Exception):  # IronCalc's own has no public name
            if self._model.get_cell_type(number, row, column) == _error_type():
                return None
            value: float | str | bool | None = self._model.get_cell_value(number, row, column)
            return value if value != "" else None
        return None

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {each["name"]: number for number, each in enumerate(self._model.get_worksheets_properties())}

    @cached_property
    def _model(self) -> Any:
        return None if _changes(self._data) else _calculated(self._data)


def _changes(data: bytes) -> bool:
    """Tell whether some formula changes with the day or by chance, or a sheet is too large to be calculated."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [info for info in archive.infolist() if _SHEET.fullmatch(info.filename)]
        return any(info.file_size > _LARGEST or _CHANGING.search(archive.read(info)) for info in sheets)


def _without_remarks(data: bytes) -> bytes:
    """Return the workbook without the relations of its sheets to comments and drawings, on which IronCalc may fail."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = {
            info.filename: archive.read(info) for info in archive.infolist() if _RELATIONS.match(info.filename)
        }
        plain = {name: _REMARKS.sub(b"", xml) for name, xml in relations.items()}
        if plain == relations:
            return data
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as copy:
            for info in (each for each in archive.infolist() if not each.filename.startswith(_PICTURES)):
                copy.writestr(info, plain.get(info.filename) or archive.read(info))
    return buffer.getvalue()


def _error_type() -> Any:
    import ironcalc

    return ironcalc.CellType.ErrorValue


def _calculated(data: bytes) -> Any:
    try:
        import ironcalc
    except ModuleNotFoundError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsx")
        path.write_bytes(_without_remarks(data))
        try:
            model = ironcalc.load_from_xlsx(str(path))
            model.evaluate()
        except BaseException as error:  # a panic of Rust code is no Exception
            if isinstance(error, Exception) or type(error).__name__ == "PanicException":
                return None
            raise
    return model
