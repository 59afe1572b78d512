"""The names that outer files give to what they hold: made clean, and refused where they lead elsewhere."""

import re

from needlepoint.errors import UnreadableFileError
from needlepoint.files.pages import one_line

_LONGEST = 1_000
_DRIVE = re.compile(r"[A-Za-z]:")
_HIDDEN = ("__MACOSX",)


def member_name(stated: str) -> str:
    """Return a clean relative path with ``/`` between folders.

    :raises UnreadableFileError: it is absolute, climbs out of the outer file, or is none.
    """
    name = one_line(stated.replace("\0", "").replace("\\", "/"))
    if name.startswith("/") or _DRIVE.match(name):
        raise UnreadableFileError("its name is an absolute path, which an archive may not give: it was not unpacked")
    folders = [folder.strip() for folder in name.split("/")]
    if ".." in folders:
        raise UnreadableFileError("its name climbs out of the archive (../): it was not unpacked")
    kept = "/".join(folder for folder in folders if folder not in ("", "."))
    if not kept:
        raise UnreadableFileError("it has no name: it was not unpacked")
    if len(kept) > _LONGEST:
        raise UnreadableFileError(f"its name is longer than {_LONGEST:,} characters: it was not unpacked")
    return kept


def is_hidden(name: str) -> bool:
    """Whether it is left out without a word, as hidden files of folders are."""
    return any(folder.startswith((".", *_HIDDEN)) for folder in name.split("/"))


class UniqueNames:
    """Numbers the second and later ones of one name: ``a.pdf``, ``a (2).pdf``."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """Return the name, numbered if it was there before."""
        count = self._counts[name] = self._counts.get(name, 0) + 1
        if count == 1:
            return name
        folder, slash, base = name.rpartition("/")
        stem, dot, suffix = base.rpartition(".")
        numbered = f"{stem} ({count}){dot}{suffix}" if stem else f"{base} ({count})"
        return self.unique(f"{folder}{slash}{numbered}")
