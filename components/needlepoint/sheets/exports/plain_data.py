"""Writes a sheet as JSON: the sheet's own data, with the number of cells in each state and the sources."""

import json
from collections.abc import Iterator
from typing import IO, Any

from needlepoint.sheets.exports.sources import Export


def write_json(export: Export, file: IO[bytes]) -> None:
    """Write a sheet with ``counts`` and ``sources``, a line a document and a source; texts are as they are in the documents."""
    counts = {str(state): number for state, number in export.sheet.counts().items()}
    sources = [export.values(source) for source in export.sources]
    for line in _lines({**export.sheet.to_dict(), "counts": counts, "sources": sources}):
        file.write(line.encode("utf-8", "backslashreplace"))  # half of a surrogate pair is \\udc00 in JSON, too


def _lines(data: dict[str, Any]) -> Iterator[str]:
    for number, (key, value) in enumerate(data.items()):
        yield f"{',' if number else '{'}\n{_json(key)}: "
        if isinstance(value, list):
            yield "["
            yield from (f"{',' if position else ''}\n {_json(each)}" for position, each in enumerate(value))
            yield "\n]"
        else:
            yield _json(value)
    yield "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
