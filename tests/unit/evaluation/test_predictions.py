import json

import pytest

from needlepoint.errors import EvaluationError
from needlepoint.evaluation.predictions import PredictionsFile

KEY = {"model": "abc", "questions": "def"}
ROWS = [{"id": "1", "answer": "noon\u2028sharp"}, {"id": "2", "answer": "\ud800"}]


def test_what_was_added_is_there_for_the_next_run(tmp_path):
    path = tmp_path / "new" / "answers.jsonl"
    assert PredictionsFile(path, KEY).load() == []
    PredictionsFile(path, KEY).add(ROWS[:1])
    PredictionsFile(path, KEY).add(ROWS[1:])
    assert PredictionsFile(path, KEY).load() == ROWS


def test_a_half_written_line_is_cut_off_and_the_run_goes_on(tmp_path):
    path = tmp_path / "answers.jsonl"
    PredictionsFile(path, KEY).add(ROWS)
    whole = path.read_bytes()
    for lost in range(1, len(whole.splitlines()[-1]) + 1):
        path.write_bytes(whole[:-lost])
        file = PredictionsFile(path, KEY)
        assert file.load() == ROWS[:1]
        file.add(ROWS[1:])
        assert file.load() == ROWS


def test_answers_of_another_model_are_replaced(tmp_path):
    path = tmp_path / "answers.jsonl"
    PredictionsFile(path, KEY).add(ROWS)
    other = PredictionsFile(path, {**KEY, "model": "xyz"})
    assert other.load() == []
    other.add(ROWS[:1])
    assert other.load() == ROWS[:1]
    assert PredictionsFile(path, KEY).load() == []


def test_a_header_that_was_cut_off_is_written_anew(tmp_path):
    path = tmp_path / "answers.jsonl"
    path.write_bytes(b'{"needle')
    file = PredictionsFile(path, KEY)
    assert file.load() == []
    file.add(ROWS)
    assert file.load() == ROWS


@pytest.mark.parametrize("content", ["my notes\n", json.dumps({"a": 1}) + "\n", "[]\n", "5\n"])
def test_a_file_of_something_else_is_never_overwritten(tmp_path, content):
    path = tmp_path / "answers.jsonl"
    path.write_text(content)
    with pytest.raises(EvaluationError, match="is not a file of answers"):
        PredictionsFile(path, KEY).load()
    assert path.read_text() == content


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EvaluationError, match="cannot be written"):
        PredictionsFile(tmp_path / "file" / "answers.jsonl", KEY).add(ROWS)
