import threading

import pytest

from needlepoint.errors import ReadingStoppedError
from needlepoint.reading.reader import SpanReader
from needlepoint.reading.watching import current_watch, listening, watched

TEXTS = [f"the captain left the pier in {number}." for number in range(6)]


@pytest.fixture
def reader(write_model, tmp_path):
    return SpanReader(
        write_model(), max_seq_len=24, doc_stride=8, max_query_length=8, precision="fp32", cache=tmp_path / "cache"
    )


def test_a_stop_ends_the_reading_before_the_next_window(reader):
    stop = threading.Event()
    with watched(stop=stop):
        readings = reader.read_each("who left?", TEXTS)
        next(readings)
        stop.set()
        with pytest.raises(ReadingStoppedError, match="was stopped"):
            next(readings)


def test_a_stop_ends_one_long_text_too(reader):
    stop = threading.Event()
    stop.set()
    with watched(stop=stop), pytest.raises(ReadingStoppedError):
        reader.read("who left?", ["the captain left the pier. " * 1000])


def test_time_that_is_up_ends_the_reading_and_is_named(reader):
    with watched(timeout_s=0), pytest.raises(ReadingStoppedError, match="after 0 s"):
        reader.read("who left?", TEXTS)
    with pytest.raises(ValueError, match="timeout_s"), watched(timeout_s=-1):
        pass


def test_nothing_outside_the_block_or_in_another_thread_is_watched(reader):
    stop = threading.Event()
    stop.set()
    expected = reader.read("who left?", TEXTS)
    elsewhere = []
    with watched(stop=stop):
        thread = threading.Thread(target=lambda: elsewhere.append(reader.read("who left?", TEXTS)))
        thread.start()
        thread.join()
    assert reader.read("who left?", TEXTS) == expected == elsewhere[0]


def test_a_block_within_a_block_ends_with_itself():
    outer, inner = threading.Event(), threading.Event()
    outer.set()
    with watched(stop=outer):
        with watched(stop=inner):
            current_watch().check()
        with pytest.raises(ReadingStoppedError):
            current_watch().check()


def test_partial_answers_are_made_only_for_those_who_wait_and_not_too_often():
    current_watch().offer(lambda: pytest.fail("nobody waits"))
    seen = []
    with watched(on_partial=seen.append, interval_s=3600):
        for number in range(3):
            current_watch().offer(lambda number=number: {"number": number})
    assert seen == [{"number": 0}]


def test_whoever_listens_in_an_inner_block_leaves_the_outer_ones_stop_in_force():
    stop, outside, inside = threading.Event(), [], []
    with watched(stop=stop, on_partial=outside.append, interval_s=0):
        with listening(on_retrieved=inside.append, on_partial=inside.append, interval_s=0):
            current_watch().begin(["a passage"])
            current_watch().offer(lambda: {"number": 1})
            stop.set()
            with pytest.raises(ReadingStoppedError):
                current_watch().check()
        current_watch().offer(lambda: {"number": 2})
    assert inside == [["a passage"], {"number": 1}]
    assert outside == [{"number": 2}]
