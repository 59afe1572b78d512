"""An intake of files of any number: sent to the service in portions, one job after another."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from needlepoint_ui.collection.bundles import SentFile
from needlepoint_ui.service.collection_models import FileState, Job


@dataclass
class Intake:
    """Files on their way into the collection.

    :param waiting: those that are not sent yet.
    :param over: the outcome of those that are read, or refused.
    :param total: of all files.
    :param replace: whether they replace earlier uploads of the same names.
    :param under: the folder to which they are added; empty for none in particular.
    :param is_stopped: whether the person has stopped it, even if the portion that was being read was over by then.
    """

    waiting: list[SentFile]
    total: int
    replace: bool = False
    under: str = ""
    over: list[FileState] = field(default_factory=list)
    is_stopped: bool = False

    def stop(self) -> None:
        """Leave out what waits when the portion that is being read is over."""
        self.is_stopped = True

    def next_portion(self, *, most: int, most_bytes: float) -> list[SentFile]:
        """Take the next files to send: at most so many, and so many bytes in all; one at least, unless none waits."""
        count, size = 0, 0.0
        for file in self.waiting[:most]:
            size += file.size
            if count and size > most_bytes:
                break
            count += 1
        portion, self.waiting = self.waiting[:count], self.waiting[count:]
        return portion

    def keep(self, job: Job) -> None:
        """Keep the outcome of a portion; after one that did not end well, the files that wait are left out, too."""
        self.over += job.files
        job = self._ended(job)
        if job.state != "done":
            reason = "the reading was stopped before it was sent" if job.state == "stopped" else job.reason
            self.over += [FileState(file.name, "skipped", reason=reason) for file in self.waiting]
            self.waiting = []

    def outcome(self, job: Job) -> Job:
        """Return a job with the outcome of all files, in place of the last portion's."""
        return replace(self._ended(job), done=len(self.over), total=self.total, files=tuple(self.over))

    def _ended(self, job: Job) -> Job:
        return replace(job, state="stopped") if self.is_stopped and job.state == "done" else job


def split_refused(files: Sequence[SentFile], *, most_bytes: float) -> tuple[list[SentFile], list[FileState]]:
    """Separate the files that the service would refuse for their size, each with the reason."""
    fit = [file for file in files if file.size <= most_bytes]
    reason = f"larger than {most_bytes / 1e6:,.0f} MB: add it on the service's machine with needlepoint index"
    return fit, [FileState(file.name, "skipped", reason=reason) for file in files if file.size > most_bytes]


def folder_of(name: str) -> tuple[str, str]:
    """Return the folder and the base name in the name of a sent file; the folder is empty for a file of none."""
    folder, _, base = name.replace("\\", "/").strip("/").rpartition("/")
    return folder, base
