"""Plain text in any encoding: form feeds are page breaks."""

import codecs
import re

from charset_normalizer import CharsetMatch, from_bytes

from needlepoint.files.limits import Limits
from needlepoint.files.pages import PageCollector, clean_text
from needlepoint.files.source import SourceText

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65536
_FEW_ACCENTS = 24
_TO_KANJI = (b"\x1b$B", b"\x1b$@")
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BROKEN = 1 / 200
_LONGEST_CHARACTER = 4  # bytes, in GB18030


def read_plain(data: bytes, limits: Limits) -> SourceText:
    """Read plain text; its lines stay as they are."""
    collector = PageCollector(limits)
    text = decode_text(data)
    collector.check(len(text))
    for page in text.split("\f"):
        collector.add(clean_text(page))
    return collector.source(type="text")


def decode_text(data: bytes, declared: str | None = None) -> str:
    """Return the text of bytes in an unknown encoding; never fails.

    UTF-8 is tried first, as it never fits by chance, but for text whose escapes switch between seven-bit character sets;
    guessing takes a sample only, as it is slow.

    :param declared: an encoding that the file itself states, believed where it fits.
    """
    encoding = unicode_encoding(data)
    if encoding is not None:
        return data.decode(encoding, "replace").removeprefix("\ufeff")
    text = _escaped(data, declared)
    if text is not None:
        return text
    for candidate in ("utf-8", declared):
        text = _decoded(data, candidate)
        if text is not None:
            return text
    if _is_damaged_utf8(data):
        return data.decode("utf-8", "replace")
    return _guessed(data)


def unicode_encoding(data: bytes) -> str | None:
    """Return the Unicode encoding that a byte order mark, or the NULs of UTF-16, give away."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    sample = data[:4096]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0) / len(sample), sample[1::2].count(0) / len(sample)
    if odd > 0.2 and even < 0.02:
        return "utf-16-le"
    return "utf-16-be" if even > 0.2 and odd < 0.02 else None


def has_binary_bytes(data: bytes) -> bool:
    """Tell whether no text in any encoding has such bytes: NULs outside UTF-16, or many control characters."""
    encoding = unicode_encoding(data)
    middle = len(data) // 2 & ~3
    samples = {data[:_SAMPLE], data[middle : middle + _SAMPLE], data[max(0, len(data) - _SAMPLE) & ~3 :]}
    return any(_is_binary(sample, encoding) for sample in samples)


def _is_binary(sample: bytes, encoding: str | None) -> bool:
    if encoding is not None and encoding != "utf-8":
        text = sample.decode(encoding, "replace")
        odd = sum(character < "\t" or character == "\ufffd" for character in text)
        return odd > len(text) / 20 + 1
    if sample.count(0) > len(sample) / 1000:
        return True
    return len(_NOT_TEXT.findall(sample)) > len(sample) / 50


def _decoded(data: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        return data.decode(encoding)
    except (ValueError, LookupError):  # some of Python's codecs raise no more than a UnicodeError
        return None


def _escaped(data: bytes, declared: str | None) -> str | None:
    """Return the text of ISO-2022, whose bytes are ASCII; none where an escape is left, as of a terminal's colours."""
    if b"\x1b" not in data or not data.isascii():
        return None
    stated = declared if declared and "2022" in declared else None
    for candidate in (stated, "iso2022_jp", "iso2022_jp_ext"):
        text = _decoded(data, candidate)
        if text is not None and "\x1b" not in text:
            return text
    if not any(mark in data for mark in _TO_KANJI):
        return None
    text = data.decode("iso2022_jp_ext", "replace")  # Windows writes signs beyond the standard, such as circled numbers
    return None if "\x1b" in text else text


def _is_damaged_utf8(data: bytes) -> bool:
    """Tell UTF-8 with a few broken bytes (a cut end, a stray Latin-1 letter) from another encoding."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(data) - data.decode("ascii", "ignore").__len__() - broken
    return sound >= 8 and broken <= max(1, sound * _BROKEN)


def _guessed(data: bytes) -> str:
    best = _best_match(data)
    if best is None:
        return _decoded(data, "cp1252") or data.decode("latin-1")
    text = _decoded(data, best.encoding)
    if text is not None:
        return text
    text = data.decode(best.encoding, "replace")
    if best.multi_byte_usage and text.count("\ufffd") <= max(1, len(text) * _BROKEN):
        return text  # cp1252 would fit too, and make every character two wrong letters
    return _decoded(data, "cp1252") or text


def _best_match(data: bytes) -> CharsetMatch | None:
    sample, *shorter = _accented_samples(data)
    accents = len(sample) - len(sample.decode("ascii", "ignore"))
    if accents < _FEW_ACCENTS:
        return None
    return min((best for each in (sample, *shorter) if (best := from_bytes(each).best()) is not None), default=None)


def _accented_samples(data: bytes) -> list[bytes]:
    """Return a part of the data, from the first line with a byte above ASCII on, that ends with a character.

    No byte of a longer character is a line end or a space in the encodings that are guessed. Where a long sample has
    neither, it is returned with every end that it may have.
    """
    first = re.search(rb"[\x80-\xff]", data)
    start = data.rfind(b"\n", 0, first.start()) + 1 if first else 0
    sample = data[start : start + _SAMPLE]
    if start + _SAMPLE >= len(data):
        return [sample]
    end = max(sample.rfind(b"\n"), sample.rfind(b" ")) + 1
    if end > _SAMPLE // 2:
        return [sample[:end]]
    return [sample[: len(sample) - cut] for cut in range(_LONGEST_CHARACTER)]
