"""Files from a browser: how many and how large they may be, and how they are put on disk for reading."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path

MAX_FILES = 200
MAX_TOTAL_BYTES = 500_000_000
FOLDER = "Uploads"  # the folder that documents are filed under, shown among the filters
_LONGEST_NAME_BYTES = 200
_UNSAFE = {*'/\\<>:"|?*'}


def refusal(sizes: Iterable[int]) -> str | None:
    """Return why these files are too many or too much for one go, or None."""
    each = list(sizes)
    if len(each) > MAX_FILES:
        return f"{len(each):,} files at once are too many: add at most {MAX_FILES} at a time, or use needlepoint index"
    if sum(each) > MAX_TOTAL_BYTES:
        return (
            f"these files have {sum(each) / 1e6:,.0f} MB: add at most {MAX_TOTAL_BYTES / 1e6:,.0f} MB at a time, "
            "or use needlepoint index"
        )
    return None


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


def save(name: str, data: bytes, folder: Path) -> Path:
    """Write a file below a fresh folder and return where it lies."""
    path = folder / FOLDER / safe_name(name)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return path


def _cleaned(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()


def _is_plain(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")
