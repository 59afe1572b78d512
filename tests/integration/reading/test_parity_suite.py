"""A thousand question-passage pairs, read by FARMReader and by OnnxReader in 32 bits: the same top answer, the same score.

The texts are those of the example collection, so that the suite needs nothing else: pieces of one window, whole files of many,
pieces in odd characters, and the same piece twice. Most questions cannot be answered from the piece they meet.

One difference is meant: OnnxReader cuts no character in two, so that its answer may go on over combining marks and the like
that the tokenizer drops, where FARMReader's ends before them.
"""

import json
import random
import unicodedata
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import pytest
from haystack.schema import Document

EXAMPLES = Path(__file__).parents[3] / "examples"
PARAMETERS = {
    "return_no_answer": True,
    "use_confidence_scores": False,
    "max_seq_len": 112,
    "doc_stride": 44,
    "max_query_length": 40,
}
ODD = {
    "combining marks": lambda text: unicodedata.normalize("NFD", text.replace("e", "é").replace("o", "ö")),
    "emoji": lambda text: text.replace(". ", ". 🦦👩‍✈️🇨🇭 ").replace(" the ", " 🚢the "),
    "CJK": lambda text: text.replace(", ", "、東京のフェリー、").replace(". ", "。港湾局 "),
    "right to left": lambda text: text.replace(". ", ". القبطان إيدا مورو \u200f"),
    "tabs": lambda text: text.replace(" ", "\t"),
    "CRLF": lambda text: text.replace(". ", ".\r\n\r\n").replace(", ", ",\r\n"),
    "spaces": lambda text: text.replace(" ", " \u00a0\u2009", 12) + " \u3000",
    "invisible": lambda text: text.replace("a", "a\u200b").replace("i", "i\u00ad"),
    "quotes": lambda text: text.replace(" ", " “", 5).replace("e ", "e”—"),
    "upper case": str.upper,
}


@dataclass(frozen=True)
class Pair:
    kind: str
    question: str
    text: str


class Reading:
    """The top answer, which may be "no answer", and the best span, which may have lost to it."""

    def __init__(self, answers, gap):
        self.top = answers[0]
        self.span = next(answer for answer in answers if answer.answer)
        self.gap = gap


def pieces_of(text, words=45):
    found = text.split()
    return [" ".join(found[start : start + words]) for start in range(0, len(found), words)]


def pairs():
    """Make the pairs, always the same ones."""
    chance = random.Random(5)
    asked = json.loads((EXAMPLES / "questions.json").read_text(encoding="utf-8"))["questions"]
    sources = sorted((EXAMPLES / "sources").iterdir())
    texts = {path.name.removesuffix(".md"): path.read_text(encoding="utf-8") for path in sources}
    everything = [piece for text in texts.values() for piece in pieces_of(text)]
    own = {entry["question"]: pieces_of(texts.get(entry.get("file") or "", "")) for entry in asked}
    for question, near in own.items():
        yield from (Pair("short", question, text) for text in [*near[:6], *chance.sample(everything, 11)])
    questions = cycle(own)
    for kind, change in ODD.items():
        for question in islice(questions, 12):
            yield Pair(kind, question, change(chance.choice(own[question] or everything)))
    for question, text in zip(questions, islice(cycle(texts.values()), 14), strict=False):
        yield Pair("many windows", question, text[: chance.randrange(1500, 3500)])


PAIRS = list(pairs())


@pytest.fixture(scope="module")
def readings(make_farm, make_reader):
    queries, documents = [pair.question for pair in PAIRS], [[Document(content=p.text, id="d")] for p in PAIRS]
    expected = make_farm(**PARAMETERS).predict_batch(queries=queries, documents=documents, batch_size=64)
    found = make_reader(**PARAMETERS).predict_batch(queries=queries, documents=documents)
    return [
        tuple(Reading(result["answers"][number], result["no_ans_gaps"][number]) for result in (expected, found))
        for number in range(len(PAIRS))
    ]


def place(answer):
    return (answer.offsets_in_document[0].start, answer.offsets_in_document[0].end) if answer.answer else None


def is_same(expected, found, text):
    """Whether two answers are the same, but for what the tokenizer drops at the end of a character."""
    if place(expected) == place(found):
        return True
    if not (expected.answer and found.answer):
        return False
    (start, end), (other_start, other_end) = place(expected), place(found)
    rest = text[end:other_end]
    return start == other_start and all(unicodedata.category(character)[0] in "MC" for character in rest)


def test_there_are_a_thousand_pairs_of_all_kinds(readings):
    assert len(PAIRS) >= 1000
    assert len(set(PAIRS)) > 950
    assert {pair.kind for pair in PAIRS} == {"short", "many windows", *ODD}
    answered = sum(bool(expected.top.answer) for expected, _ in readings)
    assert 60 < answered < len(PAIRS) - 60


@pytest.mark.parametrize("which", ["top", "span"])
def test_the_top_answer_and_the_best_span_are_the_same(readings, which):
    different = [
        (pair.kind, pair.question, getattr(expected, which).answer, getattr(found, which).answer)
        for pair, (expected, found) in zip(PAIRS, readings, strict=True)
        if not is_same(getattr(expected, which), getattr(found, which), pair.text)
    ]
    # what may be left are ties, of two spans or of a span and "no answer": their scores agree, as the next test says
    assert len(different) <= 0.005 * len(PAIRS), different


def test_scores_and_gaps_are_the_same_within_a_thousandth(readings):
    assert max(abs(expected.top.score - found.top.score) for expected, found in readings) < 1e-3
    assert max(abs(expected.span.score - found.span.score) for expected, found in readings) < 1e-3
    assert max(abs(expected.gap - found.gap) for expected, found in readings) < 1e-3


def test_answers_are_the_very_words_of_their_texts(readings):
    for pair, (_, found) in zip(PAIRS, readings, strict=True):
        start, end = place(found.span)
        assert pair.text[start:end] == found.span.answer


def test_a_text_that_two_documents_hold_is_one_answer_where_farm_gives_two(make_farm, make_reader):
    farm, reader = make_farm(**PARAMETERS), make_reader(**PARAMETERS)
    for pair in PAIRS[:40:10]:
        documents = [Document(content=pair.text, id=name) for name in ("one", "two")]
        expected = farm.predict(pair.question, documents)["answers"]
        found = reader.predict(pair.question, documents)["answers"]
        in_first = [answer for answer in expected if not answer.answer or answer.document_ids == ["one"]]
        assert [place(answer) for answer in found] == [place(answer) for answer in in_first]
        assert all(answer.document_ids == ["one", "two"] for answer in found if answer.answer)
