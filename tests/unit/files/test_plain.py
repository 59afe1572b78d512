# ruff: noqa: RUF001 - Cyrillic is the test
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.files.pages import clean_text
from needlepoint.files.plain import decode_text
from needlepoint.files.reading import read_data

GERMAN = "Die Brücke über den Fluß ist größer, als die Bürger es für möglich hielten. Übermut schützt nicht vor Ärger. "
POLISH = (
    "Zażółć gęślą jaźń, powiedział wójt, i poszedł łąką ku źródłu, gdzie rósł dąb. Świat się śmieje, życie płynie. "
)
RUSSIAN = "Договор вступает в силу с момента подписания и действует до конца года, если стороны не решат иначе. "
JAPANESE = "契約は署名の日から効力を生じ、当事者が別段の合意をしない限り、年末まで有効とする。これは大切な文書です。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "utf-8"),
        (GERMAN, "utf-8-sig"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-16-le"),
        (GERMAN, "utf-16-be"),
        (GERMAN, "utf-32"),
        (GERMAN, "latin-1"),
        ("Grüße aus Köln", "latin-1"),
        ("“smart” quotes – and €", "cp1252"),
        (POLISH * 3, "cp1250"),
        (RUSSIAN * 3, "cp1251"),
        (RUSSIAN * 3, "koi8-r"),
        (JAPANESE * 3, "shift_jis"),
        (JAPANESE * 3, "euc_jp"),
    ],
)
def test_any_encoding_is_read(text, encoding):
    assert decode_text(text.encode(encoding)) == text


def test_a_stated_encoding_is_believed_where_it_fits():
    assert decode_text("Łódź".encode("iso-8859-2"), declared="iso-8859-2") == "Łódź"
    assert decode_text("Łódź".encode(), declared="iso-8859-2") == "Łódź"
    assert decode_text("Straße".encode("latin-1"), declared="no-such-encoding") == "Straße"


def test_utf8_with_a_broken_byte_stays_utf8():
    data = (RUSSIAN * 5).encode()
    assert decode_text(data[:-1]).startswith(RUSSIAN)
    assert decode_text(data[:101] + b"\xff" + data[101:]).endswith(RUSSIAN)


def test_form_feeds_are_page_breaks():
    source = read_data("notes.txt", b"one\r\ntwo\x0cthree\x0c")
    assert source.text == "one\ntwo\fthree\f"
    assert [source.text[page.start : page.end] for page in source.pages] == ["one\ntwo", "three", ""]
    assert [page.number for page in source.pages] == [1, 2, 3]


@given(st.text())
def test_cleaned_text_can_be_encoded_and_has_only_one_kind_of_line_end(text):
    cleaned = clean_text(text)
    cleaned.encode()
    assert not set(cleaned) & set("\0\r\f\v\x85\u2028\u2029\ufeff")
    assert clean_text(cleaned) == cleaned


def test_odd_characters_are_mended():
    assert clean_text("a\u00a0b\u00adc\u200bd\ue000\r\ne\rf\x00g\ud800") == "a bcd\ue000\ne\nfg\ufffd"
    assert clean_text("ef\ufb01cient o\ufb03ce") == "efficient office"


def test_a_large_text_is_read_in_a_moment():
    data = (GERMAN * 40_000).encode("latin-1")
    started = time.perf_counter()
    source = read_data("large.txt", data)
    assert len(source.text) == len(data)
    assert time.perf_counter() - started < 2
