"""Titles and openings searched with the passages: how often the right passage is found, and without them.

    python benchmarks/named_documents.py QUESTIONS.json [--questions 1000] [--naming kind|party]

Each paragraph of the file is a passage; its document is titled as its article, whose first paragraph is the document's opening.
Questions about that paragraph are left out. With ``--naming`` each question also names its document, where it can: by its kind,
the last part of the title ("Which law governs the agreement in the Franchise Agreement?"; many documents share one), or by the
first party that the opening defines, as ``("Inktomi")``. A field that is added has its score added to the passage's; otherwise a
word counts by the best field, and by ``TIE`` of the others: the stores' way.
"""

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.index import Collection, Record, search_fields, snapshot  # noqa: E402
from needlepoint.squad import SquadQuestion, read_squad  # noqa: E402

CONTENT = {"content": 1.0}
TITLED = {**CONTENT, "title": 1.0}
WAYS = {  # fields with their weights, and what counts beside a word's best field
    "passages alone": (CONTENT, search_fields.TIE),
    "title^0.4, added": ({**CONTENT, "title": 0.4}, 1.0),
    "title, added": (TITLED, 1.0),
    "title, the best alone": (TITLED, 0.0),
    "title": (TITLED, search_fields.TIE),
    "title, opening^0.4": ({**TITLED, "opening": 0.4}, search_fields.TIE),
    "title, opening": ({**TITLED, "opening": 1.0}, search_fields.TIE),
}
AMONG = (1, 5, 20)
OPENING = 600  # characters, as PassageSplitter's
_DEFINED = re.compile(r'\(\s*(?:the |hereinafter )?["“]([A-Z][\w&.\- ]{2,30})["”]\s*\)')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--naming", choices=("kind", "party"))
    arguments = parser.parse_args()
    everything = read_squad(arguments.data)
    passages = {passage: str(n) for n, passage in enumerate(dict.fromkeys((q.context, q.title) for q in everything))}
    openings: dict[str, str] = {}
    for context, title in passages:
        openings.setdefault(title, context)
    names = {"kind": kinds, "party": parties}[arguments.naming](openings) if arguments.naming else {}
    pool = [q for q in everything if q.answers and openings[q.title] != q.context and (q.title in names or not names)]
    asked = random.Random(1).sample(pool or everything, min(arguments.questions, len(pool or everything)))
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(Path(folder), ("content", "title", "opening"))
        records = [
            Record(id_, context, {"title": title.replace("_", " "), "opening": openings[title][:OPENING]})
            for (context, title), id_ in passages.items()
        ]
        collection.write("document", records)
        found = collection.snapshot("document")
        assert found
        print(f"{len(passages):,} passages, {len(asked)} questions; recall at {', '.join(map(str, AMONG))} in percent")
        for way, (fields, snapshot.TIE) in WAYS.items():
            ranks = []
            for question in asked:
                hits = found.search(words(question, names), search_fields=fields, top_k=max(AMONG))
                ids = [record.id for _, record in hits]
                wanted = passages[question.context, question.title]
                ranks.append(ids.index(wanted) if wanted in ids else max(AMONG))
            shares = [f"{100 * sum(rank < among for rank in ranks) / len(ranks):.1f}" for among in AMONG]
            print(f"{way:24s} {' / '.join(shares)}", flush=True)
        collection.close()


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
