"""What becomes of the lines that an engine gives: words, level lines, and a cache that never gives the words of another page."""

import io
import sqlite3
import time
from contextlib import closing

import numpy as np
import pytest
from PIL import Image

from needlepoint.errors import NeedlepointError, UnreadableFileError
from needlepoint.files.images.opening import draw_page, page_count
from needlepoint.files.limits import Limits
from needlepoint.files.ocr.cache import OcrCache
from needlepoint.files.ocr.columns import words_of
from needlepoint.files.ocr.drawn import LONGEST_PX, DrawnPage
from needlepoint.files.ocr.lines import PlacedWord, ReadPicture, turned
from needlepoint.files.ocr.recognised import RecognisedPage, RecognisedWord
from needlepoint.files.ocr.recognition import recognise
from needlepoint.files.ocr.settings import OcrSettings
from needlepoint.files.pdf.accounts import PageAccounts, page_list
from needlepoint.files.pdf.page import PageWords
from needlepoint.files.pdf.scanned import ReadPage, ocr_words, with_ocr

CHARACTERS = ["", *"abc；中", " "]  # noqa: RUF001 - a wide mark, as the model gives it
WORD = RecognisedWord("lamp", 0.9, 0, 10.0, 20.0, 50.0, 32.0)


def columns(text, *, faint_space=0.0):
    """Return what a model says that reads a text with one empty column after each letter."""
    rows = []
    for character in text:
        row = np.full(len(CHARACTERS), 0.001, dtype=np.float32)
        row[CHARACTERS.index(character)] = 0.9
        empty = np.full(len(CHARACTERS), 0.001, dtype=np.float32)
        empty[0], empty[-1] = 0.9, faint_space
        rows += [row, empty]
    return np.array(rows)


def texts(*args, **options):
    return [word.text for word in words_of(columns(*args, **options), CHARACTERS, 1.0)]


def test_columns_become_words():
    assert texts("aab c") == ["aab", "c"]
    assert texts(" a ") == ["a"]
    assert texts("   ") == []


def test_a_space_that_is_faint_parts_words_too():
    assert texts("ab", faint_space=0.4) == ["a", "b"]
    assert texts("ab", faint_space=0.02) == ["ab"]


def test_words_stand_where_their_columns_are():
    first, second = words_of(columns("aa b"), CHARACTERS, 1.0)
    assert 0 <= first.begin < first.end <= second.begin < second.end <= 1
    assert first.begin == 0
    half = words_of(np.concatenate([columns("aa b"), columns("    ")]), CHARACTERS, 0.5)
    assert [word.end for word in half] == pytest.approx([first.end, second.end])


def test_wide_marks_are_narrow_but_beside_chinese():
    assert texts("ab；") == ["ab;"]  # noqa: RUF001
    assert texts("中；") == ["中；"]  # noqa: RUF001


# --- the page


class Engine:
    """Gives the same lines for every picture."""

    def __init__(self, lines, turn=0):
        self.found = ReadPicture(turn, lines)

    def read(self, picture, dpi):
        return self.found


@pytest.fixture
def recognised(monkeypatch, tmp_path):
    def read(lines, *, turn=0, size=(1000, 800), width=500.0):
        monkeypatch.setattr("needlepoint.files.ocr.recognition.engine", lambda *names: Engine(lines, turn))
        return recognise(DrawnPage(Image.new("RGB", size), width), OcrSettings("rapidocr", "", tmp_path))

    return read


def leaning(y, slope, count=8):
    return [PlacedWord(f"w{at}", 1.0, 100 + 100 * at, y + slope * 100 * at, 80, 20) for at in range(count)]


def test_leaning_lines_are_made_level_and_shown_where_they_lean(recognised):
    lines = [leaning(y, 0.03) for y in (200, 240, 280)]
    page = recognised(lines)
    assert page.skew == pytest.approx(1.72, abs=0.01)
    for number, line in enumerate(lines):
        words = [word for word in page.words if word.line == number]
        assert len({(word.top, word.bottom) for word in words}) == 1
        shown = page.shown((words[-1].left, words[-1].top, words[-1].right, words[-1].bottom))
        assert [(shown[0] + shown[2]) / 2, (shown[1] + shown[3]) / 2] == pytest.approx(
            [line[-1].x / 2, line[-1].y / 2], abs=0.3
        )


def test_lines_of_nearly_one_height_are_of_one_size(recognised):
    heights = [20, 21, 18, 20, 40]
    lines = [[PlacedWord("word", 1.0, 300, 100 + 60 * at, 80, height)] for at, height in enumerate(heights)]
    found = [round(word.bottom - word.top, 3) for word in recognised(lines).words]
    assert found == [10.0, 10.0, 10.0, 10.0, 20.0]


def test_a_turned_page_is_as_wide_as_it_was_high(recognised):
    page = recognised([leaning(100, 0)], turn=90, size=(1000, 800), width=500.0)
    assert (page.width, page.height, page.turn) == (400, 500, 90)


def test_pictures_are_turned_clockwise():
    picture = Image.new("L", (2, 1))
    picture.putpixel((0, 0), 255)
    assert [turned(picture, turn).getpixel(place) for turn, place in ((90, (0, 0)), (180, (1, 0)), (270, (0, 1)))] == [
        255
    ] * 3


def test_words_of_the_pdf_itself_are_not_read_twice():
    (own,) = ocr_words(RecognisedPage(100, 100, words=(WORD,)))
    again = RecognisedPage(100, 100, words=(WORD, RecognisedWord("light", 0.9, 1, 10, 60, 50, 72)))
    read = with_ocr(ReadPage(PageWords(100, 100, [own]), needs_ocr=True), again)
    assert [word.text for word in read.page.words] == ["lamp", "light"]


# --- what is said


def test_what_became_of_pages_is_said():
    accounts = PageAccounts()
    sure, poor = (
        RecognisedPage(9, 9, words=(WORD,)),
        RecognisedPage(9, 9, words=(RecognisedWord("x", 0.4, 0, 1, 1, 2, 2),)),
    )
    for number, found in enumerate([sure, sure, poor, "to read it, hope", RecognisedPage(9, 9)], start=1):
        accounts.note(number, with_ocr(ReadPage(has_picture=True, needs_ocr=True), found))
    assert accounts.lines() == [
        "page 3: read by OCR with little certainty: compare it with its picture",
        "page 4: a picture without text: to read it, hope",
        "page 5: a picture in which OCR found no text",
    ]
    assert accounts.metadata == {"read_by_ocr": "pages 1-3, unsure of 1 of 3 words"}


def test_lists_of_pages():
    assert page_list([3]) == "page 3"
    assert page_list([1, 2, 3, 7]) == "pages 1-3, 7"


# --- the cache


def test_what_is_kept_is_found_by_place_and_by_picture(tmp_path):
    cache, page = OcrCache(tmp_path / "new", "engine 1"), RecognisedPage(10.0, 20.0, 90, 1.5, (WORD,))
    assert cache.at("file", 0) is None
    cache.keep(page, picture="picture", file="file", number=0)
    assert (cache.at("file", 0), cache.of("picture")) == (page, page)
    assert (cache.at("file", 1), cache.at("other", 0), cache.of("other")) == (None, None, None)
    assert OcrCache(tmp_path / "new", "engine 2").at("file", 0) is None


def rows(folder):
    with closing(sqlite3.connect(folder / "ocr.sqlite")) as database:
        return [row for table in ("pages", "places", "documents") for row in database.execute(f"SELECT * FROM {table}")]


def test_what_was_read_of_a_document_goes_with_it(tmp_path):
    cache, page = OcrCache(tmp_path, "engine"), RecognisedPage(10.0, 20.0, words=(WORD,))
    for file, number, picture in (("one", 0, "cover"), ("one", 1, "secret"), ("two", 0, "cover")):
        cache.keep(page, picture=picture, file=file, number=number)
    for document, path, file in (("1", "/a", "one"), ("1b", "/b", "one"), ("2", "/c", "two")):
        cache.note(document, path=path, file=file)
    OcrCache(tmp_path).forget(["1", "unknown"])
    assert cache.at("one", 1) == page  # the same file under another name is still there
    OcrCache(tmp_path).forget(["1b"])
    assert (cache.at("one", 0), cache.at("one", 1), cache.of("secret")) == (None, None, None)
    assert cache.at("two", 0) == cache.of("cover") == page
    OcrCache(tmp_path).forget(["2"])
    assert rows(tmp_path) == []
    assert page.to_bytes() not in (tmp_path / "ocr.sqlite").read_bytes()


def test_what_was_read_of_a_file_goes_when_another_takes_its_place(tmp_path):
    cache, page = OcrCache(tmp_path, "engine"), RecognisedPage(10.0, 20.0, words=(WORD,))
    cache.keep(page, picture="secret", file="one", number=0)
    cache.note("1", path="/a", file="one")
    cache.keep(page, picture="harmless", file="two", number=0)
    cache.note("2", path="/a", file="two")
    assert (cache.of("secret"), cache.of("harmless")) == (None, page)


def test_pages_of_files_that_became_no_document_go_after_a_day(tmp_path, monkeypatch):
    cache, page = OcrCache(tmp_path, "engine"), RecognisedPage(10.0, 20.0, words=(WORD,))
    cache.keep(page, picture="stopped", file="one", number=0)
    cache.forget(["2"])
    assert cache.of("stopped") == page  # it may be being read
    now = time.time()
    monkeypatch.setattr("needlepoint.files.ocr.cache.time.time", lambda: now + 90_000)
    cache.forget(["2"])
    assert rows(tmp_path) == []


def test_a_cache_that_cannot_be_cleared_is_told(tmp_path):
    cache = OcrCache(tmp_path, "engine")
    cache.keep(RecognisedPage(1, 1), picture="p", file="f", number=0)
    (tmp_path / "ocr.sqlite").write_bytes(b"SQLite format 3\0" + bytes(200))
    cache.forget(["1"])  # a damaged one makes way for a new one
    assert rows(tmp_path) == []
    with closing(sqlite3.connect(tmp_path / "ocr.sqlite")) as database:
        database.execute("DROP TABLE documents")
    with pytest.raises(NeedlepointError, match=r"cannot be removed from .*ocr\.sqlite .*: delete that file"):
        cache.forget(["1"])


def test_a_cache_of_an_earlier_form_is_begun_anew(tmp_path):
    with closing(sqlite3.connect(tmp_path / "ocr.sqlite")) as database, database:
        database.execute("CREATE TABLE pages (picture TEXT, engine TEXT, words BLOB)")
        database.execute("INSERT INTO pages VALUES ('p', 'engine', x'00')")
    cache, page = OcrCache(tmp_path, "engine"), RecognisedPage(10.0, 20.0, words=(WORD,))
    assert cache.of("p") is None
    cache.keep(page, picture="p", file="f", number=0)
    assert cache.of("p") == page


def test_a_damaged_cache_makes_way_for_a_new_one(tmp_path):
    (tmp_path / "ocr.sqlite").write_bytes(b"no database" * 500)
    cache, page = OcrCache(tmp_path, "engine"), RecognisedPage(10.0, 20.0, words=(WORD,))
    assert cache.of("picture") is None
    cache.keep(page, picture="picture", file="file", number=0)
    assert cache.of("picture") == page
    with sqlite3.connect(tmp_path / "ocr.sqlite") as database:
        database.execute("UPDATE pages SET words = x'00'")
    assert cache.of("picture") is None


def test_a_cache_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NeedlepointError, match="set NEEDLEPOINT_CACHE"):
        OcrCache(tmp_path / "file", "engine").keep(RecognisedPage(1, 1), picture="p", file="f", number=0)


# --- settings


@pytest.mark.parametrize(
    ("given", "engine", "languages"),
    [
        ("", "rapidocr", "eng"),
        ("rapidocr", "rapidocr", "eng"),
        ("off", "off", "eng"),
        ("tesseract", "tesseract", "eng"),
        ("tesseract:deu+eng", "tesseract", "deu+eng"),
    ],
)
def test_the_engine_is_named_in_the_environment(given, engine, languages):
    settings = OcrSettings.from_environment({"NEEDLEPOINT_OCR": given})
    assert (settings.engine, settings.languages) == (engine, languages)


@pytest.mark.parametrize("given", ["abbyy", "tesseract:", "tesseract:--psm", "rapidocr:eng", "off:"])
def test_another_engine_is_refused(given):
    with pytest.raises(NeedlepointError, match="NEEDLEPOINT_OCR must be"):
        OcrSettings.from_environment({"NEEDLEPOINT_OCR": given})


# --- image files


def image(size=(300, 200), mode="L", kind="PNG", **options):
    buffer = io.BytesIO()
    Image.new(mode, size, options.pop("colour", "white")).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "width"),
    [
        (image((1654, 2339), dpi=(200, 200)), 595.4),  # as it says
        (image((1654, 2339)), 595.4),  # as if it were A4
        (image((3000, 4000), dpi=(72, 72)), 631.5),  # a photograph is no poster
        (image((1728, 1100), "1", "TIFF", dpi=(204, 98)), 609.9),  # a fax, whose pixels are twice as high as wide
    ],
)
def test_how_wide_a_picture_is(data, width):
    page = draw_page(data, 0)
    assert page.width == pytest.approx(width, abs=0.6)


def test_the_pixels_of_a_fax_become_square():
    assert draw_page(image((1728, 1100), "1", "TIFF", dpi=(204, 98)), 0).picture.size == (1728, 2290)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixels_becomes_colours(mode):
    kind, colour = ("TIFF", 65_535) if mode == "I;16" else ("PNG", {"1": 1, "P": 0}.get(mode, "white"))
    page = draw_page(image(mode=mode, kind=kind, colour=colour), 0)
    assert page.picture.mode == "RGB"
    if mode != "P":
        assert page.picture.getpixel((5, 5)) == (255, 255, 255)


def test_what_can_be_seen_through_is_white():
    assert draw_page(image(mode="RGBA", colour=(0, 0, 0, 0)), 0).picture.getpixel((5, 5)) == (255, 255, 255)


def test_a_large_picture_is_made_smaller():
    assert max(draw_page(image((9_000, 6_000), "1", dpi=(600, 600)), 0).picture.size) == LONGEST_PX


def test_a_photograph_stands_as_the_camera_was_held():
    exif = Image.Exif()
    exif[274] = 6
    page = draw_page(image((400, 300), "RGB", "JPEG", exif=exif), 0)
    assert page.picture.size == (300, 400)


def test_a_page_that_is_not_there_is_refused():
    assert page_count(image(kind="TIFF"), Limits()) == 1
    with pytest.raises(UnreadableFileError, match="damaged"):
        draw_page(image(kind="TIFF"), 1)
