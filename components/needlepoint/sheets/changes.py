"""Writes what has changed in a saved sheet: as a table, as JSON, or as a feed for a feed reader."""

import csv
import io
import json
import os
import tempfile
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from needlepoint.errors import SheetError
from needlepoint.sheets.saved import SheetChange
from needlepoint.sheets.table import Cell

_COLUMNS = ("change", "document", "document id", "path", "question", "before", "after", "page", "start", "end", "score")
_INVISIBLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF], " ")


def write_changes(name: str, changes: Sequence[SheetChange], path: Path) -> None:
    """Write the changes of a saved sheet; the suffix decides: ``.csv``, ``.json``, or ``.atom`` or ``.xml`` for a feed.

    :raises SheetError: another suffix, or the file cannot be written.
    """
    writers = {".csv": _csv, ".json": _json, ".atom": _feed, ".xml": _feed}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise SheetError(f"{path.name}: changes are written as .csv, .json or .atom")
    _replace(path, writer(name, changes))


def change_values(change: SheetChange) -> dict[str, Any]:
    """Return a change as the row of a table."""
    quote = change.after.quote if change.after else None
    place = [quote.page, quote.start, quote.end, round(quote.score, 4)] if quote else [None] * 4
    values = (
        str(change.kind),
        change.document.name,
        change.document.id,
        change.document.path,
        change.question,
        _shown(change.before),
        _shown(change.after),
        *place,
    )
    return dict(zip(_COLUMNS, values, strict=True))


def _shown(cell: Cell | None) -> str:
    return cell.shown() if cell else ""


def _csv(name: str, changes: Sequence[SheetChange]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS)
    writer.writeheader()
    for row in map(change_values, changes):
        writer.writerow({key: _harmless(value) for key, value in row.items()})
    return "\ufeff" + text.getvalue()


def _harmless(value: Any) -> Any:
    """Keep a spreadsheet program from taking words of a document for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _json(name: str, changes: Sequence[SheetChange]) -> str:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps(
        {"sheet": name, "made": made, "changes": [*map(change_values, changes)]}, ensure_ascii=False, indent=1
    )


def _feed(name: str, changes: Sequence[SheetChange]) -> str:
    made = datetime.now(UTC).isoformat(timespec="seconds")
    feed_id = uuid.uuid5(uuid.NAMESPACE_OID, f"needlepoint sheet {name}").urn
    entries = "".join(_entry(row, made, feed_id) for row in map(change_values, changes))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{_text(name)}</title>\n<id>{feed_id}</id>\n<updated>{made}</updated>\n"
        f"<author><name>Needlepoint</name></author>\n{entries}</feed>\n"
    )


def _entry(row: dict[str, Any], made: str, feed_id: str) -> str:
    title = f"{row['change']}: {row['document']}" + (f" - {row['question']}" if row["question"] else "")
    own = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps([feed_id, made, row])).urn
    before = f"Before: {row['before']}\n" if row["before"] else ""
    page = f" (page {row['page']})" if row["page"] else ""
    after = f"Now: {row['after']}{page}" if row["after"] else ""
    return (
        f"<entry><title>{_text(title)}</title><id>{own}</id><updated>{made}</updated>"
        f'<content type="text">{_text(before + after)}</content></entry>\n'
    )


def _text(words: str) -> str:
    return escape(words.translate(_INVISIBLE))


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8", newline="") as file:
            file.write(text)
        os.replace(file.name, path)
    except OSError as error:
        raise SheetError(f"{path}: cannot be written ({error.strerror or error})") from error
