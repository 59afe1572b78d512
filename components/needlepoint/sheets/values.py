"""The comparable value of quoted words, by the kind of the question that they answer."""

from functools import lru_cache

from needlepoint.answers.replies import Quote
from needlepoint.sheets.kinds.amounts import amount_of
from needlepoint.sheets.kinds.dates import date_of
from needlepoint.sheets.kinds.names import name_of
from needlepoint.sheets.kinds.periods import period_of
from needlepoint.sheets.kinds.texts import list_of, text_of
from needlepoint.sheets.kinds.value import Quoted, Value
from needlepoint.sheets.kinds.yes_no import yes_no_of
from needlepoint.sheets.questions import Kind

LONGEST = 1_000
"""Longer words, in characters, state no single value."""

_AROUND = 300  # characters on either side that may complete the words


def value_of(words: str, kind: Kind, *, around: str = "", question: str = "") -> Value | None:
    """Return the value that words state, such as the day of ``the 4th of July, 2030``.

        >>> str(value_of("thirty (30) days", Kind.PERIOD))
        '30 days'

    :param kind: what kind of value is looked for.
    :param around: the sentence in which the words stand; it may complete them, with a year, a currency or a "not".
    :param question: the question that they answer, for ``yes/no``.
    :returns: None if the words state no value of this kind, or several that differ.
    """
    return _value(Quoted.of(words, around), kind, question)


@lru_cache(maxsize=50_000)
def value_of_quote(quote: Quote, kind: Kind, *, question: str = "") -> Value | None:
    """Return the value that a quote states in its sentence; see :func:`value_of`."""
    start = len(quote.before)
    text = quote.before + quote.answer + quote.after
    return _value(Quoted(text, start, start + len(quote.answer)), kind, question)


def _value(quoted: Quoted, kind: Kind, question: str) -> Value | None:
    if not quoted.words.strip():
        return None
    match kind:
        case Kind.LIST:
            return list_of(quoted.words)
        case Kind.TEXT:
            return text_of(quoted.words)
        case _ if quoted.end - quoted.start > LONGEST:
            return None
    quoted = quoted.near(_AROUND)
    match kind:
        case Kind.DATE:
            return date_of(quoted)
        case Kind.AMOUNT:
            return amount_of(quoted)
        case Kind.PERIOD:
            return period_of(quoted)
        case Kind.NAME:
            return name_of(quoted.words)
        case _:
            return yes_no_of(quoted, question=question)
