"""Office files are zip archives: rewritten with fixed dates, so that building twice gives the same bytes."""

import re
import zipfile
from datetime import datetime
from pathlib import Path


def fix_dates(path: Path, moment: datetime) -> None:
    """Set all times in the archive, and the document's own created and modified times, to one moment."""
    with zipfile.ZipFile(path) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            entry = zipfile.ZipInfo(name, date_time=moment.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _with_dates(data, moment) if name == "docProps/core.xml" else data)


def _with_dates(core: bytes, moment: datetime) -> bytes:
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, core)
