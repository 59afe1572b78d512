"""Tesseract, where it is installed: the program is called for each picture."""

import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator

from PIL import Image

from needlepoint.errors import UnreadableFileError
from needlepoint.files.ocr.lines import Line, PlacedWord, ReadPicture, confidence_of, turned

_ROTATE = re.compile(r"^Rotate: (\d+)$", re.MULTILINE)
_SURE = 0.75  # below it, it is asked how the page lies
_LEAST_CONFIDENCE = 30.0  # percent: what is less sure is rather no word
_LONGEST_S = 600.0  # whoever reads the page stops it before


class TesseractEngine:
    """Reads pictures.

    :param languages: such as ``eng`` or ``deu+eng``; each must be installed.
    """

    def __init__(self, languages: str) -> None:
        self._languages = languages

    def read(self, picture: Image.Image, dpi: float) -> ReadPicture:
        """Return the lines of a picture in RGB, turned so that they stand upright."""
        picture = picture.convert("L")
        turn, lines = 0, self._lines(picture, dpi)
        if confidence_of(lines) < _SURE:
            seen = _ROTATE.search(self._run(picture, dpi, "--psm", "0", "-l", "osd", is_needed=False))
            other = int(seen[1]) % 360 if seen else 0
            others = self._lines(turned(picture, other), dpi) if other in (90, 180, 270) else []
            if confidence_of(others) > confidence_of(lines):
                turn, lines = other, others
        return ReadPicture(turn, lines)

    def _lines(self, picture: Image.Image, dpi: float) -> list[Line]:
        return list(_lines(self._run(picture, dpi, "--psm", "3", "-l", self._languages, "tsv")))

    def _run(self, picture: Image.Image, dpi: float, *options: str, is_needed: bool = True) -> str:
        encoded = io.BytesIO()
        picture.save(encoded, "PNG", compress_level=1)
        run = subprocess.run(
            ["tesseract", "stdin", "stdout", "--dpi", str(round(min(max(dpi, 70.0), 2_400.0))), *options],
            input=encoded.getvalue(),
            capture_output=True,
            timeout=_LONGEST_S,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            check=False,
        )
        if run.returncode and is_needed:
            said = run.stderr.decode("utf-8", "replace").strip().splitlines()
            raise UnreadableFileError(f"tesseract cannot read it: {said[0][:100] if said else run.returncode}")
        return run.stdout.decode("utf-8", "replace")


def _lines(table: str) -> Iterator[Line]:
    """Return the lines of tesseract's table of words."""
    lines: dict[tuple[str, ...], Line] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text, confidence = (row.get("text") or "").strip(), float(row.get("conf") or -1)
        if row["level"] != "5" or not text or confidence < _LEAST_CONFIDENCE:
            continue
        left, top, width, height = (int(row[side]) for side in ("left", "top", "width", "height"))
        word = PlacedWord(text, confidence / 100, left + width / 2, top + height / 2, width, height)
        lines.setdefault(tuple(row[name] for name in ("block_num", "par_num", "line_num")), []).append(word)
    yield from lines.values()


def _end_with_parent() -> None:
    """Have the system end the program with the process that reads the page."""
    import ctypes
    import signal

    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
