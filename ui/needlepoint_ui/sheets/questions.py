"""The questions of a sheet while they are edited: pasted lines, a file, or rows of a small grid."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from needlepoint.errors import SheetError
from needlepoint.sheets.questions import Kind, read_questions
from needlepoint_ui.service.sheet_models import SheetColumn

EXAMPLES = ("Who is it between?", "When does it end?", "What does it cost?")
KINDS = [str(kind) for kind in Kind]
FILE_TYPES = ["txt", "csv", "tsv", "xlsx", "yaml", "yml", "json"]
FIELDS = ("Question", "Short name", "Kind", "Hint")


def from_lines(text: str) -> list[SheetColumn]:
    """Return the question of each line; empty lines and bullets are left out."""
    lines = (" ".join(line.strip().lstrip("-*•").split()) for line in text.splitlines())
    return [SheetColumn(line) for line in lines if line and not line.startswith("#")]


def from_file(name: str, data: bytes) -> list[SheetColumn]:
    """Return the questions of a file: a line each, or a table with the columns question, short name, kind and hint.

    :raises SheetError: the file cannot be read; the message says why and names the file.
    """
    with tempfile.TemporaryDirectory(prefix="needlepoint-questions-") as folder:
        path = Path(folder, f"questions{Path(name).suffix.lower()}")
        path.write_bytes(data)
        try:
            found = read_questions(path)
        except SheetError as error:
            raise SheetError(str(error).replace(path.name, name, 1)) from error
    return [SheetColumn(each.text, each.name, str(each.kind), each.hint) for each in found]


def added(before: Sequence[SheetColumn], new: Iterable[SheetColumn]) -> list[SheetColumn]:
    """Return questions with others after them; those that are there already are left out."""
    found = {column.question.casefold(): column for column in before}
    for column in new:
        found.setdefault(column.question.casefold(), column)
    return list(found.values())


def from_rows(rows: Iterable[Mapping[str, Any]]) -> list[SheetColumn]:
    """Return the questions of the grid's rows; rows without a question are left out."""
    columns = []
    for row in rows:
        question, name, kind, hint = (_text(row.get(field)) for field in FIELDS)
        if question:
            columns.append(SheetColumn(question, name, kind or KINDS[0], hint))
    return columns


def to_rows(columns: Iterable[SheetColumn]) -> list[dict[str, str]]:
    """Return questions as the grid's rows."""
    return [
        dict(zip(FIELDS, (column.question, column.name, column.kind, column.hint), strict=True)) for column in columns
    ]


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
