import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.text.marks import Mark, MarkKind, marks_from, marks_to_text, readable
from needlepoint.text.passages import split_passages

ROW, NOTE, FURNITURE = MarkKind.ROW, MarkKind.NOTE, MarkKind.FURNITURE


def marked(*parts):
    """Join blocks with one line end; a block is text, or text with its kind and what it is about."""
    text, marks = "", []
    for part in parts:
        words, *rest = (part,) if isinstance(part, str) else part
        text += "\n" if text and not words.startswith("\f") else ""
        if rest:
            marks.append(Mark(len(text), len(text) + len(words), *rest))
        text += words
    return text, marks


def passages(text, marks, **options):
    return [text[each.start : each.end] for each in split_passages(text, marks, **options)]


def test_each_row_is_a_passage_of_its_own():
    text, marks = marked(
        "Fleet", ("Vessel: Sula; Captain: Storvik.", ROW, "Ferries"), ("Vessel: Grip.", ROW), "After it."
    )
    found = split_passages(text, marks)
    assert [text[each.start : each.end] for each in found] == [
        "Fleet",
        "Vessel: Sula; Captain: Storvik.",
        "Vessel: Grip.",
        "After it.",
    ]
    assert [each.about for each in found] == ["", "Ferries", "", ""]


def test_the_pieces_of_a_long_row_know_how_it_begins():
    row = "Vessel: Sula; " + "; ".join(f"Berth {number}: free" for number in range(30)) + "."
    text, marks = marked((row, ROW, "Berths"))
    first, *others = split_passages(text, marks, max_words=20)
    assert first.about == "Berths"
    assert {each.about for each in others} == {"Berths Vessel: Sula"}


def test_a_note_shares_no_passage_with_the_text():
    text, marks = marked("One. Two.", ("Comment by Ada: no. Never.", NOTE), ("Comment by Bo: yes.", NOTE), "Three.")
    assert passages(text, marks) == ["One. Two.", "Comment by Ada: no. Never.", "Comment by Bo: yes.", "Three."]


def test_a_sentence_goes_on_across_furniture():
    text, marks = marked(
        "It is cured within", ("Page 1", FURNITURE), "\f", ("Agreement", FURNITURE), "forty days. Then it ends."
    )
    passage, following = split_passages(text, marks)
    shown = readable(text, marks)[passage.start : passage.end]
    assert " ".join(shown.split()) == "It is cured within forty days."
    assert text[passage.start + shown.index("forty") :].startswith("forty days")
    assert (passage.page, following.page) == (1, 2)


@given(
    st.lists(st.tuples(st.sampled_from(["One. Two.", "a\fb", "x" * 30]), st.sampled_from([None, ROW, NOTE, FURNITURE])))
)
def test_all_but_furniture_is_in_a_passage_and_offsets_are_true(blocks):
    text, marks = marked(*((words, kind) if kind else words for words, kind in blocks))
    shown = readable(text, marks)
    assert len(shown) == len(text)
    assert all(a == b or (b == " " and a != "\f") for a, b in zip(text, shown, strict=True))
    covered = {at for each in split_passages(text, marks, max_words=4) for at in range(each.start, each.end)}
    assert covered >= {at for at, character in enumerate(shown) if not character.isspace()}


def test_marks_come_back_from_their_text():
    marks = [Mark(3, 9, ROW, "Fleet"), Mark(10, 12, NOTE)]
    assert marks_from(marks_to_text(marks)) == marks
    assert marks_from([each.to_dict() for each in marks]) == marks
    assert marks_from(marks_to_text([])) == marks_from("") == []
    with pytest.raises(ValueError, match="other"):
        marks_from('[[0,1,"other",""]]')


def test_paragraphs_stay_apart_where_blank_lines_set_furniture_off():
    text = "Delivery.\n\nPage 1\n\nPrice\n\nThe price is 12 euros."
    start = text.index("Page 1")
    mark = Mark(start, start + len("Page 1"), FURNITURE)
    assert readable(text, [mark]) == text.replace("Page 1", " " * 6)
    assert passages(text, [mark]) == ["Delivery.", "Price\n\nThe price is 12 euros."]
