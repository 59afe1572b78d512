"""Documents on the server, and entries in the journal of its changes as other processes leave them."""

import time

from needlepoint.collection.removing import removal_of
from needlepoint.collection.sources import write_documents
from needlepoint.stores.changes import Change, Entry
from needlepoint.stores.elasticsearch import leases
from needlepoint.stores.elasticsearch.journal import pending
from needlepoint.stores.elasticsearch.journal_entry import JournalEntry
from needlepoint.stores.elasticsearch.places import Fence
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import record_with, records_in
from needlepoint.stores.records import Record

BOTH = [["The lease begins.", "The lease ends."]] * 2 + [["a", "b"]]
ONLY_B = [["The lease begins."]] * 2 + [["b"]]
REMOVAL = Entry.decided(Change(deletions=removal_of(["a"])))
ELSEWHERE = "00000000-another-machine/1/pid-1-1#1"


def document(id_, text, *, path=None):
    meta = {"document_id": id_, "name": id_, "path": path or f"/files/{id_}.txt"}
    source = Record(id_, text, {**meta, "pages": [{"number": 1, "start": 0, "end": len(text)}]})
    return Record(f"{id_}-passage", text, {"document_id": id_}), source


def write(store, *documents):
    write_documents(store, [passage for passage, _ in documents], [source for _, source in documents])


def state(store):
    return [sorted(record.content for record in records_in(store, name)) for name in (PASSAGES, PAGES, SOURCES)]


def index_of(store):
    return f"{store.server.settings.prefix}-journal"


def entry_of(store, entry, *, fence=None, owner=ELSEWHERE):
    """Put an entry into the journal as another process would."""
    noted = JournalEntry(store.server, index_of(store), owner, fence or Fence(0, time.time_ns()))
    noted.note(entry)
    return noted


def under_way(store):
    with store.server.talking() as client:
        client.indices.refresh(index=index_of(store))
    return pending(store.server, index_of(store))


def make_old(store, id_):
    """Let the owner of an entry not be heard of for longer than clocks differ."""
    with store.server.talking() as client:
        renewed = time.time_ns() // 1_000_000 - 2_000 * int(leases.LONGEST_S)
        client.update(index=index_of(store), id=id_, doc={"renewed_ms": renewed}, refresh=True)


def sequences(store, name):
    with store.server.talking() as client:
        hits = client.search(index=f"{store.server.settings.prefix}-{name}", size=100)["hits"]["hits"]
    return {hit["_id"]: hit["_source"]["sequence"] for hit in hits}


def written_as(store, id_):
    """Return the entry and the fence of a change that has written this document and nothing else."""
    numbers = {name: sequences(store, name) for name in (PASSAGES, PAGES, SOURCES)}
    added = {PASSAGES: [f"{id_}-passage"], PAGES: [f"{id_}-1"], SOURCES: [id_]}
    of_these = [numbers[name][each] for name, ids in added.items() for each in ids]
    return Entry(added), Fence(min(of_these), max(of_these) + 1)


def overwritten_as(store):
    """Return the entry and the fence of the change that has written ``a`` over, and ``gone`` anew."""
    numbers = {name: sequences(store, name) for name in (PASSAGES, PAGES, SOURCES)}
    changed = {PASSAGES: ["a-passage", "gone-passage"], PAGES: ["a-1", "gone-1"], SOURCES: ["a", "gone"]}
    of_these = [numbers[name][each] for name, ids in changed.items() for each in ids]
    passage, source = document("a", "The lease ends.")
    page = Record("a-1", source.content, {"document_id": "a", "number": 1, "start": 0, "end": len(source.content)})
    record = record_with(store, SOURCES, "a")
    overwritten = {PASSAGES: [passage], PAGES: [page], SOURCES: [record]}
    return Entry({name: [ids[1]] for name, ids in changed.items()}, overwritten), Fence(
        min(of_these), max(of_these) + 1
    )
