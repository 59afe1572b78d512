"""Stopping a question and seeing its first answers early, through a whole pipeline, as the service does."""

import itertools
import threading

import pytest
from haystack import Pipeline
from haystack.schema import Document

from needlepoint.errors import ReadingStoppedError
from needlepoint.reading import watching
from needlepoint.reading.watching import watched

CAPTAIN = "The ferry left at 7:40. Captain Ida Moreau turned back because a bearing overheated."
DOCUMENTS = [
    Document(content=CAPTAIN, id="first", meta={"name": "log.txt"}),
    *(Document(content=f"On day {number} it rained and nothing sailed. " * 20) for number in range(40)),
]
QUESTION = "Who was the captain?"


@pytest.fixture(scope="module")
def pipeline(make_reader):
    reader = make_reader(return_no_answer=True, calibrated=True)
    reader.load()
    pipeline = Pipeline()
    pipeline.add_node(reader, "Reader", ["Query"])
    return pipeline


def ask(pipeline, documents=DOCUMENTS):
    return pipeline.run(query=QUESTION, documents=documents, params={"Reader": {"top_k": 3}}, debug=True)


def cause_of(error):
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def test_partial_answers_come_as_run_would_give_them_for_what_is_read_so_far(pipeline):
    seen = []
    with watched(on_partial=seen.append, interval_s=0):
        whole = ask(pipeline)
    assert [len(partial["documents"]) for partial in seen] == list(range(1, len(DOCUMENTS) + 1))
    assert seen[0]["answers"][0].answer == "Ida Moreau"
    assert seen[0]["answers"][0].meta["name"] == "log.txt"
    for partial in (seen[0], seen[5]):
        alone = ask(pipeline, partial["documents"])["answers"]
        assert [a.to_dict() for a in partial["answers"]] == [a.to_dict() for a in alone]
    assert [a.to_dict() for a in seen[-1]["answers"]] == [a.to_dict() for a in whole["answers"]]


def test_a_stop_ends_the_work_and_not_only_the_waiting(pipeline):
    stop, read = threading.Event(), []

    def stop_at_the_second(partial):
        read.append(len(partial["documents"]))
        if len(read) == 2:
            stop.set()

    with (
        watched(stop=stop, on_partial=stop_at_the_second, interval_s=0),
        pytest.raises(Exception, match="stopped") as caught,
    ):
        ask(pipeline)
    assert isinstance(cause_of(caught.value), ReadingStoppedError)
    assert read == [1, 2]


def test_a_timeout_ends_the_work_within_a_passage(pipeline, monkeypatch):
    looked = itertools.count()
    monkeypatch.setattr(watching, "monotonic", lambda: float(next(looked)))
    with watched(timeout_s=10), pytest.raises(Exception, match=r"stopped after 10 s"):
        ask(pipeline, [Document(content="On that day it rained. " * 5_000)])
    assert next(looked) <= 15, "it is looked at the clock before each of the hundreds of windows"


def test_another_may_go_first_before_each_window(pipeline):
    windows = []
    with watched(give_way=lambda: windows.append(len(windows))):
        answers = ask(pipeline, DOCUMENTS[:4])["answers"]
    assert len(windows) >= 4
    assert answers == ask(pipeline, DOCUMENTS[:4])["answers"]
