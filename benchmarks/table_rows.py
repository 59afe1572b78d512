"""The same rows as one table and as a file each: how many questions about their cells are answered, by the format of the table.

    python benchmarks/table_rows.py [--form csv]

There is a question about every cell except the row's name. A table of eight similar rows should be read as well as eight files of
one row each. The same questions are asked about three rows that do not exist, where any answer is wrong.
"""

import argparse
import csv
import dataclasses
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl

from needlepoint.service.facade import Service
from needlepoint.settings import Settings

HEADINGS = ["Depot", "Town", "Opened", "Manager", "Trams"]
ROWS = [
    ["Larkmere", "Oddmoor", "1978", "Ida Rusk", "64"],
    ["Kestwick", "Penholt", "2012", "Tor Amble", "31"],
    ["Vane Hill", "Saltby", "1994", "Rosa Quill", "120"],
    ["Brackholm", "Ferrow", "1969", "Jan Modd", "48"],
    ["Thornlea", "Ashgate", "2020", "Eli Stroud", "75"],
    ["Merrow", "Dunbeck", "2003", "Pia Hallow", "92"],
    ["Wexley", "Corham", "1987", "Sam Torvic", "57"],
    ["Ottersea", "Millport", "2016", "Uma Brandt", "110"],
]
ABSENT = ["Nordvik", "Hale Cross", "Pendry"]
QUESTIONS = {
    "Town": "In which town is the depot {}?",
    "Opened": "When was the depot {} opened?",
    "Manager": "Who is the manager of the depot {}?",
    "Trams": "How many trams does the depot {} have?",
}


def main() -> None:
    """Index each form of the table and ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--form", action="append", choices=[*FORMS], help="may be given several times (default: all)")
    arguments = parser.parse_args()
    present, absent = (len(each) * len(QUESTIONS) for each in (ROWS, ABSENT))
    print(
        f"{'form':12} right first  of those shown  wrong and shown, of {present};  shown, of {absent} absent;  above 50 %"
    )
    for name in arguments.form or FORMS:
        with tempfile.TemporaryDirectory() as folder:
            files = Path(folder, "files")
            files.mkdir()
            FORMS[name](files)
            right, shown, wrong, absent, sure = _asked(Path(folder, "store"), files)
        print(f"{name:12} {right:11} {shown:15} {wrong:22} {absent:20} {sure:12}", flush=True)


def _asked(store: Path, files: Path) -> tuple[int, int, int, int, int]:
    right = shown = wrong = absent = sure = 0
    settings = dataclasses.replace(Settings.from_environment(), store=store)
    with Service(settings=settings) as service:
        service.index([files])
        for heading, question in QUESTIONS.items():
            for row in ROWS:
                reply = service.ask(question.format(row[0]), top_k=1)
                first = next(iter(reply.quotes or reply.doubtful), None)
                is_right = first is not None and first.answer == row[HEADINGS.index(heading)]
                right += is_right
                shown += is_right and reply.found
                wrong += not is_right and reply.found
            for name in ABSENT:
                quotes = service.ask(question.format(name), top_k=1).quotes
                absent += bool(quotes)
                sure += any(quote.score > 0.5 for quote in quotes)
    return right, shown, wrong, absent, sure


def _csv(rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([HEADINGS, *rows])
    return written.getvalue()


def _file_each(folder: Path) -> None:
    for row in ROWS:
        Path(folder, f"{row[0]}.csv").write_text(_csv([row]))


def _docx(folder: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=0, cols=len(HEADINGS))
    for row in [HEADINGS, *ROWS]:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(Path(folder, "depots.docx")))


def _xlsx(folder: Path) -> None:
    workbook = openpyxl.Workbook()
    for row in [HEADINGS, *ROWS]:
        workbook.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    workbook.save(Path(folder, "depots.xlsx"))


def _html(folder: Path) -> None:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [HEADINGS, *ROWS])
    Path(folder, "depots.html").write_text(f"<html><body><table>{rows}</table></body></html>")


def _markdown(folder: Path) -> None:
    rows = [HEADINGS, ["---"] * len(HEADINGS), *ROWS]
    Path(folder, "depots.md").write_text("\n".join(f"| {' | '.join(row)} |" for row in rows))


FORMS: dict[str, Callable[[Path], object]] = {
    "a file each": _file_each,
    "csv": lambda folder: Path(folder, "depots.csv").write_text(_csv(ROWS)),
    "docx": _docx,
    "xlsx": _xlsx,
    "html": _html,
    "markdown": _markdown,
}

if __name__ == "__main__":
    main()
