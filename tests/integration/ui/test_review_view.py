"""The Review view: what people said, and what is made of it."""

import json

from needlepoint_ui.marking import labels

VIEW = "views/review.py"


def html_of(page):
    return "\n".join(element.proto.body for element in page.get("html"))


def reply_of(client, question):
    return [event for event in client.ask(question, answers=3, passages=0) if event][-1].reply


def test_without_feedback_it_says_where_that_is_given(open_page):
    page = open_page(VIEW)
    assert "No feedback yet" in html_of(page)
    assert not page.dataframe


def test_what_was_said_is_listed_counted_and_exported(open_page, client, forget_feedback):
    question = "How much is the annual rent?"
    card = reply_of(client, question).cards[0]
    start = card.passage.text.index("84,000")
    right = labels.of_card(question, card, labels.RIGHT)
    corrected = labels.of_card(question, card, labels.CORRECTED, span=(start, start + 6))
    for label in (right, corrected):  # of one person: the second counts in the place of the first
        client.give_feedback(labels.of_person(label, "ann"))
    end = "When does the lease end?"
    client.give_feedback(labels.of_card(end, reply_of(client, end).cards[0], labels.RIGHT))
    page = open_page(VIEW)
    table = page.dataframe[0].value
    assert sorted(table["Verdict"]) == ["corrected", "right"]
    assert "84,000" in list(table["Right words"])
    assert "2 judgements on 2 questions: 1 right, 1 corrected · the reader was right in 50 %" in html_of(page)
    squad = json.loads(client.squad())
    texts = [qa["answers"][0]["text"] for each in squad["data"] for p in each["paragraphs"] for qa in p["qas"]]
    assert sorted(texts) == ["31 March 2031", "84,000"]


def test_a_label_is_changed(client, forget_feedback):
    question = "How much is the annual rent?"
    card = reply_of(client, question).cards[0]
    id_ = client.give_feedback(labels.of_card(question, card, labels.RIGHT))
    (said,) = client.labels()
    start = card.passage.text.index("84,000")
    client.change_feedback(id_, labels.changed(said, labels.CORRECTED, span=(start, start + 6)))
    (now,) = client.labels()
    assert (now.id, now.verdict, now.answer, now.replaced) == (id_, "corrected", "84,000", "84,000 euros")
    client.change_feedback(id_, labels.changed(now, labels.ABSENT))
    assert [label.verdict for label in client.labels()] == ["absent"]


def test_words_are_marked_in_a_passage_without_an_answer(client, forget_feedback):
    reply = reply_of(client, "Who was elected mayor of the lease term in Lisbon?")
    passage = reply.nearest[0]
    client.give_feedback(labels.of_passage(reply.question, passage, (0, 4)))
    (label,) = client.labels()
    assert label.answer == passage.text[:4]
    assert label.start == passage.place.start
