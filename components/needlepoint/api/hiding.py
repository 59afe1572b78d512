"""Keeps where uploaded files lie on the server out of replies: that is nobody's business, and a deleted file's folder is gone."""

import os
from pathlib import Path
from typing import Any


def without_upload_paths(reply: Any, originals: Path) -> Any:
    """Return a reply without ``path`` and ``paths`` of uploaded files, at every level; paths of files indexed in place stay.

    :param reply: plain data.
    :param originals: the folder of uploads.
    """
    if isinstance(reply, dict):
        kept = {name: without_upload_paths(value, originals) for name, value in reply.items()}
        if _is_below(kept.get("path"), originals):
            del kept["path"]
        if isinstance(kept.get("paths"), list):
            kept["paths"] = [path for path in kept["paths"] if not _is_below(path, originals)]
        return kept
    if isinstance(reply, list | tuple):
        return [without_upload_paths(value, originals) for value in reply]
    return reply


def _is_below(path: Any, folder: Path) -> bool:
    return isinstance(path, str) and path.startswith(f"{folder}{os.sep}")
