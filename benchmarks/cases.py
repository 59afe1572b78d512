"""Ask the questions of a folder of small files that each show one situation, and say which answers are right.

    python benchmarks/cases.py FOLDER [--only docx] [--list-texts]

FOLDER/questions.tsv has a line for each question: the file, the question, the regular expression that the first answer must
match, and what the file shows. The files of all folders below FOLDER are indexed into one collection. An answer is right if it
matches and comes from the file named or from a document inside of it, such as a message of a mailbox. It is *shown* if the
reader reports an answer found, else *withheld*; *sure and wrong* is a wrong answer shown with more than 50 percent. *Right,
elsewhere* matches but comes from another file, which may hold the answer, too: look at it.
"""

import argparse
import dataclasses
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from needlepoint.answers.replies import Quote, Reply
from needlepoint.service.facade import Service
from needlepoint.settings import Settings

_SURE = 0.5
_OUTCOMES = ("right, shown", "right, withheld", "right, elsewhere", "wrong, withheld", "wrong, shown", "sure and wrong")


@dataclass(frozen=True, slots=True)
class Case:
    """A question about one file."""

    file: str
    question: str
    wanted: re.Pattern[str]
    shows: str


def main() -> None:
    """Index, ask and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="ask only the questions about files whose path begins with this")
    parser.add_argument("--list-texts", action="store_true", help="print the text of each file that is asked about")
    arguments = parser.parse_args()
    cases = [case for case in _cases(arguments.folder) if case.file.startswith(arguments.only)]
    folders = sorted(path for path in arguments.folder.iterdir() if path.is_dir())
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(Settings.from_environment(), store=Path(folder, "store"))
        with Service(settings=settings) as service:
            for outcome in service.index(folders).in_state("skipped"):
                print(f"skipped {outcome.path.relative_to(arguments.folder.resolve())}: {outcome.reason}")
            if arguments.list_texts:
                _print_texts(service, cases)
            _ask(service, cases)


def _cases(folder: Path) -> Iterator[Case]:
    for line in Path(folder, "questions.tsv").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            file, question, wanted, shows = line.split("\t")
            yield Case(file, question, re.compile(wanted), shows)


def _print_texts(service: Service, cases: list[Case]) -> None:
    for name in dict.fromkeys(Path(case.file).name for case in cases):
        found = [record for record in service.documents() if record.meta["name"] == name]
        print(f"\n=== {name}\n" + (service.text(found[0].id) if found else "(not indexed)"))


def _ask(service: Service, cases: list[Case]) -> None:
    counts: Counter[str] = Counter()
    for case in cases:
        reply = service.ask(case.question, top_k=1)
        first = next(iter(reply.quotes or reply.doubtful), None)
        outcome = _outcome(case, reply, first)
        counts[outcome] += 1
        answer = f"{first.answer!r} {first.score:.2f} {first.name}" if first else "-"
        print(f"{outcome:16}  {case.file}: {case.question} /{case.wanted.pattern}/ -> {answer}")
    print(f"\n{len(cases)} questions: " + ", ".join(f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES))


def _outcome(case: Case, reply: Reply, first: Quote | None) -> str:
    if first is None:
        return "wrong, withheld"
    file = Path(case.file).name
    is_of_file = first.name == file or first.name.startswith(f"{file}/")
    if is_of_file and case.wanted.search(first.answer):
        return "right, shown" if reply.found else "right, withheld"
    if reply.found and case.wanted.pattern != "." and case.wanted.search(first.answer):
        return "right, elsewhere"
    if not reply.found:
        return "wrong, withheld"
    return "sure and wrong" if first.score > _SURE else "wrong, shown"


if __name__ == "__main__":
    main()
