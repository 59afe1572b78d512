"""Build rate and query time of the embedded store, beside Haystack's InMemoryDocumentStore.

    python benchmarks/store.py [--passages 30000] [--haystack 1000] [--folder DIR]

The passages are invented from a fixed vocabulary with word frequencies as in English (Zipf), 120 words each, with the metadata
that Needlepoint's splitter gives. Questions are 8 words of one passage each, so a right answer exists.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore

# the module above makes Haystack importable
from haystack.document_stores import InMemoryDocumentStore  # isort: skip
from haystack.schema import Document  # isort: skip

WORDS = 120
BATCH = 10_000
TYPES = ("pdf", "docx", "html", "markdown", "email")


def passages(number: int, seed: int = 1) -> list[Document]:
    """Return invented passages, the same for the same seed."""
    random = np.random.default_rng(seed)
    vocabulary = np.array(
        ["".join(random.choice(list("aeioubcdglmnprst"), random.integers(2, 11))) for _ in range(50_000)]
    )
    frequency = 1.0 / np.arange(1, len(vocabulary) + 1)
    chosen = random.choice(len(vocabulary), size=(number, WORDS), p=frequency / frequency.sum())
    return [_passage(place, " ".join(vocabulary[row])) for place, row in enumerate(chosen)]


def _passage(place: int, content: str) -> Document:
    source = place // 40
    meta = {
        "document_id": f"{source:032x}",
        "name": f"file-{source}.{TYPES[source % 5]}",
        "path": f"/data/folder-{source % 20}/file-{source}.{TYPES[source % 5]}",
        "folder": f"folder-{source % 20}",
        "type": TYPES[source % 5],
        "title": f"Title {source}",
        "date": f"20{source % 25:02d}-{source % 12 + 1:02d}-{source % 28 + 1:02d}",
        "size": 1000 + source,
        "start": place % 40 * 700,
        "end": place % 40 * 700 + 690,
        "page": place % 40 // 4 + 1,
    }
    return Document(content=content, id=f"{place:032x}", meta=meta)


def questions(documents: Sequence[Document], number: int = 300, seed: int = 2) -> list[str]:
    """Return the words of random places in random passages."""
    random = np.random.default_rng(seed)
    drawn = (documents[place].content.split() for place in random.integers(len(documents), size=number))
    return [" ".join(random.choice(words, 8, replace=False)) for words in drawn]


def timed(ask: Callable[[str], Any], asked: Sequence[str]) -> str:
    """Return median and 95th percentile in milliseconds."""
    times_ms = []
    for question in asked:
        start = time.perf_counter()
        ask(question)
        times_ms.append((time.perf_counter() - start) * 1000)
    return f"p50 {statistics.median(times_ms):8.2f} ms   p95 {statistics.quantiles(times_ms, n=20)[-1]:8.2f} ms"


def measure_tantivy(documents: Sequence[Document], folder: str) -> float:
    """Print the figures of the embedded store; return its build rate."""
    store = TantivyDocumentStore(folder)
    start, start_cpu = time.perf_counter(), time.process_time()
    with store.writing():
        for first in range(0, len(documents), BATCH):
            store.write_documents(documents[first : first + BATCH])
    rate = len(documents) / (time.perf_counter() - start)
    per_cpu = len(documents) / (time.process_time() - start_cpu)
    print(
        f"tantivy   build  {len(documents):6} passages   {rate:8.0f} passages/s   {per_cpu:8.0f} per second of one core"
    )
    asked = questions(documents)
    filters = {
        "no filter": None,
        "type": {"type": "pdf"},
        "type, folder in": {"type": ["pdf", "html"], "folder": ["folder-1", "folder-2", "folder-10"]},
        "date range": {"date": {"$gte": "2010-01-01", "$lt": "2015-01-01"}},
        "number range": {"size": {"$gte": 1200, "$lt": 1500}},
    }
    store.query(asked[0])
    for name, wanted in filters.items():
        print(f"tantivy   {name:16} {timed(lambda q, f=wanted: store.query(q, filters=f, top_k=10), asked)}")
    for field in ("type", "name"):
        print(f"tantivy   facets {field:9} {timed(lambda _, f=field: store.facets(f), asked[:50])}")
    found = sum(any(set(q.split()) <= set(d.content.split()) for d in store.query(q, top_k=10)) for q in asked)
    print(f"tantivy   the passage itself in the top 10: {found} of {len(asked)}")
    store.close()
    return rate


def measure_haystack(documents: Sequence[Document]) -> float:
    """Print the figures of Haystack's store in memory; return its build rate."""
    store = InMemoryDocumentStore(use_bm25=True, use_gpu=False, progress_bar=False)
    start, start_cpu = time.perf_counter(), time.process_time()
    store.write_documents(list(documents))
    rate = len(documents) / (time.perf_counter() - start)
    per_cpu = len(documents) / (time.process_time() - start_cpu)
    print(
        f"InMemory  build  {len(documents):6} passages   {rate:8.0f} passages/s   {per_cpu:8.0f} per second of one core"
    )
    print(f"InMemory  no filter        {timed(lambda q: store.query(q, top_k=10), questions(documents, 50))}")
    return rate


def main() -> None:
    """Parse the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=30_000)
    parser.add_argument("--haystack", type=int, default=1_000, help="passages for Haystack's store; 0 leaves it out")
    parser.add_argument("--folder", help="an empty folder on the disk to measure; a temporary one otherwise")
    given = parser.parse_args()
    documents = passages(given.passages)
    with tempfile.TemporaryDirectory() as temporary:
        rate = measure_tantivy(documents, given.folder or temporary)
    if given.haystack:
        print(f"build rate, tantivy to InMemory: {rate / measure_haystack(documents[: given.haystack]):.1f} to 1")


if __name__ == "__main__":
    main()
