"""How often the right passage is found in other languages than English, with the forms of words and without.

    python benchmarks/inflections.py [--among QUESTIONS.json]

Each line of ``inflections.tsv`` is a language, a passage and a question about it in which most words are inflected otherwise. All
are in one collection; ``--among`` adds the paragraphs of a file of questions in SQuAD's form. The figures are the share of
questions whose passage is first and among the first five. Then: how long indexing and searching take, of that file's
paragraphs and questions (English) and of the German passages, in turn with forms and without.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "components"))

from needlepoint.evaluation.squad import read_squad  # noqa: E402
from needlepoint.stores import search_fields  # noqa: E402
from needlepoint.stores.records import Record  # noqa: E402
from needlepoint.stores.tantivy import Snapshot, TantivyCollection  # noqa: E402
from needlepoint.text.languages import language_name  # noqa: E402

LINES = [line.split("\t") for line in (ROOT / "benchmarks" / "inflections.tsv").read_text("utf-8").splitlines()]
ONLY_CONTENT = {"content": 1.0}
TIMES = 10
PASSAGES = 2_000


@contextmanager
def forms(*, are_made: bool) -> Iterator[None]:
    """Index with the forms of words, as the stores do, or without."""
    own = search_fields.forms
    if not are_made:
        search_fields.forms = lambda text, language: ""
    try:
        yield
    finally:
        search_fields.forms = own


def indexed(records: Sequence[Record], *, with_forms: bool) -> tuple[Snapshot, float]:
    """Return an index of the records, and the seconds that it took."""
    began = time.perf_counter()
    with forms(are_made=with_forms):
        collection = TantivyCollection(Path(tempfile.mkdtemp()))
        collection.write("passages", records)
    seconds = time.perf_counter() - began
    collection.close()
    snapshot = collection.snapshot("passages")
    assert isinstance(snapshot, Snapshot)
    return snapshot, seconds


def print_ranks(others: Sequence[Record]) -> None:
    """Print the share of questions whose passage is found, for each language."""
    own = [Record(f"{place}", passage, {"language": language}) for place, (language, passage, _) in enumerate(LINES)]
    indexes = [indexed([*own, *others], with_forms=with_forms)[0] for with_forms in (False, True)]
    print(f"{len(own)} passages among {len(others)} others; first / among five, in percent: without, with forms")
    for language in dict.fromkeys(line[0] for line in LINES):
        asked = [(str(place), line[2]) for place, line in enumerate(LINES) if line[0] == language]
        shares = [_shares(index, asked) for index in indexes]
        print(f"{language_name(language):10} {len(asked):3} questions  {shares[0]}  {shares[1]}")


def _shares(index: Snapshot, asked: Sequence[tuple[str, str]]) -> str:
    found = [[record.id for _, record in index.search(q, search_fields=ONLY_CONTENT, top_k=5)] for _, q in asked]
    first = sum(ids[:1] == [id_] for ids, (id_, _) in zip(found, asked, strict=True))
    five = sum(id_ in ids for ids, (id_, _) in zip(found, asked, strict=True))
    return f"{first / len(asked):4.0%} / {five / len(asked):4.0%}"


def print_times(name: str, records: Sequence[Record], questions: Sequence[str]) -> None:
    """Print how long indexing and searching take, in turn without and with forms."""
    wrote: dict[bool, list[float]] = {False: [], True: []}
    asked: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(TIMES):
        for with_forms in (False, True) if turn % 2 else (True, False):
            index, seconds = indexed(records, with_forms=with_forms)
            wrote[with_forms].append(seconds)
            began = time.perf_counter()
            for question in questions:
                index.search(question, search_fields=ONLY_CONTENT, top_k=20)
            asked[with_forms].append((time.perf_counter() - began) / len(questions))
    for what, seconds_of, unit in (("indexing", wrote, len(records) / 1000), ("a question", asked, 1.0)):
        without, with_forms = (1000 * median(seconds_of[each]) / unit for each in (False, True))
        print(f"{name}, {what}{' 1,000 passages' * (unit != 1)}: {without:.2f} ms without, {with_forms:.2f} ms with")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--among", type=Path, help="a file of questions in SQuAD's form")
    given = parser.parse_args()
    read = read_squad(given.among) if given.among else []
    paragraphs = list(dict.fromkeys(question.context for question in read))
    others = [Record(f"e{place}", text, {"language": "en"}) for place, text in enumerate(paragraphs)]
    print_ranks(others)
    if others:
        print_times("English", others, [question.question for question in islice(read, 0, None, 25)])
    german = [line for line in LINES if line[0] == "de"]
    texts = [" ".join(german[(place + step) % len(german)][1] for step in range(8)) for place in range(PASSAGES)]
    records = [Record(str(place), text, {"language": "de"}) for place, text in enumerate(texts)]
    print_times("German", records, [line[2] for line in german])


if __name__ == "__main__":
    main()
