"""A thousand question-passage pairs, and what FARMReader reads in them with the bundled reader in 32 bits.

The texts are those of the example collection, so that the suite needs nothing else: pieces of one window, whole files of many,
pieces in odd characters, and the same piece twice. Most questions cannot be answered from the piece they meet; each meets the
pieces that hold its answer, too.

FARMReader takes three minutes for them, so its readings are kept in farm_readings.json. After a change of the bundled reader
or of the pairs, make them anew:

    PYTHONPATH=components python tests/support/parity_pairs.py
"""

import hashlib
import json
import random
import unicodedata
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
EXAMPLES = CHECKOUT / "examples"
KEPT = Path(__file__).with_name("farm_readings.json")
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


@dataclass(frozen=True)
class Span:
    """An answer's place in its text and its score; "no answer" has no place."""

    start: int | None
    end: int | None
    score: float
    words: str = ""

    @classmethod
    def of(cls, answer):
        place = answer.offsets_in_document[0] if answer.answer else None
        return cls(place and place.start, place and place.end, round(float(answer.score), 6), answer.answer)

    @property
    def numbers(self):
        """What is kept of it."""
        return [self.start, self.end, self.score]


@dataclass(frozen=True)
class Reading:
    """The top answer, which may be "no answer", the best span, which may have lost to it, and the gap between them."""

    top: Span
    span: Span
    gap: float

    @classmethod
    def of(cls, answers, gap):
        return cls(Span.of(answers[0]), Span.of(next(each for each in answers if each.answer)), round(float(gap), 6))


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
    for entry in asked:
        pieces = own[entry["question"]]
        yield from (
            Pair("short", entry["question"], text) for text in pieces[6:] if any(a in text for a in entry["answers"])
        )
    questions = cycle(own)
    for kind, change in ODD.items():
        for question in islice(questions, 12):
            yield Pair(kind, question, change(chance.choice(own[question] or everything)))
    for question, text in zip(questions, islice(cycle(texts.values()), 14), strict=False):
        yield Pair("many windows", question, text[: chance.randrange(1500, 3500)])


PAIRS = list(pairs())


def read(reader, chosen, **options):
    """Read pairs with a Haystack reader, each on its own."""
    from haystack.schema import Document

    queries, documents = [pair.question for pair in chosen], [[Document(content=p.text, id="d")] for p in chosen]
    result = reader.predict_batch(queries=queries, documents=documents, **options)
    return [Reading.of(*each) for each in zip(result["answers"], result["no_ans_gaps"], strict=True)]


def digest(reader_folder):
    """What the kept readings depend on: the reader's weights, the pairs and the parameters."""
    weights = hashlib.sha256((reader_folder / "model.safetensors").read_bytes())
    weights.update(json.dumps([PARAMETERS, [asdict(pair) for pair in PAIRS]]).encode())
    return weights.hexdigest()


def kept_readings():
    """The digest of what FARMReader read, and its readings, one a pair."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    return kept["digest"], [Reading(Span(*top), Span(*span), gap) for top, span, gap in kept["readings"]]


def _record():
    import needlepoint.nodes  # noqa: F401, I001  (prepares Haystack)
    from haystack.nodes.reader.farm import FARMReader

    folder = CHECKOUT / "models" / "reader"
    farm = FARMReader(str(folder), use_gpu=False, progress_bar=False, num_processes=0, **PARAMETERS)
    farm.inferencer.model.float()  # the weights are stored in 16 bits
    rows = [json.dumps([each.top.numbers, each.span.numbers, each.gap]) for each in read(farm, PAIRS, batch_size=64)]
    lines = ",\n".join(rows)
    KEPT.write_text(f'{{"digest": "{digest(folder)}", "readings": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    _record()
