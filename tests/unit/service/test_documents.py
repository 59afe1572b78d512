import pytest

from needlepoint.errors import UnknownDocumentError
from needlepoint.service.documents import Documents
from needlepoint.service.originals import Originals
from needlepoint.stores.names import SOURCES
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection


def test_a_document_without_pages_has_an_empty_text(tmp_path):
    store = TantivyCollection(tmp_path / "store")
    store.write(SOURCES, [Record("a1b2", "scan.pdf", {"name": "scan.pdf", "pages": 0})])
    documents = Documents(store, Originals(tmp_path / "originals"))
    assert documents.text("a1b2") == ""
    with pytest.raises(UnknownDocumentError, match=r"scan\.pdf has no page 1"):
        documents.text("a1b2", page=1)
