"""What a text must not hold to be stored: NUL characters and lone surrogates."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Put U+FFFD in the place of each NUL and lone surrogate: no file holds them as text, and offsets stay as they are."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)
