"""The pages of a file that are pictures: found among what was read before, read now, or left to whoever reads each alone.

A file is read in one process, and its pages by OCR in others, each with a limit of time of its own: the reader of the file
notes which pages wait, and is asked again when they are in the cache.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path

from needlepoint.errors import NeedlepointError, UnreadableFileError
from needlepoint.files.ocr.cache import OcrCache
from needlepoint.files.ocr.drawn import DrawnPage
from needlepoint.files.ocr.recognised import RecognisedPage
from needlepoint.files.ocr.settings import OcrSettings

Draw = Callable[[int], DrawnPage]


class Missing(Enum):
    """What becomes of a page that is not in the cache."""

    READ = "read"
    WAIT = "wait"
    LEAVE = "leave"


@dataclass(slots=True)
class OcrPlan:
    """How the pages of a file are read by OCR.

    :param missing: what becomes of a page that is not in the cache.
    :param failures: why pages could not be read, by index from 0.
    :param waiting: the pages that were asked for and must be read first.
    """

    settings: OcrSettings
    missing: Missing = Missing.READ
    failures: Mapping[int, str] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)


_plan: ContextVar[OcrPlan | None] = ContextVar("plan", default=None)


@contextmanager
def planned(plan: OcrPlan) -> Iterator[OcrPlan]:
    """Let what reads files inside the block, in this thread, keep to a plan."""
    token = _plan.set(plan)
    try:
        yield plan
    finally:
        _plan.reset(token)


def note_document(document_id: str, path: Path, data: bytes) -> None:
    """Note whose pages those of a file are, so that what OCR has read on them goes with the document.

    :param data: the bytes whose pages were read.
    """
    plan = _plan.get() or OcrPlan(OcrSettings.from_environment())
    if not plan.waiting:  # else it is read again, when all its pages are kept
        OcrCache(plan.settings.cache).note(document_id, path=str(path), file=hashlib.sha256(data).hexdigest())


class Scans:
    """The pages of one file that are pictures.

    :param data: the bytes of the file.
    :param draw: draws a page of it, by index from 0.
    """

    def __init__(self, data: bytes, draw: Draw) -> None:
        self._data = data
        self._draw = draw
        self._plan = _plan.get() or OcrPlan(OcrSettings.from_environment())

    @property
    def remedy(self) -> str:
        """What to do so that pages can be read; empty where they can."""
        return self._plan.settings.remedy

    def page(self, index: int) -> RecognisedPage | str:
        """Return what a page says, or why it was not read."""
        plan = self._plan
        if remedy := plan.settings.remedy:
            return f"to read it, {remedy}"
        found = self._cache.at(self._digest, index)
        if found is not None:
            return found
        if plan.missing is Missing.WAIT:
            plan.waiting.append(index)
            return "it waits to be read"
        if plan.missing is Missing.LEAVE:
            return plan.failures.get(index, "it was not read by OCR: index the file again")
        try:
            return self.read(index)
        except NeedlepointError as error:
            return str(error)

    def read(self, index: int) -> RecognisedPage:
        """Draw a page and read it, unless one that looks the same was read before; keep what was read.

        :raises UnreadableFileError: the engine cannot read it.
        :raises NeedlepointError: it cannot be kept.
        """
        page = self._draw(index)
        picture = hashlib.sha256(repr((page.picture.size, page.width)).encode() + page.picture.tobytes()).hexdigest()
        found = self._cache.of(picture)
        if found is None:
            found = _recognised(page, self._plan.settings)
        self._cache.keep(found, picture=picture, file=self._digest, number=index)
        return found

    @cached_property
    def _digest(self) -> str:
        return hashlib.sha256(self._data).hexdigest()

    @cached_property
    def _cache(self) -> OcrCache:
        return OcrCache(self._plan.settings.cache, self._plan.settings.key)


def _recognised(page: DrawnPage, settings: OcrSettings) -> RecognisedPage:
    from needlepoint.files.ocr.recognition import recognise

    try:
        return recognise(page, settings)
    except (NeedlepointError, MemoryError):
        raise
    except Exception as error:  # whatever an engine makes of a picture: one page, one reason
        raise UnreadableFileError(f"OCR fails on it ({type(error).__name__})") from error
