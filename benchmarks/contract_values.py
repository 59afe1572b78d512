"""Make training questions about contracts whose answers are values, from CUAD's, whose answers are clauses.

    python benchmarks/contract_values.py cuad.json.xz FOLDER [--held-out 75] [--show 20]

CUAD labels whole sentences: "This Agreement shall remain in force for three years (the "Initial Term")" for "How long does the
agreement last?". A reader that learns from them quotes clauses where an analyst wants the period. Where a question asks when, how
long or how much, the answer becomes the one date, period, amount or share that its clause holds and that the question means: a
term's end is a date after "until" or "expires on", or else its length; what stands behind "renew" belongs to a renewal. Where
the clause has none, or several, and for "who", the question is left out. Questions that ask what an agreement says keep their
clauses. Each shortened answer is asked for in a few more ways, some of which name the parties; these are also asked of a like
clause of another contract, which does not answer them.

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
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "components"))

from needlepoint.reading.naming import naming_words

Span = tuple[int, int]
_NUMBERS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|eighteen|"
    "twenty(?:[ -](?:one|four|five))?|thirty(?:[ -]six)?|forty(?:[ -](?:five|eight))?|fifty|sixty|ninety(?:[ -]nine)?|"
    r"one hundred(?: and)?(?: (?:twenty|eighty))?|\d+"
)
_KINDS_OF_DAY = "consecutive|calendar|full|additional|successive|business|working|contract"
_UNITS = rf"(?:(?:{_KINDS_OF_DAY})[ -])?(?:days?|weeks?|months?|years?)\b"
_PERIOD = re.compile(
    rf"(?<![\w$.,-])(?:{_NUMBERS})(?:\s*\(\s*[\w -]{{1,20}}\s*\))?[\s-]+{_UNITS}(?!-old)", re.IGNORECASE
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+day)?(?:\s+of)?\s+(?:{_MONTHS}),?"
    rf"\s+\d{{4}}|\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|(?:{_MONTHS}),?\s+\d{{4}}",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:(?:US|U\.S\.)\s?)?[$€£]\s?\d[\d,]*(?:\.\d+)?(?:\s(?:million|billion|thousand))?|\b\d+(?:\.\d+)?\s?%"
    rf"|\b(?:{_NUMBERS})[\w-]* (?:and [a-z-]+ )?percent\b(?: \(\d+(?:\.\d+)?%\))?",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:until|through|thru|to|expir(?:es?|ing)|terminat(?:es?|ing)|end(?:s|ing)?|conclud\w+)"
    r"(?:\s+(?:on|at|and including|automatically|midnight|the|close of business|of|,))*\s*$",
    re.IGNORECASE,
)
_KINDS_OF_DATE = "Effective|Commencement|Closing|Execution|Launch|Start|Distribution|Delivery"
_FROM = re.compile(
    r"\s+(?:from|after|following|beginning on|commencing on)\s+(?:and including\s+)?(?:the\s+)?"
    rf"(?:date hereof|date of (?:this|the) \w+|(?:[A-Z][\w-]+\s)?(?:{_KINDS_OF_DATE})\s+Date)"
)
_RENEWAL = re.compile(r"\b(?:renew|extend|successive|additional)", re.IGNORECASE)
_NOTICE = re.compile(r"\b(?:notice|prior to|before)\b", re.IGNORECASE)
_CURE = re.compile(
    rf"(?:within|in|for|of)\s+(?:a\s+period\s+of\s+|the\s+)?(?P<before>{_PERIOD.pattern})"
    r"(?=[^.;]{0,120}\b(?:cure|cured|remed(?:y|ied))\b)"
    rf"|\b(?:cure|cured|remed(?:y|ied))\b[^.;]{{0,60}}?\b(?:within|for|in)\s+(?:a\s+period\s+of\s+)?(?P<after>{_PERIOD.pattern})",
    re.IGNORECASE,
)
_PAYMENT = re.compile(
    rf"\b(?:pay|paid|payable|due|payment)\b[^.;]{{0,90}}?\b(?:within|in|net|no(?:t)? later than)\s+(?P<after>{_PERIOD.pattern})"
    r"[^.;]{0,70}\b(?:invoice|receipt|billing|statement|end of)",
    re.IGNORECASE,
)
_SHORT = 6  # words: such an answer is a value
_BEFORE, _AFTER = 60, 30  # characters that tell what a date or a period is

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
_OPENING = 600  # characters, as PassageSplitter's
_PARTY = re.compile(
    r"\b((?:[A-Z][\w&.-]+\s){1,3}?),?\s?(?:Inc|LLC|Ltd|Corp|Corporation|Company|L\.P|plc|GmbH|Limited)\b"
)
_FILED = re.compile(r"([A-Za-z]{4,}?)(?:INC|CORP|LTD|LLC|HOLDINGS|GROUP|Inc|Corp|Ltd|Llc|Holdings)*[,_]")
_CLAUSE = re.compile(
    r"(?:What does|What happens|Which|Is |Are |Can |How (?:can|is liability|is revenue|is the)|Under|For which|On what|"
    r"What (?:restrictions|insurance|license|rights|exclusivity|must|obligations|right|audit|are))",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"(?:when|who|how (?:much|long|many)|for how long|what (?:share|amount|minimum|maximum|period|percentage))",
    re.IGNORECASE,
)


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
        contexts = [paragraph["context"] for paragraph in contract["paragraphs"]]
        self._about = [self.title.replace("_", " "), contexts[0][:_OPENING]]
        names = _parties(self.title, contexts[0][:_OPENING])
        for kind, context, answer in [] if is_held_out else _unasked(contract["paragraphs"]):
            self.counted[kind] += 1
            made = {
                "id": f"{contract['title']}~{kind}{self.counted[kind]}",
                "answers": [answer],
                "is_impossible": False,
            }
            asked = list(_ways(kind, {**made, "question": ""}, names, chance))
            self._contexts.append(context)
            self._naming += [each for each in asked if names and names[0] in each["question"]]
            self.values += [self.read(each, context) for each in asked]
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
                    asked += _other_ways(made, names, chance)
                read = [self.read(each, paragraph["context"]) for each in asked]
                (self.values if kind == "shortened" else self.clauses).extend(read)
                self._naming += [each for each in asked if names and names[0] in each["question"]]
                if kind == "shortened" or _asks_for_value(made):
                    self.asking += read

    def ask_of_others(self, others: list["_Contract"], chance: random.Random) -> None:
        """Ask the questions that name a party of a clause of another contract, too, which does not answer them."""
        for question in self._naming:
            other = chance.choice([each for each in others if each._contexts])
            nothing = {**question, "id": f"{question['id']}~other", "answers": [], "is_impossible": True}
            self.values.append(other.read(nothing, chance.choice(other._contexts)))

    def read(self, question: dict[str, Any], context: str) -> dict[str, Any]:
        """Return a paragraph of one question, as the reader is given it."""
        words = naming_words(question["question"], context, self._about)
        before = f"{words}. " if words else ""
        answers = [{**each, "answer_start": each["answer_start"] + len(before)} for each in question["answers"]]
        return {"context": before + context, "qas": [{**question, "answers": answers}]}

    def article(self, paragraphs: list[dict[str, Any]]) -> dict[str, Any]:
        """Return paragraphs as an article."""
        return {"title": self.title, "paragraphs": paragraphs}


def value_in(question: str, clause: str) -> Span | bool | None:
    """Return where the value that a question asks for stands in a clause, true to keep the clause, or None to leave it out."""
    if len(clause.split()) <= _SHORT or (_CLAUSE.match(question) and "how long" not in question.lower()):
        return True
    for asks, find in _RULES:
        if re.search(asks, question, re.IGNORECASE):
            return find(clause)
    return None if _VALUE.match(question) else True


def _end(clause: str) -> Span | None:
    head = _before_renewal(clause)
    dates = list(_DATE.finditer(head))
    ends = [date for date in dates if _UNTIL.search(head[: date.start()][-_BEFORE:])]
    if len(ends) == 1:
        return ends[0].span()
    periods = _periods(head)
    if ends or len(periods) != 1:
        return None
    counted_from = _FROM.match(head, periods[0][1])
    return periods[0][0], counted_from.end() if counted_from else periods[0][1]


def _length(clause: str) -> Span | None:
    periods = _periods(_before_renewal(clause) or clause)
    return periods[0] if len(periods) == 1 else None


def _renewal(clause: str) -> Span | None:
    begun = _RENEWAL.search(clause)
    start = begun.start() if begun else 0
    return next(((start + first, start + last) for first, last in _periods(clause[start:])), None)


def _beginning(clause: str) -> Span | None:
    dates = [date.span() for date in _DATE.finditer(clause) if not _UNTIL.search(clause[: date.start()][-_BEFORE:])]
    return dates[0] if len(dates) == 1 else None


def _only(pattern: re.Pattern[str], clause: str) -> Span | None:
    found = list(pattern.finditer(clause))
    return found[0].span() if len(found) == 1 else None


def _before_renewal(clause: str) -> str:
    begun = _RENEWAL.search(clause)
    return clause[: begun.start()] if begun else clause


def _periods(text: str) -> list[Span]:
    """Return the periods that are not those of a notice."""
    return [found.span() for found in _PERIOD.finditer(text) if not _NOTICE.search(text[found.end() :][:_AFTER])]


_ASKING = re.compile("when|how (?:long|much)|what is|from what|on what|under|which (?:law|juris)", re.IGNORECASE)
_RULES: tuple[tuple[str, Callable[[str], Span | bool | None]], ...] = (
    (
        r"^when does the (?:agreement|contract|initial term).*(?:expire|end)|expiration date|^when .* (?:expire|end)\b",
        _end,
    ),
    (r"^how long does the (?:agreement|contract).* last|^what is the (?:initial )?(?:term|duration) of the", _length),
    ("renew", _renewal),
    ("warrant", _length),
    (
        "effect|signed|date|made|entered",
        lambda clause: _only(_DATE, clause) or True,
    ),  # "the date of the last signature"
    ("^what (?:is the )?(?:share|minimum|maximum)|^how much|liabilit", lambda clause: _only(_AMOUNT, clause)),
)


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
    start, end = found
    short = {"text": answer["text"][start:end], "answer_start": answer["answer_start"] + start}
    return "shortened", {**question, "answers": [short]}


def _unasked(paragraphs: list[dict[str, Any]]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give periods that no question asks for, of which a passage holds one: the kind, the passage and the answer."""
    contexts = {paragraph["context"]: None for paragraph in paragraphs}
    for context in contexts:
        for kind, pattern in (("cure", _CURE), ("payment", _PAYMENT)):
            found = list(pattern.finditer(context))
            if len(found) == 1:
                group = next(name for name, text in found[0].groupdict().items() if text)
                yield kind, context, {"text": found[0][group], "answer_start": found[0].start(group)}
    for paragraph in paragraphs:
        for question in paragraph["qas"]:
            if question["answers"] and re.search("without cause|for convenience", question["question"]):
                clause = question["answers"][0]
                periods = [
                    each
                    for each in _PERIOD.finditer(clause["text"])
                    if _NOTICE.search(clause["text"][each.end() :][:_AFTER])
                ]
                if len(periods) == 1:
                    yield (
                        "notice",
                        paragraph["context"],
                        {"text": periods[0][0], "answer_start": clause["answer_start"] + periods[0].start()},
                    )


def _other_ways(question: dict[str, Any], names: list[str], chance: random.Random) -> Iterator[dict[str, Any]]:
    kind = next((kind for kind, asks in _ASKED if re.search(asks, question["question"], re.IGNORECASE)), "")
    yield from _ways(kind, question, names, chance)


def _ways(kind: str, question: dict[str, Any], names: list[str], chance: random.Random) -> Iterator[dict[str, Any]]:
    """Ask a question in other ways of its kind."""
    ways = [way for way in WAYS.get(kind, []) if way.count("{") <= len(names)]
    for number, way in enumerate(chance.sample(ways, min(_MORE_WAYS.get(kind, 4), len(ways)))):
        words = way.format(*names)
        if words != question["question"]:
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
        return len(answers[0]["text"].split()) <= _SHORT + 2
    return (
        re.match(
            "when|how (?:long|much)|what is|from what|on what|under|which (?:law|juris)",
            question["question"],
            re.IGNORECASE,
        )
        is not None
    )


def _parties(title: str, opening: str) -> list[str]:
    """Return the names of the company that has filed a contract, and of one that its opening names."""
    filed = _FILED.match(title)
    names = [filed[1].capitalize() if filed and filed[1].isupper() else filed[1]] if filed else []
    found = (" ".join(name.split()) for name in _PARTY.findall(opening))
    return [*names, *(name for name in found if not name.isupper())][:2]


if __name__ == "__main__":
    main()
