"""Haystack's own test suite for document stores, run against a real server."""

import pytest
from haystack.testing.document_store import DocumentStoreBaseTestAbstract

import needlepoint.nodes.elasticsearch_store  # noqa: F401  its package makes Haystack importable


class TestElasticsearchStore(DocumentStoreBaseTestAbstract):
    @pytest.fixture
    def ds(self, store):
        return store

    def test_delete_index(self, ds, documents):
        """Haystack wants an error when a removed index is counted; here an index that does not exist is an empty one."""
        ds.write_documents(documents, index="custom_index")
        assert ds.get_document_count(index="custom_index") == len(documents)
        ds.delete_index(index="custom_index")
        assert ds.get_document_count(index="custom_index") == 0
        assert ds.collection.index_names() == []
