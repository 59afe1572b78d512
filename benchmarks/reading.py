"""How fast files are read: in this process, and in one or more processes of their own.

    python benchmarks/reading.py FOLDER [FOLDER ...] [--rounds 3] [--work]

Each way reads all files of a folder in order; rounds alternate, and the medians are compared. ``--work`` cuts each text into
passages as it comes, as indexing does, so that reading ahead shows.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from needlepoint.errors import UnreadableFileError
from needlepoint.files.file_document import FileDocument, read_here
from needlepoint.files.limits import Limits
from needlepoint.files.workers.limits import ProcessLimits
from needlepoint.files.workers.pool import WorkerPool
from needlepoint.files.workers.reading_ahead import Reading
from needlepoint.files.workers.requests import FileRequest
from needlepoint.text.splitting import Splitter


def here(paths: Sequence[Path]) -> Iterator[FileDocument]:
    """Read files in this process."""
    for path in paths:
        try:
            yield read_here(path)
        except UnreadableFileError:
            continue


def in_processes(count: int) -> Callable[[Sequence[Path]], Iterator[FileDocument]]:
    """Return what reads files in so many processes, which are started anew."""

    def read(paths: Sequence[Path]) -> Iterator[FileDocument]:
        pool = WorkerPool(count, ProcessLimits(timeout_s=600))
        requests = [FileRequest(path, Limits()) for path in paths]
        with Reading(pool) as reading:
            reading.begin(requests)
            for request in requests:
                result = reading.take(request)
                if isinstance(result, FileDocument):
                    yield result
        pool.close()

    return read


def seconds(read: Callable[[Sequence[Path]], Iterator[FileDocument]], paths: Sequence[Path], works: bool) -> float:
    """Return how long reading takes."""
    splitter, started = Splitter(max_words=120), time.perf_counter()
    for document in read(paths):
        if works:
            list(splitter.split(document.id, document.text, document.meta))
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", action="store_true")
    options = parser.parse_args()
    ways = {"in this process": here, "in one process": in_processes(1), "in two processes": in_processes(2)}
    for folder in options.folders:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, read in ways.items():
                taken[name].append(seconds(read, paths, options.work))
        first = statistics.median(taken["in this process"])
        shown = ", ".join(f"{name} {first / statistics.median(each):.2f}" for name, each in taken.items())
        print(f"{folder.name}: {len(paths):,} files, {first:.1f} s; times as fast: {shown}", flush=True)


if __name__ == "__main__":
    main()
