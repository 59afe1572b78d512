"""The small bundled reader."""

import json
from pathlib import Path

import pytest
from haystack import Document

from needlepoint.nodes.onnx_reader import OnnxReader

MODELS = Path(__file__).parents[3] / "models"
pytestmark = pytest.mark.skipif(not (MODELS / "reader-small").is_dir(), reason="models/reader-small is not there")

LEASE = "The term of this lease ends on 31 March 2031. The annual rent is 84,000 euros, payable in advance."


@pytest.fixture(scope="module")
def reader():
    return OnnxReader(str(MODELS / "reader-small"), calibrated=True, return_no_answer=True)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When does the lease end?", "31 March 2031"),
        ("How much is the annual rent?", "84,000 euros"),
        ("Who is the captain?", ""),
    ],
)
def test_it_answers_and_says_what_is_not_there(reader, question, answer):
    best = reader.predict(question, [Document(LEASE)])["answers"][0]
    assert best.answer == answer
    if answer:
        span = best.offsets_in_document[0]
        assert LEASE[span.start : span.end] == answer


def test_it_has_half_the_layers_and_a_calibration_of_its_own():
    small, large = (MODELS / name for name in ("reader-small", "reader"))
    layers = [json.loads((folder / "config.json").read_text())["num_hidden_layers"] for folder in (small, large)]
    assert layers == [6, 12]
    assert (small / "calibration.json").read_text() != (large / "calibration.json").read_text()
