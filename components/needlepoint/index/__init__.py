"""The embedded index on tantivy: schema, analyser, writer, search. Plain data in and out, no Haystack."""

from needlepoint.index.collection import Collection, DuplicateIdError
from needlepoint.index.records import Record
from needlepoint.index.snapshot import Snapshot

__all__ = ["Collection", "DuplicateIdError", "Record", "Snapshot"]
