import dataclasses

import pytest
import torch

from needlepoint.evaluation.squad import GoldAnswer, SquadQuestion
from needlepoint.training.batches import batch_order
from needlepoint.training.losses import span_loss
from needlepoint.training.models import load_reader
from needlepoint.training.windows import UNLABELLED, digest, label, tokenize

from .conftest import FAMILIES


def labelled(reader, questions, plan):
    return label(questions, reader.tokenizer, plan, max_tokens=reader.architecture.max_tokens)


def words(reader, questions, plan, item):
    """The characters of the paragraph that a window's label stands for."""
    tokens = list(tokenize(questions, reader.tokenizer, plan, max_tokens=reader.architecture.max_tokens))[item.question]
    shift = item.window.first_token - item.window.passage.start
    context = questions[item.question].context
    return context[tokens.passage.starts[item.start + shift] : tokens.passage.ends[item.end + shift]].strip()


@pytest.mark.parametrize("family", FAMILIES)
def test_labels_point_at_the_answers_tokens(make_model, questions, plan, family):
    reader = load_reader(make_model(family), torch.device("cpu"))
    windows = labelled(reader, questions, plan())
    assert len(windows) == len(questions)
    for item, question in zip(windows, questions, strict=True):
        if question.is_impossible:
            assert (item.start, item.end) == (0, 0)
        else:
            assert words(reader, questions, plan(), item) == question.answers[0].text


def test_every_window_of_a_long_paragraph_is_labelled_for_itself(reader, questions, plan):
    short = plan(max_seq_len=20, doc_stride=1, max_query_length=8)
    (question,) = [q for q in questions if q.question == "Who was the captain?"]
    tokens = next(tokenize([question], reader.tokenizer, short, max_tokens=130))
    windows = labelled(reader, [question], short)
    holding = [item for item in windows if item.start]
    cut = len(tokens.windows) - len(windows)
    assert holding
    assert cut >= 1, "a window that cuts the answer in two is left out"
    assert len(windows) > len(holding)
    for item in holding:
        assert words(reader, [question], short, item) == "Ida Moreau"
    for item in windows:
        held = question.context[
            tokens.passage.starts[item.window.first_token] : tokens.passage.ends[
                item.window.first_token + item.window.passage.stop - item.window.passage.start - 1
            ]
        ]
        assert ("Ida Moreau" in held) == bool(item.start)
        assert ("Ida" in held or "Moreau" in held) == bool(item.start)


def test_every_window_of_an_unanswerable_question_says_so(reader, questions, plan):
    short = plan(max_seq_len=20, doc_stride=3, max_query_length=8)
    (question,) = [q for q in questions if q.question == "What did the ferry cost?"]
    windows = labelled(reader, [question], short)
    assert len(windows) > 3
    assert {(item.start, item.end) for item in windows} == {(0, 0)}


def test_windows_that_nobody_has_labelled_are_kept_and_left_out_of_the_labels_loss(reader, questions, plan):
    unknown = [dataclasses.replace(question, answers=(), is_labelled=False) for question in questions[:2]]
    windows = labelled(reader, [*unknown, *questions[2:4]], plan())
    assert [item.start == item.end == UNLABELLED for item in windows] == [True, True, False, False]
    assert digest(windows) != digest(labelled(reader, questions[:4], plan()))
    batch = reader.collator(windows, range(4))
    torch.manual_seed(0)
    start, end = torch.randn(2, *batch.mask.shape, requires_grad=True)
    some, known = span_loss(start, end, (batch.start, batch.end)), torch.nn.functional.cross_entropy
    torch.testing.assert_close(some, (known(start[2:], batch.start[2:]) + known(end[2:], batch.end[2:])) / 2)
    assert span_loss(start[:2], end[:2], (batch.start[:2], batch.end[:2])).item() == 0, "and no division by zero"


def test_an_answer_longer_than_any_window_teaches_nothing_false(reader, questions, plan):
    whole = dataclasses.replace(questions[0], answers=(GoldAnswer(questions[0].context, 0),))
    assert labelled(reader, [whole], plan(max_seq_len=24, doc_stride=5, max_query_length=8)) == []


def test_an_answer_inside_a_token_is_that_token(reader, plan):
    question = SquadQuestion("q", "", "It cost $40,000,000.", "What did it cost?", (GoldAnswer("40", 9),))
    (item,) = labelled(reader, [question], plan())
    assert words(reader, [question], plan(), item).startswith("40")


def test_questions_are_cut_to_their_length(reader, questions, plan):
    long = dataclasses.replace(questions[0], question="When did the Juniper leave? " * 20)
    (item,) = labelled(reader, [long], plan(max_query_length=10))
    assert item.window.passage.start == 12


def test_batches_are_of_like_length_and_every_epoch_has_another_order(reader, questions, plan):
    windows = labelled(reader, questions, plan(max_seq_len=40, doc_stride=2, max_query_length=8)) * 40
    first, again, second = (batch_order(windows, batch_size=4, seed=1, epoch=epoch) for epoch in (0, 0, 1))
    assert first == again
    assert first != second
    assert sorted(place for batch in first for place in batch) == list(range(len(windows)))
    padding = sum(max(len(windows[p]) for p in b) - len(windows[p]) for b in first for p in b)
    assert padding < 0.02 * sum(map(len, windows))


def test_the_same_windows_are_known_again_and_others_told_apart(reader, questions, plan):
    windows = labelled(reader, questions, plan())
    assert digest(windows) == digest(labelled(reader, questions, plan()))
    relabelled = [dataclasses.replace(windows[0], end=windows[0].end + 1), *windows[1:]]
    assert len({digest(windows), digest(windows[1:]), digest(relabelled)}) == 3
