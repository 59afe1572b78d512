"""Which answers there are and how they are scored, from readings that are given."""

import math

import pytest

from needlepoint.reading.answers import Candidate, TextReading
from needlepoint.reading.documents import with_text
from needlepoint.reading.extraction import AnswerExtractor, AnswerOptions, answer_page, context_window
from needlepoint.reading.reader import SpanReader
from needlepoint.reading.scoring import NOTHING_READ
from needlepoint.stores.records import Record

TEXT = "Ida Moreau left the pier."


@pytest.fixture
def make_extractor(reader_folder):
    """Make an extractor on the bundled model, whose calibration is used and which reads nothing here."""
    return lambda **options: AnswerExtractor(SpanReader(reader_folder), AnswerOptions(**options))


def reading(*candidates, gap=1.0):
    found = tuple(Candidate(start, end, score, confidence, score) for start, end, score, confidence in candidates)
    return TextReading(found, gap)


def test_answers_of_the_same_text_are_one_with_both_places(make_extractor):
    documents = [Record("a", TEXT), Record("b", "Something else."), Record("c", TEXT)]
    readings = [reading((0, 10, 9.0, 0.9)), reading((0, 9, 2.0, 0.3)), reading((0, 10, 9.0, 0.9))]
    found, gap = make_extractor().answers(documents, readings)
    assert [(answer.places, answer.start, answer.end, answer.score) for answer in found] == [
        ((0, 2), 0, 10, 0.9),
        ((1,), 0, 9, 0.3),
    ]
    assert gap == 1.0


def test_no_answer_takes_its_place_by_score(make_extractor):
    documents, readings = [Record("a", TEXT)], [reading((0, 10, 8.0, 0.6), gap=-8.0)]
    found, gap = make_extractor(return_no_answer=True).answers(documents, readings)
    assert [answer.places for answer in found] == [(), (0,)]
    assert found[0].score == pytest.approx(1 / (1 + math.exp(-2)))
    assert gap == -8.0
    raw, _ = make_extractor(return_no_answer=True, use_confidence_scores=False).answers(documents, readings)
    assert [answer.score for answer in raw] == [16.0, 8.0]


def test_nothing_to_read(make_extractor):
    options = {"return_no_answer": True}
    for given, score in (({}, 1.0), ({"use_confidence_scores": False}, NOTHING_READ), ({"calibrated": True}, 1.0)):
        (no_answer,), gap = make_extractor(**options, **given).answers([], [])
        assert (no_answer.score, no_answer.places, gap) == (score, (), NOTHING_READ)
    assert make_extractor().answers([], []) == ([], NOTHING_READ)


def test_bounds(make_extractor):
    documents = [Record("a", TEXT)]
    readings = [reading((0, 10, 9.0, 0.9), (0, 3, 5.0, 0.5), (4, 10, 4.0, 0.4))]
    scores = [answer.score for answer in make_extractor(top_k_per_candidate=2).answers(documents, readings)[0]]
    assert scores == [0.9, 0.5]
    assert len(make_extractor().answers(documents, readings, top_k=1)[0]) == 1
    assert len(make_extractor(confidence_threshold=0.45).answers(documents, readings)[0]) == 2


def test_an_answer_in_the_overlap_of_two_documents_is_given_once(make_extractor):
    first, second = TEXT[:15], TEXT[4:]
    documents = [
        Record("a", first, {"_split_overlap": [{"doc_id": "b", "range": (4, 15)}]}),
        Record("b", second, {"_split_overlap": [{"doc_id": "a", "range": (0, 11)}]}),
    ]
    found, _ = make_extractor().answers(documents, [reading((4, 10, 3.0, 0.3)), reading((0, 6, 9.0, 0.9))])
    assert [answer.places for answer in found] == [(1,)]


@pytest.mark.parametrize("name", ["top_k", "top_k_per_candidate", "top_k_per_sample"])
def test_options_out_of_range_are_named(name):
    with pytest.raises(ValueError, match=f"{name} must be at least 1, got 0"):
        AnswerOptions(**{name: 0})


def test_only_documents_with_text_are_read():
    documents = [Record("a", TEXT), Record("b", " \n"), Record("c", "")]
    assert with_text(documents) == documents[:1]


@pytest.mark.parametrize(
    ("start", "size", "expected"), [(0, 10, (0, 10)), (45, 10, (42, 52)), (95, 10, (90, 100)), (50, 500, (0, 100))]
)
def test_the_context_is_shifted_at_the_ends(start, size, expected):
    assert context_window("x" * 100, start, start + 4, size) == expected


def test_form_feeds_turn_the_page():
    assert [answer_page("a\fb\fc", start, 3) for start in (0, 2, 4)] == [3, 4, 5]
