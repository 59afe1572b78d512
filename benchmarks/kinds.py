"""How long files of each kind take to read: CPU time for a megabyte of the file, and for a thousand words of its text.

    python benchmarks/kinds.py examples/collection ~/documents

Each file is read twice in this process, without OCR, and the second time counts: the first one loads the kind's library.
"""

import argparse
import os
from collections import defaultdict
from pathlib import Path
from time import process_time

from needlepoint.errors import UnreadableFileError
from needlepoint.files.file_document import read_here


def main() -> None:
    """Read all files of some folders, and print a line for each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    folders = parser.parse_args().folders
    os.environ["NEEDLEPOINT_OCR"] = "off"
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0] * 4)
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        try:
            read_here(path)
            begun = process_time()
            document = read_here(path)
        except UnreadableFileError:
            continue
        row = totals[document.meta["type"]]
        for at, value in enumerate((1, process_time() - begun, path.stat().st_size / 1e6, len(document.text.split()))):
            row[at] += value
    print("| kind | files | MB | words | CPU s a MB | CPU ms a 1,000 words |\n|---|---:|---:|---:|---:|---:|")
    for kind, (files, seconds, size, words) in sorted(totals.items()):
        a_word = f"{1e6 * seconds / words:,.1f}" if words else "-"
        print(f"| {kind} | {files:,.0f} | {size:,.2f} | {words:,.0f} | {seconds / size:,.2f} | {a_word} |")


if __name__ == "__main__":
    main()
