"""Titles and file names searched with the passages: how often the right passage is found, and with them left out.

    python benchmarks/named_documents.py QUESTIONS.json [--questions 1000] [--kinds]

Each paragraph of the file is a passage whose document is titled as its article. With ``--kinds`` each question also names the
kind of its document, the last part of the title: "Which law governs the agreement in the Franchise Agreement?". Many documents
share a kind, so even that does not single one out. A title that is ``added`` has its score added to the passage's; with ``TIE`` a
word counts by the better of both, and by that share of the other: the stores' way.
"""

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.index import Collection, Record, Snapshot, search_fields, snapshot  # noqa: E402
from needlepoint.squad import SquadQuestion, read_squad  # noqa: E402

WAYS = {  # weight of the title, and what counts beside a word's best field
    "content alone": (0.0, search_fields.TIE),
    "title^0.4, added": (0.4, 1.0),
    "title, added": (1.0, 1.0),
    "title, the better of both": (1.0, 0.0),
    f"title, TIE = {search_fields.TIE}": (1.0, search_fields.TIE),
}
AMONG = (1, 5, 20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--kinds", action="store_true")
    arguments = parser.parse_args()
    everything = read_squad(arguments.data)
    passages = {passage: str(n) for n, passage in enumerate(dict.fromkeys((q.context, q.title) for q in everything))}
    asked = random.Random(1).sample([question for question in everything if question.answers], arguments.questions)
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(Path(folder), ("content", "title"))
        titled = [(id_, context, title.replace("_", " ")) for (context, title), id_ in passages.items()]
        collection.write("document", [Record(id_, context, {"title": title}) for id_, context, title in titled])
        found = collection.snapshot("document")
        assert found
        print(f"{len(passages):,} passages, {len(asked)} questions; recall at {', '.join(map(str, AMONG))} in percent")
        for way, (weight, snapshot.TIE) in WAYS.items():
            fields = {"content": 1.0, "title": weight} if weight else {"content": 1.0}
            figures = recalls(found, asked, passages, fields, lambda question: question.question)
            kinds = f"; with its kind {recalls(found, asked, passages, fields, with_kind)}" if arguments.kinds else ""
            print(f"{way:28s} {figures}{kinds}", flush=True)
        collection.close()


def recalls(
    found: Snapshot,
    asked: list[SquadQuestion],
    passages: dict[tuple[str, str], str],
    fields: dict[str, float],
    words: Callable[[SquadQuestion], str],
) -> str:
    ranks = []
    for question in asked:
        ids = [record.id for _, record in found.search(words(question), search_fields=fields, top_k=max(AMONG))]
        wanted = passages[question.context, question.title]
        ranks.append(ids.index(wanted) if wanted in ids else max(AMONG))
    return " / ".join(f"{100 * sum(rank < among for rank in ranks) / len(ranks):.1f}" for among in AMONG)


def with_kind(question: SquadQuestion) -> str:
    kind = " ".join(re.findall(r"[A-Za-z]+", question.title.rsplit("-", 1)[-1]))
    return f"{question.question.rstrip('?')} in the {kind}?"


if __name__ == "__main__":
    main()
