"""Background jobs: one runs at a time in each lane, each knows the state of its files, and each can be stopped."""

import logging
import queue
import secrets
import threading
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Literal

from needlepoint.api.errors import RefusedError, status_of
from needlepoint.errors import NeedlepointError, UnknownDocumentError
from needlepoint.people.person import asking, seeing_everything

logger = logging.getLogger("needlepoint.api")
_REMEMBERED = 200
_MOST_WAITING = 50


@dataclass(slots=True)
class JobFile:
    """One file of a job.

    :param state: ``waiting``, ``reading``, ``done`` or ``skipped``.
    :param document: the document's id, once it is known.
    :param reason: why it was skipped, or a remark on it: while it is read, how many of its pages OCR has read.
    """

    name: str
    state: str = "waiting"
    passages: int | None = None
    document: str | None = None
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the file's state as plain data, without what is not known."""
        optional = {"passages": self.passages, "document": self.document, "reason": self.reason}
        return {"name": self.name, "state": self.state, **{name: v for name, v in optional.items() if v is not None}}


@dataclass(slots=True)
class Job:
    """A piece of work and its progress.

    :param work: does the work; it checks ``stop`` between steps and leaves its outcome in ``files`` and ``result``.
    :param status: the HTTP status of a failed job's error.
    :param steps: how many steps work without files has; ``steps_done`` counts those done.
    :param lane: jobs of one lane wait for each other; a sheet that takes hours does not keep files from being added.
    :param clean: called once at the end, even if the job never began.
    :param owner: who asked for it; empty for nobody in particular. ``context`` is that of the request: what is read in it is what
        that person may see.
    """

    work: Callable[["Job"], None]
    files: list[JobFile] = field(default_factory=list)
    steps_done: int = 0
    steps: int = 0
    lane: Literal["collection", "sheets"] = "collection"
    clean: Callable[[], None] = lambda: None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    owner: str = field(default_factory=lambda: asking().id)
    context: Context = field(default_factory=copy_context, repr=False)
    state: str = "waiting"
    result: Any = None
    reason: str | None = None
    status: int = 500
    stop: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def to_dict(self) -> dict[str, Any]:
        """Return the job as plain data."""
        done = self.steps_done + sum(file.state in {"done", "skipped"} for file in self.files)
        optional = {"result": self.result, "reason": self.reason}
        return {
            "id": self.id,
            "state": self.state,
            "done": done,
            "total": self.steps + len(self.files),
            "files": [file.to_dict() for file in self.files],
            **{name: value for name, value in optional.items() if value is not None},
        }

    def run(self) -> None:
        """Do the work, unless it was stopped before it began; set the final state after cleaning up."""
        state = "stopped" if self.stop.is_set() else self._work()
        for file in self.files:
            if file.state in {"waiting", "reading"}:
                file.state, file.reason = "skipped", self.reason or "stopped before it was read"
        self.clean()
        self.state = state
        self.ended.set()

    def _work(self) -> str:
        self.state = "running"
        try:
            self.context.run(self._work_on)
        except NeedlepointError as error:
            if self.stop.is_set():
                return "stopped"
            self.reason, self.status = str(error), status_of(error)
            return "failed"
        except Exception as error:
            logger.exception("a job failed unexpectedly")
            self.reason = f"unexpected {type(error).__name__}: the service's log says where"
            return "failed"
        return "stopped" if self.stop.is_set() else "done"

    def _work_on(self) -> None:
        """Do the work on what the person may see; what changes the collection must see all of it."""
        if self.lane != "collection":
            self.work(self)
            return
        with seeing_everything():
            self.work(self)


class Jobs:
    """The jobs of one process, in memory; the last ones are remembered until the process ends.

    :param on_end: called with each job that has ended, and the seconds that it took.
    """

    def __init__(self, *, on_end: Callable[[Job, float], None] = lambda job, seconds: None) -> None:
        self._on_end = on_end
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._lanes: dict[str, tuple[queue.SimpleQueue[Job | None], threading.Thread]] = {}
        self._is_closed = False

    @property
    def is_busy(self) -> bool:
        """Whether a job that changes or measures the collection is waiting or running."""
        return any(not job.ended.is_set() for job in self.all() if job.lane == "collection")

    def all(self) -> list[Job]:
        """Return the jobs, oldest first."""
        with self._lock:
            return list(self._jobs.values())

    def submit(self, job: Job) -> Job:
        """Accept a job; it runs when those before it have ended.

        :raises RefusedError: 503 if too many are waiting, or after :meth:`close`.
        """
        with self._lock:
            waiting = sum(not other.ended.is_set() for other in self._jobs.values())
            if self._is_closed or waiting >= _MOST_WAITING:
                job.clean()
                why = "the service is shutting down" if self._is_closed else "too many jobs are waiting"
                raise RefusedError(503, f"{why}: try again later", retry_after_s=30)
            self._jobs[job.id] = job
            self._forget_oldest()
            self._lane(job.lane).put(job)
        return job

    def _lane(self, name: str) -> queue.SimpleQueue[Job | None]:
        if name not in self._lanes:
            waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
            thread = threading.Thread(target=self._work, args=(waiting,), name=f"jobs: {name}")
            self._lanes[name] = waiting, thread
            thread.start()
        return self._lanes[name][0]

    def _forget_oldest(self) -> None:
        ended = [job.id for job in self._jobs.values() if job.ended.is_set()]
        for id_ in ended[: max(0, len(self._jobs) - _REMEMBERED)]:
            del self._jobs[id_]

    def get(self, id_: str) -> Job:
        """Return a job of the present caller.

        :raises UnknownDocumentError: there is no job with this id, or no longer, or it is somebody else's.
        """
        with self._lock:
            job = self._jobs.get(id_)
        if job is None or not asking().may_use(job.owner):
            raise UnknownDocumentError("no such job: jobs are forgotten when the service restarts")
        return job

    def _work(self, waiting: queue.SimpleQueue[Job | None]) -> None:
        while (job := waiting.get()) is not None:
            began = perf_counter()
            job.run()
            self._on_end(job, perf_counter() - began)

    def close(self) -> None:
        """Stop all jobs, wait until the running one has ended safely, and accept no more."""
        with self._lock:
            self._is_closed = True
            lanes, jobs = list(self._lanes.values()), list(self._jobs.values())
        for job in jobs:
            job.stop.set()
        for waiting, thread in lanes:
            waiting.put(None)
            thread.join()
