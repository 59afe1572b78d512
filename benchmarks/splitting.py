"""Compare sentence splitters on real documents: boundaries against labels made by eye, and speed; time the passages.

    python benchmarks/splitting.py [FOLDER]

FOLDER holds text and PDF files (default: the archives in ../shared/data/documents). The other splitters are compared
where they are installed: pip install syntok pysbd nupunkt sentencex.

``splitting_labels.tsv`` holds 409 full stops, question and exclamation marks picked at random from contracts (249 of
them, CUAD, CC BY 4.0), papers (CORD-19) and travel articles (Wikipedia, CC BY-SA), labelled by eye: does the mark end a
sentence? One after a number or a letter of a list ("12.7.1. Both parties") does not. The rules were written with these
in view: for Needlepoint they are a check against regression, not a blind test.
"""

import argparse
import csv
import json
import statistics
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.text.passages import split_passages  # noqa: E402
from needlepoint.text.sentences import sentence_spans  # noqa: E402

ARCHIVES = ROOT.parent / "shared" / "data" / "documents"
LABELS = Path(__file__).with_name("splitting_labels.tsv")
SPEED_CHARACTERS = 400_000  # enough for a stable figure, little enough for pysbd

Ends = Callable[[str], list[int]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare sentence splitters, then time the splitting into passages.")
    parser.add_argument("folder", nargs="?", type=Path, help="text and PDF files; default: ../shared/data/documents")
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as unpacked:
        texts = dict(_texts(folder or _unpack(Path(unpacked))))
    if not texts:
        sys.exit(f"no text or PDF files in {folder or ARCHIVES}")
    _compare(texts)
    _time_passages(texts)


def _unpack(target: Path) -> Path:
    for archive in sorted(ARCHIVES.glob("*.tar.xz")):
        with tarfile.open(archive) as tar:
            tar.extraction_filter = getattr(tarfile, "data_filter", None)  # Python before 3.11.4 has none
            tar.extractall(target)
    return target


def _texts(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".txt":
            yield path, path.read_text(encoding="utf-8", errors="replace")
        elif path.suffix == ".pdf" and "contract" in path.parent.name:
            yield path, _pdf_text(path)


def _pdf_text(path: Path) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        return "\f".join(page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in pdf)


def _compare(texts: dict[Path, str]) -> None:
    by_name = {path.stem: text for path, text in texts.items()}
    labels = [label for label in _labels() if label[0] in by_name]
    documents = sorted({name for name, *_ in labels})
    sample = "\n\n".join(texts.values())[:SPEED_CHARACTERS]
    print(f"{len(labels)} labelled marks in {len(documents)} documents; speed on {len(sample):,} characters\n")
    print(f"{'splitter':<12}{'right':>8}{'missed':>8}{'false':>8}{'MB/min':>9}")
    for name, ends in _splitters():
        found = {document: sorted(ends(by_name[document])) for document in documents}
        missed = false = 0
        for document, is_end, before, after in labels:
            says = _is_end(by_name[document], found[document], before, after)
            missed += is_end and not says
            false += says and not is_end
        right = 100 * (1 - (missed + false) / len(labels)) if labels else float("nan")
        print(f"{name:<12}{right:>7.1f}%{missed:>8}{false:>8}{_megabytes_a_minute(ends, sample):>9.0f}", flush=True)


def _labels() -> list[tuple[str, bool, str, str]]:
    with LABELS.open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [(name, label == "1", json.loads(before), json.loads(after)) for name, label, before, after in rows]


def _is_end(text: str, ends: list[int], before: str, after: str) -> bool:
    mark = text.index(before + after) + len(before)
    gap = mark + len(text[mark:]) - len(text[mark:].lstrip())
    return any(mark <= end <= gap for end in ends)


def _megabytes_a_minute(ends: Ends, text: str) -> float:
    begun = time.process_time()
    ends(text)
    return len(text.encode()) / 1e6 / (time.process_time() - begun) * 60


def _splitters() -> Iterator[tuple[str, Ends]]:
    yield "needlepoint", lambda text: [end for _, end in sentence_spans(text)]
    for name, make in (("nupunkt", _nupunkt), ("sentencex", _sentencex), ("syntok", _syntok), ("pysbd", _pysbd)):
        try:
            yield name, make()
        except ModuleNotFoundError:
            print(f"{name:<12}  not installed")


def _nupunkt() -> Ends:
    import nupunkt

    nupunkt.sent_spans("Loads the model. Once.")
    return lambda text: [end for _, end in nupunkt.sent_spans(text)]


def _sentencex() -> Ends:
    import sentencex

    def ends(text: str) -> list[int]:
        found, seen = [], 0
        for boundary in sentencex.get_sentence_boundaries("en", text):
            seen = text.index(boundary["text"], seen) + len(boundary["text"])
            found.append(seen)
        return found

    return ends


def _syntok() -> Ends:
    from syntok import segmenter

    return lambda text: [
        sentence[-1].offset + len(sentence[-1].value) for paragraph in segmenter.analyze(text) for sentence in paragraph
    ]


def _pysbd() -> Ends:
    import pysbd

    splitter = pysbd.Segmenter(language="en", clean=False, char_span=True)
    # long texts take it quadratic time: cut them at blank lines, as a caller would
    return lambda text: [at + span.end for at, part in _paragraphs(text) for span in splitter.segment(part)]


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for part in text.split("\n\n"):
        yield at, part
        at += len(part) + 2


def _time_passages(texts: dict[Path, str]) -> None:
    print(f"\n{'passages of':<22}{'files':>6}{'MB':>7}{'passages':>10}{'mean words':>12}{'MB/min':>9}")
    for folder in sorted({path.parent for path in texts}):
        group = [text for path, text in texts.items() if path.parent == folder]
        begun = time.process_time()
        split = [split_passages(text) for text in group]
        seconds = time.process_time() - begun
        megabytes = sum(len(text.encode()) for text in group) / 1e6
        words = [
            len(text[p.start : p.end].split()) for text, passages in zip(group, split, strict=True) for p in passages
        ]
        print(
            f"{folder.name:<22}{len(group):>6}{megabytes:>7.1f}{len(words):>10}"
            f"{statistics.fmean(words):>12.1f}{megabytes / seconds * 60:>9.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
