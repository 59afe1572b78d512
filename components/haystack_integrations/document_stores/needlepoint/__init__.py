"""Needlepoint's stores of documents for Haystack 3: in a folder, and on an Elasticsearch server."""

import sys
from typing import TYPE_CHECKING

from haystack_integrations.common.needlepoint.lazy import LazyImporter

_import_structure = {
    "elasticsearch_store": ["ElasticsearchStore"],
    "tantivy_document_store": ["TantivyDocumentStore"],
}

if TYPE_CHECKING:
    from haystack_integrations.document_stores.needlepoint.elasticsearch_store import (
        ElasticsearchStore as ElasticsearchStore,
    )
    from haystack_integrations.document_stores.needlepoint.tantivy_document_store import (
        TantivyDocumentStore as TantivyDocumentStore,
    )
else:
    sys.modules[__name__] = LazyImporter(name=__name__, module_file=__file__, import_structure=_import_structure)
