"""The questions of a sheet, and the files that list them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from needlepoint.errors import SheetError
from needlepoint.files.plain import has_binary_bytes
from needlepoint.text.cleaning import clean

MOST_QUESTIONS = 1_000
LONGEST_QUESTION = 1_000  # characters
_LONGEST_NAME = 60
_MOST_BYTES = 10_000_000
_COLUMNS = frozenset({"question", "short name", "kind", "hint"})


class Kind(StrEnum):
    """What kind of value answers a question; values of a column are compared by it."""

    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"
    PERIOD = "period"
    NAME = "name"
    YES_NO = "yes/no"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class SheetQuestion:
    """A column of a sheet.

    :param text: the question, put to every document.
    :param name: the column's heading, different from all others.
    :param kind: how values are compared; a ``list`` shows all answers of a document, any other kind the best.
    :param hint: words that the search adds to the question, and the reader does not see.
    """

    text: str
    name: str
    kind: Kind = Kind.TEXT
    hint: str = ""


def read_questions(path: Path) -> list[SheetQuestion]:
    """Read the questions of a file.

    :param path: a text file with a question a line, or CSV, TSV, XLSX, YAML or JSON with a column ``question`` and, if wanted,
        ``short name``, ``kind`` and ``hint``.
    :raises SheetError: the file cannot be read, or a question in it is wrong; the message names its place.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SheetError(f"{path}: cannot be read ({error.strerror or error})") from error
    if len(data) > _MOST_BYTES:
        raise SheetError(f"{path}: larger than {_MOST_BYTES / 1e6:.0f} MB: is this a file of questions?")
    reader = _FORMATS.get(path.suffix.lower(), _lines)
    if reader is not _workbook and has_binary_bytes(data):
        raise SheetError(f"{path.name}: it is no text: write a question a line, or CSV, XLSX, YAML or JSON")
    try:
        return questions_from(reader(data))
    except SheetError as error:
        raise SheetError(f"{path.name}: {error}") from error


def questions_from(given: Iterable[str | Mapping[str, Any]]) -> list[SheetQuestion]:
    """Return the questions of a sheet, checked.

    :param given: each a text, or a mapping with ``question`` and, if wanted, ``short name``, ``kind`` and ``hint``.
    :raises SheetError: there is none, there are too many, or one is empty, too long, repeated or of an unknown kind.
    """
    questions: list[SheetQuestion] = []
    numbers: dict[str, int] = {}
    for number, each in enumerate(given, start=1):
        question = _question({"question": each} if isinstance(each, str) else each, number)
        same = question.text.casefold()
        if same in numbers:
            raise SheetError(f"questions {numbers[same]} and {number} are the same: remove one ({question.text[:60]})")
        numbers[same] = number
        questions.append(question)
        if number > MOST_QUESTIONS:
            raise SheetError(f"more than {MOST_QUESTIONS:,} questions: make several sheets")
    if not questions:
        raise SheetError("no question: write a question a line, such as 'Which law governs the agreement?'")
    return _with_names(questions)


def _question(given: Mapping[str, Any], number: int) -> SheetQuestion:
    values = {str(key).strip().lower().replace("_", " "): _text(value) for key, value in given.items()}
    unknown = values.keys() - _COLUMNS
    if unknown:
        raise SheetError(f"question {number} has '{min(unknown)}': the columns are question, short name, kind and hint")
    text = values.get("question", "")
    if not text:
        raise SheetError(f"question {number} is empty")
    if not any(character.isalnum() for character in text):
        raise SheetError(f"question {number} has no words: '{text[:30]}'")
    if len(text) > LONGEST_QUESTION:
        raise SheetError(f"question {number} has {len(text):,} characters, at most {LONGEST_QUESTION:,} are allowed")
    return SheetQuestion(
        text, values.get("short name", "")[:_LONGEST_NAME], _kind(values, number), values.get("hint", "")
    )


def _kind(values: Mapping[str, str], number: int) -> Kind:
    kind = values.get("kind", "").lower().replace("yes-no", "yes/no").replace("yes or no", "yes/no")
    try:
        return Kind(kind or Kind.TEXT)
    except ValueError:
        raise SheetError(f"question {number}: kind '{kind[:30]}' is none of {', '.join(Kind)}") from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " ".join(map(_text, value))
    if isinstance(value, bool | int | float | str):
        return " ".join(clean(str(value)).split())
    raise SheetError(f"'{str(value)[:30]}' is no text")


def _with_names(questions: Sequence[SheetQuestion]) -> list[SheetQuestion]:
    """Give every question a heading of its own: the stated one, else its first words."""
    named: list[SheetQuestion] = []
    taken: set[str] = set()
    for question in questions:
        base = question.name or _first_words(question.text)
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(name.casefold())
        named.append(SheetQuestion(question.text, name, question.kind, question.hint))
    return named


def _first_words(text: str) -> str:
    text = text.rstrip(" ?")
    if len(text) <= _LONGEST_NAME:
        return text
    return text[: _LONGEST_NAME - 1].rsplit(" ", 1)[0] + "…"


def _lines(data: bytes) -> Sequence[str | Mapping[str, Any]]:
    lines = (" ".join(line.split()) for line in _decoded(data).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _table(data: bytes) -> Sequence[str | Mapping[str, Any]]:
    text = _decoded(data)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return _with_headings(rows)


def _workbook(data: bytes) -> Sequence[str | Mapping[str, Any]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = [
            ["" if value is None else value for value in row] for row in book.worksheets[0].iter_rows(values_only=True)
        ]
    except Exception as error:  # whatever the library makes of broken data
        raise SheetError(f"not a workbook that can be read ({type(error).__name__}): save it again as .xlsx") from error
    return _with_headings(rows)


def _with_headings(rows: Sequence[Sequence[Any]]) -> Sequence[str | Mapping[str, Any]]:
    rows = [row for row in rows if any(str(cell).strip() for cell in row)]
    headings = [str(cell).strip() for cell in rows[0]] if rows else []
    if "question" in (heading.lower() for heading in headings):
        return [{key: value for key, value in zip(headings, row, strict=False) if key} for row in rows[1:]]
    if any(str(cell).strip() for row in rows for cell in row[1:]):
        raise SheetError("its first line has no column 'question': name the columns question, short name, kind, hint")
    return [str(row[0]) for row in rows]


def _yaml(data: bytes) -> Sequence[str | Mapping[str, Any]]:
    import yaml

    try:
        loaded = yaml.safe_load(_decoded(data))
    except yaml.YAMLError as error:
        raise SheetError(f"not YAML: {' '.join(str(error).split())[:200]}") from error
    listed = loaded.get("questions") if isinstance(loaded, dict) else loaded
    if not isinstance(listed, list) or not all(isinstance(each, str | dict) for each in listed):
        raise SheetError("it must be a list of questions, each a text or a mapping with 'question'")
    return listed


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


_FORMATS = {
    ".csv": _table, ".tsv": _table, ".tab": _table, ".xlsx": _workbook, ".yaml": _yaml, ".yml": _yaml, ".json": _yaml,
}  # fmt: skip
