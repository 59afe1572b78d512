"""How many questions a running service answers, and how soon, for one caller and for many at a time.

    python benchmarks/serving.py --callers 16
    python benchmarks/serving.py --beside-sheet
    python benchmarks/serving.py --callers 16 --questions 1000 --rounds 1     # 2,000 questions: does its memory grow?
    python benchmarks/serving.py --callers 200 --questions 400 --rounds 1     # replies other than 200 and 503?

Without ``--url``, it indexes the example collection into a folder of its own and starts the service on it. Every question is
asked by one caller alone and then by all callers together, in alternating rounds, so that the two figures come from the same
minutes. Settings of the service, such as ``NEEDLEPOINT_WORKERS``, are taken from the environment. With ``--beside-sheet``,
one caller asks alone, and while a question sheet is read to all documents of the collection. The memory is the resident one of
the service that was started, with its worker processes, after each tenth of the questions.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import httpx
import psutil

from needlepoint.cli.ports import free_port

EXAMPLES = Path(__file__).parent.parent / "examples"
COMMAND = [sys.executable, "-c", "from needlepoint.cli.app import main; main()"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a running service; without it, one is started")
    parser.add_argument("--callers", type=int, default=16)
    parser.add_argument("--questions", type=int, default=32, help="for each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--beside-sheet", action="store_true", help="ask while a question sheet is read")
    options = parser.parse_args()
    questions = [entry["question"] for entry in json.loads((EXAMPLES / "questions.json").read_text())["questions"]]
    with _service(options.url) as (url, process), httpx.Client(base_url=url, timeout=300) as client:
        memory = _Memory(process, every=max(1, options.questions * options.rounds // 5))
        alone, together = [], []
        for number in range(options.rounds):
            asked = list(islice(_endless(questions, number * options.questions), options.questions))
            alone.append(_round(client, asked, memory, callers=1))
            if options.beside_sheet:
                with _sheet_read(client, questions):
                    together.append(_round(client, asked, memory, callers=1))
            else:
                together.append(_round(client, asked, memory, callers=options.callers))
    print(f"memory: {', '.join(f'{size / 1e6:,.0f}' for size in memory.sizes)} MB")
    if options.beside_sheet:
        _print("alone", alone)
        _print("beside a sheet", together)
        waits = [(_percentile(_times(together), share) - _percentile(_times(alone), share)) for share in (0.5, 0.95)]
        print(f"longer by {waits[0]:.3f} s (p50) and {waits[1]:.3f} s (p95)")
        return
    _print("1 caller", alone)
    _print(f"{options.callers} callers", together)
    one, many = _rate(alone), _rate(together)
    print(f"throughput {many / one:.2f} times that of one caller")
    print(f"p95 {_percentile(_times(together), 0.95) / _percentile(_times(alone), 0.95):.1f} times that of one caller")


@contextmanager
def _sheet_read(client: httpx.Client, questions: list[str]) -> Iterator[None]:
    """Let the service read a sheet of the first eight questions, every passage of every document, until the block ends."""
    client.put("/sheets/busy", json={"questions": questions[:8], "passages": None}).raise_for_status()
    job = client.post("/sheets/busy/run", json={"again": True}).raise_for_status().json()["job"]
    before = _cells_read(client)
    yield
    assert _is_running(client, job), "the sheet was read before all questions were asked: add documents"
    print(f"{_cells_read(client) - before} cells were read meanwhile")
    client.delete(f"/jobs/{job}").raise_for_status()
    while _is_running(client, job):
        time.sleep(0.2)


def _is_running(client: httpx.Client, job: str) -> bool:
    return client.get(f"/jobs/{job}").json()["state"] in {"waiting", "running"}


def _cells_read(client: httpx.Client) -> int:
    return int(client.get("/sheets/busy/news").json()["next"])


class _Memory:
    """Notes the resident memory of a process and its children after every so many questions."""

    def __init__(self, process: psutil.Process | None, *, every: int) -> None:
        self._process, self._every, self._asked = process, every, 0
        self._lock = threading.Lock()
        self.sizes: list[int] = []

    def note(self) -> None:
        """Count a question."""
        with self._lock:
            self._asked += 1
            if self._process and self._asked % self._every == 0:
                family = [self._process, *self._process.children(recursive=True)]
                self.sizes.append(sum(each.memory_info().rss for each in family))


Round = tuple[float, list[float], Counter[int]]


def _round(client: httpx.Client, questions: list[str], memory: _Memory, *, callers: int) -> Round:
    statuses: Counter[int] = Counter()

    def ask(question: str) -> float:
        began = time.perf_counter()
        statuses[client.post("/ask", json={"question": question}).status_code] += 1
        memory.note()
        return time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        times = list(pool.map(ask, questions))
    return time.perf_counter() - began, times, statuses


def _print(label: str, rounds: list[Round]) -> None:
    times, statuses = _times(rounds), sum((statuses for _, _, statuses in rounds), Counter[int]())
    told = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    middle, late = _percentile(times, 0.5), _percentile(times, 0.95)
    print(f"{label}: {_rate(rounds):.2f} questions/s, p50 {middle:.3f} s, p95 {late:.3f} s, {told}")


def _times(rounds: list[Round]) -> list[float]:
    return [taken for _, times, _ in rounds for taken in times]


def _rate(rounds: list[Round]) -> float:
    return len(_times(rounds)) / sum(seconds for seconds, _, _ in rounds)


def _percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _endless(questions: list[str], start: int) -> Iterator[str]:
    number = start
    while True:
        yield questions[number % len(questions)]
        number += 1


@contextmanager
def _service(url: str | None) -> Iterator[tuple[str, psutil.Process | None]]:
    if url:
        yield url, None
        return
    with tempfile.TemporaryDirectory() as folder:
        # every question is read for, though it was asked before
        environment = {**os.environ, "NEEDLEPOINT_STORE": f"{folder}/store", "NEEDLEPOINT_REMEMBER": "0"}
        subprocess.run(
            [*COMMAND, "index", str(EXAMPLES / "collection")], env=environment, check=True, capture_output=True
        )
        port = free_port()
        server = subprocess.Popen([*COMMAND, "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL)
        try:
            yield _ready(f"http://127.0.0.1:{port}"), psutil.Process(server.pid)
        finally:
            server.terminate()
            server.wait()


def _ready(url: str) -> str:
    while True:
        try:
            if httpx.get(f"{url}/ready", timeout=5).status_code == 200:
                return url
        except httpx.TransportError:
            pass
        time.sleep(0.2)


if __name__ == "__main__":
    main()
