"""Measure how PDF pages are read: words, order, paragraphs, cells of tables and page ends, beside other readers.

    python benchmarks/pdf_reading.py [FOLDER]

FOLDER holds the PDFs (default: the archives in ../shared/data/documents). The other readers are measured where they are
installed: pip install pypdf pdfplumber "markitdown[pdf]".

A label file ``NAME@PAGE.txt`` is what a person reads on a page, checked by eye against the rendered page: a paragraph a line in
reading order; ``| heading: value; heading: value`` is a row of a table, ``= text`` furniture of the page, and ``~ text`` words
within a drawing, which are not measured. There are two sets:

- ``pdf_pages``: drafted with Needlepoint's reader and in view while it was made; for Needlepoint a check against regression.
- ``pdf_pages_blind``: written before anyone saw what the reader does with these pages. ``pdf_draw.py`` drew 39 of them at
  random; ten with tables, side-by-side columns, signatures and drawings were added by eye.

"words" is the F1 of words in any order, "order" Kendall's tau of the places of probes of five words, "breaks" the F1 of the line
breaks between paragraphs (known by three words on either side), "cells" the share of values that stand in one line with the
label of their row and right after the name of their column.

``pdf_page_ends.tsv`` has the page ends of the contracts with the last words before and the first words after each. A sentence
"goes on" there or "ends"; "either" (an item of a list ends with a semicolon, a table or a block of signatures is cut) is not
counted. "split" counts the sentences that go on and that the reader cuts, "joined" the ends that the reader reads as if the
sentence went on.
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
SETS = {"developed with": Path(__file__).with_name("pdf_pages"), "blind": Path(__file__).with_name("pdf_pages_blind")}
ENDS = Path(__file__).with_name("pdf_page_ends.tsv")
_PROBE = 5  # words that find a place in a text
_CONTEXT = 3  # words on either side of a place

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


class End(NamedTuple):
    """A page end, with the words on both sides of it."""

    name: str
    number: int
    kind: str
    before: str
    after: str


def main() -> None:
    """Read, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="PDF files; default: ../shared/data/documents")
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as unpacked:
        files = {path.stem: path for path in sorted((folder or _unpack(Path(unpacked))).rglob("*.pdf"))}
        sets, ends = {name: list(_pages(path)) for name, path in SETS.items()}, list(_ends())
        for name, pages in sets.items():
            print(f"{name}: {len(pages)} pages, {sum(len(page.rows) for page in pages)} rows of tables")
        kinds = Counter(end.kind for end in ends)
        print(f"page ends: {kinds['goes on']} within a sentence, {kinds['ends']} after one\n")
        print(f"{'':<13}" + "".join(f"{name:>32}" for name in sets))
        heads = ["words", "order", "breaks", "cells"] * len(sets) + ["split", "joined", "pages/s"]
        print(f"{'reader':<13}" + "".join(f"{head:>8}" for head in heads))
        for name, reader in _readers():
            _measure(name, reader, files, sets, ends)


def _measure(
    name: str, reader: Reader, files: dict[str, Path], sets: dict[str, list[Page]], ends: Sequence[End]
) -> None:
    needed = {page.name for pages in sets.values() for page in pages} | {end.name for end in ends}
    texts: dict[str, list[str]] = {}
    begun = time.process_time()
    for stem in sorted(needed):
        texts[stem] = reader(files[stem])
    seconds = time.process_time() - begun
    figures = "".join(f"{figure:>8.3f}" for pages in sets.values() for figure in _figures(pages, texts))
    split = sum(not _is_joined(end, texts[end.name]) for end in ends if end.kind == "goes on")
    joined = sum(_is_joined(end, texts[end.name]) for end in ends if end.kind == "ends")
    speed = sum(map(len, texts.values())) / seconds
    print(f"{name:<13}{figures}{split:>8}{joined:>8}{speed:>8.0f}", flush=True)


def _figures(pages: Sequence[Page], texts: dict[str, list[str]]) -> tuple[float, float, float, float]:
    """Return the means of words and order over pages, the F1 of the breaks between lines, and the share of cells found."""
    found = [(page, texts[page.name][page.number - 1]) for page in pages]
    words = fmean(_word_accuracy(page, text) for page, text in found)
    order = fmean(_order(page, text) for page, text in found)
    right, wrong = (sum(counts) for counts in zip(*(_breaks(page, text) for page, text in found), strict=True))
    cells = fmean(_has_cell(cell, text) for page, text in found for cell in _cells(page))
    return words, order, 2 * right / (2 * right + wrong), cells


def _unpack(target: Path) -> Path:
    for archive in sorted(ARCHIVES.glob("*.tar.xz")):
        with tarfile.open(archive) as tar:
            tar.extraction_filter = getattr(tarfile, "data_filter", None)  # Python before 3.11.4 has none
            tar.extractall(target)
    return target


def _pages(labels: Path) -> Iterator[Page]:
    for path in sorted(labels.glob("*.txt")):
        name, _, number = path.stem.rpartition("@")
        kinds: dict[str, list[str]] = {"|": [], "=": [], "~": [], "": []}
        for line in path.read_text(encoding="utf-8").splitlines():
            kind = line[0] if line[:2] in ("| ", "= ", "~ ") else ""
            kinds[kind].append(line[2:] if kind else line)
        yield Page(name, int(number), kinds[""], kinds["|"], kinds["="], kinds["~"])


def _ends() -> Iterator[End]:
    with ENDS.open(encoding="utf-8") as file:
        for name, number, *others in list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]:
            yield End(name, int(number), *others)


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
    found = Counter(_tokens(text))
    right = sum((gold & found).values())
    extra = sum((found - gold - repeated - drawn).values())
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


def _breaks(page: Page, text: str) -> tuple[int, int]:
    """Return how many places part lines here as there, and how many part them in one only; each place known by its words."""
    gold, found = _parted(page.paragraphs), _parted(text.splitlines())
    parted = [(gold[words], found[words]) for words in gold.keys() & found.keys()]
    return sum(a and b for a, b in parted), sum(a != b for a, b in parted)


def _parted(lines: Sequence[str]) -> dict[tuple[str, ...], bool]:
    """Tell of each place that its neighbouring words name alone whether a line ends there."""
    tokens: list[str] = []
    ends = set()
    for line in lines:
        tokens += _tokens(line)
        ends.add(len(tokens))
    places = {
        place: tuple(tokens[place - _CONTEXT : place + _CONTEXT])
        for place in range(_CONTEXT, len(tokens) - _CONTEXT + 1)
    }
    seen = Counter(places.values())
    return {words: place in ends for place, words in places.items() if seen[words] == 1}


def _named(row: str) -> list[tuple[str, str]]:
    parts = [part.partition(": ") for part in row.split("; ")]
    return [(first, second) if colon else ("", first) for first, colon, second in parts]


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


def _is_joined(end: End, texts: Sequence[str]) -> bool:
    """Tell whether the words after a page end follow those before it, without a form feed between them."""
    page, text = (
        re.sub(r"[^\S\f]+", " ", "\n".join(texts[end.number - 1 : last])) for last in (end.number, end.number + 3)
    )
    pattern = (
        r"\W{0,4}".join(map(re.escape, re.findall(r"\w+", end.before)))
        + r"[^\w\f]{0,4}"
        + r"\W{0,4}".join(map(re.escape, re.findall(r"\w+", end.after)))
    )
    return any(match.start() < len(page) < match.end() for match in re.finditer(pattern, text))


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
