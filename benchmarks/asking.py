"""Index a folder and ask it questions: files, words and megabytes a second, memory, and the time of each stage of a question.

    python benchmarks/asking.py FOLDER QUESTIONS.txt [--pipeline local]

Each line of QUESTIONS.txt is one question. Times are wall-clock, so compare figures of one run only.
"""

import argparse
import dataclasses
import resource
import statistics
import tempfile
import time
from pathlib import Path

from needlepoint.service.facade import Service
from needlepoint.settings import Settings


def main() -> None:
    """Index, ask and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--pipeline", action="append", help="may be given several times (default: local)")
    arguments = parser.parse_args()
    questions = [line for line in arguments.questions.read_text().splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(Settings.from_environment(), store=Path(folder, "store"))
        _index(settings, arguments.folder)
        services = {name: Service(name, settings=settings) for name in arguments.pipeline or ["local"]}
        _ask(services, questions)


def _index(settings: Settings, folder: Path) -> None:
    with Service(settings=settings) as service:
        service.documents()  # loads the libraries
        start = time.perf_counter()
        report = service.index([folder])
        seconds = time.perf_counter() - start
        words = sum(len(service.text(record.id).split()) for record in service.documents())
        size = sum(int(record.meta["size"]) for record in service.documents())
    on_disk = sum(path.stat().st_size for path in settings.store.rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(report.in_state('indexed'))} files, {size / 1e6:.1f} MB, {words / 1e6:.2f} M words, {report.passages} passages"
    )
    print(f"indexed in {seconds:.1f} s: {words / seconds:,.0f} words/s, {report.passages / seconds:,.0f} passages/s")
    print(
        f"store {on_disk / 1e6:.1f} MB on disk; peak memory {peak:.0f} MiB; {len(report.in_state('skipped'))} files skipped"
    )


def _ask(services: dict[str, Service], questions: list[str]) -> None:
    for service in services.values():
        service.ask(questions[0])  # loads the model
    times: dict[str, list[tuple[float, float, float]]] = {name: [] for name in services}
    for question in questions:
        for name, service in services.items():
            reply = service.ask(question)
            times[name].append((reply.seconds, reply.retrieval_s, reply.reading_s))
    for name, rows in times.items():
        reader = services[name].reader_facts.description
        print(f"\n{name}: {reader}; {len(questions)} questions, passages read: {len(reply.passages)}")
        for label, column in zip(("in all", "retrieval", "reading"), zip(*rows, strict=True), strict=True):
            p95 = statistics.quantiles(column, n=20)[-1]
            print(f"  {label:<10} median {1000 * statistics.median(column):8.1f} ms   p95 {1000 * p95:8.1f} ms")


if __name__ == "__main__":
    main()
