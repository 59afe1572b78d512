"""Which engine reads pages that are pictures, and where what it has read is kept."""

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from needlepoint.errors import NeedlepointError
from needlepoint.settings import Settings

RAPIDOCR, TESSERACT, OFF = "rapidocr", "tesseract", "off"
_VARIABLE = "NEEDLEPOINT_OCR"
_LANGUAGES = re.compile(r"[A-Za-z_]{2,20}(?:\+[A-Za-z_]{2,20}){0,9}")
_INSTALL = "pip install 'needlepoint[ocr]'"
_RECIPE = 1  # of our own: changes with how pictures are drawn and words are put together


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """How pages that are pictures are read.

    :param engine: ``rapidocr``, ``tesseract`` or ``off``.
    :param languages: those of tesseract, such as ``deu+eng``.
    :param cache: the folder where what was read is kept.
    """

    engine: str
    languages: str
    cache: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "OcrSettings":
        """Read ``NEEDLEPOINT_OCR``: ``rapidocr`` (the default), ``tesseract``, ``tesseract:deu+eng`` or ``off``.

        :raises NeedlepointError: it is none of these.
        """
        given = environment.get(_VARIABLE) or RAPIDOCR
        engine, _, languages = given.partition(":")
        is_known = (engine in (RAPIDOCR, OFF) and not languages) or engine == TESSERACT
        if not is_known or (":" in given and not _LANGUAGES.fullmatch(languages)):
            raise NeedlepointError(
                f"{_VARIABLE} must be rapidocr, tesseract, tesseract:LANGUAGES such as tesseract:deu+eng, or off, got {given!r}"
            )
        return cls(engine, languages or "eng", Settings.from_environment().cache)

    @property
    def remedy(self) -> str:
        """What to do so that pages can be read; empty where they can."""
        if self.engine == OFF:
            return f"unset {_VARIABLE}"
        if self.engine == RAPIDOCR:
            return "" if _has_rapidocr() else _INSTALL
        return "" if shutil.which(TESSERACT) else "install tesseract"

    @property
    def key(self) -> str:
        """The name of the engine in its version: what another has read is not taken for what this one would read."""
        if self.engine == RAPIDOCR:
            return f"rapidocr {version('rapidocr')} / {_RECIPE}"
        return f"{_tesseract_version()} {self.languages} / {_RECIPE}"


def _has_rapidocr() -> bool:
    return find_spec(RAPIDOCR) is not None


@functools.cache
def _tesseract_version() -> str:
    shown = subprocess.run([TESSERACT, "--version"], capture_output=True, text=True, check=False).stdout
    return shown.partition("\n")[0].strip() or TESSERACT
