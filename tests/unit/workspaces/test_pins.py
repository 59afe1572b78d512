"""Pinned quotes and workspaces: order, notes, bounds, names."""

import pytest

from needlepoint.errors import UnknownWorkspaceError, WorkspaceError
from needlepoint.workspaces import pins as pins_module


def test_pins_keep_their_order_and_are_arranged(pins, place):
    ids = [pins.add("w", place(start=n), question="When?").id for n in (1, 2, 3)]
    assert [pin.id for pin in pins.all("w")] == ids
    assert [pin.id for pin in pins.arrange("w", ids[::-1])] == ids[::-1]
    assert pins.add("w", place(start=4)).id == pins.all("w")[-1].id
    for wrong in ([], ids, [*ids, ids[0]]):
        with pytest.raises(WorkspaceError, match="name every pinned quote once"):
            pins.arrange("w", wrong)


def test_the_same_words_are_pinned_once_for_a_question(pins, place):
    first = pins.add("w", place(), question="When?")
    assert pins.add("w", place(score=0.1), question="When?") == first
    assert pins.add("w", place(), question="Until when?").id != first.id
    assert pins.add("v", place(), question="When?").id != first.id


def test_pins_and_notes_have_bounds(pins, place, monkeypatch):
    monkeypatch.setattr(pins_module, "MOST_PINS", 2)
    first = pins.add("w", place(start=1))
    pins.add("w", place(start=2))
    with pytest.raises(WorkspaceError, match="2 pinned quotes already"):
        pins.add("w", place(start=3))
    with pytest.raises(WorkspaceError, match="at most 10,000 characters"):
        pins.write_note("w", first.id, "n" * 10_001)
    assert pins.write_note("w", first.id, "n" * 10_000).note == "n" * 10_000


def test_a_workspace_is_deleted_with_all_that_it_keeps(workspaces, history, pins, reply, place):
    one, two = workspaces.make("One"), workspaces.make("Two")
    for each in (one, two):
        pins.add(each.id, place(), question_id=history.add(each.id, {}, reply()))
    assert (workspaces.get(one.id).questions, workspaces.get(one.id).pins) == (1, 1)
    workspaces.delete(one.id)
    assert [each.name for each in workspaces.all()] == ["Two"]
    assert history.page(one.id)[0] == 0
    assert pins.all(one.id) == []
    assert (history.page(two.id)[0], len(pins.all(two.id))) == (1, 1)
    with pytest.raises(UnknownWorkspaceError, match="no workspace"):
        workspaces.delete(one.id)


def test_names_are_distinct_and_can_be_shown(workspaces):
    one = workspaces.make(" Leases ")
    assert one.name == "Leases"
    assert workspaces.find("Leases") == workspaces.find(one.id) == workspaces.get(one.id)
    for name in ("leases", "", "  ", "a\nb", "\u202eabc", "n" * 101):
        with pytest.raises(WorkspaceError):
            workspaces.make(name)
    assert workspaces.change(one.id, name="LEASES").name == "LEASES"
    with pytest.raises(UnknownWorkspaceError, match="there are LEASES"):
        workspaces.find("Other")


def test_the_workspace_last_used_comes_first(workspaces, history, reply):
    one, two = workspaces.make("One"), workspaces.make("Two")
    history.add(one.id, {}, reply())
    assert [each.name for each in workspaces.all()] == ["One", "Two"]
    history.add(two.id, {}, reply("Other?"))
    assert [each.name for each in workspaces.all()] == ["Two", "One"]
