"""The service's replies as plain typed data; each class is made from the JSON of one route."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from needlepoint.text.paging import page_words
from needlepoint_ui import words

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """The description of a document that comes with every mention of it."""

    id: str
    name: str
    title: str = ""
    type: str = ""
    date: str = ""
    pages: int = 1
    date_of: str = ""

    @property
    def is_dated_by_file(self) -> bool:
        """Whether its date is only the day on which the file was made, as a scan of an old contract."""
        return self.date_of == "file"

    @property
    def own_date(self) -> str:
        """The date that the document itself states."""
        return "" if self.is_dated_by_file else self.date

    @property
    def day(self) -> str:
        """Its date in words; ``file of 11 March 2024`` where only its file has that day."""
        return words.document_day(self.date, is_of_file=self.is_dated_by_file)

    @classmethod
    def of(cls, data: Json) -> "Document":
        """Read it from JSON."""
        texts = {key: str(data.get(key) or "") for key in ("id", "name", "title", "type", "date", "date_of")}
        return cls(**texts, pages=int(data.get("pages") or 1))


@dataclass(frozen=True, slots=True)
class Place:
    """Characters ``start`` to ``end`` of a document's text; ``page`` is the one on which they begin.

    :param last_page: the page on which they end; 0 if that is not known.
    :param answer: the words, if the place is that of an answer; ``before + answer + after`` is their sentence.
    :param score: the reader's score of the words at this place, from 0 to 1.
    :param section: the title of the page, if it has one.
    """

    document: Document
    page: int
    start: int
    end: int
    answer: str = ""
    before: str = ""
    after: str = ""
    score: float = 0.0
    last_page: int = 0
    section: str = ""

    @classmethod
    def of(cls, data: Json) -> "Place":
        """Read it from JSON."""
        page, start, end = (int(data.get(key) or 0) for key in ("page", "start", "end"))
        answer, quote = str(data.get("answer") or ""), data.get("quote") or {}
        before, after = (str(quote.get(key) or "") for key in ("before", "after"))
        score = float(data.get("score") or 0.0)
        last_page = int(data.get("last_page") or 0)
        document, section = Document.of(data["document"]), str(data.get("section") or "")
        return cls(document, max(page, 1), start, end, answer, before, after, score, last_page, section)

    @property
    def pages(self) -> str:
        """Where the words stand: ``page 3``, ``sheet Prices``, or ``pages 3-4`` where they go on over a page break."""
        return page_words(self.page, file_type=self.document.type, last_page=self.last_page, section=self.section)

    @property
    def quote(self) -> str:
        """The sentence that contains the words."""
        return self.before + self.answer + self.after


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was read.

    :param rank: its place in the order of retrieval, from 1.
    :param score: the retriever's.
    """

    id: str
    text: str
    place: Place
    rank: int = 0
    score: float | None = None

    @classmethod
    def of(cls, data: Json, document: Json | None = None) -> "Passage":
        """Read it from JSON.

        :param document: the document, if the passage itself does not name it.
        """
        place = Place.of({**data, "document": data.get("document") or document or {}, "score": None})
        rank, score = int(data.get("rank") or 0), data.get("score")
        return cls(str(data["id"]), str(data["text"]), place, rank, score)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Who confirmed some words, and when.

    :param verdict: ``right`` or ``corrected``.
    :param by: the name of the person, if given; ``person`` tells people without a name apart.
    :param place: the address of the place that was judged.
    :param remark: what has become of the document since, if it was changed.
    """

    verdict: str
    by: str
    person: str
    made: str
    label: str
    place: str
    replaced: str = ""
    remark: str = ""

    @classmethod
    def of(cls, data: Json) -> "Confirmed":
        """Read it from JSON."""
        return cls(**{name: str(data.get(name) or "") for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Words that a person confirmed, and that their document no longer has."""

    answer: str
    document: Document
    confirmed: Confirmed
    reason: str

    @classmethod
    def of(cls, data: Json) -> "Lapsed":
        """Read it from JSON."""
        confirmed = Confirmed.of(data["confirmed"])
        return cls(str(data["answer"]), Document.of(data["document"]), confirmed, str(data.get("reason") or ""))


@dataclass(frozen=True, slots=True)
class Card:
    """One answer, at its best place.

    :param others: other places where it occurs, each with its own words and score.
    :param is_calibrated: whether its score is a probability.
    :param haystack: answer and passage in Haystack's form, which feedback needs.
    :param confirmed: who confirmed its words, if it is a card of confirmed words; then it may have no score.
    """

    place: Place
    passage: Passage
    others: tuple[Place, ...] = ()
    is_calibrated: bool = True
    retrieval_rank: int = 0
    retrieval_score: float | None = None
    haystack: Json = field(default_factory=dict)
    confirmed: Confirmed | None = None
    has_score: bool = True

    @classmethod
    def of(cls, data: Json, *, is_calibrated: bool) -> "Card":
        """Read it from JSON."""
        return cls(
            place=Place.of(data),
            passage=Passage.of(data["passage"], data["document"]),
            others=tuple(Place.of(other) for other in data.get("places") or ()),
            is_calibrated=is_calibrated,
            retrieval_rank=int(data.get("retrieval_rank") or 0),
            retrieval_score=data.get("retrieval_score"),
            haystack=data.get("haystack") or {},
            confirmed=Confirmed.of(data["confirmed"]) if data.get("confirmed") else None,
            has_score=data.get("score") is not None,
        )

    @property
    def places(self) -> tuple[Place, ...]:
        """All places of the answer, the best first."""
        return (self.place, *self.others)

    @property
    def answer(self) -> str:
        """The words at the best place."""
        return self.place.answer

    @property
    def score(self) -> float:
        """The reader's score of the words at the best place, from 0 to 1."""
        return self.place.score


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to a question.

    :param cards: the answers, best first; empty if the reader finds none.
    :param doubtful: the closest candidates, if there is no answer.
    :param nearest: all passages that were read, in the order of retrieval.
    :param asked: when it was asked, as ISO 8601.
    :param verified: words that people confirmed as answers; ``lapsed`` are those that their document no longer has.
    :param kept: its id in the workspace; empty if it is not kept.
    :param foreign: the languages that the reader does not know, each with how many of the documents read are in it.
    :param judgements: what people said about answers to the question, as Haystack's labels, in the order of their times.
    """

    question: str
    cards: tuple[Card, ...] = ()
    doubtful: tuple[Card, ...] = ()
    nearest: tuple[Passage, ...] = ()
    passages: int = 0
    documents: int = 0
    seconds: float = 0.0
    reader: str = ""
    asked: str = ""
    verified: tuple[Card, ...] = ()
    lapsed: tuple[Lapsed, ...] = ()
    kept: str = ""
    foreign: tuple[tuple[str, int], ...] = ()
    judgements: tuple[Json, ...] = ()

    @classmethod
    def of(cls, data: Json) -> "Reply":
        """Read it from JSON."""
        read, seconds, reader = (data.get(key) or {} for key in ("read", "seconds", "reader"))
        is_calibrated = bool(reader.get("calibrated"))
        answers, doubtful, verified = (
            tuple(Card.of(card, is_calibrated=is_calibrated) for card in data.get(key) or ())
            for key in ("answers", "doubtful", "verified")
        )
        return cls(
            question=str(data["question"]),
            cards=answers,
            doubtful=doubtful,
            nearest=tuple(map(Passage.of, data.get("nearest") or ())),
            passages=int(read.get("passages") or 0),
            documents=int(read.get("documents") or 0),
            seconds=float(seconds.get("total") or sum(seconds.values())),
            reader=reader_words(reader),
            verified=verified,
            lapsed=tuple(map(Lapsed.of, data.get("lapsed") or ())),
            kept=str(data.get("kept") or ""),
            foreign=tuple((str(each["name"]), int(each["documents"])) for each in data.get("foreign") or ()),
            judgements=tuple(data.get("judgements") or ()),
        )


@dataclass(frozen=True, slots=True)
class Me:
    """Who sits before the page.

    :param name: empty where nobody logs in.
    :param parts: the names of the parts that may be seen; None means everything.
    :param id: under which the service keeps what is this person's own; empty where nobody logs in.
    """

    name: str = ""
    role: str = "manage"
    parts: tuple[str, ...] | None = None
    id: str = ""

    @classmethod
    def of(cls, data: Json) -> "Me":
        """Read it from JSON."""
        parts = data.get("parts")
        seen = None if parts is None else tuple(map(str, parts))
        return cls(str(data.get("name") or ""), str(data["role"]), seen, str(data.get("id") or ""))

    @property
    def may_add(self) -> bool:
        """Whether this person may add documents and make sheets."""
        return self.role in ("add", "manage")

    @property
    def may_manage(self) -> bool:
        """Whether this person may delete documents and measure the reader."""
        return self.role == "manage"


def reader_words(reader: Json) -> str:
    """Return the reader's model and precision, such as ``bundled reader, int8``."""
    return ", ".join(str(reader[key]) for key in ("model", "precision") if reader.get(key))
