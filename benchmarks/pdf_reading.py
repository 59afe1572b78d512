"""Measure how PDF pages are read: words, order, sentences at page ends and cells of tables, beside other readers.

    python benchmarks/pdf_reading.py [FOLDER]

FOLDER holds the PDFs (default: the archives in ../shared/data/documents). The other readers are measured where they are
installed: pip install pypdf pdfplumber "markitdown[pdf]".

``pdf_pages/NAME@PAGE.txt`` is what a person reads on a page, checked by eye against the rendered page: a paragraph a line in
reading order; ``| heading: value; heading: value`` is a row of a table, ``= text`` furniture of the page, and ``~ text`` words
within a drawing, which are not measured. ``pdf_page_ends.tsv`` has the page ends of the contracts at which a sentence goes on,
with its last words before and its first words after them. The pages were drafted with the reader and in view while it was made:
for Needlepoint this is a check against regression, not a blind test.
"""

import argparse
import csv
import re
import sys
import tarfile
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.files.limits import Limits  # noqa: E402
from needlepoint.files.pdf.reading import read_pdf  # noqa: E402
from needlepoint.text.marks import MarkKind  # noqa: E402

ARCHIVES = ROOT.parent / "shared" / "data" / "documents"
GOLD = Path(__file__).with_name("pdf_pages")
ENDS = Path(__file__).with_name("pdf_page_ends.tsv")
_PROBE = 5  # words that find a place in a text

Reader = Callable[[Path], list[str]]
"""A file in, the text of each page out; a form feed at its end where the reader says that the sentence ends there."""


class Page(NamedTuple):
    """A page of the labelled set."""

    name: str
    number: int
    paragraphs: list[str]
    rows: list[str]
    furniture: list[str]
    drawn: list[str]


def main() -> None:
    """Read, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="PDF files; default: ../shared/data/documents")
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as unpacked:
        files = {path.stem: path for path in sorted((folder or _unpack(Path(unpacked))).rglob("*.pdf"))}
        pages, ends = list(_pages()), list(_ends())
        print(
            f"{len(pages)} pages, {sum(len(p.rows) for p in pages)} rows of tables, {len(ends)} sentences over page ends\n"
        )
        print(f"{'reader':<13}{'words':>8}{'order':>8}{'split':>8}{'cells':>8}{'pages/s':>9}")
        for name, reader in _readers():
            _measure(name, reader, files, pages, ends)


def _measure(
    name: str, reader: Reader, files: dict[str, Path], pages: Sequence[Page], ends: Sequence[list[str]]
) -> None:
    needed = {page.name for page in pages} | {end[0] for end in ends}
    texts: dict[str, list[str]] = {}
    begun = time.process_time()
    for stem in sorted(needed):
        texts[stem] = reader(files[stem])
    seconds = time.process_time() - begun
    words = fmean(_word_accuracy(page, texts[page.name][page.number - 1]) for page in pages)
    order = fmean(_order(page, texts[page.name][page.number - 1]) for page in pages)
    cells = [_has_cell(cell, texts[page.name][page.number - 1]) for page in pages for cell in _cells(page)]
    split = sum(_is_split(end, texts[end[0]]) for end in ends)
    speed = sum(map(len, texts.values())) / seconds
    print(f"{name:<13}{words:>8.3f}{order:>8.3f}{split:>8}{fmean(cells):>8.3f}{speed:>9.0f}", flush=True)


def _unpack(target: Path) -> Path:
    for archive in sorted(ARCHIVES.glob("*.tar.xz")):
        with tarfile.open(archive) as tar:
            tar.extraction_filter = getattr(tarfile, "data_filter", None)  # Python before 3.11.4 has none
            tar.extractall(target)
    return target


def _pages() -> Iterator[Page]:
    for path in sorted(GOLD.glob("*.txt")):
        name, _, number = path.stem.rpartition("@")
        kinds: dict[str, list[str]] = {"|": [], "=": [], "~": [], "": []}
        for line in path.read_text(encoding="utf-8").splitlines():
            kind = line[0] if line[:2] in ("| ", "= ", "~ ") else ""
            kinds[kind].append(line[2:] if kind else line)
        yield Page(name, int(number), kinds[""], kinds["|"], kinds["="], kinds["~"])


def _ends() -> Iterator[list[str]]:
    with ENDS.open(encoding="utf-8") as file:
        yield from list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def _tokens(text: str) -> list[str]:
    """Return the words of a text as far as readers may be expected to agree on them."""
    plain = unicodedata.normalize("NFKC", re.sub(r"\[(\d{1,3})\]", r" \1 ", text)).replace("\u00ad", "")
    return re.findall(r"\w+(?:['’.,/-]\w+)*", plain.casefold())  # noqa: RUF001


def _word_accuracy(page: Page, text: str) -> float:
    """Return the F1 of words, whatever their order; the names of columns count once."""
    names = {name for row in page.rows for name, _ in _named(row)}
    values = [value for row in page.rows for _, value in _named(row)]
    gold = Counter(_tokens(" ".join([*page.paragraphs, *page.furniture, *names, *values])))
    drawn = Counter(_tokens(" ".join(page.drawn)))
    repeated = Counter(_tokens(" ".join(name for row in page.rows for name, _ in _named(row)))) - Counter(
        _tokens(" ".join(names))
    )
    found = Counter(_tokens(text)) - drawn
    right = sum((gold & found).values())
    extra = sum((found - gold - repeated).values())
    missing = sum((gold - found).values())
    return 2 * right / max(2 * right + extra + missing, 1)


def _order(page: Page, text: str) -> float:
    """Return Kendall's tau of the lines' places: 1 where all stand in the order in which a person reads them."""
    tokens = _tokens(text)
    at = {tuple(tokens[place : place + _PROBE]): place for place in range(len(tokens) - _PROBE + 1)}
    probes = []
    for paragraph in page.paragraphs:
        words = _tokens(paragraph)
        probes += [tuple(words[begin : begin + _PROBE]) for begin in range(0, len(words) - _PROBE + 1, 2 * _PROBE)]
    words = _tokens(" ".join(page.paragraphs))
    seen = Counter(tuple(words[place : place + _PROBE]) for place in range(len(words) - _PROBE + 1))
    places = [at.get(probe, -1) for probe in probes if seen[probe] == 1]  # what is said twice tells no place
    pairs = [(a, b) for index, a in enumerate(places) for b in places[index + 1 :]]
    if not pairs:
        return 1.0
    return fmean(0.0 if a < 0 or b < 0 else (1.0 if a < b else -1.0) for a, b in pairs)


def _named(row: str) -> list[tuple[str, str]]:
    parts = [part.rpartition(": ") for part in row.split("; ")]
    return [(name, value) for name, _, value in parts]


def _cells(page: Page) -> list[tuple[str, str, str]]:
    """Return label of the row, name of the column, and value of each cell but the label's own."""
    cells = []
    for row in page.rows:
        (_, label), *others = _named(row)
        cells += [(label, name, value) for name, value in others]
    return cells


def _has_cell(cell: tuple[str, str, str], text: str) -> bool:
    """Tell whether some line of the text says all three, the value right after the name of its column."""
    label, name, value = (" ".join(_tokens(part)) for part in cell)
    for line in text.splitlines():
        words = f" {' '.join(_tokens(line))} "
        if f" {name} {value} ".replace("  ", " ") in words and label in words:
            return True
    return False


def _is_split(end: list[str], texts: Sequence[str]) -> bool:
    """Tell whether anything stands between the words before a page end and those after it, or a sentence ends there."""
    _, number, before, after = end
    text = "\n".join(texts[int(number) - 1 : int(number) + 3])
    pattern = (
        r"\W{0,4}".join(map(re.escape, re.findall(r"\w+", before)))
        + r"[^\w\f]{0,4}"
        + r"\W{0,4}".join(map(re.escape, re.findall(r"\w+", after)))
    )
    return re.search(pattern, text) is None


def _readers() -> Iterator[tuple[str, Reader]]:
    yield "needlepoint", _needlepoint
    for name, make in (("pypdf", _pypdf), ("pdfplumber", _pdfplumber), ("markitdown", _markitdown)):
        try:
            yield name, make()
        except ModuleNotFoundError:
            print(f"{name:<13}  not installed")


def _needlepoint(path: Path) -> list[str]:
    source = read_pdf(path.read_bytes(), Limits())
    assert all(mark.kind in MarkKind for mark in source.marks)
    starts = [page.start for page in source.pages[1:]] + [len(source.text)]
    return [
        source.text[page.start : page.end] + ("\f" if start > page.end else "")
        for page, start in zip(source.pages, starts, strict=True)
    ]


def _pypdf() -> Reader:
    from pypdf import PdfReader

    return lambda path: [page.extract_text() for page in PdfReader(path).pages]


def _pdfplumber() -> Reader:
    import pdfplumber

    def read(path: Path) -> list[str]:
        with pdfplumber.open(path) as pdf:
            return ["\n".join([page.extract_text(), *_table_lines(page.extract_tables())]) for page in pdf.pages]

    return read


def _table_lines(tables: Sequence[Sequence[Sequence[str | None]]]) -> Iterator[str]:
    for names, *rows in tables:
        for row in rows:
            yield "; ".join(
                f"{name or ''}: {value or ''}".replace("\n", " ") for name, value in zip(names, row, strict=True)
            )


def _markitdown() -> Reader:
    import pypdfium2
    from markitdown import MarkItDown

    converter = MarkItDown()

    def read(path: Path) -> list[str]:
        """Return its text parted at form feeds: it tells no pages."""
        text = converter.convert(str(path)).text_content
        with pypdfium2.PdfDocument(path) as pdf:
            count = len(pdf)
        parts = text.split("\f")
        return (parts + [""] * count)[:count]

    return read


if __name__ == "__main__":
    main()
