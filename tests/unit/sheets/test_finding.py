"""Quoted words are found again in a text that has changed, or the words that took their place."""

from hypothesis import assume, given
from hypothesis import strategies as st

from needlepoint.sheets.document_text import DocumentText
from needlepoint.sheets.finding import context_share, find_again
from needlepoint.sheets.nearest import nearest_words

DEED = (
    "The Mill was sold in 1904 for 30 crowns. The buyer paid 30 crowns a year.\n"
    "The seller kept the right to fish below the\nweir for thirty years.\fThe deed was signed at Ostrava by Ida Moreau."
)


def words_at(text, place):
    return text[place.start : place.end]


def test_of_several_places_that_with_the_given_surroundings_counts():
    found = find_again(DEED, "30 crowns", before="The buyer paid ", after=" a year.")
    assert (found.start, found.places) == (DEED.index("30 crowns a year"), 2)
    found = find_again(DEED, "30 crowns", before="sold in 1904 for ")
    assert found.start == DEED.index("30 crowns")


def test_without_surroundings_the_place_nearest_to_the_old_one_counts():
    last = DEED.index("30 crowns a year")
    assert find_again(DEED, "30 crowns", near=last + 5).start == last
    assert find_again(DEED, "30 crowns", near=0).start == DEED.index("30 crowns")


def test_a_few_words_in_other_surroundings_are_not_the_quote():
    assert find_again(DEED, "30 crowns", before="The fine for fishing is ", after=" a day, payable") is None
    long = "kept the right to fish below the weir"
    found = find_again(DEED, long, before="Nobody else has", after="and that is all.")
    assert found.has_other_context
    assert words_at(DEED, found).split() == long.split()


def test_line_and_page_breaks_between_words_are_white_space():
    found = find_again(DEED, "fish below the weir for thirty years. The deed")
    assert words_at(DEED, found) == "fish below the\nweir for thirty years.\fThe deed"


def test_whole_words_are_preferred_to_parts_of_words():
    text = "Bartholomew likes art, and the arts."
    assert find_again(text, "art").start == text.index("art,")
    assert find_again("Bartholomew", "art").start == 1  # better than nowhere


def test_the_surroundings_count_by_their_nearest_characters_without_space():
    at = DEED.index("Ostrava")
    assert context_share(DEED, at, at + 7, before="signed\n at ", after=" by  Ida") == 1
    assert context_share(DEED, at, at + 7, before="was written in ", after="") == 0
    assert context_share(DEED, at, at + 7, before="", after="") is None


TEXTS = st.text(st.sampled_from("ab cd\n\f."), min_size=1, max_size=60)


@given(TEXTS, TEXTS, TEXTS)
def test_words_that_are_there_are_found_with_their_true_offsets(before, words, after):
    assume(words.strip())
    text = before + words + after
    found = find_again(text, words, before=before, after=after, near=len(before))
    assert text[found.start : found.end] == words
    folded = find_again(text, " ".join(words.split()), before=before, after=after, near=len(before))
    assert text[folded.start : folded.end].split() == words.split()


NEAREST = [
    ("The Mill was sold in ", "1904", " for 30 crowns.", "sold in 1911 for 30 crowns", "1911"),
    (
        "The deed was signed at ",
        "Ostrava",
        " by Ida Moreau.",
        "signed at Lower Kestrel Bridge by Ida Moreau",
        "Lower Kestrel Bridge",
    ),
    (
        "",
        "the right to fish below the weir for thirty years",
        "",
        "right to fish and swim below the weir for twenty years",
        None,
    ),
    (
        "The seller kept ",
        "the right to fish below the weir",
        " for thirty years.",
        "The seller kept the right to swim below the weir",
        None,
    ),
    ("", "Moreau", "", "signed by Ida Moreaux.", "Moreaux"),
    ("", "12 May 1904", "", "sold on 12 May 1911 at noon", "12 May 1911"),
    ("", "9 May 1904", "", "sold on 12 May 1904 at noon", "12 May 1904"),
]


def test_the_words_that_took_the_place_of_a_quote_are_found():
    filler = " ".join(f"Clause {n}: the parties of the deed shall meet at the weir every {n} days." for n in range(300))
    for before, words, after, now, expected in NEAREST:
        document = DocumentText(f"{filler} And so it was: {now}. {filler}")
        found = nearest_words(document, words, before=before, after=after)
        said = document.text[found.start : found.end]
        assert said == expected if expected else said in now
        assert 0 < found.similarity < 1


def test_words_that_were_cut_out_leave_the_sentence():
    document = DocumentText("It rained. The seller kept the right to fish for thirty years. It snowed.")
    found = nearest_words(
        document, "below the weir", before="The seller kept the right to fish ", after=" for thirty years."
    )
    assert "kept the right to fish for thirty years" in document.text[found.start : found.end]


def test_where_nothing_is_alike_nothing_is_found():
    document = DocumentText(DEED)
    for words in (
        "Quarterly dividends are paid to preferred shareholders",
        "of the and in the",
        "Zanzibar",
        "?!",
        "1905",
    ):
        assert nearest_words(document, words) is None, words
    assert nearest_words(DocumentText(""), "the mill") is None


def test_a_long_document_is_searched_in_little_time(computing_at_most):
    document = DocumentText(" ".join(f"the {n} of the {n % 977} and the {n % 7} of" for n in range(30_000)))
    quotes = [("the 7 of the 7 and", f"the {n} of {n + 1} of the", " and the 5 of the of the") for n in range(30)]
    with computing_at_most(10):
        for before, words, after in quotes:
            nearest_words(document, words, before=before, after=after)
            find_again(document.text, words, before=before, after=after)


def test_pages_are_counted_where_they_begin_without_a_form_feed_too():
    document = DocumentText("one two", [0, 4])
    assert [document.page_at(at) for at in (0, 3, 4, 6)] == [1, 1, 2, 2]
    assert DocumentText("").page_at(0) == 1


def test_the_surroundings_of_one_side_alone_are_no_trace_of_the_quote():
    document = DocumentText("The survey of the weir began in May 1930. The weir loses much. The mill is old.")
    sides = {"before": "of the weir began in May 1930. The weir loses ", "after": " of water in dry years"}
    assert nearest_words(document, "12 litres", **sides) is None
    assert nearest_words(document, "12 litres", before=sides["before"]) is not None


def test_the_nearest_words_keep_the_marks_around_the_quote():
    document = DocumentText("It is said (a) that the weir is very old. Nobody knows.")
    found = nearest_words(document, "(a) that the weir is quite old.")
    assert document.text[found.start : found.end] == "(a) that the weir is very old."


SOME = st.sampled_from(["the", "weir", "mill", "of", "(a)", "12", "litres.", "\f", "old"])


@given(st.lists(SOME, max_size=40), st.data())
def test_nearest_words_are_a_part_of_the_text(words, data):
    document = DocumentText(" ".join(words))
    parts = [
        " ".join(data.draw(st.lists(st.sampled_from(["the", "weir", "old", "12", "x", "(a)"]), max_size=8)))
        for _ in range(3)
    ]
    found = nearest_words(document, parts[0], before=parts[1], after=parts[2])
    if found is not None:
        assert 0 <= found.start < found.end <= len(document.text)
        assert 0 <= found.similarity <= 1
