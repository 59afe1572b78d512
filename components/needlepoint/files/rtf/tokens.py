"""RTF as tokens: groups, control words, the bytes of text."""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

_TOKEN = re.compile(
    rb"(?P<open>\{)|(?P<close>\})|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})? ?"
    rb"|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])|(?P<text>[^\\{}\r\n\0]+)|[\r\n\0]+|\\"
)


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    WORD = auto()
    SIGN = auto()  # a control word of one character that is no letter
    BYTE = auto()  # a character as two hexadecimal digits
    TEXT = auto()


class Token(NamedTuple):
    """A token.

    :param text: its name, or its bytes.
    :param number: after a control word; None where there is none.
    """

    kind: Kind
    text: bytes = b""
    number: int | None = None


_OPEN, _CLOSE = Token(Kind.OPEN), Token(Kind.CLOSE)


def tokens(data: bytes) -> Iterator[Token]:
    """Return the tokens of a file in order; binary data is passed over."""
    at = 0
    while (match := _TOKEN.match(data, at)) is not None:
        at = match.end()
        kind = match.lastgroup
        if kind == "text":
            yield Token(Kind.TEXT, match.group("text"))
        elif kind == "open":
            yield _OPEN
        elif kind == "close":
            yield _CLOSE
        elif kind == "byte":
            yield Token(Kind.BYTE, bytes.fromhex(match.group("byte").decode("ascii")))
        elif kind == "sign":
            yield Token(Kind.SIGN, match.group("sign"))
        elif kind in ("word", "number"):
            number = match.group("number")
            value = None if number is None else int(number)
            if match.group("word") == b"bin":
                at += max(value or 0, 0)
            else:
                yield Token(Kind.WORD, match.group("word"), value)
