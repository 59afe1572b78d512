r"""How text becomes search terms: one analyser, for documents and for questions.

**The analyser.** To rank alike, an Elasticsearch mapping has to copy these steps in this order:

1. Unicode normal form C (``icu_normalizer`` with ``nfc``, or normalise before sending).
2. Four rewritings (``pattern_replace`` character filters; ``'`` stands for U+0027 and U+2019, ``SCRIPTIO`` for
   ``\p{IsHan}\p{IsHiragana}\p{IsKatakana}\p{IsThai}\p{IsLao}\p{IsKhmer}\p{IsMyanmar}`` as the ranges of :data:`SCRIPTIO`):

   a. ``(?<=\w)'[sS](?!\w)`` -> nothing: the possessive, ``company's`` -> ``company``;
   b. ``(?<=\w)'(?=\w)`` -> nothing: ``don't`` -> ``dont``, ``O'Brien`` -> ``OBrien``;
   c. ``(?<=\d)[.,](?=\d)`` -> U+02D0, which is a letter: ``1,000.5`` stays one token;
   d. ``([SCRIPTIO])`` -> blank, the character, blank: scripts written without spaces are searched by single characters.

3. Split at everything that is neither alphabetic nor a number (``pattern`` tokenizer, ``[^\p{IsAlphabetic}\p{N}]+``).
4. Drop tokens of more than 64 bytes of UTF-8 (``length``, ``max: 64``; it counts characters, which is the same in ASCII).
5. Fold characters to their ASCII equivalents (``asciifolding``). This comes before lower-casing, because ``"İ".lower()`` is
   two characters.
6. Lower-case (``lowercase``).
7. Snowball's English stemmer (``stemmer``, ``language: porter2``).

A text that is not English is indexed with its forms, made by :mod:`needlepoint.text.forms`, which these steps leave as they
are: stems by its own language, and pairs of characters.

A question's terms are distinct; if there are more than :data:`MAX_TERMS`, the embedded store keeps the rarest.

Stop words are *kept in the index* and dropped from questions only. So they count in the document length that BM25 divides by,
and a question of stop words only ("to be or not to be") is asked with all its words instead of finding nothing.
:data:`STOP_WORDS` are Lucene's ``_english_`` list and question words: texts rarely contain "which" and "does", so BM25 would
give them a high weight. Dropping them puts the right paragraph of SQuAD 1.1 first for 80.4 % of the questions instead of
78.7 %. WHO and IT are names, unless the whole question is in capitals. Elasticsearch is sent the remaining words one by one,
and has no stop words of its own.

Scores are Lucene's BM25 with ``k1 = 1.2`` and ``b = 0.75``. Measured against Elasticsearch 8.19 on the 1,204 paragraphs of
SQuAD's development set with 300 of its questions: with the terms made here and sent as text to a ``whitespace`` analyser, all
300 lists of ten are the same and the scores differ by less than 1e-5; with the mapping above, 293 are the same. The rest is
due to the stemmer: tantivy has a later Snowball, which no longer conflates universal and university, or organism and
organize, and 104 of 50,000 tokens differ.
"""

import functools
import re
import unicodedata

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from needlepoint.text.quantities import other_numerals, quantities

ANALYSER = "needlepoint_english_1"
MAX_TERMS = 64
MAX_TOKEN_BYTES = 64
MAX_QUESTION_CHARACTERS = 100_000

_ENGLISH_STOP_WORDS = """
a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will
with
"""
_QUESTION_WORDS = """
what which who whom whose when where why how does do did has have had could should would were been
"""
STOP_WORDS = frozenset((_ENGLISH_STOP_WORDS + _QUESTION_WORDS).split())
_NAMES = frozenset(("WHO", "IT"))

SCRIPTIO = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Myanmar
    "\u1780-\u17ff"  # Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b"  # Han: radicals, marks of repetition, numerals
    "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"  # Han, more Kana
)
_DIGITS_JOINER = "\u02d0"
_APOSTROPHE = "['\u2019]"
# Python's re finds the next candidate quickly only if a pattern begins with a few characters, so the lookbehind comes second.
_POSSESSIVE = re.compile(rf"{_APOSTROPHE}(?<=\w.)[sS](?!\w)")
_INNER_APOSTROPHE = re.compile(rf"{_APOSTROPHE}(?<=\w.)(?=\w)")
_DECIMAL = re.compile(r"[.,](?<=\d.)(?=\d)")
_WITHOUT_SPACES = re.compile(f"([{SCRIPTIO}])")
_SPACED = re.compile("[\x00-\u0dff\u2000-\u2e7f]*+")  # letters below SCRIPTIO's, and punctuation


def _folded() -> TextAnalyzerBuilder:
    # tantivy keeps tokens that are shorter than the limit
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(MAX_TOKEN_BYTES + 1))
    return builder.filter(Filter.ascii_fold()).filter(Filter.lowercase())


@functools.cache
def document_analyser() -> TextAnalyzer:
    """Return the analyser of indexed text (steps 3 to 7); the text must have passed :func:`rewrite`."""
    return _folded().filter(Filter.stemmer("english")).build()


@functools.cache
def _word_analysers() -> tuple[TextAnalyzer, TextAnalyzer]:
    """Return the analysers that give words as written, and folded; both split a text into the same words."""
    as_written = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(MAX_TOKEN_BYTES + 1))
    return as_written.build(), _folded().build()


def rewrite(text: str) -> str:
    """Normalise text before it is split into tokens (steps 1 and 2)."""
    is_ascii = text.isascii()
    if not is_ascii:
        text = unicodedata.normalize("NFC", text)
    if "'" in text or (not is_ascii and "\u2019" in text):
        text = _INNER_APOSTROPHE.sub("", _POSSESSIVE.sub("", text))
    text = _DECIMAL.sub(_DIGITS_JOINER, text)
    return text if is_ascii or is_spaced(text) else _WITHOUT_SPACES.sub(r" \1 ", text)


def is_spaced(text: str) -> bool:
    """Whether a text has neither SCRIPTIO nor other East Asian characters: a quick look, which most texts pass."""
    return _SPACED.fullmatch(text) is not None


def document_terms(text: str) -> list[str]:
    """Return all search terms of a document's text, in order, as the index sees them."""
    terms: list[str] = document_analyser().analyze(rewrite(text))
    return terms


def question_words(question: str) -> dict[str, str]:
    """Return the distinct search terms of a question, in order, without stop words unless there is nothing else.

    Each term is mapped to the word that it is the stem of, folded to ASCII and lower case; Elasticsearch is sent that word.

    :param question: any text; characters beyond the first 100,000 are ignored.
    """
    text = rewrite(question[:MAX_QUESTION_CHARACTERS])
    written, folded = (analyser.analyze(text) for analyser in _word_analysers())
    names: frozenset[str] = frozenset() if text.isupper() else _NAMES
    content_words = [
        word for word, form in zip(folded, written, strict=True) if word not in STOP_WORDS or form in names
    ]
    words: dict[str, str] = {}
    for word in dict.fromkeys(content_words or folded):
        for term in document_analyser().analyze(word):
            words.setdefault(term, word)
    return words


def other_words(question: str) -> dict[str, list[str]]:
    """Return the words to search for beside a term because they are the same number: ``1,480`` beside ``1480``.

    :returns: for the first term of each number, the first words of its other forms, as :func:`question_words` gives words.
    """
    folded = _word_analysers()[1]
    found: dict[str, list[str]] = {}
    for quantity in quantities(question[:MAX_QUESTION_CHARACTERS]):
        if written := document_terms(quantity.words):
            others = (folded.analyze(rewrite(form))[0] for form in other_numerals(quantity))
            found[written[0]] = [word for word in dict.fromkeys(others) if word != written[0]]
    return found


def question_terms(question: str) -> list[str]:
    """Return the distinct search terms of a question, as :func:`question_words` does, without their words."""
    return list(question_words(question))
