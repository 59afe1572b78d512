import pytest

from needlepoint.answers.evidence import locate
from needlepoint.files.pdf.boxes import page_boxes
from needlepoint.files.reading import read_file
from needlepoint.text.marks import MarkKind
from needlepoint.text.splitting import Splitter

FIRST = [
    "Either party may end this agreement if the other party commits a material breach of",
    "it and does not cure the breach within a period of",
]
SECOND = [
    "forty-two days after it has received a written notice of the breach from the party that",
    "wants to end the agreement.",
]


def pages_of(first=FIRST, second=SECOND):
    def page(number, lines):
        return [(72, 800, "Supply agreement"), (280, 40, f"Page {number}")] + [
            (72, 700 - 14 * row, line) for row, line in enumerate(lines)
        ]

    return [page(11, first), page(12, second)]


def test_a_sentence_goes_on_across_footer_header_and_page_break(make_pdf):
    source = read_file(make_pdf(pages_of()))
    sentence = " ".join(FIRST + SECOND)
    start = source.text.index(sentence)
    first, second = source.pages
    assert first.end == second.start == start + len(" ".join(FIRST)) + 1
    assert "\f" not in source.text
    assert {source.text[mark.start : mark.end] for mark in source.marks} == {"Supply agreement", "Page 11", "Page 12"}


def test_the_quote_names_both_pages_and_is_boxed_on_both(make_pdf):
    path = make_pdf(pages_of())
    source = read_file(path)
    pages = [{"number": page.number, "start": page.start, "end": page.end} for page in source.pages]
    meta = {"pages": pages, "marks": [mark.to_dict() for mark in source.marks]}
    (passage,) = [each for each in Splitter().split("d", source.text, meta) if "forty-two" in each.content]
    at = passage.content.index("a period of forty-two days")
    place = locate(
        passage.content,
        at,
        at + len("a period of forty-two days"),
        passage_start=passage.meta["start"],
        passage_page=passage.meta["page"],
        page_turns=passage.meta["page_turns"],
    )
    assert (place.page, place.last_page) == (1, 2)
    assert source.text[place.start : place.end] == "a period of forty-two days"
    first, second = source.pages
    ((_, top, right, _),) = page_boxes(path, 1, place.start - first.start, first.end - first.start)
    ((left, *_),) = page_boxes(path, 2, 0, place.end - second.start)
    assert top == pytest.approx(842 - 686 - 11, abs=4)
    assert right > 300
    assert left == pytest.approx(72, abs=2)


def test_passages_after_the_seam_stand_on_the_second_page(make_pdf):
    source = read_file(
        make_pdf(pages_of(second=[*SECOND, "", "Notices are sent by registered post to the address above."]))
    )
    pages = [{"number": page.number, "start": page.start, "end": page.end} for page in source.pages]
    passages = list(Splitter().split("d", source.text, {"pages": pages, "marks": [m.to_dict() for m in source.marks]}))
    assert [each.meta["page"] for each in passages] == [1, 2]
    assert passages[1].content.startswith("Notices")


def test_a_word_cut_at_the_foot_of_the_page_is_mended(make_pdf):
    source = read_file(
        make_pdf(
            pages_of(
                first=[FIRST[0], "it and does not remedy the matter although it was given suffi-"],
                second=["cient time to do so by the other party in the notice that it had sent by then."],
            )
        )
    )
    assert "given sufficient time to do so" in source.text


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("The breach is cured.", "Notices are sent by registered post to the address that stands above."),
        ("It delivers the following:", "four winches of type W9 with their cables and all that belongs to them."),
        ("The parties have therefore agreed upon what now follows", "ARTICLE II"),
        (
            "including all winches, all cables and all the drums that belong to them",
            "(b) the seller hands over the manuals in two languages and in time.",
        ),
    ],
)
def test_what_is_another_sentence_stays_apart(make_pdf, last, first):
    source = read_file(make_pdf(pages_of(first=[FIRST[0], last], second=[first, SECOND[1]])))
    assert source.text[source.pages[0].end] == "\f"


def test_a_name_parted_by_the_page_break_goes_on(make_pdf):
    source = read_file(
        make_pdf(
            pages_of(
                first=[FIRST[0], "it was filed with the Registry of Foreign"],
                second=["Trade Companies, which keeps it for as long as the companies that it lists exist."],
            )
        )
    )
    assert "Registry of Foreign Trade Companies" in source.text


def test_a_sentence_goes_on_past_an_empty_page(make_pdf):
    first, second = pages_of()
    source = read_file(make_pdf([first, [], second]))
    assert "within a period of forty-two days" in source.text
    assert [page.number for page in source.pages] == [1, 2, 3]
    assert source.pages[1].start == source.pages[1].end


def test_a_paragraph_over_three_pages_leaves_its_furniture_between_two_sentences(make_pdf):
    middle = [
        "goods arrive at the quay in a state that the buyer may refuse. The seller then takes",
        "them back at once and pays what their way to the quay and",
    ]
    first, second = pages_of(first=[FIRST[0], "it, which is deemed to be so wherever the"], second=middle)
    third = [
        (72, 800, "Supply agreement"),
        (280, 40, "Page 13"),
        (72, 700, "back has cost the buyer, with interest from that day on until it is paid in full."),
    ]
    source = read_file(make_pdf([first, second, third]))
    assert "wherever the goods arrive at the quay in a state that the buyer may refuse." in source.text
    assert "what their way to the quay and back has cost the buyer" in source.text
    assert "Page 12" in source.text[source.pages[1].start : source.pages[1].end]


def test_a_note_at_the_foot_gives_way(make_pdf):
    first, second = pages_of()
    source = read_file(
        make_pdf([[*first, (72, 90, "* The parties have agreed on a longer period for damage by fire.", 9)], second])
    )
    assert "within a period of forty-two days" in source.text
    assert "* The parties have agreed" in source.text[: source.pages[0].end]


def test_a_notice_that_pages_repeat_within_a_sentence_gives_way(make_pdf):
    notice = ["[*] CERTAIN INFORMATION HAS BEEN OMITTED AND FILED SEPARATELY", "WITH THE COMMISSION ON REQUEST."]
    upper = [
        "The seller delivers the four winches to the quay of the buyer at Halsa on the day",
        "on which the board has agreed to the drawings, and the buyer then pays for such Hosting",
    ]
    lower = [
        "Server as the seller has set up the price of it within thirty days after its arrival at",
        "the quay, without any deduction.",
    ]

    def page(first, second):
        return [
            *((72, 500 - 14 * at, line) for at, line in enumerate(first)),
            *((72, 440 - 14 * at, line) for at, line in enumerate(notice)),
            *((72, 380 - 14 * at, line) for at, line in enumerate(second)),
        ]

    other = [
        "Nothing of this holds for goods that have been sold to others before the day named",
        "above by the seller.",
    ]
    source = read_file(make_pdf([page(upper, lower), page(other, other)]))
    assert f"{' '.join(upper)} {' '.join(lower)}" in source.text
    assert [(source.text[mark.start : mark.end], mark.kind) for mark in source.marks] == [
        (line, MarkKind.FURNITURE) for line in notice
    ]


OLD_END = [
    "The buyer acknowledges that the seller locates the servers at the premises of its",
    "own carrier, and that the seller will remain liable for providing all",
]
OLD_HEAD = [
    "Services to the buyer notwithstanding its contract with the carrier, and that it will",
    "not replace the carrier without asking the buyer.",
]


def test_the_number_of_an_old_page_within_a_sentence_gives_way(make_pdf):
    lines = [
        *((72, 500 - 14 * at, line) for at, line in enumerate(OLD_END)),
        (300, 450, "6"),
        *((72, 410 - 14 * at, line) for at, line in enumerate(OLD_HEAD)),
        (72, 360, "Nothing of this holds for goods that have been sold to others before the day."),
    ]
    source = read_file(make_pdf([lines]))
    assert f"{' '.join(OLD_END)} {' '.join(OLD_HEAD)}" in source.text
    assert [source.text[mark.start : mark.end] for mark in source.marks] == ["6"]


def test_a_notice_in_capitals_after_a_comma_does_not_go_on_with_the_sentence(make_pdf):
    notice = "[*]=CERTAIN INFORMATION IN THIS EXHIBIT HAS BEEN OMITTED AND FILED SEPARATELY"
    first = ["7.2.2 The seller's drawings of the winches will conform to the plans of", "the buyer and its advisers,"]
    second = ["provided, however, that a change of the plans will not be a breach of this"]
    page = [
        *((72, 500 - 14 * at, line) for at, line in enumerate(first)),
        (300, 472, "11"),
        (72, 440, notice),
        *((72, 400 - 14 * at, line) for at, line in enumerate([*second, "agreement."])),
        (72, 340, "Nothing of this holds for goods that have been sold to others before the day."),
    ]
    source = read_file(make_pdf([page, [(72, 500, notice), *page[-1:]]]))
    assert f"{' '.join(first)} {' '.join(second)} agreement." in source.text
    assert notice in [source.text[mark.start : mark.end] for mark in source.marks if mark.kind is MarkKind.FURNITURE]


def test_a_line_that_ends_with_what_was_left_out_is_not_taken_for_a_short_one(make_pdf):
    lines = [
        "(a) beginning with the Launch Date, the sum of [*]",
        "[*] Dollars for the use of the servers of the seller.",
    ]
    longest = "The buyer pays to the seller the following monthly fees for the services of the seller:"
    text = read_file(
        make_pdf([[(72, 500, longest), *((72, 470 - 14 * at, line) for at, line in enumerate(lines))]])
    ).text
    assert " ".join(lines) in text


def test_a_paragraph_between_two_that_no_page_repeats_stays_in_its_place(make_pdf):
    lines = [
        (72, 500, "The seller delivers the four winches to the quay of the buyer at Halsa on the day on"),
        (72, 486, "which the board has agreed to the drawings, and these are the parts of each winch"),
        (72, 450, "A DRUM OF STEEL AND ITS BRAKE"),
        (72, 414, "Every part is delivered in a crate of its own that bears the number of the contract and"),
        (72, 400, "the name of the ship."),
    ]
    text = read_file(make_pdf([lines])).text
    assert "each winch\n\nA DRUM OF STEEL AND ITS BRAKE\n\nEvery part" in text
