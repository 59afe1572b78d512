"""Make training questions about the rows of tables, with invented names, in the form in which the reader is given rows.

    python benchmarks/table_questions.py FOLDER [--tables 400] [--seed 11] [--show 5]

Each table is of a kind of ``table_kinds.tsv``, its rows invented names and values. A passage is mostly one row, ``Vessel: Sula;
Captain: Einar Storvik``, sometimes several rows in lines of their own, or a form with a field a line. Of the questions, half ask
for a cell of the passage; the others have no answer in it, because they ask for a row that is not there or for a column that is
left out. So a model learns to take the value of the row and the column that are meant, and none from another.

Writes ``tables.json`` and ``held_out_tables.json``. The kinds of tables in the second file, and thereby their headings and
questions, do not occur in the first.
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Chance = random.Random
KINDS = Path(__file__).with_name("table_kinds.tsv")
HELD_OUT = "# The kinds below are held out."

FIRST = (
    "Anna Tobias Mireille Kofi Yara Stefan Lucia Henrik Amara Joost Priya Owen Leila Marek Sofia Dylan Ingrid "
    "Rafael Chen Hana Viktor Noor Elias Greta Samuel Aiko Bruno Nadia Piers Zofia Malik Eva Duncan Rosalind Ivo "
    "Katya Liam Fatima Andreas Mei"
)
STARTS = (
    "Ar Bel Cor Dra El Fen Gal Hol Is Jor Kel Lor Mar Nor Os Pel Quen Ros Sel Tor Ul Ver Wal Yar Zel Bran Cald Drum "
    "Esk Farn"
)
ENDS = (
    "ma den ford wick by ton ley more stad vik ham gate berg ine ova ell and osk ith ow ensen quist dale stone well "
    "ridge"
)
TRADES = "Logistics Group Partners Energy Foods Systems Rail Capital Works Holdings"
MONTHS = "January February March April May June July August September October November December"


def name(chance: Chance) -> str:
    """Return an invented name of one word."""
    return (
        chance.choice(STARTS.split())
        + chance.choice(["", "", chance.choice("aeio") + chance.choice("lnrst")])
        + chance.choice(ENDS.split())
    )


def person(chance: Chance) -> str:
    """Return an invented person."""
    title = chance.choice(["", "", "", "", "Dr. ", "Ms. "])
    return f"{title}{chance.choice(FIRST.split())} {chance.choice(['', '', chance.choice('ABCDEFGHJKLM') + '. '])}{name(chance)}"


def place(chance: Chance) -> str:
    """Return an invented place."""
    return name(chance) + chance.choice(["", "", "", " Bay", " Cross", " North", "-on-Sea", " Park"])


def company(chance: Chance) -> str:
    """Return an invented company."""
    return f"{name(chance)} {chance.choice(TRADES.split())}{chance.choice(['', '', ' Ltd', ' Inc.', ' GmbH'])}"


def year(chance: Chance) -> str:
    """Return a year."""
    return str(chance.randint(1890, 2026))


def date(chance: Chance) -> str:
    """Return a date in one of the usual forms."""
    day, month, in_year = chance.randint(1, 28), chance.randrange(12), chance.randint(1985, 2026)
    forms = (
        f"{day} {MONTHS.split()[month]} {in_year}",
        f"{MONTHS.split()[month]} {day}, {in_year}",
        f"{in_year}-{month + 1:02}-{day:02}",
    )
    return chance.choice([*forms, f"{day:02}.{month + 1:02}.{in_year}", f"{month + 1}/{day}/{in_year}"])


def amount(chance: Chance) -> str:
    """Return an amount of money."""
    number = chance.choice([chance.randint(20, 999), chance.randint(1, 99) * 100, chance.randint(1000, 999999)])
    forms = (
        f"${number:,}",
        f"{number:,} EUR",
        f"£{number:,}",
        f"{number:,}",
        f"${number / 100:.1f} million",
        f"{number}.{chance.randint(10, 99)}",
    )
    return chance.choice(forms)


def count(chance: Chance) -> str:
    """Return a number of things."""
    number = chance.choice([chance.randint(2, 99), chance.randint(100, 9999), chance.randint(10_000, 5_000_000)])
    return chance.choice([f"{number:,}", str(number)])


def percent(chance: Chance) -> str:
    """Return a share."""
    return chance.choice(
        [f"{chance.randint(1, 99)} %", f"{chance.randint(0, 99)}.{chance.randint(0, 9)}%", f"{chance.randint(1, 100)}%"]
    )


def period(chance: Chance) -> str:
    """Return a period."""
    number = chance.choice([chance.randint(2, 12), 14, 21, 24, 30, 36, 45, 48, 60, 90])
    return f"{number} {chance.choice(['days', 'months', 'weeks', 'years', 'hours'])}"


def code(chance: Chance) -> str:
    """Return a code, such as an invoice's number."""
    letters = "".join(chance.choice("ABCDEFGHKLMNPRSTVX") for _ in range(chance.randint(1, 3)))
    return f"{letters}{chance.choice(['-', '', '/'])}{chance.randint(10, 99999)}"


def lower_case_name(chance: Chance) -> str:
    """Return an invented name in small letters."""
    return name(chance).lower()


def number(chance: Chance) -> str:
    """Return a measured number."""
    return chance.choice([str(chance.randint(2, 900)), f"{chance.randint(0, 99)}.{chance.randint(1, 9)}"])


MADE: dict[str, Callable[[Chance], str]] = {
    made.__name__: made
    for made in (
        name,
        lower_case_name,
        person,
        place,
        company,
        year,
        date,
        amount,
        count,
        percent,
        period,
        code,
        number,
    )
}


@dataclass(frozen=True)
class Column:
    """A column: its possible headings, how its values are made, and questions that ask for one, where {} is the row's name."""

    headings: list[str]
    value: str
    questions: list[str]


@dataclass(frozen=True)
class Kind:
    """A kind of table: the headings and names of its first column, and the other columns."""

    headings: list[str]
    name: str
    columns: list[Column]


def read_kinds() -> tuple[list[Kind], list[Kind]]:
    """Return the kinds of tables for training, and those that are held out."""
    kinds: list[list[Kind]] = [[], []]
    chosen = kinds[0]
    for line in KINDS.read_text(encoding="utf-8").splitlines():
        if line == HELD_OUT:
            chosen = kinds[1]
        elif line.startswith("\t"):
            headings, value, questions = line.strip().split("\t")
            chosen[-1].columns.append(Column(headings.split("|"), value, questions.split("|")))
        elif not line.startswith("#"):
            headings, named = line.split("\t")
            chosen.append(Kind(headings.split("|"), named, []))
    return kinds[0], kinds[1]


def make(chance: Chance, form: str) -> str:
    """Make a value: {person} is replaced by a person, {red|blue} by one of the two."""
    return re.sub(
        "{(.+?)}",
        lambda found: MADE[found[1]](chance) if found[1] in MADE else chance.choice(found[1].split("|")),
        form,
    )


GENERIC = ("What is the {0} of {1}?", "{1}: {0}?", "What {0} does {1} have?", "Please give the {0} for {1}.")


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tables", type=int, default=400)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N passages with their questions")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    chance = Chance(options.seed)
    training, held_out = read_kinds()
    for filename, kinds, number in (
        ("tables", training, options.tables),
        ("held_out_tables", held_out, options.tables // 10),
    ):
        made = [_article(chance, chance.choice(kinds), f"{filename} {at}") for at in range(number)]
        path = options.folder / f"{filename}.json"
        path.write_text(json.dumps({"version": "v2.0", "data": made}, ensure_ascii=False), encoding="utf-8")
        paragraphs = [paragraph for article in made for paragraph in article["paragraphs"]]
        asked = [question for paragraph in paragraphs for question in paragraph["qas"]]
        print(f"{path}: {len(asked):,} questions, {sum(each['is_impossible'] for each in asked):,} without an answer")
        for paragraph in paragraphs[: options.show]:
            print(
                paragraph["context"],
                *((q["question"], [a["text"] for a in q["answers"]]) for q in paragraph["qas"]),
                sep="\n    ",
            )


def _article(chance: Chance, kind: Kind, title: str) -> dict[str, Any]:
    """Return a table's passages and questions as an article of SQuAD."""
    columns = chance.sample(kind.columns, chance.randint(2, len(kind.columns)))
    headings = [chance.choice(each.headings) for each in (kind, *columns)]
    names = {make(chance, kind.name) for _ in range(chance.randint(3, 9))}
    rows = [[each, *(make(chance, column.value) for column in columns)] for each in sorted(names)]
    paragraphs = [
        {
            "context": context,
            "qas": [_question(each, context, f"{title}-{number}-{at}") for at, each in enumerate(asked)],
        }
        for number, (context, asked) in enumerate(_passages(chance, kind, columns, headings, rows))
    ]
    return {"title": title, "paragraphs": paragraphs}


Asked = tuple[str, int | None, str]
"""A question, where its answer starts, and the answer."""


def _passages(
    chance: Chance, kind: Kind, columns: list[Column], headings: list[str], rows: list[list[str]]
) -> Iterator[tuple[str, list[Asked]]]:
    for row in rows:
        others = [each for each in rows if each is not row]
        beside = chance.sample(others, min(len(others), chance.randint(1, 4))) if chance.random() < 0.25 else []
        shown = [row, *beside]
        chance.shuffle(shown)
        between = "\n" if not beside and chance.random() < 0.2 else "; "  # a form has a field a line
        left_out = chance.randrange(len(columns)) if len(columns) > 2 and chance.random() < 0.5 else None
        context, places = _written(shown, headings, between, left_out)
        asked: list[Asked] = []
        at = chance.randrange(len(columns))
        if at != left_out:
            asked.append((_words(chance, columns[at], headings[at + 1], row[0]), places[id(row), at], row[at + 1]))
        if left_out is not None:
            asked.append((_words(chance, columns[left_out], headings[left_out + 1], row[0]), None, ""))
        else:
            absent = [each[0] for each in others if each not in shown]
            number = chance.randrange(len(columns))
            elsewhere = chance.choice(absent) if absent and chance.random() < 0.7 else make(chance, kind.name)
            asked.append((_words(chance, columns[number], headings[number + 1], elsewhere), None, ""))
        yield context, asked


def _written(
    rows: list[list[str]], headings: list[str], between: str, left_out: int | None
) -> tuple[str, dict[tuple[int, int], int]]:
    """Return rows as one text, and where the value of each row and column starts."""
    text, places = "", {}
    for row in rows:
        text += "\n" if text else ""
        for number, (heading, cell) in enumerate(zip(headings, row, strict=True)):
            if left_out is not None and number == left_out + 1:
                continue
            text += (between if number else "") + f"{heading}: "
            places[id(row), number - 1] = len(text)
            text += cell
    return text, places


def _words(chance: Chance, column: Column, heading: str, named: str) -> str:
    if chance.random() < 0.25:
        return chance.choice(GENERIC).format(heading.lower(), named)
    return chance.choice(column.questions).format(named)


def _question(asked: Asked, context: str, identity: str) -> dict[str, Any]:
    words, start, answer = asked
    assert start is None or context[start : start + len(answer)] == answer
    answers = [] if start is None else [{"text": answer, "answer_start": start}]
    return {"id": identity, "question": words, "answers": answers, "is_impossible": not answers}


if __name__ == "__main__":
    main()
