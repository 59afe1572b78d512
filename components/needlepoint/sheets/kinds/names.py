"""Names of persons, companies and places."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from needlepoint.sheets.kinds.value import Agreement, Value

_FORMS: Final = {
    "incorporated": "inc", "inc": "inc", "corporation": "corp", "corp": "corp", "company": "co", "co": "co", "limited": "ltd",
    "ltd": "ltd", "llc": "llc", "llp": "llp", "lp": "lp", "plc": "plc", "gmbh": "gmbh", "ag": "ag", "kg": "kg", "se": "se",
    "sa": "sa", "sas": "sas", "sarl": "sarl", "srl": "srl", "spa": "spa", "bv": "bv", "nv": "nv", "ab": "ab", "oy": "oy",
    "oyj": "oyj", "aps": "aps", "asa": "asa", "pty": "pty", "pte": "pte", "pvt": "pvt", "private": "pvt", "kk": "kk", "na": "na",
}  # fmt: skip
_LONG_FORMS: Final = {
    "limited liability company": "llc", "limited liability partnership": "llp", "limited partnership": "lp",
    "public limited company": "plc", "proprietary limited": "pty ltd", "private limited": "pvt ltd",
}  # fmt: skip
_HONORIFICS: Final = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "dame", "hon"})
_DESCRIBED: Final = re.compile(
    r"\s*(?:\(|\[|,\s*(?:an?|the|with|acting|having|as|its)\s|,?\s+(?:d/b/a|f/k/a|dba|formerly)\b).*$", re.I | re.S
)
_PLACE: Final = re.compile(
    r"^(?:the\s+)?(?:(?:internal\s+|substantive\s+)?laws?\s+(?:of|in\s+force\s+in)\s+)?(?:the\s+)?(?:(?:state|commonwealth|province)\s+of\s+)?",
    re.I,
)
_COUNTRY: Final = re.compile(r",\s*(?:u\.?s\.?a?\.?|united\s+states(?:\s+of\s+america)?)\s*$", re.I)
_LAW: Final = re.compile(r"\s+laws?$", re.I)
_ARTICLES: Final = frozenset({"the", "a", "an"})


@dataclass(frozen=True, slots=True)
class NameValue:
    """A name.

    :param words: its words without case, accents, punctuation, articles and legal form.
    :param form: the legal form, such as ``inc``; empty if there is none.
    """

    words: tuple[str, ...]
    form: str = ""

    @property
    def readings(self) -> frozenset[tuple[str, ...]]:
        """The name with its form."""
        return frozenset({(*self.words, self.form)})

    def agreement(self, other: Value) -> Agreement:
        """Return how far two names agree.

        A name is compatible with its beginning, with itself without its legal form, and with initials in place of first names.
        """
        if not isinstance(other, NameValue):
            return Agreement.UNKNOWN
        if self.readings == other.readings:
            return Agreement.SAME
        if self.form and other.form and self.form != other.form:
            return Agreement.DIFFERENT
        short, long = sorted((self.words, other.words), key=len)
        is_part = long[: len(short)] == short or _initials_agree(short, long)
        return Agreement.COMPATIBLE if is_part else Agreement.DIFFERENT

    def __str__(self) -> str:
        return " ".join(filter(None, (*self.words, self.form)))


def name_of(words: str) -> NameValue | None:
    """Return the name that words state; what describes its bearer (", a Delaware corporation (the Seller)") is left out."""
    text = _DESCRIBED.sub("", _COUNTRY.sub("", words.strip(" \t\n\"'\u201c\u201d\u2018\u2019,;:")))
    text = _LAW.sub("", _PLACE.sub("", " ".join(text.split())))
    plain = _folded(text)
    for long, short in _LONG_FORMS.items():
        plain = re.sub(rf"\b{long}$", short, plain)
    parts = plain.split()
    while len(parts) > 1 and (parts[0] in _ARTICLES or parts[0] in _HONORIFICS):
        parts.pop(0)
    forms: list[str] = []
    while len(parts) > 1 and parts[-1] in _FORMS:
        forms.insert(0, _FORMS[parts.pop()])
    return NameValue(tuple(parts), " ".join(forms)) if parts else None


def _folded(text: str) -> str:
    """Return a text without case, accents and punctuation; ``L.L.C.`` and ``S. A.`` become one word, ``&`` becomes ``and``."""
    split = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    bare = "".join(each for each in split if not unicodedata.combining(each))
    joined = re.sub(r"\b((?:\w\.\s?){2,})", lambda match: re.sub(r"[.\s]", "", match[0]) + " ", bare)
    joined = re.sub(r"['\u2019]s?\b", "", joined)
    return " ".join(re.sub(r"[^\w]+", " ", joined).split())


def _initials_agree(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Return whether two names of persons differ only in initials: J. Smith, John Smith and John Q. Smith."""
    if len(short) < 2 or short[-1] != long[-1]:
        return False
    if len(long) > len(short):
        long = tuple(word for number, word in enumerate(long) if len(word) > 1 or number == 0)
    if len(short) != len(long):
        return False
    return all(a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in zip(short, long, strict=True))
