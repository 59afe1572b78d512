"""Removes the files that a process left in an index's folder when it was killed during a commit."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_OF_SEGMENT = re.compile(r"([0-9a-f]{32})\..+")
_TEMPORARY = (".tmp", ".vectors-")


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files, and those of segments and deletions that ``meta.json`` does not name.

    Only the writer may call this, while nothing is being written or merged. Files that cannot be removed stay for the next call.

    :param folder: the folder of a tantivy index.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):
        segments, deletions = _named(json.loads((folder / "meta.json").read_bytes()))
        for path in folder.iterdir():
            segment = _OF_SEGMENT.fullmatch(path.name)
            is_left = path.name.startswith(_TEMPORARY)
            if segment:
                is_left = segment[1] not in segments or (path.suffix == ".del" and path.name not in deletions)
            if is_left:
                path.unlink(missing_ok=True)


def _named(meta: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """Return the index's segments and the files of their deletions."""
    segments: set[str] = set()
    deletions: set[str] = set()
    for segment in meta["segments"]:
        name = segment["segment_id"].replace("-", "")
        segments.add(name)
        if segment.get("deletes"):
            deletions.add(f"{name}.{segment['deletes']['opstamp']}.del")
    return segments, deletions
