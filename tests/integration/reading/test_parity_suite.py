"""A thousand question-passage pairs, read by FARMReader and by OnnxReader in 32 bits: the same top answer, the same score.

FARMReader's readings are kept in tests/support; a few of them are read anew in every run. One difference is meant: OnnxReader
cuts no character in two, so that its answer may go on over combining marks and the like that the tokenizer drops, where
FARMReader's ends before them.
"""

import unicodedata

import pytest
from haystack.schema import Document

from parity_pairs import ODD, PAIRS, PARAMETERS, digest, kept_readings, read

READ_ANEW = 29  # one pair of so many; it divides no period of theirs


@pytest.fixture(scope="module")
def readings(make_reader, reader_folder):
    made_of, expected = kept_readings()
    assert made_of == digest(reader_folder), (
        "the reader or the pairs have changed: tests/support/parity_pairs.py tells how to go on"
    )
    return list(zip(expected, read(make_reader(**PARAMETERS), PAIRS), strict=True))


def test_farm_still_reads_what_is_kept(make_farm):
    _, expected = kept_readings()
    for kept, found in zip(expected[::READ_ANEW], read(make_farm(**PARAMETERS), PAIRS[::READ_ANEW]), strict=True):
        assert (found.top.start, found.top.end) == (kept.top.start, kept.top.end)
        assert (found.span.start, found.span.end) == (kept.span.start, kept.span.end)
        assert (found.top.score, found.span.score, found.gap) == pytest.approx(
            (kept.top.score, kept.span.score, kept.gap), abs=1e-3
        )


def is_same(expected, found, text):
    """Whether two spans are the same, but for what the tokenizer drops at the end of a character."""
    if (expected.start, expected.end) == (found.start, found.end):
        return True
    if expected.start is None or found.start is None:
        return False
    rest = text[expected.end : found.end]
    return expected.start == found.start and all(unicodedata.category(character)[0] in "MC" for character in rest)


@pytest.mark.long
def test_there_are_a_thousand_pairs_of_all_kinds(readings):
    assert len(PAIRS) >= 1000
    assert len(set(PAIRS)) > 950
    assert {pair.kind for pair in PAIRS} == {"short", "many windows", *ODD}
    answered = sum(expected.top.start is not None for expected, _ in readings)
    assert 60 < answered < len(PAIRS) - 60


@pytest.mark.long
@pytest.mark.parametrize("which", ["top", "span"])
def test_the_top_answer_and_the_best_span_are_the_same(readings, which):
    different = [
        (pair.kind, pair.question, getattr(expected, which), getattr(found, which))
        for pair, (expected, found) in zip(PAIRS, readings, strict=True)
        if not is_same(getattr(expected, which), getattr(found, which), pair.text)
    ]
    # what may be left are ties, of two spans or of a span and "no answer": their scores agree, as the next test says
    assert len(different) <= 0.005 * len(PAIRS), different


@pytest.mark.long
def test_scores_and_gaps_are_the_same_within_a_thousandth(readings):
    assert max(abs(expected.top.score - found.top.score) for expected, found in readings) < 1e-3
    assert max(abs(expected.span.score - found.span.score) for expected, found in readings) < 1e-3
    assert max(abs(expected.gap - found.gap) for expected, found in readings) < 1e-3


@pytest.mark.long
def test_answers_are_the_very_words_of_their_texts(readings):
    for pair, (_, found) in zip(PAIRS, readings, strict=True):
        assert pair.text[found.span.start : found.span.end] == found.span.words != ""


def place(answer):
    return (answer.offsets_in_document[0].start, answer.offsets_in_document[0].end) if answer.answer else None


def test_a_text_that_two_documents_hold_is_one_answer_where_farm_gives_two(make_farm, make_reader):
    farm, reader = make_farm(**PARAMETERS), make_reader(**PARAMETERS)
    for pair in PAIRS[:40:10]:
        documents = [Document(content=pair.text, id=name) for name in ("one", "two")]
        expected = farm.predict(pair.question, documents)["answers"]
        found = reader.predict(pair.question, documents)["answers"]
        in_first = [answer for answer in expected if not answer.answer or answer.document_ids == ["one"]]
        assert [place(answer) for answer in found] == [place(answer) for answer in in_first]
        assert all(answer.document_ids == ["one", "two"] for answer in found if answer.answer)
