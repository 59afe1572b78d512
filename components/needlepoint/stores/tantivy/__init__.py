"""The embedded store on tantivy: schema, writer, journal, search. Plain data in and out."""

from needlepoint.stores.tantivy.collection import TantivyCollection
from needlepoint.stores.tantivy.snapshot import Snapshot

__all__ = ["Snapshot", "TantivyCollection"]
