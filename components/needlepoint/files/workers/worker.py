"""The process that reads files for the pool: requests on stdin, replies on stdout.

A request is one line of JSON, and the file's bytes where it has no path to read them from. A reply is one line of JSON, and the
document's text, as UTF-8, where the file could be read.
"""

import contextlib
import gc
import json
import logging
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from needlepoint.errors import NeedlepointError
from needlepoint.files.file_document import ReadingPlace, read_here, recognise_here
from needlepoint.files.limits import Limits
from needlepoint.files.ocr.scans import OcrPlan, planned
from needlepoint.files.workers.requests import plan_of

_NEAR = 0.8  # of the memory allowed: a library that fails beyond it has failed for lack of memory
_MUCH = 0.3  # of the memory allowed: a process that has held so much begins no further file
_MOST_RECORDS = 20
_LONGEST_MESSAGE = 500
_OBJECTS_BETWEEN_COLLECTIONS = 20_000  # Python's own 700 cost a twentieth of the time of reading a PDF


def main() -> None:
    """Answer requests until stdin ends, or the process that asks does."""
    _end_with_parent(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the parent decides
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no reply
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    records = _Records()
    logging.getLogger().addHandler(records)
    _send(replies, {"ready": True})
    requests = sys.stdin.buffer
    for line in requests:
        request = json.loads(line)
        data = None if request["bytes"] is None else requests.read(request["bytes"])
        place, limits, page = _place(request["place"]), Limits(**request["limits"]), request["page"]
        with planned(plan_of(request["ocr"])) as plan:
            if page is None:
                reply, text = _reply(place, data, limits, plan)
            else:
                reply, text = _page_reply(place, page, data, limits)
        most = _MUCH if page is None else _NEAR  # what the models of OCR need is held for as long as there are pages
        _send(replies, {**reply, "log": records.taken(), "is_last": _peak_share() > most}, text)


def _place(given: Mapping[str, Any]) -> ReadingPlace:
    at, spool = (Path(given[name]) if given[name] else None for name in ("at", "spool"))
    return ReadingPlace(Path(given["path"]), given["name"], at, spool, only_unpacks=given["only_unpacks"])


def _page_reply(place: ReadingPlace, page: int, data: bytes | None, limits: Limits) -> tuple[dict[str, Any], bytes]:
    try:
        recognise_here(place, page, data, limits)
    except (NeedlepointError, MemoryError, ImportError) as error:
        return _refused(error), b""
    return {"recognised": page}, b""


def _reply(place: ReadingPlace, data: bytes | None, limits: Limits, plan: OcrPlan) -> tuple[dict[str, Any], bytes]:
    try:
        document = read_here(place, data, limits)
        if plan.waiting:
            return _waiting(place, plan), b""
        text = document.text.encode()
        members = [[each.name, each.place.name, each.id, each.size] for each in document.members]
        counts = {"characters": len(document.text), "bytes": len(text)}
        return {"id": document.id, "meta": document.meta, "members": members, **counts}, text
    except (NeedlepointError, MemoryError, ImportError) as error:
        return (_waiting(place, plan) if plan.waiting else _refused(error)), b""


def _waiting(place: ReadingPlace, plan: OcrPlan) -> dict[str, Any]:
    """Return the pages that must be read by OCR before the file is; it will be unpacked anew then."""
    if place.spool is not None:
        shutil.rmtree(place.spool, ignore_errors=True)
    return {"waiting": sorted(set(plan.waiting))}


def _refused(error: NeedlepointError | MemoryError | ImportError) -> dict[str, Any]:
    """Return why something cannot be read."""
    if isinstance(error, MemoryError):
        return {"reason": "", "is_memory": True}
    if isinstance(error, ImportError):
        return {"reason": f"the library that reads it cannot be imported: {error}", "is_memory": False}
    return {"reason": str(error), "is_memory": isinstance(error.__cause__, MemoryError) or _peak_share() > _NEAR}


def _send(replies: BinaryIO, reply: Mapping[str, Any], text: bytes = b"") -> None:
    line = json.dumps(reply, ensure_ascii=False, separators=(",", ":"), default=str)
    replies.write(line.encode("utf-8", "surrogatepass") + b"\n")
    replies.write(text)
    replies.flush()


class _Records(logging.Handler):
    """Keeps what is logged, for the process that asks to log it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._records: list[tuple[str, int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if len(self._records) < _MOST_RECORDS:
            self._records.append((record.name, record.levelno, record.getMessage()[:_LONGEST_MESSAGE]))

    def taken(self) -> list[tuple[str, int, str]]:
        records, self._records = self._records, []
        return records


if sys.platform == "linux":
    import ctypes
    import resource

    _PR_SET_PDEATHSIG = 1

    def _end_with_parent(parent: int) -> None:
        """Have the system kill this process when the thread that started it is gone, in the middle of a file, too."""
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")  # where memory runs out, this process makes way
        if os.getppid() != parent:
            sys.exit(1)

    def _peak_share() -> float:
        """Return how much of the memory allowed this process has held at most, or has now."""
        allowed, _ = resource.getrlimit(resource.RLIMIT_DATA)
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        held = max(int(status[name].split()[0]) * 1024 for name in ("VmHWM", "VmData"))
        return held / allowed if allowed != resource.RLIM_INFINITY else 0.0

else:
    import threading
    import time

    def _end_with_parent(parent: int) -> None:
        """End this process soon after the one that started it, in the middle of a file, too."""

        def watch() -> None:
            while os.getppid() == parent:
                time.sleep(1)
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()

    def _peak_share() -> float:
        """Return 0: there is no such limit on this system."""
        return 0.0
