import random

import pytest

from needlepoint.files.reading import read_file

LEFT = [
    "The quay at Halsa was built in",
    "1974 and renewed in 2008. The",
    "ramp carries vehicles of up to",
    "fifty tonnes. It is owned by the",
    "county of the same name.",
]
RIGHT = [
    "The quay at Kanestraum was",
    "built in 1966. Its ramp carries",
    "only forty tonnes. The work is",
    "led by the engineer who built",
    "the bridge beside it.",
]


def columns(*, left=LEFT, right=RIGHT, top=700, gutter=330):
    """Two columns, drawn line by line across both."""
    rows = range(max(len(left), len(right)))
    cells = [
        (x, top - 14 * row, side[row]) for row in rows for x, side in ((72, left), (gutter, right)) if row < len(side)
    ]
    return [(72, top + 40, "Two quays of the crossing"), *cells]


def test_columns_drawn_line_by_line_are_read_one_after_the_other(make_pdf):
    text = read_file(make_pdf([columns()])).text
    assert f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}" in text
    assert text.startswith("Two quays of the crossing")


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_a_page_is_drawn_does_not_matter(make_pdf, seed):
    lines = columns()
    random.Random(seed).shuffle(lines)
    assert read_file(make_pdf([lines])).text == read_file(make_pdf([columns()])).text


def test_lines_of_columns_need_not_stand_at_the_same_height(make_pdf):
    lines = columns(right=[])
    lines += [(330, 694 - 15 * row, line) for row, line in enumerate(RIGHT)]
    assert f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}" in read_file(make_pdf([lines])).text


def test_a_narrow_gutter(make_pdf):
    assert f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}" in read_file(make_pdf([columns(gutter=259)])).text


def test_a_sentence_goes_on_in_the_next_column(make_pdf):
    left, right = [*LEFT[:4], "county, which has let it to the"], ["ferry company until the end of", *RIGHT[1:]]
    assert "let it to the ferry company until" in read_file(make_pdf([columns(left=left, right=right)])).text


def test_text_above_and_below_columns(make_pdf):
    below = "Both quays are closed when the wind is stronger than twenty metres a second at the light."
    text = read_file(make_pdf([[*columns(), (72, 600, below)]])).text
    assert text.endswith(f"{' '.join(RIGHT)}\n\n{below}")


def test_three_columns(make_pdf):
    parts = [
        [f"{name} {word} of the harbour office" for word in ("keeper", "clerk", "pilot", "master", "cook")]
        for name in ("Old", "New", "Far")
    ]
    drawn = [(40 + 180 * at, 700 - 14 * row, part[row]) for row in range(5) for at, part in enumerate(parts)]
    text = read_file(make_pdf([[(x, y, line, 9) for x, y, line in drawn]])).text
    assert text.index("Old cook") < text.index("New keeper") < text.index("New cook") < text.index("Far keeper")


def test_blocks_of_signatures_are_read_one_after_the_other(make_pdf):
    left = ["MERROW AS", "By: /s/ Ada Lund", "Name: Ada Lund", "Title: Director"]
    right = ["TOLVANE OY", "By: /s/ Bo Ek", "Name: Bo Ek", "Title: Chairman"]
    text = read_file(make_pdf([columns(left=left, right=right)])).text
    assert text.index("Title: Director") < text.index("TOLVANE OY")
    assert "By: /s/ Ada Lund\nName: Ada Lund\nTitle: Director" in text


def test_clause_numbers_and_headings_that_are_drawn_last(make_pdf):
    clauses = [
        "The seller delivers four winches of type W9 to the quay of the buyer at Halsa.",
        "The buyer pays the price within thirty days after the winches have arrived.",
    ]
    body = [(110, 700 - 40 * at, clause) for at, clause in enumerate(clauses)]
    numbers = [(72, 700 - 40 * at, f"{at + 1}.") for at in range(2)]
    text = read_file(make_pdf([[*body, *numbers, (72, 740, "Delivery and price")]])).text
    assert text == f"Delivery and price\n1. {clauses[0]}\n2. {clauses[1]}"


def test_a_heading_at_the_margin_comes_before_the_text_beside_it(make_pdf):
    def section(top, heading, lines):
        return [(72, top - 12 * row, line, 9) for row, line in enumerate(heading)] + [
            (220, top - 12 * row, line, 9) for row, line in enumerate(lines)
        ]

    first = [f"The master of the vessel reports to the office number {row} of the harbour at once." for row in range(5)]
    second = [f"The pilot boards the vessel at the buoy number {row} of the outer fairway then." for row in range(5)]
    lines = section(700, ["Duties of", "the master"], first) + section(600, ["Duties of", "the pilot"], second)
    text = read_file(make_pdf([lines])).text
    order = ["Duties of the master", first[0], first[4], "Duties of the pilot", second[0]]
    assert [text.index(each) for each in order] == sorted(text.index(each) for each in order)


def test_a_label_stands_before_its_value(make_pdf):
    lines = [(72, 700 - 20 * row, label) for row, label in enumerate(("Tenant:", "Berth:"))] + [
        (250, 700 - 20 * row, value) for row, value in enumerate(("Solveig Haugland", "C-117"))
    ]
    assert read_file(make_pdf([lines])).text.split("\n") == ["Tenant: Solveig Haugland", "Berth: C-117"]


def test_two_addresses_beside_each_other_are_read_one_after_the_other(make_pdf):
    left = ["To the buyer:", "Tarvik Lines", "Attention: Ada Lund", "Quay 4, Halsa"]
    right = ["To the seller:", "Oddmoor Yard", "Attention: Bo Ek", "Dock 1, Bud"]
    lines = [(72, 740, "Notices are to be sent to the addresses that stand below, in writing and in English.")]
    lines += [(x, 700 - 14 * row, text) for x, side in ((90, left), (320, right)) for row, text in enumerate(side)]
    text = read_file(make_pdf([lines])).text
    assert [text.index(each) for each in [*left, *right]] == sorted(text.index(each) for each in [*left, *right])


def test_words_with_wide_spaces_that_stand_above_each_other_by_chance_do_not_end_a_line(make_pdf):
    rows = [
        ("The", "seller delivers all of the winches to the buyer before the"),
        ("end", "of the month in which they are tested and the buyer has paid"),
        ("for", "them, in which case the parties sign a note of delivery."),
    ]
    lines = [
        cell
        for row, (first, rest) in enumerate(rows)
        for cell in ((72, 700 - 14 * row, first), (104, 700 - 14 * row, rest))
    ]
    assert "before the end of the month" in read_file(make_pdf([lines])).text
    assert "has paid for them" in read_file(make_pdf([lines])).text


def test_the_number_of_a_clause_is_apart_from_its_heading_even_where_no_space_is_drawn(make_pdf):
    text = read_file(
        make_pdf([[(72, 700, "13.12Counterparts. Each party keeps one of 2.5kg."), (72, 600, "13.2 Notices")]])
    ).text
    assert text.startswith("13.12 Counterparts. Each party keeps one of 2.5kg.")
    assert "13.2 Notices" in text
