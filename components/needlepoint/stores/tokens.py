"""Encodes metadata as index tokens: one token for each value, so that tokens sort as the values do.

A token is ``k<key in hex>x<kind><value>``. Kinds keep values of different types apart (as Elasticsearch's mappings do: the
number 1 is neither the string "1" nor true). Hex makes every key and string safe in tantivy's query language and sorts by code
point:

=====  ============================================================================================================
kind   value
=====  ============================================================================================================
``b``  a boolean, ``0`` or ``1``
``d``  a moment, for ranges: microseconds since 1970 UTC (a day counts from its midnight; no time zone means UTC)
``h``  a value that is too long for a token: SHA-256, for equality only
``l``  a whole list, for equality: SHA-256
``n``  a number: its float64 as bits that sort, then the rounding error of an integer beyond 2**53
``s``  a string in hex
``t``  a string that is an ISO 8601 date, in hex
``z``  null
=====  ============================================================================================================

A list gives one token for each element besides its own; a dict gives the tokens of its members under ``key.member``.
"""

import functools
import hashlib
import json
import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

FacetValue = str | int | float | bool | None
MAX_STRING_BYTES = 256
_MAX_KEY_BYTES = 512
_MAX_DEPTH = 20
_MAX_INTEGER = 1 << 180
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_SIGN = 1 << 63


@functools.lru_cache(maxsize=1024)
def key_prefix(key: str) -> str:
    """Return the prefix of all tokens of a metadata key."""
    data = key.encode("utf-8")
    if len(data) > _MAX_KEY_BYTES:
        data = b"\xff" + hashlib.sha256(data).digest()  # no UTF-8 begins with this byte
    return f"k{data.hex()}x"


def metadata_tokens(meta: Mapping[str, Any]) -> list[str]:
    """Return the tokens that filters and facets need, each once."""
    tokens: list[str] = []
    for key, value in meta.items():
        kind = type(value)
        if kind is int or (kind is str and len(value) <= MAX_STRING_BYTES):  # nearly all values
            tokens += _remembered_tokens(key, value)
        else:
            tokens += _tokens_of_value(key, value, 0)
    return list(dict.fromkeys(tokens))


def _tokens_of_members(meta: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
    for key, value in meta.items():
        yield from _tokens_of_value(f"{path}{key}", value, depth)


def _tokens_of_value(key: str, value: Any, depth: int) -> Iterator[str]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, Mapping):
        yield from _tokens_of_members(value, f"{key}.", depth + 1)
    elif isinstance(value, list | tuple):
        yield key_prefix(key) + list_token(value)
        for element in value:
            if not isinstance(element, list | tuple):
                yield from _tokens_of_value(key, element, depth + 1)
    else:
        is_long = isinstance(value, str) and len(value) > MAX_STRING_BYTES
        yield from (_scalar_tokens if is_long else _remembered_tokens)(key, value)


def _scalar_tokens(key: str, value: Any) -> tuple[str, ...]:
    prefix = key_prefix(key)
    moment = moment_of(value)
    if moment is None:
        return (prefix + equality_token(value),)
    return prefix + equality_token(value), prefix + moment_token(moment)


# The passages of one document share most of their metadata.
_remembered_tokens = functools.lru_cache(maxsize=4096, typed=True)(_scalar_tokens)


def equality_token(value: Any) -> str:
    """Return kind and value of the token that is equal for equal values.

    :raises TypeError: a value of this type has no token.
    """
    if value is None:
        return "z"
    if isinstance(value, bool):
        return "b1" if value else "b0"
    if isinstance(value, int | float):
        return number_token(value)
    if isinstance(value, date):
        return string_token(value.isoformat())
    if isinstance(value, str):
        return string_token(value)
    raise TypeError(type(value).__name__)


def string_token(value: str) -> str:
    """Return kind and value of a string's token; a hash if the string is too long."""
    data = value.encode("utf-8")
    if len(data) > MAX_STRING_BYTES:
        return "h" + hashlib.sha256(data).hexdigest()
    return ("s" if moment_of(value) is None else "t") + data.hex()


def number_token(value: float) -> str:
    """Return kind and value of a number's token; equal numbers of different types have the same token."""
    if isinstance(value, int):
        if abs(value) >= _MAX_INTEGER:
            return "h" + hashlib.sha256(b"%x" % value).hexdigest()
        nearest = float(value)
        return "n" + _sortable(nearest) + _remainder(value - int(nearest))
    if math.isnan(value):
        return "nnan"  # sorts after every number and equals none
    return "n" + _sortable(value) + _remainder(0)


def _sortable(value: float) -> str:
    (bits,) = struct.unpack(">Q", struct.pack(">d", value + 0.0))  # + 0.0: minus zero is zero
    return f"{(~bits & 0xFFFFFFFFFFFFFFFF) if bits & _SIGN else bits | _SIGN:016x}"


def _remainder(remainder: int) -> str:
    if remainder == 0:
        return "8"
    return f"9{remainder:032x}" if remainder > 0 else f"7{remainder + (1 << 128):032x}"


def moment_of(value: Any) -> datetime | None:
    """Return the moment that a datetime, a date or an ISO 8601 string stands for, or None for any other value."""
    if isinstance(value, str):
        if not 10 <= len(value) <= 40 or not _ISO_DATE.fullmatch(value):
            return None
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def moment_token(moment: datetime) -> str:
    """Return kind and value of a moment's token, which sorts by time."""
    return f"d{(moment - _EPOCH) // _MICROSECOND + (1 << 62):016x}"


def list_token(values: list[Any] | tuple[Any, ...]) -> str:
    """Return kind and value of the token for a whole list."""
    text = json.dumps([_comparable(value) for value in values], sort_keys=True, default=str)
    return "l" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def _comparable(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_comparable(element) for element in value]
    return value if isinstance(value, Mapping) else equality_token(value)


def facet_value(token: str, prefix: str) -> FacetValue:
    """Return the value that a token with this key prefix was made from.

    :raises ValueError: the token is for ranges or equality only and does not contain the value.
    """
    kind, value = token[len(prefix)], token[len(prefix) + 1 :]
    if kind in "st":
        return bytes.fromhex(value).decode("utf-8")
    if kind == "b":
        return value == "1"
    if kind == "n" and value != "nan":
        return _number(value)
    if kind == "z":
        return None
    raise ValueError(f"a token of kind {kind!r} holds no value")


def most_frequent(tokens: Iterable[tuple[str, int]], prefix: str, limit: int) -> list[tuple[FacetValue, int]]:
    """Return the most frequent values with their counts, most frequent first; equal counts are sorted by the value's text.

    These are pairs, because True and 1 are one key of a dict; :func:`as_dict` adds up their counts.

    :param tokens: the tokens with one key prefix and their counts; those for ranges or equality only are ignored.
    :param limit: the most values to return.
    """
    counts = [(facet_value(token, prefix), count) for token, count in tokens if count and _holds_value(token, prefix)]
    return sorted(counts, key=lambda item: (-item[1], str(item[0])))[:limit]


def as_dict(counts: Iterable[tuple[FacetValue, int]]) -> dict[FacetValue, int]:
    """Return the counts of values by value; True is counted as 1 and False as 0, since they are equal in Python."""
    found: dict[FacetValue, int] = {}
    for value, count in counts:
        found[value] = found.get(value, 0) + count
    return found


def _holds_value(token: str, prefix: str) -> bool:
    return token[len(prefix)] in "bnstz" and token[len(prefix) :] != "nnan"


def _number(value: str) -> int | float:
    bits = int(value[:16], 16)
    bits = bits & ~_SIGN if bits & _SIGN else ~bits & 0xFFFFFFFFFFFFFFFF
    number: float = struct.unpack(">d", struct.pack(">Q", bits))[0]
    if not number.is_integer():
        return number
    remainder = int(value[17:], 16) if len(value) > 17 else 0
    return int(number) + (remainder - (1 << 128) if value[16] == "7" else remainder)
