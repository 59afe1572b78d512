"""The job that reads a saved sheet, and what it has read so far."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from needlepoint.api.jobs.queue import Job
from needlepoint.service.facade import Service
from needlepoint.sheets.reading import Coverage, FilledCell, pairs_of
from needlepoint.sheets.saved import SavedSheet

_LONGEST_WAIT_S = 2.0
_STEP_S = 0.02


@dataclass(slots=True)
class SheetRun:
    """One reading of a saved sheet.

    :param cells: in the order in which they were read; only ever appended to.
    """

    name: str
    job: Job
    cells: list[FilledCell] = field(default_factory=list)


class SheetRuns:
    """The readings of this process, the last of each sheet."""

    def __init__(self) -> None:
        self._runs: dict[str, SheetRun] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> SheetRun | None:
        """Return the last reading of a sheet, if this process has one."""
        with self._lock:
            return self._runs.get(name)

    def begin(self, name: str, make: Callable[[], SheetRun], submit: Callable[[Job], Job]) -> SheetRun:
        """Return the reading of a sheet that is going on, or begin one."""
        with self._lock:
            run = self._runs.get(name)
            if run is None or run.job.ended.is_set():
                run = make()
                submit(run.job)
                self._runs[name] = run
            return run

    def forget(self, name: str) -> None:
        """Stop the reading of a sheet and forget it."""
        with self._lock:
            run = self._runs.pop(name, None)
        if run is not None:
            run.job.stop.set()


def sheet_run(
    service: Service, saved: SavedSheet, *, busy: Callable[[], bool], first: int | None = None, again: bool = False
) -> SheetRun:
    """Return a reading of a saved sheet that has not begun.

    :param busy: whether somebody waits for the answer to a question, who goes first.
    :param first: read only so many documents.
    :param again: read anew what was read before.
    """
    sheets = service.sheets
    documents = sheets.rows(saved)[:first]
    pairs, coverage = pairs_of(saved.questions, documents), Coverage(saved.passages)

    def give_way() -> None:
        until = monotonic() + _LONGEST_WAIT_S
        while busy() and not run.job.stop.is_set() and monotonic() < until:
            run.job.stop.wait(_STEP_S)

    def work(job: Job) -> None:
        filler = sheets.filler(coverage=coverage, again=again, give_way=give_way)
        for filled in filler.fill(pairs, stop=job.stop):
            run.cells.append(filled)
            job.steps_done = len(run.cells)
        if not job.stop.is_set() and first is None:
            cells = {(each.document.id, each.question.text): each.cell for each in run.cells}
            sheets.saved.keep(saved.name, sheets.sheet(saved.questions, documents, cells, coverage=str(coverage)))

    run = SheetRun(saved.name, Job(work, steps=len(pairs), lane="sheets"))
    return run
