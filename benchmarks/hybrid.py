"""What embeddings add to BM25: recall, time and answers, on the embedded store.

    python benchmarks/hybrid.py squad FILE [--questions 600] [--distractors FILE --most-distractors 2000] [--read 40]
    python benchmarks/hybrid.py articles FOLDER benchmarks/explore_the_world_labels.tsv

``squad`` asks questions of a SQuAD file (``../shared/data/squad/dev-v1.1.json.xz``) over all its paragraphs, each one passage,
and those of another file as distractors; right is the paragraph that the question was asked of. ``articles`` asks the questions
of a table over the articles (text files) that it names; right are the passages of the article that hold all words of the third
column, so a passage may count that contains the words but not the answer.

Times are wall times; rates are also given per second of one core, since other programs may be running.
"""

import argparse
import hashlib
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from needlepoint.evaluation.ranking_metrics import ranking_scores
from needlepoint.evaluation.squad import SquadQuestion, read_squad, sample
from needlepoint.evaluation.squad_metrics import exact_match, f1
from needlepoint.nodes.hybrid_retriever import HybridRetriever
from needlepoint.nodes.onnx_embedding_retriever import OnnxEmbeddingRetriever
from needlepoint.nodes.onnx_reader import OnnxReader
from needlepoint.nodes.passage_splitter import PassageSplitter
from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore

# the modules above make Haystack importable
from haystack.nodes import BM25Retriever  # isort: skip
from haystack.schema import Document  # isort: skip

DEPTH = 50
PASSAGES = 20
BATCH = 256


class Contest:
    """The three retrievers on one store, and the time that they take.

    :param folder: the store's folder; a store that has the passages already is used as it is.
    """

    def __init__(self, folder: str, *, model: str | None, precision: str) -> None:
        self.store = TantivyDocumentStore(folder, search_fields=["content", "title", "name", "opening^0.8"])
        self.words = BM25Retriever(self.store, top_k=DEPTH)
        self.meaning = OnnxEmbeddingRetriever(self.store, model, top_k=DEPTH, precision=precision)
        self.hybrid = HybridRetriever(self.words, self.meaning, top_k=DEPTH, candidates=DEPTH)

    def index(self, passages: list[Document]) -> None:
        """Write the passages, first without embeddings and then with, and print the rate of each."""
        if self.store.get_embedding_count() == len(passages):
            return
        self.meaning.load()
        with self.store.writing():
            self._rate("index without embeddings", passages, lambda batch: batch)
            self._rate(
                "index with embeddings", passages, lambda batch: self.meaning.run_indexing(batch)[0]["documents"]
            )

    def _rate(self, name: str, passages: list[Document], prepare: Callable[[list[Document]], list[Document]]) -> None:
        start, start_cpu = time.perf_counter(), time.process_time()
        for first in range(0, len(passages), BATCH):
            self.store.write_documents(prepare(passages[first : first + BATCH]))
        wall, cpu = time.perf_counter() - start, time.process_time() - start_cpu
        print(f"{name:26} {len(passages) / wall:8.1f} passages/s   {len(passages) / cpu:8.1f} per second of one core")

    def ranks(self, asked: Sequence[tuple[str, set[str]]]) -> None:
        """Print how high each retriever ranks the right passages of the questions."""
        for name, retriever in (("BM25", self.words), ("embeddings", self.meaning), ("hybrid", self.hybrid)):
            ranks = []
            for question, right in asked:
                found = [document.id for document in retriever.retrieve(question)]
                ranks.append(next((place for place, id_ in enumerate(found, 1) if id_ in right), None))
            scores = ranking_scores(ranks)
            shown = "   ".join(f"{key} {100 * scores[key]:5.1f}" for key in scores if key.startswith("recall"))
            print(f"{name:12} {shown}   MRR {scores['mrr']:.3f}")

    def times(self, questions: Sequence[str]) -> None:
        """Print what each stage takes."""
        vectors = [self.meaning.embed_queries([question])[0] for question in questions]
        by_text = dict(zip(questions, vectors, strict=True))
        stages: dict[str, Callable[[str], Any]] = {
            "BM25": lambda question: self.words.retrieve(question),
            "encode the question": lambda question: self.meaning.embed_queries([question]),
            "compare all vectors": lambda question: self.store.query_by_embedding(by_text[question], top_k=DEPTH),
            "hybrid, all of it": lambda question: self.hybrid.retrieve(question, top_k=PASSAGES),
        }
        for name, stage in stages.items():
            times_ms = []
            for question in questions:
                start = time.perf_counter()
                stage(question)
                times_ms.append((time.perf_counter() - start) * 1000)
            p95 = statistics.quantiles(times_ms, n=20)[-1]
            print(f"{name:22} p50 {statistics.median(times_ms):7.1f} ms   p95 {p95:7.1f} ms")

    def answers(self, questions: Sequence[SquadQuestion]) -> None:
        """Print how often the reader is right with each retriever's passages."""
        reader = OnnxReader(top_k=1, calibrated=True, use_gpu=False)
        for name, retriever in (("BM25", self.words), ("hybrid", self.hybrid)):
            exact, overlap = [], []
            for question in questions:
                found = retriever.retrieve(question.question, top_k=PASSAGES)
                best = reader.predict(question.question, found)["answers"]
                text = best[0].answer if best else ""
                golds = [gold.text for gold in question.answers]
                exact.append(exact_match(text, golds))
                overlap.append(f1(text, golds))
            print(
                f"reader on {name:7} exact {100 * statistics.mean(exact):5.1f}   F1 {100 * statistics.mean(overlap):5.1f}"
                f"   of {len(questions)} questions, {PASSAGES} passages each"
            )


def measure_squad(given: argparse.Namespace, folder: str) -> None:
    """Questions of a SQuAD file over its paragraphs and distractors."""
    questions = read_squad(given.file)
    contexts = {_id(question.context): question.context for question in questions}
    own = len(contexts)
    if given.distractors:
        others = {_id(question.context): question.context for question in read_squad(given.distractors)}
        contexts |= dict(list(others.items())[:: max(1, len(others) // given.most_distractors)])
    asked = sample([question for question in questions if question.answers], given.questions)
    print(f"{own} paragraphs, {len(contexts) - own} distractors, {len(asked)} questions")
    contest = Contest(folder, model=given.model, precision=given.precision)
    contest.index([Document(content=text, id=id_, meta={"name": "squad"}) for id_, text in contexts.items()])
    contest.ranks([(question.question, {_id(question.context)}) for question in asked])
    contest.times([question.question for question in asked[:100]])
    if given.read:
        contest.answers(asked[: given.read])


def _id(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def measure_articles(given: argparse.Namespace, folder: str) -> None:
    """Questions of a table over the articles that it names."""
    rows = [line.split("\t") for line in given.labels.read_text(encoding="utf-8").splitlines()]
    files = {re.sub(r"^\d+_", "", path.stem).replace("_", " "): path for path in Path(given.file).rglob("*.txt")}
    passages: dict[str, list[Document]] = {}
    for title in dict.fromkeys(title for _, title, _ in rows):
        source = Document(content=files[title].read_text(encoding="utf-8"), meta={"name": title})
        passages[title] = PassageSplitter().run([source])[0]["documents"]
    asked = []
    for question, title, words in rows:
        wanted = words.lower().split(" & ")
        right = {p.id for p in passages[title] if all(word in p.content.lower() for word in wanted)}
        asked.append((question, right))
    labelled = [(question, right) for question, right in asked if right]
    every = [passage for of_article in passages.values() for passage in of_article]
    print(
        f"{len(every)} passages of {len(passages)} articles, {len(labelled)} questions of {len(asked)} with right passages"
    )
    contest = Contest(folder, model=given.model, precision=given.precision)
    contest.index(every)
    contest.ranks(labelled)
    contest.times([question for question, _ in labelled])


def main() -> None:
    """Parse the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    squad = commands.add_parser("squad")
    squad.add_argument("file", type=Path)
    squad.add_argument("--questions", type=int, default=600)
    squad.add_argument("--distractors", type=Path, help="a further SQuAD file, whose paragraphs are passages too")
    squad.add_argument("--most-distractors", type=int, default=2_000)
    squad.add_argument("--read", type=int, default=0, help="questions that the reader answers too")
    squad.set_defaults(measure=measure_squad)
    articles = commands.add_parser("articles")
    articles.add_argument("file", type=Path, metavar="folder")
    articles.add_argument("labels", type=Path)
    articles.set_defaults(measure=measure_articles)
    for command in (squad, articles):
        command.add_argument("--model", help="an embedding model; all-MiniLM-L6-v2 otherwise")
        command.add_argument("--precision", default="auto")
        command.add_argument("--folder", help="keep the store here, and use the one that is there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        given.measure(given, given.folder or temporary)


if __name__ == "__main__":
    main()
