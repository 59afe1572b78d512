"""Adds a document that was read from a file to a collection."""

from needlepoint.collection.sources import WrittenDocument, write_documents
from needlepoint.files.file_document import FileDocument
from needlepoint.stores.record_store import RecordStore
from needlepoint.stores.records import Record
from needlepoint.text.splitting import Splitter

_SPLITTER = Splitter()


def add_document(store: RecordStore, document: FileDocument, splitter: Splitter = _SPLITTER) -> WrittenDocument:
    """Cut a document into passages and write it; it replaces the document that its file contained before.

    Several documents are written faster inside ``with store.session():``.

    :param document: as :func:`needlepoint.files.documents.read_document` returns it.
    :raises CollectionError: the document cannot be written.
    """
    passages = splitter.split(document.id, document.text, document.meta)
    records = [Record(passage.id, passage.content, passage.meta) for passage in passages]
    (written,) = write_documents(store, records, [Record(document.id, document.text, document.meta)])
    return written
