"""Names of files as strangers send them: shown as they are, and made safe before they touch a disk."""

import unicodedata
from pathlib import Path

_LONGEST_NAME_BYTES = 200
_UNSAFE = {*'/\\<>:"|?*'}


def shown_name(name: str) -> str:
    """Return the name that the document gets: as the person's machine has it, as clean text."""
    return _cleaned(name)[:255] or "unnamed"


def safe_name(name: str) -> str:
    """Return a base name that can lead nowhere: no folders, no control characters, not hidden, not too long."""
    base = _cleaned(name).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    normal = unicodedata.normalize("NFC", base)
    kept = "".join("_" if character in _UNSAFE else character for character in normal if _is_plain(character))
    kept = kept.strip(". ") or "unnamed"
    suffix = Path(kept).suffix[:20]
    stem = kept[: len(kept) - len(suffix)] if suffix else kept
    room = _LONGEST_NAME_BYTES - len(suffix.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + suffix


def _cleaned(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()


def _is_plain(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")
