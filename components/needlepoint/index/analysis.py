"""How text becomes search terms: one analyser, for documents and for questions.

**The analyser.** To rank alike, an Elasticsearch mapping has to copy these steps in this order:

1. Unicode normal form C (``icu_normalizer`` with ``nfc`` as character filter, or normalise before sending).
2. Tokens are what this pattern finds (a ``pattern`` tokenizer with ``group: 0``; in Java, a script is ``\\p{IsHan}``), the
   first alternative that fits at a place winning::

       \\p{Nd}+(?:[.,]\\p{Nd}+)+                                  1,000.5   3.14   but "v2.5" gives v2 and 5
       [SCRIPTIO]\\p{M}*                                          one character of a script without spaces, with its marks
       [\\p{L}\\p{M}\\p{N}&&[^SCRIPTIO]]+(?:['’][\\p{L}\\p{M}&&[^SCRIPTIO]]+)*     words; company's and O’Brien are one each

   where ``SCRIPTIO`` stands for ``\\p{Han}\\p{Hiragana}\\p{Katakana}\\p{Thai}\\p{Lao}\\p{Khmer}\\p{Myanmar}``.
3. Fold to ASCII what has an ASCII likeness (``asciifolding``): naïve -> naive, ’ -> '. It stands before lower-casing, since
   ``"İ".lower()`` is two characters.
4. Drop tokens of more than 64 bytes of UTF-8 (``length``, ``max: 64``; it counts characters, which is the same in ASCII).
5. Lower-case (``lowercase``).
6. Snowball's English stemmer (``stemmer``, ``language: porter2``); it also takes the possessive 's away.

Stop words are *kept in the index* and dropped from questions only (``analyzer`` without, ``search_analyzer`` with a ``stop``
filter before the stemmer; :data:`STOP_WORDS` are Lucene's ``_english_``). So the length of a document, which BM25 divides by,
counts them, and a question of stop words only ("to be or not to be") is asked with all its words instead of finding nothing.

Scores are Lucene's BM25 with ``k1 = 1.2`` and ``b = 0.75``; terms of a question are distinct, and a question of more than
:data:`MAX_TERMS` keeps the rarest.
"""

import functools
import unicodedata

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

ANALYSER = "needlepoint_english_1"
MAX_TERMS = 64
_MAX_TOKEN_BYTES = 64
_MAX_QUESTION_CHARACTERS = 100_000

STOP_WORDS = tuple(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "if",
        "in",
        "into",
        "is",
        "it",
        "no",
        "not",
        "of",
        "on",
        "or",
        "such",
        "that",
        "the",
        "their",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "was",
        "will",
        "with",
    ]
)

_SCRIPTIO = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
TOKEN_PATTERN = (
    r"\p{Nd}+(?:[.,]\p{Nd}+)+"
    rf"|[{_SCRIPTIO}]\p{{M}}*"
    rf"|[\p{{L}}\p{{M}}\p{{N}}&&[^{_SCRIPTIO}]]+(?:['’][\p{{L}}\p{{M}}&&[^{_SCRIPTIO}]]+)*"
)


def _folded() -> TextAnalyzerBuilder:
    builder = TextAnalyzerBuilder(Tokenizer.regex(TOKEN_PATTERN)).filter(Filter.ascii_fold())
    # tantivy keeps what is shorter than the limit
    return builder.filter(Filter.remove_long(_MAX_TOKEN_BYTES + 1)).filter(Filter.lowercase())


@functools.cache
def document_analyser() -> TextAnalyzer:
    """Return the analyser of indexed text (steps 2 to 6)."""
    return _folded().filter(Filter.stemmer("english")).build()


@functools.cache
def _question_analyser() -> TextAnalyzer:
    return _folded().filter(Filter.custom_stopword(list(STOP_WORDS))).filter(Filter.stemmer("english")).build()


def normalise(text: str) -> str:
    """Bring text into Unicode normal form C (step 1), so that an accent matches however it was typed."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def question_terms(question: str) -> list[str]:
    """Return the distinct search terms of a question, in order, without stop words unless it holds nothing else.

    :param question: any text; what lies beyond 100,000 characters is not looked at.
    """
    text = normalise(question[:_MAX_QUESTION_CHARACTERS])
    terms = _question_analyser().analyze(text) or document_analyser().analyze(text)
    return list(dict.fromkeys(terms))
