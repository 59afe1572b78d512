"""Both stores pass all tests that Haystack 3 offers for document stores, synchronous and asynchronous."""

import inspect

import numpy as np
import pytest
from haystack import Document
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy
from haystack.testing import document_store as synchronous
from haystack.testing import document_store_async as asynchronous
from haystack.testing.document_store import (
    CountDocumentsByFilterTest,
    CountUniqueMetadataByFilterTest,
    DocumentStoreBaseExtendedTests,
    GetMetadataFieldMinMaxTest,
    GetMetadataFieldsInfoTest,
    GetMetadataFieldUniqueValuesTest,
)
from haystack.testing.document_store_async import (
    CountDocumentsAsyncTest,
    CountDocumentsByFilterAsyncTest,
    CountUniqueMetadataByFilterAsyncTest,
    DeleteAllAsyncTest,
    DeleteByFilterAsyncTest,
    DeleteDocumentsAsyncTest,
    FilterDocumentsAsyncTest,
    GetMetadataFieldMinMaxAsyncTest,
    GetMetadataFieldsInfoAsyncTest,
    GetMetadataFieldUniqueValuesAsyncTest,
    UpdateByFilterAsyncTest,
    WriteDocumentsAsyncTest,
)


def _as_stored(document):
    """Return a document as it comes back: the numbers of its embedding are float32."""
    values = document.to_dict(flatten=False)
    if document.embedding is not None:
        values["embedding"] = np.asarray(document.embedding, dtype=np.float32).tolist()
    return values


class AllTests(
    DocumentStoreBaseExtendedTests,
    CountDocumentsByFilterTest,
    CountUniqueMetadataByFilterTest,
    GetMetadataFieldsInfoTest,
    GetMetadataFieldMinMaxTest,
    GetMetadataFieldUniqueValuesTest,
    CountDocumentsAsyncTest,
    CountDocumentsByFilterAsyncTest,
    CountUniqueMetadataByFilterAsyncTest,
    DeleteAllAsyncTest,
    DeleteByFilterAsyncTest,
    DeleteDocumentsAsyncTest,
    FilterDocumentsAsyncTest,
    GetMetadataFieldMinMaxAsyncTest,
    GetMetadataFieldsInfoAsyncTest,
    GetMetadataFieldUniqueValuesAsyncTest,
    UpdateByFilterAsyncTest,
    WriteDocumentsAsyncTest,
):
    """Every class of ``haystack.testing.document_store`` and ``document_store_async``, with the default policy, which is FAIL."""

    @staticmethod
    def assert_documents_are_equal(received, expected):
        assert list(map(_as_stored, received)) == list(map(_as_stored, expected))

    def test_write_documents(self, document_store):
        document = Document(content="test doc")
        assert document_store.write_documents([document]) == 1
        with pytest.raises(DuplicateDocumentError):
            document_store.write_documents([document])
        self.assert_documents_are_equal(document_store.filter_documents(), [document])

    @pytest.mark.asyncio
    async def test_write_documents_async(self, document_store):
        document = Document(content="test doc")
        assert await document_store.write_documents_async([document]) == 1
        with pytest.raises(DuplicateDocumentError):
            await document_store.write_documents_async([document], DuplicatePolicy.NONE)
        self.assert_documents_are_equal(await document_store.filter_documents_async(), [document])


class TestTantivyDocumentStore(AllTests):
    @pytest.fixture
    def document_store(self, make_store):
        return make_store("tantivy")


class TestElasticsearchStore(AllTests):
    @pytest.fixture
    def document_store(self, make_store):
        return make_store("elasticsearch")


@pytest.mark.parametrize("module", [synchronous, asynchronous])
def test_no_test_of_haystacks_is_left_out(module):
    offered = {each for _, each in inspect.getmembers(module, inspect.isclass) if each.__name__.endswith("Test")}
    assert offered
    assert offered <= set(AllTests.__mro__)
