"""Plain text in any encoding: form feeds are page breaks."""

import codecs
import re

from charset_normalizer import from_bytes

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
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BROKEN_UTF8 = 1 / 200


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

    UTF-8 is tried first, as it never fits by chance; guessing takes a sample only, as it is slow.

    :param declared: an encoding that the file itself states, believed where it fits.
    """
    encoding = unicode_encoding(data)
    if encoding is not None:
        return data.decode(encoding, "replace").removeprefix("\ufeff")
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
    if encoding is not None:
        text = data[:_SAMPLE].decode(encoding, "replace")
        odd = sum(character < "\t" or character == "\ufffd" for character in text)
        return odd > len(text) / 20 + 1
    sample = data[:_SAMPLE]
    if sample.count(0) > len(sample) / 1000:
        return True
    return len(_NOT_TEXT.findall(sample)) > len(sample) / 50


def _decoded(data: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_damaged_utf8(data: bytes) -> bool:
    """Tell UTF-8 with a few broken bytes (a cut end, a stray Latin-1 letter) from another encoding."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(data) - data.decode("ascii", "ignore").__len__() - broken
    return sound >= 8 and broken <= max(1, sound * _BROKEN_UTF8)


def _guessed(data: bytes) -> str:
    sample = _accented_sample(data)
    accents = len(sample) - len(sample.decode("ascii", "ignore"))
    best = from_bytes(sample).best() if accents >= _FEW_ACCENTS else None
    candidates = [best.encoding if best else None, "cp1252"]
    for candidate in candidates:
        text = _decoded(data, candidate)
        if text is not None:
            return text
    return data.decode(candidates[0] or "latin-1", "replace")


def _accented_sample(data: bytes) -> bytes:
    """Return a part of the data, from the first line with a byte above ASCII on."""
    first = re.search(rb"[\x80-\xff]", data)
    start = data.rfind(b"\n", 0, first.start()) + 1 if first else 0
    return data[max(start, 0) : max(start, 0) + _SAMPLE]
