"""Opens files in the form of old Office files and Outlook's messages (MS-CFB), within bounds."""

from typing import Any

from olefile import OleFileIO
from olefile.olefile import UNKNOWN_SIZE


class BoundedOle(OleFileIO):
    """A file whose streams are no larger than itself: in a damaged one, a chain of sectors may go round for gigabytes.

    :raises OSError: it is no such file; a stream raises it that states to be larger than the file.
    """

    def _open(self, start: int, size: int = UNKNOWN_SIZE, force_FAT: bool = False) -> Any:
        if size != UNKNOWN_SIZE and size > self._filesize:
            raise OSError(f"a stream of {size:,} bytes in a file of {self._filesize:,}")
        return super()._open(start, size, force_FAT)
