"""Removes what cannot be stored as text: NUL characters and lone surrogates."""

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Replace each NUL and lone surrogate by U+FFFD, because UTF-8 files cannot hold them; offsets stay the same."""
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)
