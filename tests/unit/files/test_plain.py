# ruff: noqa: RUF001 - Cyrillic is the test

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
CHINESE = "本合同自双方签字之日起生效，有效期至本年年底，除非双方另有约定。这是一份重要的文件，请妥善保管。"
TAIWANESE = "本合約自雙方簽字之日起生效，有效期至本年年底，除非雙方另有約定。這是一份重要的文件，請妥善保管。"
KOREAN = "계약은서명한날부터효력이발생하며당사자가달리합의하지않는한연말까지유효합니다。이것은중요한문서입니다。"
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


LEGACY = {"gb18030": CHINESE, "shift_jis": JAPANESE, "euc_jp": JAPANESE, "euc_kr": KOREAN, "big5": TAIWANESE}


@pytest.mark.parametrize("before", ["", "a"])
@pytest.mark.parametrize("end", ["", " ", "\n", "\r\n"])
@pytest.mark.parametrize("encoding", LEGACY)
def test_a_long_text_of_long_characters_is_read_wherever_its_sample_ends(encoding, end, before):
    long = before + (LEGACY[encoding] + end) * 900
    data = long.encode(encoding)
    assert len(data) > 65_536 + 10_000
    assert decode_text(data) == long


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_long_text_of_four_byte_characters_is_read(before):
    long = before + (CHINESE + "㐀") * 900
    assert decode_text(long.encode("gb18030")) == long


def test_a_short_title_before_one_endless_line_is_not_the_sample():
    long = "契約\n" + JAPANESE * 900
    assert decode_text(long.encode("euc_jp")) == long


@pytest.mark.parametrize("encoding", LEGACY)
def test_a_long_text_with_a_cut_end_keeps_its_encoding(encoding):
    long = (LEGACY[encoding] + "\n") * 900 + LEGACY[encoding][:20]
    assert decode_text(long.encode(encoding)[:-1])[: len(long) - 1] == long[:-1]


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-2022-jp", "csISO2022JP", "iso-2022-nothing"])
def test_japanese_in_seven_bits_is_read(declared):
    data = f"Notice: {JAPANESE}\nEnd.".encode("iso2022_jp")
    assert data.isascii()
    assert decode_text(data, declared) == f"Notice: {JAPANESE}\nEnd."


def test_what_windows_writes_in_seven_bits_is_read():
    assert decode_text("ｱｲｳ契約".encode("iso2022_jp_ext")) == "ｱｲｳ契約"
    assert decode_text(b"\x1b$B7@Ls-!\x1b(B end") == "契約\ufffd end"


def test_other_sets_of_seven_bits_are_read_where_they_are_stated():
    assert decode_text("계약".encode("iso2022_kr"), declared="iso-2022-kr") == "계약"


@pytest.mark.parametrize("data", [b"\x1b[31mred\x1b[0m", b"bold\x1b(B\x1b[m", b"a\x1b", b"\x1b$)x"])
def test_the_escapes_of_a_terminal_are_no_encoding(data):
    assert decode_text(data, declared="iso-2022-jp") == data.decode()


@pytest.mark.parametrize("declared", ["undefined", "idna", "rot13", "a\0b"])
def test_a_stated_encoding_that_is_none_is_not_believed(declared):
    assert decode_text("Straße".encode("latin-1"), declared) == "Straße"


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


def test_a_large_text_is_read_in_a_moment(computing_at_most):
    data = (GERMAN * 40_000).encode("latin-1")
    with computing_at_most(20):
        source = read_data("large.txt", data)
    assert len(source.text) == len(data)


@pytest.mark.parametrize("at", ["start", "middle", "end"])
@pytest.mark.parametrize("junk", [b"\0", b"\x01\x02\x05"])
def test_binary_data_in_a_text_is_refused_wherever_it_stands(tmp_path, reason, at, junk):
    words, data = b"some words of a text\n" * 20_000, junk * 70_000
    parts = {"start": [data, words, words], "middle": [words, data * 2, words], "end": [words, words, data]}[at]
    (tmp_path / "notes.txt").write_bytes(b"".join(parts))
    assert "not a document" in reason(tmp_path / "notes.txt")
