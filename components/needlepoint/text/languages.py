"""The languages that texts are in: found by py3langid, named by ISO 639-1.

>>> language_of("Der Mietvertrag endet am 31. März 2031. Die Miete beträgt 940 Euro im Monat.")
'de'
"""

import re
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from typing import Any

_LONGEST = 10_000  # characters
_FEWEST_LETTERS = 40
_SURE = 0.5  # py3langid's probabilities are cautious
_PLAIN_ENGLISH = 0.1  # of the words: of English prose a quarter are these, of languages near to it nearly none
_WORDS = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    "the and to with for that shall by from this not are be which have has their been".split()  # noqa: SIM905
)
_SAME = {"nb": "no", "nn": "no"}
_NAMES = {
    "af": "Afrikaans", "ar": "Arabic", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali", "bs": "Bosnian",
    "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "eo": "Esperanto", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish",
    "fo": "Faroese", "fr": "French", "ga": "Irish", "gl": "Galician", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian",
    "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada", "ko": "Korean", "la": "Latin",
    "lb": "Luxembourgish", "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ml": "Malayalam",
    "mn": "Mongolian", "mr": "Marathi", "ms": "Malay", "mt": "Maltese", "nb": "Norwegian Bokmål", "ne": "Nepali",
    "nl": "Dutch", "nn": "Norwegian Nynorsk", "no": "Norwegian", "pa": "Punjabi", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "se": "Northern Sami",
    "si": "Sinhala", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def language_of(text: str) -> str:
    """Return the language that most of a text's beginning is in; empty where too little of it is words, or none is sure.

    Plain English is told by its commonest words, which costs nothing; py3langid (a multinomial model over n-grams of bytes;
    Lui and Baldwin 2012, *langid.py: An Off-the-shelf Language Identification Tool*) is loaded for all else.
    """
    beginning = text[:_LONGEST]
    words = _WORDS.findall(beginning)
    if sum(map(len, words)) < _FEWEST_LETTERS:
        return ""
    if sum(word.lower() in _ENGLISH for word in words) >= _PLAIN_ENGLISH * len(words):
        return "en"
    probabilities: Counter[str] = Counter()
    for language, probability in _identifier().rank(" ".join(words)):
        probabilities[_SAME.get(language, language)] += probability
    language, probability = probabilities.most_common(1)[0]
    return language if probability >= _SURE and language in _NAMES else ""


def is_foreign(language: object, known: Collection[str] | None) -> bool:
    """Whether a text is in a language that a reader does not know.

    :param language: by ISO 639-1, as metadata have it; one that is not known is not foreign.
    :param known: the languages that the reader knows; None if it knows many.
    """
    return isinstance(language, str) and bool(language) and known is not None and language not in known


def language_name(code: str) -> str:
    """Return the English name of a language; the code itself where it is not known."""
    return _NAMES.get(code, code)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
