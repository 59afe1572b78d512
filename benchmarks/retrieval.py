"""Both stores side by side at several sizes: build rate, size on disk, recall, and the time of a question, with filters too.

    python benchmarks/retrieval.py [--embedded 30000 300000] [--elasticsearch 30000 300000] [--questions 400] [--out FOLDER]

**The collection.** The paragraphs of SQuAD's development set, each of which its questions ask for, and filler among them: the
passages of the 455 articles of `explore_the_world`, then as many invented ones as are wanted. An invented passage is a
run of real sentences, each drawn at random from all those articles, up to about 120 words. So its words have the frequencies, the
company and the lengths of real text; what it lacks is a subject of its own, and the words that a growing collection brings: for
these, one word in thirty is replaced by an invented one, drawn from a million with frequencies that fall as Zipf's law has it.
Forty passages make a document with the metadata that Needlepoint's splitter and converter give. All is the same at every run.

**The figures.** What is measured lies below the Haystack nodes, which add the making of Haystack's documents. All stores are
built first; then each question goes to every store, size and filter in turn, so that what else runs on the machine disturbs all
of them alike: compare within one run. CPU is the time of this process (all threads while building, the asking thread while
asking); of the server, what it reports of itself. The 20 best passages are asked for, as the pipelines do.

Elasticsearch is asked where ELASTICSEARCH_URL says, else `../shared/elasticsearch` is started, if it is there.
"""

import argparse
import contextlib
import json
import lzma
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings  # noqa: E402
from needlepoint.stores.records import Record  # noqa: E402
from needlepoint.stores.tantivy import TantivyCollection  # noqa: E402

TOP_K = 20
BATCH = 10_000
WORDS = 120
TYPES = ("pdf", "docx", "html", "markdown", "email")
FILTERS: dict[str, dict[str, Any] | None] = {
    "no filter": None,
    "type = (1 in 5)": {"type": "pdf"},
    "folder in (3 in 20)": {"folder": ["folder-1", "folder-2", "folder-10"]},
    "date range (1 in 5)": {"date": {"$gte": "2010-01-01", "$lt": "2015-01-01"}},
}


# --- the collection -----------------------------------------------------------------------------------------------


def squad() -> tuple[list[str], list[tuple[str, int]]]:
    """Return the paragraphs of the development set, and its questions with the number of the paragraph that answers each."""
    with lzma.open(SHARED / "data" / "squad" / "dev-v1.1.json.xz") as file:
        articles = json.load(file)["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    questions = [(qa["question"], number) for number, paragraph in enumerate(paragraphs) for qa in paragraph["qas"]]
    return [paragraph["context"] for paragraph in paragraphs], questions


def real_sentences() -> list[str]:
    """Return the sentences of the articles, in order."""
    with tarfile.open(SHARED / "data" / "documents" / "explore_the_world.tar.xz") as archive:
        texts = {
            member.name: archive.extractfile(member).read().decode("utf-8", "replace")  # type: ignore[union-attr]
            for member in archive
            if member.isfile()
        }
    sentences = chain.from_iterable(re.split(r"(?<=[.!?])\s+", text) for _, text in sorted(texts.items()))
    return [sentence for sentence in sentences if 20 < len(sentence) < 1000]


def filler(sentences: Sequence[str]) -> Iterator[str]:
    """Yield the passages of the articles, then invented ones without end."""
    yield from _runs(iter(sentences))
    draw = random.Random(1)
    while True:
        yield from _invented(draw, sentences)


def _runs(sentences: Iterator[str]) -> Iterator[str]:
    """Join sentences to passages of about 120 words."""
    run: list[str] = []
    words = 0
    for sentence in sentences:
        run.append(sentence)
        words += sentence.count(" ") + 1
        if words >= WORDS:
            yield " ".join(run)
            run, words = [], 0


def _invented(draw: random.Random, sentences: Sequence[str]) -> Iterator[str]:
    for text in _runs(iter(draw.choices(sentences, k=1000))):
        words = text.split(" ")
        for place in range(draw.randrange(30), len(words), 30):
            words[place] = new_word(int(1e6 ** draw.random()))
        yield " ".join(words)


def new_word(number: int) -> str:
    """Return the invented word of a number: syllables that write it in base 100."""
    syllables = [consonant + vowel for consonant in "bcdfghjklmnprstvwxyz" for vowel in "aeiou"]
    word = "q"
    while number:
        number, digit = divmod(number, 100)
        word += syllables[digit]
    return word


def collection(size: int, paragraphs: Sequence[str], sentences: Sequence[str]) -> Iterator[Record]:
    """Yield the passages of a collection; a paragraph's id is its number."""
    places = dict(
        zip(sorted(random.Random(0).sample(range(size), len(paragraphs))), range(len(paragraphs)), strict=True)
    )
    others = filler(sentences)
    for place in range(size):
        number = places.get(place)
        text = next(others) if number is None else paragraphs[number]
        id_ = f"{place:032x}" if number is None else f"gold-{number}"
        yield Record(id_, text, _meta(place, len(text)))


def _meta(place: int, length: int) -> dict[str, Any]:
    source = place // 40
    kind = TYPES[source % 5]
    return {
        "document_id": f"{source:032x}",
        "name": f"file-{source}.{kind}",
        "path": f"/data/folder-{source % 20}/file-{source}.{kind}",
        "folder": f"folder-{source % 20}",
        "type": kind,
        "title": f"Title {source}",
        "date": f"20{source % 25:02d}-{source % 12 + 1:02d}-{source % 28 + 1:02d}",
        "size": 1000 + source,
        "start": place % 40 * 700,
        "end": place % 40 * 700 + length,
        "page": place % 40 // 4 + 1,
    }


# --- the stores ---------------------------------------------------------------------------------------------------


@dataclass
class Measured:
    """One store at one size, and what was found out about it."""

    name: str
    size: int
    store: TantivyCollection | ElasticCollection
    figures: dict[str, Any] = field(default_factory=dict)
    wall_ms: dict[str, list[float]] = field(default_factory=dict)
    cpu_ms: dict[str, list[float]] = field(default_factory=dict)
    ranks: list[int | None] = field(default_factory=list)

    def build(self, documents: Iterator[Record], server_cpu_s: Any = None) -> None:
        """Write all documents; making them is not counted."""
        wall = cpu = 0.0
        server = server_cpu_s() if server_cpu_s else 0.0
        with self.store.writing():
            while batch := list(islice(documents, BATCH)):
                start, start_cpu = time.perf_counter(), time.process_time()
                self.store.write("document", batch)
                wall += time.perf_counter() - start
                cpu += time.process_time() - start_cpu
            start, start_cpu = time.perf_counter(), time.process_time()
        wall += time.perf_counter() - start
        cpu += time.process_time() - start_cpu
        self.figures |= {"build_s": wall, "build_cpu_s": cpu}
        if server_cpu_s:
            self.figures["build_server_cpu_s"] = server_cpu_s() - server

    def ask(self, question: str, gold: int, name: str) -> None:
        """Ask one question and note how long it took, and without a filter the rank of its paragraph."""
        start, start_cpu = time.perf_counter(), time.thread_time()
        index = self.store.snapshot("document")
        assert index is not None
        found = index.search(question, search_fields={"content": 1.0}, filters=FILTERS[name], top_k=TOP_K)
        cpu = time.thread_time() - start_cpu
        self.wall_ms.setdefault(name, []).append(1000 * (time.perf_counter() - start))
        self.cpu_ms.setdefault(name, []).append(1000 * cpu)
        if FILTERS[name] is None:
            ids = [record.id for _, record in found]
            self.ranks.append(ids.index(f"gold-{gold}") + 1 if f"gold-{gold}" in ids else None)

    def recall(self, k: int) -> float:
        """Return the share of questions whose paragraph is among the first k."""
        return sum(rank is not None and rank <= k for rank in self.ranks) / len(self.ranks)

    def row(self) -> dict[str, Any]:
        """Return all figures as plain data."""
        asked = {
            name: {
                "p50_ms": statistics.median(times),
                "p95_ms": statistics.quantiles(times, n=20)[-1],
                "cpu_p50_ms": statistics.median(self.cpu_ms[name]),
            }
            for name, times in self.wall_ms.items()
        }
        recall = {f"recall@{k}": self.recall(k) for k in (1, 5, TOP_K)}
        return {"store": self.name, "passages": self.size, **self.figures, **recall, "asked": asked}


def embedded(size: int, folder: Path, documents: Iterator[Record]) -> Measured:
    path = folder / f"embedded-{size}"
    measured = Measured("embedded", size, TantivyCollection(path))
    measured.build(documents)
    files = [file for file in path.rglob("*") if file.is_file()]
    measured.figures["bytes"] = sum(file.stat().st_size for file in files)
    measured.figures["segments"] = sum(file.suffix == ".term" for file in files)
    return measured


def on_server(size: int, documents: Iterator[Record]) -> Measured:
    os.environ["ELASTICSEARCH_INDEX"] = f"benchmark-{size}"
    server = Server(ServerSettings.from_environment())
    measured = Measured("Elasticsearch", size, ElasticCollection(server))
    measured.store.delete_index("document")
    measured.build(documents, lambda: _server_cpu_s(server))
    with server.talking() as client:
        statistics_ = client.indices.stats(index=f"benchmark-{size}-document", metric=["store", "segments"])
        primaries = statistics_["_all"]["primaries"]
    measured.figures |= {"bytes": primaries["store"]["size_in_bytes"], "segments": primaries["segments"]["count"]}
    return measured


def _server_cpu_s(server: Server) -> float:
    with server.talking() as client:
        nodes = client.nodes.stats(metric="process")["nodes"].values()
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes)) / 1000


@contextlib.contextmanager
def elasticsearch(wanted: bool) -> Iterator[None]:
    """Have a server: the one named in the environment, or one started for this run."""
    script = SHARED / "elasticsearch" / "run.sh"
    if not wanted or os.environ.get("ELASTICSEARCH_URL"):
        yield
        return
    if not script.is_file():
        sys.exit("no Elasticsearch: set ELASTICSEARCH_URL, or leave --elasticsearch empty")
    folder = Path(tempfile.mkdtemp(prefix="needlepoint-benchmark-"))
    folder.chmod(0o755)  # the server runs as another user
    # and that user runs the system's python3, and may not look into a virtual environment
    path = os.pathsep.join(["/usr/local/bin", "/usr/bin", "/bin", os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    try:
        command = [str(script), "start", "--port", "0", "--heap", "1g", "--home", str(folder / "home")]
        run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        os.environ["ELASTICSEARCH_URL"] = run.stdout.split()[0]
        yield
    finally:
        stop = [str(script), "stop", "--home", str(folder / "home")]
        subprocess.run(stop, check=False, capture_output=True, env=environment)
        shutil.rmtree(folder, ignore_errors=True)


# --- the run ------------------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--embedded", type=int, nargs="*", default=[30_000, 300_000])
    parser.add_argument("--elasticsearch", type=int, nargs="*", default=[30_000, 300_000])
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--folder", type=Path, help="where the embedded stores are built; a temporary one by default")
    parser.add_argument("--out", type=Path, help="folder for retrieval.json and retrieval.md")
    given = parser.parse_args()
    if not (SHARED / "data" / "squad").is_dir():
        sys.exit("the data of this benchmark, ../shared/data, is not here")
    paragraphs, questions = squad()
    sentences = real_sentences()
    asked = random.Random(3).sample(questions, given.questions)
    with contextlib.ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(elasticsearch(bool(given.elasticsearch)))
        stores: list[Measured] = []
        for size in given.embedded:
            stores.append(embedded(size, folder, collection(size, paragraphs, sentences)))
            print(_built(stores[-1]), flush=True)
        for size in given.elasticsearch:
            stores.append(on_server(size, collection(size, paragraphs, sentences)))
            print(_built(stores[-1]), flush=True)
        ask_all(stores, asked)
        rows = [measured.row() for measured in stores]
        for measured in stores:
            measured.store.close()
    table = markdown(rows, given.questions)
    print(table)
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / "retrieval.json").write_text(json.dumps(rows, indent=2) + "\n")
        (given.out / "retrieval.md").write_text(table + "\n")


def ask_all(stores: Sequence[Measured], asked: Sequence[tuple[str, int]]) -> None:
    """Ask every store every question with every filter, in turn; the first twenty questions only warm up."""
    for number, (question, gold) in enumerate(chain(asked[:20], asked)):
        if number == 20:
            for measured in stores:
                measured.wall_ms, measured.cpu_ms, measured.ranks = {}, {}, []
        for name in FILTERS:
            for measured in stores:
                measured.ask(question, gold, name)


def _built(measured: Measured) -> str:
    figures = measured.figures
    rate, per_cpu = measured.size / figures["build_s"], measured.size / figures["build_cpu_s"]
    text = f"{measured.name} {measured.size:,}: {rate:,.0f} passages/s, {per_cpu:,.0f} per CPU second of this process"
    if "build_server_cpu_s" in figures:
        text += f", {measured.size / figures['build_server_cpu_s']:,.0f} of the server"
    return f"{text}; {figures['bytes'] / 1e6:,.0f} MB in {figures['segments']} segments"


def markdown(rows: Sequence[dict[str, Any]], questions: int) -> str:
    """Return the figures as tables."""
    lines = [
        "| store | passages | built, passages/s | per CPU second | MB | bytes a passage | recall@1 | @5 | @20 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        cpu = row["build_cpu_s"] + row.get("build_server_cpu_s", 0.0)
        recall = " | ".join(f"{100 * row[f'recall@{k}']:.1f}" for k in (1, 5, TOP_K))
        lines.append(
            f"| {row['store']} | {row['passages']:,} | {row['passages'] / row['build_s']:,.0f} | {row['passages'] / cpu:,.0f} |"
            f" {row['bytes'] / 1e6:,.0f} | {row['bytes'] / row['passages']:,.0f} | {recall} |"
        )
    lines += [
        "",
        f"p50 / p95 in ms of {questions} questions; in brackets the CPU time of the asking thread, p50",
        "",
        f"| store | passages | {' | '.join(FILTERS)} |",
        "|---|---|" + "---|" * len(FILTERS),
    ]
    for row in rows:
        cells = (f"{a['p50_ms']:.1f} / {a['p95_ms']:.1f} ({a['cpu_p50_ms']:.1f})" for a in row["asked"].values())
        lines.append(f"| {row['store']} | {row['passages']:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
