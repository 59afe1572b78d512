"""Questions that name their document: how often the right passage is found, with the document's name searched and without.

    python benchmarks/named_documents.py cuad.json [--questions 600]

Each paragraph of the file is a passage whose document is named as its article. Each question is asked as it is, and with the kind
of its document, the last part of the name: "Which law governs the agreement in the Franchise Agreement?". Many documents share
a kind, so even the second sort does not single one out.
"""

import argparse
import random
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.index import Collection, Record, Snapshot  # noqa: E402
from needlepoint.squad import SquadQuestion, read_squad  # noqa: E402

WEIGHTS = (0.0, 0.2, 0.4, 0.7, 1.0)
AMONG = (1, 5, 20, 50)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=600)
    arguments = parser.parse_args()
    everything = read_squad(arguments.data)
    passages = {passage: str(n) for n, passage in enumerate(dict.fromkeys((q.context, q.title) for q in everything))}
    asked = random.Random(1).sample([question for question in everything if question.answers], arguments.questions)
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(Path(folder), ("content", "name"))
        records = [Record(id_, context, {"name": f"{title}.pdf"}) for (context, title), id_ in passages.items()]
        collection.write("document", records)
        snapshot = collection.snapshot("document")
        assert snapshot
        print(f"{len(passages):,} passages, {len(asked)} questions; recall at {', '.join(map(str, AMONG))} in percent")
        for weight in WEIGHTS:
            plain, named = (recalls(snapshot, asked, passages, weight, is_named=named) for named in (False, True))
            print(f"name^{weight:g}: as asked {plain}, with the document's kind {named}", flush=True)
        collection.close()


def recalls(
    snapshot: Snapshot,
    asked: list[SquadQuestion],
    passages: dict[tuple[str, str], str],
    weight: float,
    *,
    is_named: bool,
) -> str:
    fields = {"content": 1.0, "name": weight} if weight else {"content": 1.0}
    ranks = []
    for question in asked:
        text = f"{question.question.rstrip('?')} in the {kind(question.title)}?" if is_named else question.question
        found = [record.id for _, record in snapshot.search(text, search_fields=fields, top_k=max(AMONG))]
        wanted = passages[question.context, question.title]
        ranks.append(found.index(wanted) if wanted in found else max(AMONG))
    return " / ".join(f"{100 * sum(rank < among for rank in ranks) / len(ranks):.1f}" for among in AMONG)


def kind(title: str) -> str:
    return " ".join(re.findall(r"[A-Za-z]+", title.rsplit("-", 1)[-1]))


if __name__ == "__main__":
    main()
