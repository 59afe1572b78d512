"""Questions of an analyst about contracts and mixed files: how many are answered rightly, and how many surely and wrongly.

    python benchmarks/own_questions.py FOLDER... [--model models/reader-small] [--show]

The folders, the contracts of ``contracts_pdf`` and the files of ``mixed``, are indexed as one collection. ``own_questions.tsv``
says what a right answer matches. *Right* is a first answer that matches and is from the right file, *wrong* another one,
*nearest* that none was shown but the right one was among the doubtful, *withheld* that neither was; *not found* is right where
no file says it. *Sure and wrong* are wrong answers above 50 percent.
"""

import argparse
import dataclasses
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from contract_questions import lines, outcome, says

from needlepoint.answers.replies import Quote, Reply
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

NOWHERE = "-"
SURE = 0.5


def main() -> None:
    """Index, ask, and print how many answers are of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--model", help="another reader's folder")
    parser.add_argument("--show", action="store_true", help="print the questions that are not answered rightly")
    options = parser.parse_args()
    changes = {"Reader": {"model_name_or_path": options.model}} if options.model else {}
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(Settings.from_environment(), store=Path(folder))
        with Service(settings=settings, changes=changes) as service:
            service.index(options.folders)
            for question, name, wanted in lines("own_questions.tsv"):
                reply = service.ask(question, top_k=3)
                found = list(_outcome(reply, name, wanted))
                outcomes.update(found)
                if options.show and not {"right", "not found"}.intersection(found):
                    first = next(iter(reply.quotes or reply.doubtful), None)
                    print(
                        f"{', '.join(found)}: {question} {first.score if first else 0:.0%} {first.answer if first else ''!r}"
                    )
    print(
        ", ".join(f"{name} {outcomes[name]}" for name in ("right", "wrong", "withheld", "nearest")),
        end=" of those with an answer; ",
    )
    print(
        f"not found {outcomes['not found']}, answered {outcomes['answered']} of those without; sure and wrong {outcomes['sure']}"
    )


def _outcome(reply: Reply, name: str, wanted: str) -> Iterator[str]:
    def is_right(quote: Quote) -> bool:
        return wanted != NOWHERE and re.search(name, quote.name) is not None and says(quote.answer, wanted)

    first = reply.quotes[0] if reply.quotes else None
    if first and first.score > SURE and not is_right(first):
        yield "sure"
    if wanted == NOWHERE:
        yield "answered" if first else "not found"
    else:
        yield outcome(reply, is_right)


if __name__ == "__main__":
    main()
