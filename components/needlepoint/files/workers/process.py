"""A process that reads files, as the process that asks sees it: started, asked, watched and ended."""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from needlepoint.errors import NeedlepointError, UnreadableFileError
from needlepoint.files.file_document import FileDocument
from needlepoint.files.members.part import Member
from needlepoint.files.ocr.scans import OcrPlan
from needlepoint.files.workers.limits import ProcessLimits
from needlepoint.files.workers.requests import FileRequest, Result, WaitingPages, asked

_CODE = "from needlepoint.files.workers.worker import main; main()"
_KEPT_VARIABLES = (
    "PATH HOME LANG LC_ALL LC_CTYPE TZ TMPDIR TEMP TMP SYSTEMROOT LD_LIBRARY_PATH DYLD_LIBRARY_PATH PYTHONHOME".split()  # noqa: SIM905
)
_OWN_VARIABLES = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # each thread of theirs reserves memory
_POLL_S = 0.1
_LONGEST_WAIT = 3  # times what it may compute
_START_S = 120.0
_START_BYTES = 1_000
_LONGEST_HEADER = 100_000_000  # bytes: metadata, pages and marks
_BYTES_PER_CHARACTER = 4
_READING, _RECOGNISING = "reading it", "reading it by OCR"
_Answer = TypeVar("_Answer")


class WorkerProcess:
    """One process and the pipes to it. It ends with the thread that starts it.

    :param limits: what one file may take.
    """

    def __init__(self, limits: ProcessLimits) -> None:
        self._limits = limits
        self._files = 0
        self._was_slow = False
        self.import_paths = import_paths()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**_kept_variables(), "PYTHONPATH": os.pathsep.join(self.import_paths)},
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._replies = cast("IO[bytes]", self._process.stdout)
        _limit_memory(self._process.pid, limits.memory_mb)

    @property
    def is_running(self) -> bool:
        """Whether the process can be asked."""
        return self._process.poll() is None

    def read(self, request: FileRequest, given_up: threading.Event, plan: OcrPlan) -> Result | WaitingPages:
        """Have a file read; afterwards the process runs no more if it went beyond a limit.

        :param given_up: set when nobody waits for the file any more: the process is killed then.
        :param plan: how pages that are pictures are read.
        """

        def ask() -> Result | WaitingPages:
            reply, text = self._ask(request, plan)
            if "waiting" in reply:
                return WaitingPages(tuple(map(int, reply["waiting"])))
            return self._refusal(reply, _READING) if "reason" in reply else _document(reply, text, request)

        return self._watched(ask, self._limits.seconds_for(request.size), given_up, _READING)

    def recognise(self, request: FileRequest, page: int, given_up: threading.Event, plan: OcrPlan) -> str:
        """Have a page read by OCR, and kept; it has the time of a file.

        :param page: from 0.
        :returns: why it was not read; empty if it was.
        """

        def ask() -> UnreadableFileError | None:
            reply, _ = self._ask(request, plan, page)
            return None if reply.get("recognised") == page else self._refusal(reply, _RECOGNISING)

        result = self._watched(ask, self._limits.timeout_s, given_up, _RECOGNISING)
        return "" if result is None else str(result)

    def _watched(
        self, ask: Callable[[], _Answer], seconds: float, given_up: threading.Event, what: str
    ) -> _Answer | UnreadableFileError:
        """Ask the process something, and kill it when it goes beyond a limit.

        :param what: it does, for the message.
        """
        self._wait_until_ready()
        self._files += 1
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(seconds, done, given_up), daemon=True)
        watcher.start()
        try:
            return ask()
        except UnreadableFileError as error:
            return error
        except (OSError, ValueError, KeyError, TypeError, RecursionError):  # it ended, or what it says is no reply
            self.kill()
            return UnreadableFileError(_late(what, seconds) if self._was_slow else self._too_much(what))
        finally:
            done.set()
            watcher.join()

    def _wait_until_ready(self) -> None:
        """Let the process start before the first file's time begins.

        :raises NeedlepointError: it does not start.
        """
        if self._files:
            return
        late = threading.Timer(_START_S, self._process.kill)
        late.start()
        try:
            if not self._replies.readline(_START_BYTES).endswith(b"\n"):
                self.kill()
                raise NeedlepointError(
                    f"the process that reads files does not start (exit code {self._process.returncode}):"
                    " free memory, or raise NEEDLEPOINT_FILE_MEMORY_MB"
                )
        finally:
            late.cancel()

    def _ask(self, request: FileRequest, plan: OcrPlan, page: int | None = None) -> tuple[Mapping[str, Any], str]:
        """Return the reply, and the text that follows it."""
        self._requests.write(json.dumps(asked(request, plan, page)).encode() + b"\n" + (request.data or b""))
        self._requests.flush()
        line = self._replies.readline(_LONGEST_HEADER)
        if len(line) == _LONGEST_HEADER:
            self.kill()
            raise UnreadableFileError("its tables and pages are too many to keep: split it into several files")
        reply: dict[str, Any] = json.loads(line.decode("utf-8", "surrogatepass"))
        text = self._text_of(reply, request)
        _log(reply["log"])
        if reply["is_last"]:
            self.kill()
        return reply, text

    def _text_of(self, reply: Mapping[str, Any], request: FileRequest) -> str:
        if "bytes" not in reply:
            return ""
        size, most = int(reply["bytes"]), _BYTES_PER_CHARACTER * request.limits.max_characters
        if not 0 <= size <= most:
            raise ValueError(f"bytes must be in [0, {most}], got {size}")
        text = self._replies.read(size).decode()
        if len(text) != reply["characters"]:
            raise ValueError(f"the text must have {reply['characters']} characters, got {len(text)}")
        return text

    def _refusal(self, reply: Mapping[str, Any], what: str) -> UnreadableFileError:
        return UnreadableFileError(self._too_much(what) if reply["is_memory"] else str(reply["reason"]))

    def _watch(self, seconds: float, done: threading.Event, given_up: threading.Event) -> None:
        """Kill the process when it has computed for so long, or when it is given up.

        Where the machine is busy, or the process waits for something, the clock may run a few times as long.
        """
        computed, begun = _computed_s(self._process.pid), time.monotonic()
        while not done.wait(_POLL_S):
            passed = time.monotonic() - begun
            now = _computed_s(self._process.pid)
            self._was_slow = (
                passed > _LONGEST_WAIT * seconds or (passed if now is None else now - (computed or 0)) > seconds
            )
            if self._was_slow or given_up.is_set():
                self._process.kill()
                return

    def _too_much(self, what: str) -> str:
        return (
            f"{what} needs more than {self._limits.memory_mb:,} MB of memory, or crashes its library: split it or save it"
            " again, or raise NEEDLEPOINT_FILE_MEMORY_MB"
        )

    def kill(self) -> None:
        """End the process; safe to call more than once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._replies):
            with contextlib.suppress(OSError):
                pipe.close()


def _document(reply: Mapping[str, Any], text: str, request: FileRequest) -> FileDocument:
    return FileDocument(str(reply["id"]), text, dict(reply["meta"]), _members(reply["members"], request.spool))


def _late(what: str, seconds: float) -> str:
    return (
        f"{what} took more than {seconds:,.0f} s: split it or save it in another format,"
        " or raise NEEDLEPOINT_FILE_TIMEOUT_S"
    )


def _members(listed: Iterable[Any], spool: Path | None) -> tuple[Member, ...]:
    """Return what was unpacked; nothing that a reply says leads out of the folder."""
    if spool is None:
        return ()
    return tuple(Member(str(name), spool / Path(place).name, str(id_), int(size)) for name, place, id_, size in listed)


def import_paths() -> tuple[str, ...]:
    """Return where this process finds modules; not in the folder that it happens to stand in."""
    return tuple(os.path.abspath(path) for path in sys.path if path)


def _kept_variables() -> dict[str, str]:
    """Return what a process needs to start: no keys and passwords."""
    return {**{name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}, **_OWN_VARIABLES}


def _log(records: list[tuple[str, int, str]]) -> None:
    """Log what the process has logged; what each new process says anew is said once."""
    for name, level, message in records:
        if (name, message) not in _said:
            if len(_said) < _MOST_SAID:
                _said.add((name, message))
            logging.getLogger(name).log(level, "%s", message)


_said: set[tuple[str, str]] = set()
_MOST_SAID = 1_000

if sys.platform == "linux":
    import resource

    def _limit_memory(pid: int, megabytes: int) -> None:
        """Bound what it can write to; not its address space, of which the libraries of torch for CUDA alone take 3 GB."""
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_DATA, (megabytes * 1_000_000, megabytes * 1_000_000))

    def _computed_s(pid: int) -> float | None:
        """Return how long a process has computed."""
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

else:

    def _limit_memory(pid: int, megabytes: int) -> None:
        """No such limit on this system: the time is limited all the same."""

    def _computed_s(pid: int) -> float | None:
        """Return nothing: on this system the clock counts."""
        return None
