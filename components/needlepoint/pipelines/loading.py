"""The pipelines of one file and the store that they share, each loaded at first use."""

import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from needlepoint.errors import PipelineFileError
from needlepoint.pipelines.file import INDEXING, SUFFIX, PipelineFile
from needlepoint.pipelines.indexing import IndexingPipeline
from needlepoint.pipelines.query import QueryPipeline
from needlepoint.stores.record_store import RecordStore
from needlepoint.stores.tantivy import TantivyCollection

if TYPE_CHECKING:
    from needlepoint.nodes.label_store import PlainLabels

_EMBEDDED = "TantivyDocumentStore"


class LoadedPipelines:
    """The pipelines, store and labels of a pipeline file; may be used from several threads.

    :param file: the pipeline file; its components are created at first use.
    """

    def __init__(self, file: PipelineFile) -> None:
        self.file = file
        self._loading = threading.RLock()

    @property
    def name(self) -> str:
        """The file's name, without its suffix."""
        return self.file.path.name.removesuffix(SUFFIX)

    @property
    def can_index(self) -> bool:
        """Whether the file has an indexing pipeline."""
        return INDEXING in self.file.pipeline_names

    @cached_property
    def query(self) -> QueryPipeline:
        """The pipeline that answers questions.

        :raises PipelineFileError: the file has none, or there is a mistake in it.
        """
        with self._loading:
            return QueryPipeline(self.file)

    @cached_property
    def indexing(self) -> IndexingPipeline:
        """The pipeline that fills the collection.

        :raises PipelineFileError: the file has none, or there is a mistake in it.
        """
        with self._loading:
            return IndexingPipeline(self.file)

    @cached_property
    def store(self) -> Any:
        """The Haystack document store of the indexing pipeline; without such a pipeline, that of the query pipeline.

        :raises PipelineFileError: the pipelines have no store.
        """
        components = (self.indexing if self.can_index else self.query).components
        from needlepoint.nodes.register import BaseDocumentStore  # after the pipeline, which decides about torch

        for component in components:
            if isinstance(component, BaseDocumentStore):
                return component
        raise PipelineFileError(f"{self.file.path.name}: its pipelines have no document store")

    @cached_property
    def can_restrict(self) -> bool:
        """Whether everything that is read of the collection goes through a store that can keep a part of it from a caller."""
        components = [*self.query.components, self.store]
        from needlepoint.nodes.collection_document_store import CollectionDocumentStore
        from needlepoint.nodes.register import BaseDocumentStore

        stores = [each for each in components if isinstance(each, BaseDocumentStore)]
        return all(isinstance(each, CollectionDocumentStore) for each in stores)

    @cached_property
    def records(self) -> RecordStore:
        """The store's records."""
        store = self.store
        from needlepoint.nodes.record_store import record_store

        return record_store(store)

    @cached_property
    def reading(self) -> RecordStore:
        """The store's records, for reading them alone; those of the embedded store need no Haystack."""
        stores = [each for each in self.file.components if each["type"].endswith("Store")]
        is_embedded = [each["type"] for each in stores] == [_EMBEDDED]
        path = stores[0]["params"].get("path") if is_embedded and "store" not in self.__dict__ else None
        return TantivyCollection(Path(path).expanduser()) if path else self.records

    @cached_property
    def labels(self) -> "PlainLabels":
        """The store's labels."""
        store = self.store
        from needlepoint.nodes.label_store import PlainLabels

        return PlainLabels(store)

    def close(self) -> None:
        """Close the components, such as the store; may be called again."""
        if isinstance(reading := self.__dict__.get("reading"), TantivyCollection):
            reading.close()
        loaded = [getattr(self, name) for name in ("query", "indexing") if name in self.__dict__]
        for component in (component for pipeline in loaded for component in pipeline.components):
            if hasattr(component, "close"):
                component.close()
