"""Collections in every kind of store, all through the same few calls."""

import pytest

from needlepoint.collection.sources import write_documents
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import number_in, records_in
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection


def _embedded(request):
    return TantivyCollection(request.getfixturevalue("tmp_path") / "store")


def _elastic(request):
    request.getfixturevalue("prefix")
    from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings

    return ElasticCollection(Server(ServerSettings.from_environment()))


def _haystack(_):
    from needlepoint.nodes.record_store import record_store
    from needlepoint.nodes.register import BaseDocumentStore  # noqa: F401  (prepares Haystack)

    from haystack.document_stores import InMemoryDocumentStore  # isort: skip

    return record_store(InMemoryDocumentStore(use_bm25=False))


@pytest.fixture(params=[_embedded, _elastic, _haystack], ids=["embedded", "elasticsearch", "haystack"])
def store(request):
    store = request.param(request)
    yield store
    if hasattr(store, "close"):
        store.close()


class Given:
    """Documents of a line a page and a passage a line, told apart by their ids."""

    @staticmethod
    def source(id_, path, *lines, **meta):
        starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
        pages = [
            {"number": n + 1, "start": start, "end": start + len(line)}
            for n, (start, line) in enumerate(zip(starts, lines, strict=True))
        ]
        own = {"document_id": id_, "name": path.rpartition("/")[2], "path": path, "pages": pages, **meta}
        return Record(id_, "\f".join(lines), own)

    @staticmethod
    def passages(source, *, cut="whole"):
        return [
            Record(
                f"{source.id}-{cut}-{page['number']}",
                source.content[page["start"] : page["end"]],
                {"document_id": source.id, "page": page["number"], "name": source.meta["name"]},
            )
            for page in source.meta["pages"]
        ]

    def write(self, store, *sources, cut="whole"):
        passages = [passage for source in sources for passage in self.passages(source, cut=cut)]
        return write_documents(store, passages, sources)


@pytest.fixture
def given():
    return Given()


@pytest.fixture
def state(store):
    """Return all that a store holds of the collection, index by index."""

    def state():
        return {
            index: sorted((r.id, r.content, repr({**r.meta, "added": ""})) for r in records_in(store, index))
            for index in (PASSAGES, PAGES, SOURCES)
        }

    return state


@pytest.fixture
def counts(store):
    def counts():
        return tuple(number_in(store, index) for index in (PASSAGES, PAGES, SOURCES))

    return counts
