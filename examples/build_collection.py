"""Build the example collection: ``python examples/build_collection.py [--output FOLDER]``.

The texts stand in ``sources/``, one file for each document; ``report.pdf.md`` becomes ``report.pdf``. Plain files
(Markdown, text, CSV) need no building and are kept in ``collection/`` itself. Needs reportlab beside Needlepoint's
own dependencies.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from building import mail, pdf, scan, slides, web, word, workbook  # noqa: E402
from building.sources import Source, read_source  # noqa: E402

WRITERS: dict[str, Callable[[Source, Path], None]] = {
    ".docx": word.write,
    ".eml": mail.write,
    ".html": web.write,
    ".pdf": pdf.write,
    ".pptx": slides.write,
    ".xlsx": workbook.write,
}


def build(output: Path) -> list[Path]:
    """Write every document that has a source into the folder.

    :returns: the files written.
    """
    output.mkdir(parents=True, exist_ok=True)
    written = []
    for path in sorted((HERE / "sources").glob("*.md")):
        source = read_source(path)
        target = output / source.name
        write = scan.write if "scan" in source.properties else WRITERS[target.suffix]
        write(source, target)
        written.append(target)
    return written


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the example collection from its sources.")
    parser.add_argument("--output", type=Path, default=HERE / "collection")
    for path in build(parser.parse_args().output):
        print(path)


if __name__ == "__main__":
    main()
