"""Questions as an analyst asks them of many contracts, each naming a party: how many are answered from the right one.

    python benchmarks/contract_questions.py FOLDER [--model models/reader-small] [--show]

FOLDER holds the contracts of ``sheet_labels.tsv`` and is indexed as ``needlepoint index`` does it. That file says what a right
answer matches; ``contracts_labels.tsv`` by which party each contract is named. Every question is asked of the whole collection:
"When does the agreement with Moelis end?". *Right* is a first answer from that contract that matches, *wrong* another one,
*nearest* that none was shown but the right one was among the doubtful, *withheld* that neither was.

*Retrieved* is the share of questions with a passage of that contract that matches among the first 1 / 5 / 20.
"""

import argparse
import dataclasses
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from needlepoint.answers.replies import Quote, Reply
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

FOLDER = Path(__file__).parent
WAYS = {
    "How long is the initial term of the agreement?": (
        "When does the agreement with {} end?",
        "How long does the agreement with {} run?",
        "What is the term of the agreement with {}?",
        "When does the contract with {} expire?",
    ),
    "How much notice is needed to terminate the agreement without cause?": (
        "How much notice ends the agreement with {} without cause?",
        "With what notice can the agreement with {} be terminated?",
    ),
    "What is the date of the agreement?": (
        "When was the agreement with {} signed?",
        "What is the date of the agreement with {}?",
    ),
    "Which law governs the agreement?": ("Which law governs the agreement with {}?",),
    "Within what period must a breach be cured?": (
        "Within what period must a breach of the agreement with {} be cured?",
        "How long is the cure period in the contract with {}?",
    ),
}
AMONG = (1, 5, 20)
_PARTY = re.compile(r"agreement with (.*)\?")


def main() -> None:
    """Index, ask, and print a line for each kind of question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", help="another reader's folder")
    parser.add_argument("--show", action="store_true", help="print the questions that are not answered rightly")
    options = parser.parse_args()
    changes = {"Reader": {"model_name_or_path": options.model}} if options.model else {}
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(Settings.from_environment(), store=Path(folder))
        with Service(settings=settings, changes=changes) as service:
            service.index([options.folder])
            for kind, question, name, wanted in _questions():
                reply = service.ask(question, top_k=3)
                found = outcome(reply, _right(name, wanted))
                outcomes[kind].update(["asked", found, *_retrieved(reply, name, wanted)])
                if options.show and found != "right":
                    first = next(iter(reply.quotes or reply.doubtful), None)
                    print(f"{found}: {question} {first.score if first else 0:.0%} {first.answer if first else ''!r}")
    for kind, counted in [*outcomes.items(), ("all", sum(outcomes.values(), Counter()))]:
        figures = ", ".join(f"{what} {counted[what]}" for what in ("right", "wrong", "withheld", "nearest"))
        shares = " / ".join(f"{100 * counted[f'among {most}'] / counted['asked']:.0f}" for most in AMONG)
        print(f"{kind:70} {counted['asked']:4} asked: {figures}; retrieved {shares} %")


def _questions() -> Iterator[tuple[str, str, str, str]]:
    parties: dict[str, str] = {}
    for question, name, _ in lines("contracts_labels.tsv"):
        if match := _PARTY.search(question):
            parties.setdefault(name, match[1])
    for kind, name, wanted in lines("sheet_labels.tsv"):
        for way in WAYS.get(kind, ()):
            if name in parties and wanted != "-":
                yield kind, way.format(parties[name]), name, wanted


def lines(name: str) -> Iterator[list[str]]:
    """Return the fields of each line of a file of labels."""
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split("\t")


def _right(name: str, wanted: str) -> Callable[[Quote], bool]:
    return lambda quote: quote.name == name and says(quote.answer, wanted)


def outcome(reply: Reply, is_right: Callable[[Quote], bool]) -> str:
    """Say what became of a question that has an answer: right, wrong, nearest or withheld."""
    if reply.quotes:
        return "right" if is_right(reply.quotes[0]) else "wrong"
    return "nearest" if any(map(is_right, reply.doubtful)) else "withheld"


def _retrieved(reply: Reply, name: str, wanted: str) -> list[str]:
    places = [n for n, each in enumerate(reply.passages) if each.meta["name"] == name and says(each.content, wanted)]
    return [f"among {most}" for most in AMONG if places and places[0] < most]


def says(text: str, wanted: str) -> bool:
    """Whether a text matches what is wanted, whatever its blanks and capitals."""
    return re.search(wanted, " ".join(text.split()), re.IGNORECASE) is not None


if __name__ == "__main__":
    main()
