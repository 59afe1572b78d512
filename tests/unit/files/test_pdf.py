from concurrent.futures import ThreadPoolExecutor

import pytest

from needlepoint.files.pdf.boxes import page_boxes, word_boxes
from needlepoint.files.pdf.opening import open_pdf
from needlepoint.files.pdf.pages import pdf_pages
from needlepoint.files.pdf.picture import page_picture, page_sizes
from needlepoint.files.reading import read_file

LONG = "This line of the paragraph reaches all the way to the right margin of it"


def paragraph(*lines, top=800, left=72, step=14):
    return [(left, top - step * number, line) for number, line in enumerate(lines)]


def test_pages_are_numbered_and_empty_ones_kept(make_pdf):
    source = read_file(make_pdf([[(72, 700, "First page")], [], [(72, 700, "Third page")]]))
    assert source.text == "First page\f\fThird page"
    assert [(page.number, source.text[page.start : page.end]) for page in source.pages] == [
        (1, "First page"),
        (2, ""),
        (3, "Third page"),
    ]


@pytest.mark.parametrize(("stated", "title"), [("untitled", None), ("Microsoft Word - Lease.doc", "Lease.doc")])
def test_what_programs_fill_in_is_no_title(make_pdf, stated, title):
    path = make_pdf([[(72, 700, "Text")]])
    path.write_bytes(
        path.read_bytes().replace(b"(A made PDF)", f"({stated})".encode()).replace(b"(Ada)", b"(anonymous)")
    )
    source = read_file(path)
    assert (source.title, source.metadata) == (title, {"subject": "Tests", "date": "2024-02-29"})


def test_properties_become_metadata(make_pdf):
    source = read_file(make_pdf([[(72, 700, "Text")]]))
    assert (source.type, source.title) == ("pdf", "A made PDF")
    assert source.metadata == {"author": "Ada", "subject": "Tests", "date": "2024-02-29"}


def test_lines_are_joined_to_paragraphs_and_a_gap_parts_them(make_pdf):
    lines = paragraph(LONG, LONG + ".") + paragraph(LONG, "that ends here.", top=750)
    assert read_file(make_pdf([lines])).text == f"{LONG} {LONG}.\n\n{LONG} that ends here."


def test_short_lines_and_list_items_keep_their_line(make_pdf):
    text = read_file(make_pdf([paragraph("12 High Street", "Oddmoor", "1. " + LONG + ".", "2. " + LONG + ".")])).text
    assert text == f"12 High Street\nOddmoor\n1. {LONG}.\n2. {LONG}."


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("and the repre-", "sentation of it", "representation of it"),
        ("a worldwide non-", "exclusive licence", "non-exclusive licence"),
        ("in the years 2019-", "2024 and later", "2019-2024 and later"),
        ("with Multi-", "Modality Purchases", "Multi-Modality Purchases"),
    ],
)
def test_a_word_cut_at_the_line_end_is_mended(make_pdf, first, second, joined):
    margin = f"{LONG} " * 2
    start = margin[: 90 - len(first)] + " " + first
    text = read_file(make_pdf([[(72, 700, start), (72, 686, second + " " + LONG)]])).text
    assert joined in text


def test_a_hyphenated_word_elsewhere_on_the_page_decides(make_pdf):
    lines = paragraph(f"{LONG} by e-", "mail and not by letter.", f"An e-mail is {LONG}")
    assert "by e-mail and" in read_file(make_pdf([lines])).text


def test_the_boxes_of_a_range_lie_where_the_words_are(make_pdf):
    path = make_pdf([[(72, 700, "zero")], paragraph(f"{LONG} alpha", "beta " + LONG, top=700)])
    page = read_file(path).pages[1]
    text = read_file(path).text[page.start : page.end]
    start = text.index("alpha beta")
    boxes = page_boxes(path, 2, start, start + len("alpha beta"))
    assert len(boxes) == 2
    (left, top, right, bottom), (next_left, next_top, next_right, _) = boxes
    assert left > 400
    assert right - left == pytest.approx(30, abs=4)
    assert top < 842 - 700 < bottom < top + 20
    assert next_left == pytest.approx(72, abs=2)
    assert next_right < 110
    assert next_top - top == pytest.approx(14, abs=0.5)


def test_boxes_follow_the_rotation_of_the_page(make_pdf):
    path = make_pdf([[(72, 700, "needle")]], rotate=90)
    ((left, top, right, bottom),) = page_boxes(path, 1, 0, 6)
    # turned clockwise: what stood near the top left stands near the top right, written downwards
    assert bottom - top > right - left
    assert left == pytest.approx(695, abs=8)
    assert top == pytest.approx(72, abs=2)


def test_boxes_follow_the_crop_box(make_pdf):
    path = make_pdf([[(72, 700, "needle")]], extra="/CropBox [50 100 550 800]")
    ((left, top, _, _),) = page_boxes(path, 1, 0, 6)
    assert left == pytest.approx(22, abs=2)
    assert 85 < top < 100


@pytest.mark.parametrize(("page", "start", "end"), [(0, 0, 1), (2, 0, 1), (1, -1, 1), (1, 2, 1), (1, 0, 99)])
def test_boxes_outside_the_text_are_refused(make_pdf, page, start, end):
    with pytest.raises(ValueError, match="must be in"):
        page_boxes(make_pdf([[(72, 700, "needle")]]), page, start, end)


def test_every_word_of_a_page_has_its_place_in_text_and_on_the_page(make_pdf):
    path = make_pdf([[(72, 700, "needle point")], [(72, 700, "alpha beta"), (72, 600, "gamma")]])
    first, second = word_boxes(path, [1, 2])
    assert [first.text[word.start : word.end] for word in first.words] == ["needle", "point"]
    assert [second.text[word.start : word.end] for word in second.words] == ["alpha", "beta", "gamma"]
    for page, number in ((first, 1), (second, 2)):
        for word in page.words:
            assert page_boxes(path, number, word.start, word.end) == [tuple(word[2:])]
            assert 0 < word.left < word.right < page.width
            assert 0 < word.top < word.bottom < page.height
    assert page_sizes(path.read_bytes()) == [(page.width, page.height) for page in (first, second)]
    with pytest.raises(ValueError, match="page_number"):
        word_boxes(path, [3])


def test_an_empty_range_has_no_box(make_pdf):
    assert page_boxes(make_pdf([[(72, 700, "needle")]]), 1, 3, 3) == []


def test_empty_pages_are_told(make_pdf, reason):
    assert reason(make_pdf([[], []])) == "no text in it: its pages are empty"


def test_a_pdf_with_a_password_is_told(make_pdf, reason):
    key = "<" + "41" * 32 + ">"
    encrypt = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >> /ID [<41> <41>]"
    assert "remove the password" in reason(make_pdf([[(72, 700, "secret")]], trailer=encrypt))


def test_a_cut_off_pdf_is_told(make_pdf, reason):
    path = make_pdf([[(72, 700, "text")]])
    path.write_bytes(path.read_bytes()[:60])
    assert "damaged or was cut short" in reason(path)


def test_too_many_pages_are_refused(make_pdf, reason):
    from needlepoint.files.limits import Limits

    assert "3 pages, more than the 2 allowed" in reason(make_pdf([[], [], []]), limits=Limits(max_pages=2))


def test_a_page_is_drawn_between_two_pages_of_a_file_that_is_read(make_pdf):
    long, short = (
        make_pdf([[(72, 700, f"Page {number} of {name}")] for number in (1, 2, 3)], name) for name in ("a.pdf", "b.pdf")
    )
    with open_pdf(long.read_bytes()) as document, ThreadPoolExecutor(1) as pool:
        pages = pdf_pages(document)
        pages.parts(0)
        picture = pool.submit(page_picture, short.read_bytes(), 1, width_px=100).result(timeout=60)
        assert picture.png.startswith(b"\x89PNG")
        assert "Page 3 of a.pdf" in pages.parts(2).text
