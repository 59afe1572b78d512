"""Measure how scanned pages are read by OCR, by each engine that is installed: words right, quotations right, pages a second.

    python benchmarks/ocr.py [FOLDER] [--pages 60] [--processes 2] [--keep outcomes.jsonl] [--show FOLDER]

FOLDER holds PDFs (default: the archives in ../shared/data/documents). Pages with a text of their own are drawn, a third each
at 150, 200 and 300 dpi, and made into scans: a random lean of up to 1.5 degrees, grain, a soft focus, faded print, and JPEG at a
quality of 35 to 75; all from a fixed seed. What the PDF itself says is the truth.

"words" is the share of the true words that are read, letter by letter, with case and punctuation (straight and curly quotes
are the same); "extra" the share of the words read that are none of them; "runs" the share of the runs of six words of the
page's text, as Needlepoint lays it out, that stand in what it makes of the scan: a quotation is such a run. "CPU s" is the
computing for a page, without the loading of the models, while all processes are at work; "pages/s" is what two cores read that
have nothing else to do. What is in the file that --keep names is not done again.
"""

import argparse
import io
import json
import random
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
from PIL import Image, ImageFilter

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.errors import UnreadableFileError  # noqa: E402
from needlepoint.files.ocr.drawn import DrawnPage  # noqa: E402
from needlepoint.files.ocr.recognition import engine, recognise  # noqa: E402
from needlepoint.files.ocr.settings import RAPIDOCR, TESSERACT, OcrSettings  # noqa: E402
from needlepoint.files.pdf.opening import open_pdf  # noqa: E402
from needlepoint.files.pdf.pages import Pages, pdf_pages  # noqa: E402
from needlepoint.files.pdf.picture import page_picture  # noqa: E402
from needlepoint.files.pdf.scanned import ReadPage, with_ocr  # noqa: E402

ARCHIVES = ROOT.parent / "shared" / "data" / "documents"
DPIS = (150, 200, 300)
SEED = 7
FEWEST_WORDS = 80
RUN = 6  # words
QUOTES = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


@dataclass(frozen=True)
class Sheet:
    """A page to scan: its file, its number from 1, and what it says."""

    path: Path
    number: int
    text: str


@dataclass(frozen=True)
class Task:
    """A page to scan at a resolution, and the engine that reads it."""

    settings: OcrSettings
    sheet: Sheet
    dpi: int

    @property
    def key(self) -> str:
        return f"{self.settings.engine} {self.sheet.path.name} {self.sheet.number} {self.dpi}"


@dataclass(frozen=True)
class Outcome:
    """What became of a scan: its resolution, the shares, and the seconds."""

    key: str
    engine: str
    dpi: int
    words: float
    extra: float
    runs: float
    confidence: float
    cpu_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="a file for the outcomes, so that a run can be stopped and go on")
    parser.add_argument("--show", type=Path, help="a folder to save the scans in")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        sheets = drawn(arguments.folder or unpacked(Path(scratch)), arguments.pages)
        print(f"{len(sheets)} pages of {len({sheet.path for sheet in sheets})} files, at {DPIS} dpi", flush=True)
        if arguments.show:
            save(sheets, arguments.show)
        keep = arguments.keep or Path(scratch) / "outcomes.jsonl"
        measure(tasks(sheets, Path(scratch)), arguments.processes, keep)
        print_table([Outcome(**json.loads(line)) for line in keep.read_text().splitlines()])


def unpacked(folder: Path) -> Path:
    for archive in ("contracts_pdf.tar.xz", "mixed.tar.xz"):
        with tarfile.open(ARCHIVES / archive) as packed:
            packed.extractall(folder, filter="data")
    return folder


def drawn(folder: Path, count: int) -> list[Sheet]:
    """Draw pages at random, as many from one file as from another, of those with enough text."""
    rng = random.Random(SEED)
    found = {path: pages_of(path, rng) for path in sorted(folder.rglob("*.pdf"))}
    chosen: list[Sheet] = []
    while len(chosen) < count and found:
        for path in list(found):
            sheet = next(found[path], None)
            if sheet is None:
                del found[path]
            elif len(chosen) < count:
                chosen.append(sheet)
    return chosen


def pages_of(path: Path, rng: random.Random) -> Iterator[Sheet]:
    """Return the pages of a file with enough text of their own, in random order."""
    with suppress(UnreadableFileError), open_pdf(path.read_bytes()) as document:
        pages = pdf_pages(document)
        for index in rng.sample(range(pages.count), pages.count):
            text = pages.parts(index).text
            if len(text.split()) >= FEWEST_WORDS and not pages.read(index).needs_ocr:
                yield Sheet(path, index + 1, text)


def scan(sheet: Sheet, dpi: int) -> DrawnPage:
    """Draw a page and make it into a scan."""
    data = sheet.path.read_bytes()
    width = page_width(data, sheet.number)
    drawn_page = page_picture(data, sheet.number, width_px=round(width * dpi / 72))
    rng = np.random.default_rng([SEED, sheet.number, dpi, len(sheet.text)])
    picture = Image.open(io.BytesIO(drawn_page.png)).convert("L")
    picture = picture.rotate(rng.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, fillcolor=255)
    picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.7) * dpi / 200))
    pixels = np.asarray(picture, dtype=np.float32)
    ink, paper = rng.uniform(10, 90), rng.uniform(215, 250)
    pixels = ink + pixels / 255 * (paper - ink) + rng.normal(0, rng.uniform(4, 14), pixels.shape)
    saved = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(saved, "JPEG", quality=int(rng.integers(35, 76)))
    return DrawnPage(Image.open(saved).convert("RGB"), width)


def page_width(data: bytes, number: int) -> float:
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        return float(document[number - 1].get_width())


def save(sheets: Sequence[Sheet], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, sheet in enumerate(sheets):
        dpi = DPIS[number % len(DPIS)]
        scan(sheet, dpi).picture.save(folder / f"{sheet.path.stem[:30]}-{sheet.number}-{dpi}.jpg")


def tasks(sheets: Sequence[Sheet], scratch: Path) -> list[Task]:
    """Return the pages, each with the resolution at which it is scanned, and for each engine."""
    every = [OcrSettings(engine, "eng", scratch) for engine in (RAPIDOCR, TESSERACT)]
    engines = [settings for settings in every if not settings.remedy]
    return [
        Task(settings, sheet, DPIS[number % len(DPIS)]) for number, sheet in enumerate(sheets) for settings in engines
    ]


def measure(work: Sequence[Task], processes: int, keep: Path) -> None:
    """Read the pages, and write what became of each as soon as it is known."""
    done = {json.loads(line)["key"] for line in keep.read_text().splitlines()} if keep.exists() else set()
    with ProcessPoolExecutor(processes) as pool, keep.open("a") as file:
        for outcome in pool.map(read, [task for task in work if task.key not in done], chunksize=1):
            file.write(json.dumps(asdict(outcome)) + "\n")
            file.flush()


def print_table(outcomes: Sequence[Outcome]) -> None:
    print("| engine | dpi | pages | words | extra | runs of six | sure | CPU s | pages/s |\n|---|" + "---:|" * 8)
    for name in sorted({outcome.engine for outcome in outcomes}):
        for dpi in (*DPIS, None):
            own = [each for each in outcomes if each.engine == name and dpi in (None, each.dpi)]
            if own:
                shares = ("words", "extra", "runs", "confidence")
                shown = " | ".join(f"{100 * fmean(getattr(each, share) for each in own):.1f} %" for share in shares)
                cpu_s = fmean(each.cpu_s for each in own)
                print(f"| {name} | {dpi or 'all'} | {len(own)} | {shown} | {cpu_s:.2f} | {2 / cpu_s:.2f} |")


def read(task: Task) -> Outcome:
    settings, sheet = task.settings, task.sheet
    page = fitted(scan(sheet, task.dpi))
    engine(settings.engine, settings.languages)  # the models are loaded
    begun = time.process_time() + children_s()
    found = recognise(page, settings)
    cpu_s = time.process_time() + children_s() - begun
    text = Pages(1, lambda index: with_ocr(ReadPage(needs_ocr=True), found)).parts(0).text
    truth = plain(sheet.text)
    true, seen = Counter(truth), Counter(plain(" ".join(word.text for word in found.words)))
    common = (true & seen).total()
    return Outcome(
        task.key,
        settings.engine,
        task.dpi,
        common / max(true.total(), 1),
        1 - common / max(seen.total(), 1),
        share_of_runs(truth, plain(text)),
        found.confidence,
        cpu_s,
    )


def plain(text: str) -> list[str]:
    """Return the words of a text, with straight quotes."""
    return text.translate(QUOTES).split()


def fitted(page: DrawnPage) -> DrawnPage:
    """Return a scan as Needlepoint draws it for an engine."""
    from needlepoint.files.ocr.drawn import DPI, LONGEST_PX

    scale = min(1.0, LONGEST_PX / max(page.picture.size), DPI / 72 * page.width / page.picture.width)
    size = (round(page.picture.width * scale), round(page.picture.height * scale))
    return DrawnPage(page.picture.resize(size, Image.Resampling.LANCZOS), page.width)


def share_of_runs(true: Sequence[str], seen: Sequence[str]) -> float:
    text = f" {' '.join(seen)} "
    runs = [true[at : at + RUN] for at in range(0, len(true) - RUN + 1, RUN)]
    return sum(f" {' '.join(run)} " in text for run in runs) / max(len(runs), 1)


def children_s() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
