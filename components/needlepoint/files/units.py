"""UTF-16 as old files count it: by its units of two bytes."""

import numpy as np


def units(data: bytes) -> str:
    """Return a character for each unit: one above U+FFFF stays two."""
    return np.frombuffer(data, "<u2", len(data) // 2).astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def joined_surrogates(text: str) -> str:
    """Return the text with the two halves of a character above U+FFFF as one."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
