"""A reply as ``/ask`` sends it: one card for each answer with every place where it occurs, and every passage that was read."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from needlepoint.answers.answer import Passage
from needlepoint.answers.cards import Card, cards
from needlepoint.answers.haystack_json import answer_json, document_json
from needlepoint.answers.place_data import document_data, place_data
from needlepoint.answers.replies import Quote, Reply
from needlepoint.api.judged_json import confirmed_json, lapsed_json, with_judgement, wrong_last
from needlepoint.pipelines.roles import ReaderFacts, foreign_languages
from needlepoint.service.confirmed import Judgements
from needlepoint.text.languages import language_name

Metas = Mapping[str, Mapping[str, Any]]
NOTHING_SAID = Judgements()


def reply_json(
    reply: Reply, *, answers: int, metas: Metas, reader: ReaderFacts, said: Judgements = NOTHING_SAID
) -> dict[str, Any]:
    """Return a reply as plain data, fit for JSON.

    :param answers: the most cards; equal answers share one.
    :param metas: the documents' metadata, by document id.
    :param said: what people said about answers to this question: confirmed words come apart from the reader's, and those that
        somebody called wrong come last. ``judgements`` has them all, as Haystack's labels.
    """
    writer = _ReplyWriter(reply, metas)
    shown = wrong_last([with_judgement(writer.card(card), said) for card in cards(reply.answers, most=answers)])
    return {
        "question": reply.question,
        "found": reply.found,
        "verified": [confirmed_json(each, shown) for each in said.confirmed[:answers]],
        "lapsed": [lapsed_json(each) for each in said.lapsed[:answers]],
        "judgements": [label.values for label in said.labels],
        "answers": shown if reply.found else [],
        "doubtful": [] if reply.found else shown,
        "no_answer_score": next((answer.score for answer in reply.answers if answer.is_no_answer), None),
        "nearest": [writer.passage(passage) for passage in reply.passages],
        "read": {"passages": len(reply.passages), "documents": len(document_ids(reply))},
        "seconds": {
            "total": round(reply.seconds, 4),
            "retrieval": round(reply.retrieval_s, 4),
            "reading": round(reply.reading_s, 4),
        },
        "reader": reader_json(reader),
        "foreign": [
            {"language": language, "name": language_name(language), "documents": count}
            for language, count in foreign_languages(reply, reader).most_common()
        ],
    }


def document_ids(reply: Reply) -> list[str]:
    """Return the ids of the documents whose passages were read, nearest first."""
    return list(dict.fromkeys(passage.document_id for passage in reply.passages))


def reader_json(reader: ReaderFacts) -> dict[str, Any]:
    """Return which reader answers; ``calibrated`` tells whether scores are probabilities."""
    facts = asdict(reader)
    del facts["description"], facts["languages"]
    return facts


class _ReplyWriter:
    def __init__(self, reply: Reply, metas: Metas) -> None:
        self._metas = metas
        self._passages = {passage.id: passage for passage in reply.passages}
        self._ranks = {passage.id: rank for rank, passage in enumerate(reply.passages, start=1)}

    def card(self, card: Card) -> dict[str, Any]:
        best, *others = [self._place(quote) for quote in card.quotes]
        passage = self.passage(card.passage)
        return {
            **best,
            "retrieval_rank": passage["rank"],
            "retrieval_score": passage["score"],
            "passage": passage,
            "places": others,
            "haystack": {"answer": answer_json(card.answer), "document": document_json(card.passage)},
        }

    def _place(self, quote: Quote) -> dict[str, Any]:
        """Return where an answer occurs in one of its passages."""
        passage = self._passages[quote.passage_id]
        return place_data(
            quote.answer,
            document=self._document(passage),
            page=quote.page,
            last_page=quote.last_page,
            section=passage.meta.get("section"),
            start=quote.start,
            end=quote.end,
            before=quote.before,
            after=quote.after,
            score=quote.score,
        )

    def passage(self, passage: Passage) -> dict[str, Any]:
        return {
            "id": passage.id,
            "rank": self._ranks[passage.id],
            "score": passage.score,
            "text": passage.content,
            "start": passage.start,
            "end": passage.end,
            "page": passage.page,
            "section": passage.meta.get("section"),
            "document": self._document(passage),
        }

    def _document(self, passage: Passage) -> dict[str, Any]:
        """Return a passage's document, described by its record or, without one, by the passage's metadata."""
        record = self._metas.get(passage.document_id)
        if record is None:
            return {**document_data(passage.document_id, passage.meta), "pages": None}
        return document_data(passage.document_id, record)
