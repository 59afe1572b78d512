"""Files made to stall or to eat memory, read with the limits and without them.

    python benchmarks/attacks/hostile_files.py [--folder DIR] [--timeout 20] [--memory 1000]

Each file is put between two good ones. It fails where it takes more time or memory than allowed, where its neighbours are not
read, where the error is not one line, or where this process grows by more than 300 MB. "Before" is the same reading in a process
without limits. Of a plugged-in format there are four files: one that sleeps, one that eats memory, one that ends the process, and
one that gives too much text. Linux only.
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from made_files import MADE

from needlepoint.errors import UnreadableFileError
from needlepoint.files.file_document import FileDocument
from needlepoint.files.limits import Limits
from needlepoint.files.workers.limits import ProcessLimits
from needlepoint.files.workers.pool import WorkerPool
from needlepoint.files.workers.reading_ahead import Reading
from needlepoint.files.workers.requests import FileRequest

GROWTH_MB = 300
PLUGIN = """
import os, time
from needlepoint.files.formats import FileFormat
from needlepoint.files.source import Page, SourceText

def read(data, limits):
    what = data.split()[1]
    if what == b"sleeps":
        time.sleep(10**6)
    elif what == b"eats":
        held = [bytes(10**7) for _ in range(10**6)]
    elif what == b"ends":
        os.abort()
    text = "pier " * (10**7 if what == b"floods" else 1)
    return SourceText(text * 3, (Page(1, 0, len(text) * 3),), "attack")

FORMAT = FileFormat("attack", read, recognises=lambda name, data: data.startswith(b"ATTACK "))
"""
ENTRY_POINT = "[needlepoint.file_formats]\nattack = needlepoint_attack:FORMAT\n"


def install_plugin(folder: Path) -> None:
    """Put a package with a hostile format where this process and its workers find it."""
    (folder / "needlepoint_attack.py").write_text(PLUGIN)
    info = folder / "needlepoint_attack-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: needlepoint-attack\nVersion: 1\n")
    (info / "entry_points.txt").write_text(ENTRY_POINT)
    sys.path.append(str(folder))


def attacks(folder: Path, given: Path | None) -> Iterator[tuple[str, Path]]:
    """Write the files, and return each with what it attacks."""
    for what, (name, make) in MADE.items():
        (folder / name).write_bytes(make())
        yield what, folder / name
    for what in ("sleeps", "eats", "ends", "floods"):
        path = folder / f"{what}.attack"
        path.write_bytes(f"ATTACK {what}".encode())
        yield f"plug-in: {what}", path
    for path in sorted(given.iterdir()) if given else ():
        yield f"{path.suffix.removeprefix('.').upper()}: given", path


def fails_without_limits(path: Path, timeout_s: float, memory_mb: float) -> str:
    """Read a file in a bare process and say how it fails."""
    imports = "import sys; from pathlib import Path; from needlepoint.files.file_document import read_here"
    code = f"{imports}; read_here(Path(sys.argv[1]))"
    started = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", code, path], stderr=subprocess.DEVNULL, env=environment) as process:
        while process.poll() is None:
            if _resident_mb(process.pid) > memory_mb:
                process.kill()
                return "memory"
            if _computed_s(process.pid) > timeout_s or time.monotonic() - started > 3 * timeout_s:
                process.kill()
                return "time"
            time.sleep(0.05)
    return "crash" if process.returncode < 0 else ""


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    except (OSError, IndexError):
        return 0.0


def _computed_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fails_now(pool: WorkerPool, path: Path, good: Path, timeout_s: float) -> tuple[str, str]:
    """Read a file between two good ones, and say how that fails and what became of the file."""
    before, started = _resident_mb(os.getpid()), time.monotonic()
    requests = [FileRequest(each, Limits()) for each in (good, path, good.with_suffix(".md"))]
    with Reading(pool) as reading:
        reading.begin(requests)
        first, result, last = (reading.take(request) for request in requests)
    seconds, grown = time.monotonic() - started, _resident_mb(os.getpid()) - before
    told = f"{len(result.text):,} characters" if isinstance(result, FileDocument) else str(result)
    wrong = [
        "neighbours" if isinstance(first, UnreadableFileError) or isinstance(last, UnreadableFileError) else "",
        "time" if seconds > 4 * timeout_s * max(1.0, path.stat().st_size / 1e7) else "",
        "memory" if grown > GROWTH_MB else "",
        "" if told and "\n" not in told else "error",
    ]
    return " ".join(filter(None, wrong)), f"{seconds:.1f} s, {told}"


def main() -> None:
    """Run all attacks and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="further files")
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds for a file")
    parser.add_argument("--memory", type=int, default=1_000, help="megabytes for a file")
    options = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        install_plugin(folder)
        good = folder / "good.txt"
        good.write_text("The pier is 412 metres long.")
        good.with_suffix(".md").write_text("The pier is 412 metres long.")
        pool = WorkerPool(2, ProcessLimits(memory_mb=options.memory, timeout_s=options.timeout))
        for what, path in attacks(folder, options.folder):
            before = fails_without_limits(path, options.timeout, options.memory)
            now, told = fails_now(pool, path, good, options.timeout)
            print(
                f"{what} ({path.name}, {path.stat().st_size / 1e3:,.0f} KB): before {before or 'read'}; now {told} {now}",
                flush=True,
            )
            row = counts[what.partition(":")[0]]
            row[0] += 1
            row[1] += bool(before)
            row[2] += bool(now)
        pool.close()
    print("\n| attack | tried | failed before | failed now |\n|---|---|---|---|")
    for what, row in counts.items():
        print(f"| {what} | {' | '.join(map(str, row))} |")


if __name__ == "__main__":
    main()
