"""What a process that reads files is asked, and what it answers."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from needlepoint.errors import UnreadableFileError
from needlepoint.files.file_document import FileDocument
from needlepoint.files.limits import Limits
from needlepoint.files.ocr.scans import Missing, OcrPlan
from needlepoint.files.ocr.settings import OcrSettings


@dataclass(frozen=True, slots=True)
class FileRequest:
    """A file to read.

    :param path: where the file lies or lay; its name counts for the id and the format.
    :param limits: bounds on its size and text.
    :param data: its bytes, where they are not to be read from the path.
    :param name: the name that counts, where it is not that of the path: of a file inside of another.
    :param at: where its bytes are, if not at the path.
    :param spool: the folder for the files inside of it; without one, they are named and not unpacked.
    :param only_unpacks: whether nothing but the files inside is wanted, so that its text is not read.
    """

    path: Path
    limits: Limits
    data: bytes | None = None
    name: str = ""
    at: Path | None = None
    spool: Path | None = None
    only_unpacks: bool = False

    @property
    def size(self) -> int:
        """Bytes of the file; 0 where it is missing."""
        if self.data is not None:
            return len(self.data)
        try:
            return (self.at or self.path).stat().st_size
        except (OSError, ValueError):
            return 0


Result = FileDocument | UnreadableFileError


@dataclass(frozen=True, slots=True)
class WaitingPages:
    """The pages of a file that must be read by OCR before the file is, by index from 0."""

    pages: tuple[int, ...]


def asked(request: FileRequest, plan: OcrPlan, page: int | None = None) -> dict[str, Any]:
    """Return a request as plain data.

    :param page: the page to read by OCR, from 0; None for the file.
    """
    return {
        "place": {
            "path": os.fspath(request.path.absolute()),
            "name": request.name,
            "at": os.fspath(request.at) if request.at else None,
            "spool": os.fspath(request.spool) if request.spool else None,
            "only_unpacks": request.only_unpacks,
        },
        "limits": asdict(request.limits),
        "bytes": None if request.data is None else len(request.data),
        "page": page,
        "ocr": {
            "engine": plan.settings.engine,
            "languages": plan.settings.languages,
            "cache": os.fspath(plan.settings.cache),
            "missing": plan.missing.value,
            "failures": {str(index): why for index, why in plan.failures.items()},
        },
    }


def plan_of(given: Mapping[str, Any]) -> OcrPlan:
    """Return the plan that a request names."""
    settings = OcrSettings(given["engine"], given["languages"], Path(given["cache"]))
    failures = {int(index): why for index, why in given["failures"].items()}
    return OcrPlan(settings, Missing(given["missing"]), failures)
