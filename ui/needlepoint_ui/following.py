"""Shows the progress of one of the service's jobs, file by file, until it is over; the view stays usable meanwhile."""

from collections.abc import Callable, Sequence
from contextlib import suppress

import streamlit as st

from needlepoint_ui import frame, markup, words
from needlepoint_ui.service import cached
from needlepoint_ui.service.collection_models import FileState, Job
from needlepoint_ui.service.failures import NotThereError, ServiceError
from needlepoint_ui.state import PageState

_EVERY_S = 0.7
_MOST_LINES = 1_000
_FEW = 20
_FORGOTTEN = "the service has restarted. What it had done by then is kept; start the rest again"
Said = Callable[[Job], str]


def draw(
    kind: str,
    state: PageState,
    *,
    doing: str,
    on_over: Callable[[Job], None],
    before: tuple[int, int] = (0, 0),
    on_stop: Callable[[], None] | None = None,
) -> None:
    """Draw the job that the session follows under this name, if there is one.

    :param kind: the name, such as ``adding``.
    :param doing: what the job does, such as ``Reading``.
    :param before: how many files were done before this job, and how many there are in all, if it is a part of a larger work.
    :param on_stop: called when the person stops the job, even if it is over by then.
    :param on_over: called once with the finished job; then the whole view is drawn again.
    """
    job_id = state.jobs.get(kind)
    if job_id is None:
        return

    @st.fragment(run_every=_EVERY_S)
    def follow() -> None:
        with frame.show_failures("This job cannot be followed", key=kind):
            job = _found(job_id)
            if job.is_over:
                state.jobs.pop(kind, None)
                on_over(job)
                st.rerun()
            _draw_running(job, kind, doing, before, on_stop)

    with st.container(key=f"job-{kind}", gap="small"):
        follow()


def _stop(job_id: str, on_stop: Callable[[], None] | None) -> None:
    if on_stop:
        on_stop()
    with suppress(ServiceError):  # the next look at the job says it
        cached.own_client().stop(job_id)


def _found(job_id: str) -> Job:
    """Return a job; one that the service has forgotten counts as failed."""
    try:
        return cached.own_client().job(job_id)
    except NotThereError:
        return Job(job_id, "failed", reason=_FORGOTTEN)


def _draw_running(job: Job, kind: str, doing: str, before: tuple[int, int], on_stop: Callable[[], None] | None) -> None:
    done, total = before[0] + job.done, before[1] or job.total
    counted = f"{doing}: {done:,} of {total:,}" if total else f"{doing} …"
    st.html(markup.working(counted, done / total if total else 0.0))
    shown = job.files if total <= _FEW else [file for file in job.files if file.state in ("reading", "skipped")]
    if shown:
        st.html(markup.file_states(lines(shown)))
    st.button(
        "Stop",
        key=f"stop-{kind}",
        icon=":material/stop_circle:",
        help="Finished files are kept",
        on_click=_stop,
        args=(job.id, on_stop),
    )


def lines(files: Sequence[FileState]) -> list[tuple[str, str, str]]:
    """Return the name, state and remark of each file; those that need attention come first."""
    order = {"reading": 0, "skipped": 1}
    ordered = sorted(files, key=lambda file: order.get(file.state, 2))
    return [(file.name, file.state, said(file)) for file in ordered[:_MOST_LINES]]


def said(file: FileState) -> str:
    """Say in plain words what becomes of a file."""
    if file.state == "skipped":
        return f"not added: {file.reason or 'the service gave no reason'}"
    if file.state == "done":
        return file.reason or f"added: {words.count(file.passages, 'passage')}"
    if file.state == "reading":
        return f"reading … {file.reason}".strip()
    return file.state


def outcome(job: Job) -> str:
    """Say in one line how a job of files ended."""
    skipped = sum(file.state == "skipped" for file in job.files)
    known = sum(file.state == "done" and bool(file.reason) for file in job.files)
    added = sum(file.state == "done" for file in job.files) - known
    parts = [f"{words.count(added, 'file')} added"] if job.files else []
    parts += [f"{known} already there"] if known else []
    parts += [f"{skipped} not added"] if skipped else []
    ended = {"failed": f"Failed: {job.reason}. ", "stopped": "Stopped. "}.get(job.state, "")
    return ended + " · ".join(parts)
