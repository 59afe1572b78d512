"""Make training questions about contracts whose answers are values, from CUAD's, whose answers are clauses.

    python benchmarks/contract_values.py cuad.json.xz FOLDER [--held-out 75] [--show 20]

CUAD labels whole sentences: "This Agreement shall remain in force for three years (the "Initial Term")" for "How long does the
agreement last?". A reader that learns from them quotes clauses where an analyst wants the period. Where a question asks when, how
long or how much, the answer becomes the one date, period, amount or share that its clause holds and that the question means: a
term's end is a date after "until" or "expires on", or else its length; what stands behind "renew" belongs to a renewal. Where
the clause has none, or several, and for "who", the question is left out. Questions that ask what an agreement says keep their
clauses. Each shortened answer is asked for in a few more ways, some of which name the parties; these are also asked of a like
clause of another contract, which does not answer them, and of passages of the same contract that hold another date or period
(``contract_traps.py``).

A passage is written as the reader is given it: after the words by which the question names its document
(``needlepoint/reading/naming.py``), so that it learns what they are worth.

Writes ``contract_values.json`` (shortened), ``contract_clauses.json`` (all others) and ``held_out.json``, titles that
``needlepoint train --held-out`` leaves out of both; ``held_out_values.json`` has the held-out questions that ask for a value.
"""

import argparse
import json
import lzma
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "components"))

from contract_spans import SHORT, Span, notice_in, periods_in, value_in
from contract_traps import tempts

from needlepoint.reading.naming import naming_words

WAYS = {
    "end": [
        "When does the agreement expire?",
        "When does the contract end?",
        "When does the agreement terminate?",
        "On what date does the agreement end?",
        "What is the expiration date of the contract?",
        "Until when does the agreement run?",
        "When will the agreement with {0} end?",
        "When does the agreement between {0} and {1} end?",
    ],
    "length": [
        "How long does the agreement last?",
        "What is the term of the agreement?",
        "What is the initial term?",
        "For how long is the contract agreed?",
        "What is the duration of the contract?",
        "How long does the agreement with {0} run?",
        "How long is the initial term of the agreement between {0} and {1}?",
    ],
    "renewal": [
        "For how long is the agreement renewed?",
        "How long is the renewal term?",
        "By what period is the agreement extended?",
        "For how long is the agreement with {0} renewed?",
    ],
    "warranty": [
        "How long does the warranty last?",
        "What is the warranty period?",
        "For how long is the product warranted?",
    ],
    "share": [
        "What share of revenue or profit must be paid?",
        "What percentage is paid?",
        "How much is the royalty?",
        "What is the rate of the fee?",
    ],
    "date": [
        "On what date did {0} sign the agreement?",
        "As of what date is the agreement with {0} made?",
        "When did {0} and {1} enter into the agreement?",
    ],
    "law": [
        "By which law is the contract with {0} governed?",
        "Whose law applies to the agreement with {0}?",
        "What is the governing law of the contract between {0} and {1}?",
    ],
    "notice": [
        "With how much notice can the agreement be terminated without cause?",
        "What notice must be given to terminate for convenience?",
        "How long in advance must {0} be told that the contract is ended?",
        "What is the notice period for terminating the contract with {0}?",
    ],
    "cure": [
        "How long does a party have to cure a breach?",
        "In how many days must a default be remedied?",
        "How long is the period to cure a breach of the contract with {0}?",
        "After what time can the agreement with {0} be terminated for a breach that is not cured?",
    ],
    "payment": [
        "Within what time must invoices be paid?",
        "What are the payment terms?",
        "How soon must invoices be paid under the agreement with {0}?",
    ],
}
_MORE_WAYS = {"date": 1, "law": 1}
"""Of each kind; of the other kinds four."""
_TRAPS_OF_A_KIND = 2  # passages of one contract
_OPENING = 600  # characters, as PassageSplitter's
_PARTY = re.compile(
    r"\b((?:[A-Z][\w&.-]+\s){1,3}?),?\s?(?:Inc|LLC|Ltd|Corp|Corporation|Company|L\.P|plc|GmbH|Limited)\b"
)
_FILED = re.compile(r"([A-Za-z]{4,}?)(?:INC|CORP|LTD|LLC|HOLDINGS|GROUP|Inc|Corp|Ltd|Llc|Holdings)*[,_]")


def main() -> None:
    """Write the files, and print how many questions there are of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cuad", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--held-out", type=int, default=75, help="contracts")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N shortened answers with their clauses")
    options = parser.parse_args()
    with lzma.open(options.cuad) as file:
        contracts = json.load(file)["data"]
    chance = random.Random(5)
    titles = sorted(contract["title"] for contract in contracts)
    held_out = set(chance.sample(titles, options.held_out))
    made = [_Contract(contract, chance, is_held_out=contract["title"] in held_out) for contract in contracts]
    for contract in made:
        contract.ask_where_tempted(chance)
        contract.ask_of_others([other for other in made if other is not contract and not other.is_held_out], chance)
    for each in [example for contract in made for example in contract.shortened][: options.show]:
        print(f"{each['question']} {each['answer']!r}\n    {each['clause']}")
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, data in (
        ("contract_values", [contract.article(contract.values) for contract in made]),
        ("contract_clauses", [contract.article(contract.clauses) for contract in made]),
        ("held_out_values", [contract.article(contract.asking) for contract in made if contract.is_held_out]),
    ):
        articles = [article for article in data if article["paragraphs"]]
        path = options.folder / f"{name}.json"
        path.write_text(json.dumps({"version": "v2.0", "data": articles}), encoding="utf-8")
        print(f"{path}: {sum(len(each['qas']) for article in articles for each in article['paragraphs']):,} questions")
    (options.folder / "held_out.json").write_text(json.dumps(sorted(held_out)), encoding="utf-8")
    counted = sum((contract.counted for contract in made), Counter[str]())
    print(", ".join(f"{kind} {number:,}" for kind, number in sorted(counted.items())))


class _Contract:
    """What is made of one contract's questions.

    :param is_held_out: then its questions are asked in CUAD's words alone.
    """

    def __init__(self, contract: dict[str, Any], chance: random.Random, *, is_held_out: bool) -> None:
        self.title, self.is_held_out = contract["title"], is_held_out
        self.values: list[dict[str, Any]] = []
        self.clauses: list[dict[str, Any]] = []
        self.asking: list[dict[str, Any]] = []
        self.shortened: list[dict[str, str]] = []
        self.counted: Counter[str] = Counter()
        self._contexts: list[str] = []  # with a value
        self._naming: list[dict[str, Any]] = []
        self._answered: dict[str, list[dict[str, Any]]] = defaultdict(list)  # by kind
        contexts = [paragraph["context"] for paragraph in contract["paragraphs"]]
        self._passages = list(dict.fromkeys(contexts))
        self._about = [self.title.replace("_", " "), contexts[0][:_OPENING]]
        self._names = names = _parties(self.title, contexts[0][:_OPENING])
        for kind, context, answer in [] if is_held_out else _unasked(contract["paragraphs"]):
            self.counted[kind] += 1
            made = {
                "id": f"{contract['title']}~{kind}{self.counted[kind]}",
                "answers": [answer],
                "is_impossible": False,
            }
            self._contexts.append(context)
            self._answered[kind].append(made)
            self.values += self._read_all(_ways(kind, {**made, "question": ""}, names, chance), context, names)
        for paragraph in contract["paragraphs"]:
            for question in paragraph["qas"]:
                kind, made = _made(question)
                self.counted[kind] += 1
                if kind == "dropped":
                    continue
                asked = [made]
                if kind == "shortened":
                    self._contexts.append(paragraph["context"])
                    clause = question["answers"][0]["text"]
                    self.shortened.append(
                        {"question": made["question"], "answer": made["answers"][0]["text"], "clause": clause}
                    )
                if kind in ("shortened", "kept") and not is_held_out:
                    self._answered[_kind_asked(made)].append(made)
                    asked += _ways(_kind_asked(made), made, names, chance)
                read = self._read_all(asked, paragraph["context"], names)
                (self.values if kind == "shortened" else self.clauses).extend(read)
                if kind == "shortened" or _asks_for_value(made):
                    self.asking += read

    def _read_all(self, questions: Iterable[dict[str, Any]], context: str, names: list[str]) -> list[dict[str, Any]]:
        """Return a paragraph for each question, and remember those that name a party."""
        asked = list(questions)
        self._naming += [each for each in asked if names and names[0] in each["question"]]
        return [self.read(each, context) for each in asked]

    def ask_of_others(self, others: list["_Contract"], chance: random.Random) -> None:
        """Ask the questions that name a party of a clause of another contract, too, which does not answer them."""
        for question in self._naming:
            other = chance.choice([each for each in others if each._contexts])
            nothing = {**question, "id": f"{question['id']}~other", "answers": [], "is_impossible": True}
            self.values.append(other.read(nothing, chance.choice(other._contexts)))

    def ask_where_tempted(self, chance: random.Random) -> None:
        """Ask for the values found of passages of this contract that hold another value of that sort."""
        for kind, answered in self._answered.items():
            values = {each["answers"][0]["text"] for each in answered}
            tempting = [
                passage
                for passage in self._passages
                if tempts(kind, passage) and not any(value in passage for value in values)
            ]
            for number, passage in enumerate(chance.sample(tempting, min(_TRAPS_OF_A_KIND, len(tempting)))):
                nothing = {**chance.choice(answered), "answers": [], "is_impossible": True}
                for asked in _ways(
                    kind, nothing, self._names, chance, most=1
                ):  # none if it names parties and none is known
                    self.values.append(self.read({**asked, "id": f"{nothing['id']}~trap{number}"}, passage))
                    self.counted["tempting"] += 1

    def read(self, question: dict[str, Any], context: str) -> dict[str, Any]:
        """Return a paragraph of one question, as the reader is given it."""
        words = naming_words(question["question"], context, self._about)
        before = f"{words}. " if words else ""
        answers = [{**each, "answer_start": each["answer_start"] + len(before)} for each in question["answers"]]
        return {"context": before + context, "qas": [{**question, "answers": answers}]}

    def article(self, paragraphs: list[dict[str, Any]]) -> dict[str, Any]:
        """Return paragraphs as an article."""
        return {"title": self.title, "paragraphs": paragraphs}


_ASKING = re.compile("when|how (?:long|much)|what is|from what|on what|under|which (?:law|juris)", re.IGNORECASE)


def _made(question: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return a question with its answer as it is to be learnt, and what was done to it."""
    if not question["answers"]:
        return "without an answer", question
    answer = question["answers"][0]
    found = value_in(question["question"], answer["text"])
    if found is None:
        return "dropped", question
    if isinstance(found, bool):
        return "kept", question
    return "shortened", {**question, "answers": [_part(answer, found)]}


def _unasked(paragraphs: list[dict[str, Any]]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give periods that no question asks for, of which a passage holds one: the kind, the passage and the answer."""
    for context in dict.fromkeys(paragraph["context"] for paragraph in paragraphs):
        for kind, (start, end) in periods_in(context):
            yield kind, context, {"text": context[start:end], "answer_start": start}
    for paragraph in paragraphs:
        for question in paragraph["qas"]:
            if question["answers"] and re.search("without cause|for convenience", question["question"]):
                clause = question["answers"][0]
                if found := notice_in(clause["text"]):
                    yield "notice", paragraph["context"], _part(clause, found)


def _part(answer: dict[str, Any], span: Span) -> dict[str, Any]:
    """Return a part of an answer as an answer."""
    start, end = span
    return {"text": answer["text"][start:end], "answer_start": answer["answer_start"] + start}


def _kind_asked(question: dict[str, Any]) -> str:
    return next((kind for kind, asks in _ASKED if re.search(asks, question["question"], re.IGNORECASE)), "")


def _ways(
    kind: str, question: dict[str, Any], names: list[str], chance: random.Random, *, most: int | None = None
) -> Iterator[dict[str, Any]]:
    """Ask a question in other ways of its kind.

    :param most: how many; by default what ``_MORE_WAYS`` says.
    """
    ways = [way for way in WAYS.get(kind, []) if way.count("{") <= len(names)]
    for number, way in enumerate(chance.sample(ways, min(most or _MORE_WAYS.get(kind, 4), len(ways)))):
        words = way.format(*names)
        if most or words != question["question"]:
            yield {**question, "id": f"{question['id']}~{number}", "question": words}


_ASKED = (
    ("renewal", "renew"),
    ("warranty", "warrant"),
    ("share", "share of revenue"),
    ("end", "^when .*(?:expire|end)|expiration"),
    ("length", "^how long does the (?:agreement|contract)|term of the|duration"),
    ("date", "signed|date of the agreement|entered into|agreement made"),
    ("law", "govern|jurisdiction's law|under the laws"),
)


def _asks_for_value(question: dict[str, Any]) -> bool:
    answers = question["answers"]
    if answers:
        return len(answers[0]["text"].split()) <= SHORT + 2
    return _ASKING.match(question["question"]) is not None


def _parties(title: str, opening: str) -> list[str]:
    """Return the names of the company that has filed a contract, and of one that its opening names."""
    filed = _FILED.match(title)
    names = [filed[1].capitalize() if filed and filed[1].isupper() else filed[1]] if filed else []
    found = (" ".join(name.split()) for name in _PARTY.findall(opening))
    return [*names, *(name for name in found if not name.isupper())][:2]


if __name__ == "__main__":
    main()
