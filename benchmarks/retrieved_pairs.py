"""Pair questions with the passages that search brings for them, for a teacher to label.

    python benchmarks/retrieved_pairs.py FILE... --out pairs.json [--questions 20000] [--passages 3] [--leave-out titles.json]

FILEs are in SQuAD's format; all their paragraphs are indexed as files are, in a store that is removed afterwards, and
questions drawn from them are asked. Each is paired with the best passages that are not from its own paragraph. Whether these
answer it nobody knows, so the pairs have neither ``answers`` nor ``is_impossible``; ``needlepoint distil`` takes such questions
and learns what the teacher says. Most do not answer, though they are about the same things: so a student learns to say "not
here" to what it meets in use.

Articles named in --leave-out (a JSON list, or the training.json of a training) give neither questions nor passages.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from needlepoint.evaluation.squad import SquadQuestion, read_squad, read_titles, sample
from needlepoint.trials.collection import TrialCollection, trial_collection


def main() -> None:
    """Index the paragraphs, ask the questions, and write the pairs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=20_000)
    parser.add_argument("--passages", type=int, default=3, help="for each question")
    parser.add_argument("--leave-out", type=Path, help="titles that give neither questions nor passages")
    options = parser.parse_args()
    left_out = frozenset(read_titles(options.leave_out) if options.leave_out else ())
    read = [question for path in options.files for question in read_squad(path)]
    every = [question for question in read if question.article not in left_out]
    asked = sample(every, options.questions)
    with trial_collection([question.context for question in every], None) as collection:
        content = _in_squads_format(_pairs(asked, collection, options.passages))
    options.out.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    count = sum(len(paragraph["qas"]) for article in content["data"] for paragraph in article["paragraphs"])
    print(
        f"{options.out}: {count:,} pairs of {len(asked):,} questions and the passages of {len(collection):,} paragraphs"
    )


def _pairs(
    asked: Sequence[SquadQuestion], collection: TrialCollection, most: int
) -> Iterator[tuple[SquadQuestion, str]]:
    """Yield each question with the texts of its best passages, but for those of its own paragraph."""
    for number, question in enumerate(asked):
        if number % 1000 == 0:
            print(f"{number:,} of {len(asked):,} questions asked", file=sys.stderr)
        passages = collection.retrieve(question.question, top_k=most + 1)
        others = [one.content for one in passages if one.meta.get("name") != collection.name_of(question)]
        yield from ((question, text) for text in others[:most])


def _in_squads_format(pairs: Iterator[tuple[SquadQuestion, str]]) -> dict[str, Any]:
    """Return the pairs by passage, each passage an article of its own."""
    by_text: dict[str, list[str]] = defaultdict(list)
    for question, text in pairs:
        by_text[text].append(question.question)
    paragraphs = [
        {"context": text, "qas": [{"id": f"{place}-{n}", "question": asked} for n, asked in enumerate(questions)]}
        for place, (text, questions) in enumerate(by_text.items())
    ]
    return {"data": [{"paragraphs": [paragraph]} for paragraph in paragraphs]}


if __name__ == "__main__":
    main()
