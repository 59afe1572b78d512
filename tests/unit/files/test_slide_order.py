import random

import pytest

from needlepoint.files.office.slides.order import Box, reading_order


def box(text, left, top, width=30, height=4):
    return Box(left, top, width, height, text)


def texts(boxes):
    """Read boxes, which a slide may hold in any order."""
    boxes = list(boxes)
    random.Random(1).shuffle(boxes)
    return [(group.kind, [each.text for each in group.boxes]) for group in reading_order(boxes)]


def test_labels_stand_with_their_values_though_they_are_not_quite_level():
    names = [("Harbour master", "Jorunn Lie"), ("Pilots", "Odd Berg"), ("Customs", "Tuva Moe")]
    boxes = [each for at, (a, b) in enumerate(names) for each in (box(a, 0, at * 3 + 0.4), box(b, 40, at * 3))]
    assert texts(boxes) == [("pair", list(pair)) for pair in names]


@pytest.mark.parametrize("labels", [("Budget:", "Start:"), ("Budget", "Staff")])
def test_two_labels_with_their_values_are_pairs(labels):
    values = ("May", "soon") if labels[0].endswith(":") else ("5.6 m", "64")
    boxes = [box(labels[0], 0, 0), box(values[0], 40, 0), box(labels[1], 0, 10), box(values[1], 40, 10)]
    assert texts(boxes) == [("pair", [label, value]) for label, value in zip(labels, values, strict=True)]


def test_columns_are_read_one_after_the_other_each_as_a_tile():
    boxes = [
        box("North", 0, 0),
        box("South", 40, 0),
        box("Budget: 3\nMay", 0, 8, height=12),
        box("Budget: 5\nJune", 40, 8, height=12),
    ]
    assert texts(boxes) == [("tile", ["North", "Budget: 3\nMay"]), ("tile", ["South", "Budget: 5\nJune"])]


@pytest.mark.parametrize("is_figure_first", [True, False])
def test_figures_stand_with_the_labels_above_or_below_them(is_figure_first):
    tiles = [("64", "trams"), ("98.1 %", "on time"), ("€4 million", "fares"), ("12", "depots")]
    boxes = []
    for at, (figure, label) in enumerate(tiles):
        left, top = 40 * (at % 2), 20 * (at // 2)
        upper, lower = (figure, label) if is_figure_first else (label, figure)
        boxes += [box(upper, left, top), box(lower, left, top + 5)]
    expected = [[a, b] if is_figure_first else [b, a] for a, b in tiles]
    assert texts(boxes) == [("tile", each) for each in expected]


def test_a_wide_box_divides_what_is_above_it_from_what_is_below():
    boxes = [box("a", 0, 0), box("b", 40, 0), box("wide", 0, 10, width=70), box("c", 0, 20), box("d", 40, 20)]
    assert [text for _, group in texts(boxes) for text in group] == ["a", "b", "wide", "c", "d"]


def test_a_side_bar_is_read_after_the_boxes_beside_it():
    boxes = [box("one", 0, 0), box("two", 0, 10), box("three", 0, 20), box("bar", 40, 0, height=24)]
    assert [text for _, group in texts(boxes) for text in group] == ["one", "two", "three", "bar"]


def test_no_box_is_lost_whatever_their_places_are():
    maker = random.Random(7)
    for count in (0, 1, 5, 60, 2500):
        boxes = [box(str(at), *(maker.randrange(100) for _ in range(4))) for at in range(count)]
        assert sorted(each.text for group in reading_order(boxes) for each in group.boxes) == sorted(
            map(str, range(count))
        )
