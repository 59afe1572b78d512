r"""What is searched beside the words as written: their stems by other languages than English, and pairs of characters.

:mod:`needlepoint.text.terms` stems every text as English, so *Vertrag* does not find *Verträge*, and finds 東京 wherever its two
characters stand. So a text that is not English is indexed a second time, as its *forms*, in the same field:

- Where its language has a stemmer (:data:`STEMMERS`), each word in the language's own script: in lower case, stemmed by
  Snowball, folded to ASCII (in this order: the stemmers want the accents). Its stop words have none.
- In whatever language, of runs of characters that are written without spaces (``SCRIPTIO``), and of Hangul, whose words end
  in particles: each two neighbouring characters.

A form is marked, so that it is no word of any text and both stores' analysers leave it as it is: U+02D1, a letter that no
stemmer knows, stands after the language and at the end; pairs are given as two numbers of characters in hex.

>>> forms("Die Mietverträge", "de"), forms("東京都", "ja")
('deˑmietvertragˑ', '6771ˑ4eacˑ 4eacˑ90fdˑ')

A question does not tell its language, so each of its words is searched by its stems in all languages that the collection has
(:func:`question_stems`), in texts where the word itself does not stand: a name or a loanword that is rare in one language and
frequent in another would else count more where it is rare. A pair counts instead of its characters where that is more
(:func:`other_ways`). Tamil, which has a stemmer, is not stemmed: the analyser cuts its words at the sign for "no vowel".
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from needlepoint.text.synonyms import synonyms
from needlepoint.text.terms import (
    MAX_QUESTION_CHARACTERS,
    MAX_TOKEN_BYTES,
    SCRIPTIO,
    document_terms,
    is_spaced,
    other_words,
    rewrite,
)

STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
"""The stemmer of each language, by ISO 639-1."""
_WITHOUT_STOP_WORDS = frozenset(("ar", "el", "ro", "tr"))  # tantivy has no list of these
_MARK = "\u02d1"
_LONGEST = MAX_TOKEN_BYTES - len(f"de{_MARK}{_MARK}".encode())
_LATIN = re.compile(f"[a-z]{{1,{_LONGEST}}}")
_SCRIPTS = {  # two bytes a letter
    language: re.compile(f"[{letters}]{{1,{_LONGEST // 2}}}")
    for language, letters in {"ar": "\u0620-\u06ff", "el": "\u0370-\u03ff", "ru": "\u0400-\u04ff"}.items()
}
_HANGUL = "\uac00-\ud7a3"
_RUN = re.compile(f"[{SCRIPTIO}{_HANGUL}]{{2,}}")
_HANGUL_RUN = re.compile(f"[{_HANGUL}]{{2,}}")
_SCRIPTIO_RUN = re.compile(f"[{SCRIPTIO}]{{2,}}")
_TURKISH = str.maketrans("I\u0130", "\u0131i")  # I without a dot is the capital of i without one


def forms(text: str, language: object) -> str:
    """Return the forms of a text, in order, with blanks between them; an English text has none.

    :param language: by ISO 639-1, as metadata have it; where it has no stemmer, or is none, only pairs are made.
    """
    if not isinstance(language, str) or language not in STEMMERS:
        return "" if text.isascii() else " ".join(_pairs_of(text))
    return " ".join([*filter(None, _stems(text, language, keep_stop_words=False)), *_pairs_of(text)])


def question_stems(question: str, languages: Iterable[str]) -> dict[str, list[str]]:
    """Return the stems of a question's words by other languages than English, for each term that has any.

    :param languages: those of the collection, by ISO 639-1; each must have a stemmer.
    :returns: for terms as :func:`needlepoint.text.terms.question_words` gives them.
    """
    question = question[:MAX_QUESTION_CHARACTERS]
    terms = document_terms(question)
    found: dict[str, list[str]] = {}
    for language in languages:
        for term, stem in zip(terms, _stems(question, language, keep_stop_words=True), strict=True):
            if stem and stem not in found.setdefault(term, []):
                found[term].append(stem)
    return found


def other_ways(question: str, *, with_synonyms: bool = True) -> dict[str, list[str]]:
    """Return other ways of writing the terms of a question: a number's other forms, synonyms, pairs of neighbouring characters.

    A character has the pairs that it begins, or ends if it is the last of its run; a word in Hangul those within it.
    """
    question = question[:MAX_QUESTION_CHARACTERS]
    ways = {**other_words(question), **(synonyms(question) if with_synonyms else {})}
    if is_spaced(question):
        return ways
    for term in document_terms(question):
        for run in _HANGUL_RUN.findall(term):
            _add(ways, term, _pairs(run))
    for run in _SCRIPTIO_RUN.findall(unicodedata.normalize("NFC", question)):
        pairs = _pairs(run)
        for character, pair in zip(run, [*pairs, pairs[-1]], strict=True):
            _add(ways, character, [pair])
    return ways


def _add(ways: dict[str, list[str]], term: str, others: list[str]) -> None:
    ways[term] = list(dict.fromkeys([*ways.get(term, []), *others]))


def _stems(text: str, language: str, *, keep_stop_words: bool) -> list[str]:
    """Return the marked stem of each word; an empty string for what is no word in the language's script."""
    if language == "tr":
        text = text.translate(_TURKISH)
    stems = _stemmer(language, keep_stop_words).analyze(rewrite(text))
    is_word = _SCRIPTS.get(language, _LATIN).fullmatch
    return [f"{language}{_MARK}{stem}{_MARK}" if is_word(stem) else "" for stem in stems]


@functools.cache
def _stemmer(language: str, keep_stop_words: bool) -> TextAnalyzer:
    name = STEMMERS[language]
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(MAX_TOKEN_BYTES + 1))
    builder = builder.filter(Filter.lowercase())
    if not keep_stop_words and language not in _WITHOUT_STOP_WORDS:
        builder = builder.filter(Filter.stopword(name))
    return builder.filter(Filter.stemmer(name)).filter(Filter.ascii_fold()).build()


def _pairs_of(text: str) -> Iterator[str]:
    if is_spaced(text):
        return
    for run in _RUN.findall(unicodedata.normalize("NFC", text)):
        yield from _pairs(run)


def _pairs(run: str) -> list[str]:
    return [f"{ord(first):x}{_MARK}{ord(second):x}{_MARK}" for first, second in itertools.pairwise(run)]
