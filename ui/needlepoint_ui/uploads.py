"""Files from a browser: how many and how large they may be, and what they are called."""

from collections.abc import Iterable

MAX_FILES = 200
MAX_TOTAL_BYTES = 500_000_000


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
    return name.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()[:255] or "unnamed"
