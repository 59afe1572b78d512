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


PROSE = [
    "This agreement is made on the third day of May 2019 between Halvor Lines, a company of",
    "Norway (the Carrier), and Trondhjem Cold Storage Inc. (the Shipper), and is governed by the",
    "laws of Norway. Both sides have signed it on the day that stands below their names.",
]


def stacked(lines, *, x=72, top=700, step=14, size=12):
    return [(x, top - step * at, line, size) for at, line in enumerate(lines) if line]


def test_lines_of_addresses_and_of_lists_without_marks_stay_lines(make_pdf):
    address = ["Ms Marit Aune", "Trondhjem Cold Storage Incorporated", "400 Pier Road", "Newark, New Jersey 07114"]
    documents = [
        "General Terms of Carriage",
        "Requirements for Packaging and Labelling of Frozen Goods",
        "Requirements for Suppliers",
    ]
    lines = [*stacked(address, top=740), *stacked(PROSE, top=660), *stacked(documents, x=90, top=590)]
    assert read_file(make_pdf([lines])).text.split("\n\n") == [
        "\n".join(address),
        " ".join(PROSE),
        "\n".join(documents),
    ]


def test_lines_of_a_title_page_stay_lines(make_pdf):
    title = [
        ("MASTER SUPPLY AGREEMENT", 300),
        ("between", 300),
        ("HALVOR LINES AS", 300),
        ("and", 300),
        ("KULDE AS", 300),
    ]
    widths = {"MASTER SUPPLY AGREEMENT": 176, "between": 46, "HALVOR LINES AS": 110, "and": 20, "KULDE AS": 60}
    lines = [(middle - widths[text] / 2, 600 - 26 * at, text) for at, (text, middle) in enumerate(title)]
    assert read_file(make_pdf([lines])).text.split() == " ".join(text for text, _ in title).split()
    assert read_file(make_pdf([lines])).text.splitlines() == [text for text, _ in title]


def test_a_paragraph_whose_lines_begin_with_capitals_stays_one(make_pdf):
    lines = [
        "The Carrier delivers the goods to the quay of the Shipper in Newark, where the",
        "Master of the vessel and the agent of the Shipper count them together, and the",
        "Shipper pays the freight within ten days.",
    ]
    assert read_file(make_pdf([stacked(lines)])).text == " ".join(lines)


def test_blocks_of_addresses_with_one_label_in_common(make_pdf):
    left = ["Halvor Lines", "12 Quay Street", "9008 Tromso", "Attention: Legal Department"]
    right = ["Trondhjem Cold Storage Inc.", "400 Pier Road", "Newark, New Jersey 07114", "Attention: Marit Aune"]
    lines = [*stacked(PROSE, top=740), *columns(left=left, right=right)]
    text = read_file(make_pdf([lines])).text
    assert text.endswith("\n".join(left) + "\n\n" + "\n".join(right))


def test_a_label_stands_with_the_first_line_of_what_it_names(make_pdf):
    seller = ["Halvor Lines", "12 Quay Street", "9008 Tromso"]
    buyer = ["Trondhjem Cold Storage Inc.", "400 Pier Road", "Newark"]
    lines = [
        (72, 640, "To the seller:"),
        *stacked(seller, x=240, top=640),
        (72, 590, "To the buyer:"),
        *stacked(buyer, x=240, top=590),
    ]
    text = read_file(make_pdf([[*stacked(PROSE, top=740), *lines]])).text
    assert f"To the seller: {' '.join(seller)}.\nTo the buyer: {' '.join(buyer)}." in text


def test_a_block_of_short_lines_beside_running_text(make_pdf):
    story = [
        "The harbour had a good year. Goods of 1.2 million",
        "tonnes went over its quays, a tenth more than in",
        "the year before, and the number of passengers",
        "reached 340,000. The board proposes a dividend of",
        "four kroner a share, to be paid on 3 June. Work on",
        "the new northern quay has begun.",
    ]
    figures = ["KEY FIGURES", "Berths: 48", "Cranes: 5", "Employees: 112", "Master: Jorunn Lie"]
    lines = [*stacked(story, size=11), *stacked(figures, x=400, top=703, step=12, size=9)]
    assert read_file(make_pdf([lines])).text == " ".join(story) + "\n\n" + "\n".join(figures)


def test_a_heading_over_both_columns_parts_them(make_pdf):
    upper, lower = columns(top=700), columns(top=560, left=[line.replace("quay", "port") for line in LEFT])[1:]
    parts = read_file(make_pdf([[*upper, (60, 590, "TIMES AND FARES", 16), *lower]])).text.split("\n\n")
    assert parts[1:4] == [" ".join(LEFT), " ".join(RIGHT), "TIMES AND FARES"]
    assert parts[4].startswith("The port at Halsa")
    assert parts[5] == " ".join(RIGHT)


def test_labels_that_follow_each_other_closely_stand_with_their_values(make_pdf):
    lines = [
        (72, 710, "Territory:"),
        (260, 710, "Norway and Sweden"),
        (72, 690, "Product:"),
        (260, 690, "Frozen cod in boxes of ten kilograms, packed"),
        (260, 676, "at sea and delivered at minus twenty degrees"),
        (72, 650, "Notices to the buyer:"),
        (260, 650, "Trondhjem Cold Storage Inc."),
        (260, 636, "400 Pier Road, Newark"),
    ]
    assert [line for line in read_file(make_pdf([lines])).text.splitlines() if line] == [
        "Territory: Norway and Sweden",
        "Product: Frozen cod in boxes of ten kilograms, packed at sea and delivered at minus twenty degrees",
        "Notices to the buyer: Trondhjem Cold Storage Inc.",
        "400 Pier Road, Newark",
    ]
