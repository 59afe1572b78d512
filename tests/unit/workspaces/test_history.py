"""The history: replies come back exactly, are found by their words, and go by question and by time."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from needlepoint.errors import UnknownWorkspaceError, WorkspaceError
from needlepoint.workspaces import history as history_module
from needlepoint.workspaces.history import MOST_AT_ONCE

_numbers = count()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(nearest=st.lists(JSON, max_size=3), question=st.text(st.characters(codec=None), min_size=1, max_size=50))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_a_reply_comes_back_as_it_was_given(history, reply, nearest, question):
    given, workspace = reply(question, nearest=nearest), f"w{next(_numbers)}"
    id_ = history.add(workspace, {"filters": {"type": "text"}, "answers": 3}, given)
    asked, kept = history.get(workspace, id_)
    assert kept == given
    assert asked.request["filters"] == {"type": "text"}


@pytest.fixture
def clock(monkeypatch):
    """Set the time at which questions are asked."""

    def clock(iso):
        monkeypatch.setattr(history_module, "now", lambda: iso)

    return clock


def test_the_same_outcome_is_kept_once_a_day_and_another_apart(history, reply, place, clock):
    clock("2026-11-28T09:00:00.000000+00:00")
    first = history.add("w", {"filters": None}, reply())
    clock("2026-11-28T10:00:00.000000+00:00")
    assert history.add("w", {"filters": None}, reply()) == first
    assert history.get("w", first)[0].asked == "2026-11-28T10:00:00.000000+00:00"
    others = [
        history.add("w", {"filters": {"type": "pdf"}}, reply()),
        history.add("w", {"filters": None}, reply("When?", place(score=0.5))),
        history.add("v", {"filters": None}, reply()),
    ]
    clock("2026-11-29T10:00:00.000000+00:00")
    others.append(history.add("w", {"filters": None}, reply()))
    assert len({first, *others}) == 5


def test_questions_are_found_by_the_words_of_questions_answers_names_and_notes(history, reply, place):
    one = history.add("w", {}, reply("When does the LEASE end?"))
    two = history.add("w", {}, reply("Who signed?", place("Maria Lindqvist", name="minutes.md")))
    assert [each.id for each in history.page("w", search="lindqvist MINUTES")[1]] == [two]
    assert history.page("w", search="lindqvist lease")[0] == 0
    history.write_note("w", one, "  100 % sure_\n")
    assert history.get("w", one)[0].note == "100 % sure_"
    assert [each.id for each in history.page("w", search="100 % SURE_")[1]] == [one]
    assert history.page("w", search="%")[0] == 1
    assert history.notes("w") == {one: "100 % sure_"}


def test_pages_of_the_history_are_bounded(history, reply, place):
    ids = [history.add("w", {}, reply(f"Question {n}?", place(start=n))) for n in range(5)]
    total, page = history.page("w", offset=1, limit=2)
    assert (total, [each.id for each in page]) == (5, [ids[3], ids[2]])
    assert [each.id for each, _ in history.whole("w")] == ids
    for limit in (0, MOST_AT_ONCE + 1):
        with pytest.raises(WorkspaceError, match="limit must be from 1 to"):
            history.page("w", limit=limit)


def test_a_long_history_comes_out_whole_and_in_order(history, reply, place, monkeypatch):
    monkeypatch.setattr(history_module, "_AT_ONCE", 3)
    ids = [history.add("w", {}, reply(f"Question {n}?", place(start=n))) for n in range(10)]
    assert [each.id for each, _ in history.whole("w")] == ids


def test_a_time_goes_with_its_pinned_quotes(history, pins, reply, place, clock):
    clock("2026-11-28T23:30:00.000000+00:00")
    old = history.add("w", {}, reply("Old?"))
    pins.add("w", place(), question="Old?", question_id=old)
    clock("2026-11-29T00:00:00.000000+00:00")
    new = history.add("w", {}, reply("New?"))
    pins.add("w", place(), question="New?", question_id=new)
    assert history.delete_between("w", "2026-11-28T01:00:00+01:00", "2026-11-29T01:00:00+01:00") == 1
    assert [each.id for each in history.page("w")[1]] == [new]
    assert [pin.question for pin in pins.all("w")] == ["New?"]
    with pytest.raises(UnknownWorkspaceError):
        history.get("w", old)
    with pytest.raises(WorkspaceError, match="no time with a time zone"):
        history.delete_between("w", "2026-11-28", "2026-11-29")


def test_a_question_of_another_workspace_is_out_of_reach(history, reply):
    id_ = history.add("w", {}, reply())
    for reach in (history.get, history.delete):
        with pytest.raises(UnknownWorkspaceError, match="no question"):
            reach("v", id_)
    assert history.page("w")[0] == 1
