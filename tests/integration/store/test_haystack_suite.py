"""Haystack's own test suite for document stores, run against the embedded one."""

import pytest

# the store above has to be imported first: its package makes Haystack importable
from haystack.testing.document_store import DocumentStoreBaseTestAbstract

from needlepoint.nodes.tantivy_document_store import TantivyDocumentStore


class TestTantivyDocumentStore(DocumentStoreBaseTestAbstract):
    @pytest.fixture
    def ds(self, tmp_path):
        store = TantivyDocumentStore(str(tmp_path / "store"))
        yield store
        store.close()

    def test_delete_index(self, ds, documents):
        """Haystack wants an error when a removed index is counted; here an index that does not exist is an empty one."""
        ds.write_documents(documents, index="custom_index")
        assert ds.get_document_count(index="custom_index") == len(documents)
        ds.delete_index(index="custom_index")
        assert ds.get_document_count(index="custom_index") == 0
        assert ds.collection.index_names() == []
