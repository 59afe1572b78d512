"""Draw the pages of the blind set at random, so that nobody chose them for what a reader does with them.

    python benchmarks/pdf_draw.py FOLDER

FOLDER holds the unpacked archives of ../shared/data/documents. Pages of ``pdf_pages`` and pages without a text layer are left
out, and a document gives three pages at most. Prints 28 pages of contracts and 12 of other documents (fewer where they have no
more), one a line.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2

SEED = 20261128
CONTRACTS, OTHERS, A_DOCUMENT = 28, 12, 3
_LABELLED = {path.stem for path in Path(__file__).with_name("pdf_pages").glob("*.txt")}
_LEAST_CHARS = 20  # on a page with a text layer


def main() -> None:
    """Draw and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the unpacked archives")
    folder = parser.parse_args().folder
    draw = random.Random(SEED)
    for count, paths in (
        (CONTRACTS, sorted(folder.glob("contracts_pdf/*.pdf"))),
        (OTHERS, sorted(folder.glob("mixed/*.pdf"))),
    ):
        print("\n".join(_drawn(count, [page for path in paths for page in _candidates(path)], draw)))


def _candidates(path: Path) -> Iterator[tuple[str, int]]:
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return  # encrypted
    for index, page in enumerate(pdf):
        has_text = len(page.get_textpage().get_text_bounded().strip()) >= _LEAST_CHARS
        if has_text and f"{path.stem}@{index + 1}" not in _LABELLED:
            yield path.stem, index + 1


def _drawn(count: int, candidates: Sequence[tuple[str, int]], draw: random.Random) -> list[str]:
    """Return pages drawn one by one, without those of a document that has given its share."""
    shuffled = draw.sample(candidates, len(candidates))
    taken: Counter[str] = Counter()
    pages: list[str] = []
    for name, number in shuffled:
        if len(pages) < count and taken[name] < A_DOCUMENT:
            taken[name] += 1
            pages.append(f"{name}@{number}")
    return sorted(pages)


if __name__ == "__main__":
    main()
