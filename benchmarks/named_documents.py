"""How often the right passage is found if titles and openings are searched with the passages, and if not.

    python benchmarks/named_documents.py QUESTIONS.json [--questions 1000] [--naming kind|party] [--read]
    python benchmarks/named_documents.py FOLDER --labels benchmarks/contracts_labels.tsv [--read]

Each paragraph of a file of questions is a passage; its document is titled as its article, whose first paragraph is the document's
opening. Questions about that paragraph are left out. With ``--naming`` each question also names its document, where it can: by
its kind, the last part of the title ("Which law governs the agreement in the Franchise Agreement?"; many documents share one), or
by the first party that the opening defines, as ``("Inktomi")``.

A folder is indexed as ``needlepoint index`` does it. A line of labels is a question, the file's name and, between ``|``, what the
right passage may hold; the 53 lines are 27 of CUAD's contracts as PDF, asked for the law that governs them, by kind and party.
``--read`` asks the pipeline, too, with and without ``context_fields``; with a file of questions, unanswerable ones included, it
gives the reader each question's own passage, with and without the words that name the document.

A field that is added has its score added to the passage's; otherwise a word counts by the best field, and by ``TIE`` of the
others: the stores' way.
"""

import argparse
import dataclasses
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.evaluation.squad import SquadQuestion, read_squad  # noqa: E402
from needlepoint.evaluation.squad_metrics import squad_scores  # noqa: E402
from needlepoint.reading.answers import Ranking  # noqa: E402
from needlepoint.reading.naming import naming_words  # noqa: E402
from needlepoint.reading.reader import SpanReader  # noqa: E402
from needlepoint.resources import bundled_reader  # noqa: E402
from needlepoint.service.facade import Service  # noqa: E402
from needlepoint.settings import Settings  # noqa: E402
from needlepoint.stores import search_fields  # noqa: E402
from needlepoint.stores.records import Record  # noqa: E402
from needlepoint.stores.tantivy import Snapshot, TantivyCollection, snapshot  # noqa: E402

TITLED = {"content": 1.0, "title": 1.0, "name": 1.0}
WAYS = {  # fields with their weights, and what counts beside a word's best field
    "passages alone": ({"content": 1.0}, search_fields.TIE),
    "title^0.4, added": ({"content": 1.0, "title": 0.4, "name": 0.4}, 1.0),
    "title": (TITLED, search_fields.TIE),
    "title, opening^0.4": ({**TITLED, "opening": 0.4}, search_fields.TIE),
    "title, opening^0.8": ({**TITLED, "opening": 0.8}, search_fields.TIE),
    "title, opening^0.8, TIE 0": ({**TITLED, "opening": 0.8}, 0.0),
    "title, opening^0.8, TIE 0.5": ({**TITLED, "opening": 0.8}, 0.5),
    "title, opening^1.2": ({**TITLED, "opening": 1.2}, search_fields.TIE),
}
FIELDS = ("content", "title", "name", "opening")
AMONG = (1, 5, 20)
OPENING = 600  # characters, as PassageSplitter's
_DEFINED = re.compile(r'\(\s*(?:the |hereinafter )?["“]([A-Z][\w&.\- ]{2,30})["”]\s*\)')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--naming", choices=("kind", "party"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.labels:
            with Service(settings=dataclasses.replace(Settings.from_environment(), store=Path(folder))) as service:
                service.index([arguments.data])
            collection = TantivyCollection(Path(folder), FIELDS)
            found = opened(collection)
            asked = labelled(found, arguments.labels)
        else:
            collection = TantivyCollection(Path(folder), FIELDS)
            records, asked = paragraphs(read_squad(arguments.data), arguments.naming, arguments.questions)
            collection.write("document", records)
            found = opened(collection)
        print(f"{found.count():,} passages, {len(asked)} questions; recall at {', '.join(map(str, AMONG))} in percent")
        for way, (fields, snapshot.TIE) in WAYS.items():
            ranks = [rank(found, question, right, fields) for question, right in asked]
            shares = [f"{100 * sum(rank < among for rank in ranks) / len(ranks):.1f}" for among in AMONG]
            print(f"{way:28s} {' / '.join(shares)}", flush=True)
        collection.close()
        if arguments.read and arguments.labels:
            for context_fields in ([], list(FIELDS[1:])):
                ask(Path(folder), asked, context_fields)
        elif arguments.read:
            read(read_squad(arguments.data), arguments.questions)


def read(everything: Sequence[SquadQuestion], most: int) -> None:
    openings: dict[str, str] = {}
    for question in everything:
        openings.setdefault(question.title, question.context)
    pool = [question for question in everything if openings[question.title] != question.context]
    asked = random.Random(3).sample(pool, min(most, len(pool)))
    reader = SpanReader(bundled_reader(), max_seq_len=256)
    for with_context in (False, True):
        told, answers, doubts = 0, {}, {}
        for question in asked:
            about = [question.title.replace("_", " "), openings[question.title][:OPENING]]
            words = naming_words(question.question, question.context, about) if with_context else ""
            told += bool(words)
            contexts = [f"{words}." if words else ""]
            (reading,) = reader.read(question.question, [question.context], Ranking(by="margin"), contexts=contexts)
            best = reading.candidates[0] if reading.candidates else None
            answers[question.id] = question.context[best.start : best.end] if best else ""
            doubts[question.id] = -best.margin if best else float("inf")
        scores = squad_scores(asked, answers, doubts)
        figures = ", ".join(f"{name} {scores[name]:.1f}" for name in ("best_exact", "best_f1"))
        print(f"own passage, {told} of {len(asked)} with words that name the document: {figures}", flush=True)


def ask(folder: Path, asked: list[tuple[str, set[str]]], context_fields: list[str]) -> None:
    settings = dataclasses.replace(Settings.from_environment(), store=folder)
    among, first, said = 0, 0, 0
    with Service(settings=settings, changes={"Reader": {"context_fields": context_fields}}) as service:
        for question, right in asked:
            reply = service.ask(question, top_k=3)
            found = [{place.passage.id for place in answer.places} for answer in reply.answers if answer.places]
            is_right = [bool(right & ids) for ids in found]
            among += any(is_right[:3])
            first += any(is_right[:1])
            said += any(is_right[:1]) and reply.found
    print(
        f"context_fields {context_fields}: the answer is in the right passage for {first}, among three {among}, said {said}"
    )


def opened(collection: TantivyCollection) -> Snapshot:
    found = collection.snapshot("document")
    assert found
    return found


def rank(found: Snapshot, question: str, right: set[str], fields: dict[str, float]) -> int:
    hits = found.search(question, search_fields=fields, top_k=max(AMONG))
    return next((place for place, (_, record) in enumerate(hits) if record.id in right), max(AMONG))


def labelled(found: Snapshot, labels: Path) -> list[tuple[str, set[str]]]:
    rows = [line.split("\t") for line in labels.read_text(encoding="utf-8").splitlines()]
    texts = [(record.id, record.meta["name"], " ".join(record.content.lower().split())) for record in found.scan()]
    asked = []
    for question, name, wanted in rows:
        right = {id_ for id_, of, text in texts if of == name and any(part in text for part in wanted.split(" | "))}
        assert right, f"{name} is not in the folder, or has no passage with {wanted!r}"
        asked.append((question, right))
    return asked


def paragraphs(
    everything: Sequence[SquadQuestion], naming: str | None, most: int
) -> tuple[list[Record], list[tuple[str, set[str]]]]:
    ids = {passage: str(n) for n, passage in enumerate(dict.fromkeys((q.context, q.title) for q in everything))}
    openings: dict[str, str] = {}
    for context, title in ids:
        openings.setdefault(title, context)
    records = [
        Record(id_, context, {"title": title.replace("_", " "), "opening": openings[title][:OPENING]})
        for (context, title), id_ in ids.items()
    ]
    names = {"kind": kinds, "party": parties}[naming](openings) if naming else {}
    pool = [q for q in everything if q.answers and openings[q.title] != q.context and (q.title in names or not names)]
    asked = random.Random(1).sample(pool, min(most, len(pool)))
    return records, [(words(question, names), {ids[question.context, question.title]}) for question in asked]


def words(question: SquadQuestion, names: dict[str, str]) -> str:
    name = names.get(question.title)
    return f"{question.question.rstrip('?')} in the {name}?" if name else question.question


def kinds(openings: dict[str, str]) -> dict[str, str]:
    return {title: " ".join(re.findall(r"[A-Za-z]+", title.rsplit("-", 1)[-1])) for title in openings}


def parties(openings: dict[str, str]) -> dict[str, str]:
    """Return an article's first defined term that no more than three articles define: "Company" is no party's name."""
    defined = {title: list(dict.fromkeys(_DEFINED.findall(text))) for title, text in openings.items()}
    articles = Counter(term for terms in defined.values() for term in terms)
    own = {title: [term for term in terms if articles[term] <= 3] for title, terms in defined.items()}
    return {title: f"agreement with {terms[0]}" for title, terms in own.items() if terms}


if __name__ == "__main__":
    main()
