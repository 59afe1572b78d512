"""Answers as quotes and as cards: every one with the place it stands in, repeats once."""

import pytest

from needlepoint.answers.answer import Answer, Context, Passage, Place
from needlepoint.answers.cards import cards
from needlepoint.answers.haystack_json import answer_json, query_json
from needlepoint.answers.replies import Reply, best_answers, quote

TEXT = "The lease is old.\fThe term of this lease ends on 31 March 2031. The rent is 84,000 euros."
META = {"document_id": "d", "name": "lease.txt", "start": 100, "page": 4, "title": "Lease", "date": "2021-03-30"}
PASSAGE = Passage("p", TEXT, META, 0.8)


def answer(words="31 March 2031", score=0.9, *, passages=(PASSAGE,)):
    start = TEXT.index(words)
    places = tuple(Place(passage, start, start + len(words)) for passage in passages)
    return Answer(words, score, places, Context(words, 0, len(words)))


def reply(answers, *, found=True):
    return Reply("When?", answers, [PASSAGE], found, 1.0, 0.1, 0.9)


NO_ANSWER = Answer("", 0.4)


def test_a_quote_tells_where_its_words_stand_in_the_document():
    (found,) = reply([answer(), NO_ANSWER]).quotes
    assert found.before + found.answer + found.after == "The term of this lease ends on 31 March 2031."
    assert (found.start, found.end) == (100 + TEXT.index("31 March"), 100 + TEXT.index("31 March") + 13)
    assert (found.page, found.document_id, found.name, found.title, found.type) == (5, "d", "lease.txt", "Lease", "")
    assert found.score == 0.9


def test_what_the_reader_does_not_stand_by_is_doubtful():
    assert reply([NO_ANSWER, answer()], found=False).quotes == []
    assert [found.answer for found in reply([NO_ANSWER, answer()], found=False).doubtful] == ["31 March 2031"]


def test_a_passage_of_no_document_is_a_document_itself():
    alone = Passage("alone", "Eggs on Fridays.")
    found = quote(Answer("Fridays", 0.5, (Place(alone, 8, 15),)), Place(alone, 8, 15))
    assert (found.document_id, found.name, found.page, found.start) == ("alone", "", 1, 8)


def test_words_that_overlap_those_of_a_better_answer_are_dropped_and_no_answer_is_not_counted():
    later = Passage("q", TEXT[TEXT.index("ends") :], {**META, "start": 100 + TEXT.index("ends"), "page": 5})
    repeat = Answer("31 March 2031", 0.7, (Place(later, 8, 21),))
    assert later.content[8:21] == repeat.text
    rent = answer("84,000 euros", 0.6)
    assert best_answers([answer(), NO_ANSWER, repeat, rent], 2) == [answer(), NO_ANSWER, rent]
    assert best_answers([answer(), rent, NO_ANSWER], 1) == [answer(), NO_ANSWER]


def test_answers_of_equal_words_share_a_card_with_every_place():
    twin = Passage("twin", TEXT, {**META, "document_id": "other"})
    made = cards([answer(passages=(PASSAGE, twin)), NO_ANSWER, answer("84,000 euros", 0.3)], most=5)
    assert [card.answer.text for card in made] == ["31 March 2031", "84,000 euros"]
    assert [found.document_id for found in made[0].quotes] == ["d", "other"]
    assert made[0].passage == PASSAGE
    assert len(cards([answer(), answer("84,000 euros")], most=1)) == 1


def test_haystacks_no_answer_stands_nowhere():
    made = answer_json(NO_ANSWER)
    assert (made["answer"], made["score"], made["document_ids"], made["context"]) == ("", 0.4, None, None)
    assert made["offsets_in_document"] == made["offsets_in_context"] == [{"start": 0, "end": 0}]
    with pytest.raises(ValueError, match="has no place"):
        _ = NO_ANSWER.best


def test_a_reply_is_haystacks_query_reply():
    made = reply([answer()]).to_dict()
    assert made == query_json("When?", [answer()], [PASSAGE])
    assert made["answers"][0]["document_ids"] == [made["documents"][0]["id"]]
    span = made["answers"][0]["offsets_in_document"][0]
    assert made["documents"][0]["content"][span["start"] : span["end"]] == made["answers"][0]["answer"]
