"""Haystack's labels: stored as records of an index of their own, read and written as plain values."""

import logging
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from haystack.document_stores import BaseDocumentStore
from haystack.errors import DocumentStoreError
from haystack.schema import Label

from needlepoint.errors import NeedlepointError
from needlepoint.nodes.store_records import ASKED, Filters, Headers, to_label, to_label_record
from needlepoint.stores.records import Record
from needlepoint.text.questions import same_question

logger = logging.getLogger(__name__)


class LabelStore:
    """The part of a Haystack document store that keeps labels; a subclass reads and writes the records."""

    label_index: str

    @abstractmethod
    def _write(self, index: str, records: Sequence[Record]) -> None: ...

    @abstractmethod
    def _delete(self, index: str, ids: Sequence[str] | None, filters: Filters) -> None: ...

    @abstractmethod
    def _scan(self, index: str, filters: Filters) -> Iterator[Record]: ...

    @abstractmethod
    def _count(self, index: str) -> int: ...

    def write_labels(
        self,
        labels: list[Label] | list[dict[str, Any]],
        index: str | None = None,
        headers: Headers = None,
    ) -> None:
        """Write labels, all in one commit or none; of labels with the same id, the last is kept."""
        self._refuse_headers(headers)
        given = [Label.from_dict(dict(label)) if isinstance(label, dict) else label for label in labels]
        self._write(index or self.label_index, [to_label_record(label) for label in given])

    def get_all_labels(self, index: str | None = None, filters: Filters = None, headers: Headers = None) -> list[Label]:
        """Return the labels that match the filters, in the order of writing.

        :raises DocumentStoreError: the index contains documents.
        """
        self._refuse_headers(headers)
        name = index or self.label_index
        try:
            return [to_label(record) for record in self._scan(name, filters)]
        except KeyError as error:
            raise DocumentStoreError(f"the index {name!r} holds documents, not labels") from error

    def get_label_count(self, index: str | None = None, headers: Headers = None) -> int:
        """Return how many labels there are."""
        self._refuse_headers(headers)
        return self._count(index or self.label_index)

    def delete_labels(
        self,
        index: str | None = None,
        ids: list[str] | None = None,
        filters: Filters = None,
        headers: Headers = None,
    ) -> None:
        """Delete the labels that have one of the ids and match the filters; without either, all labels."""
        self._refuse_headers(headers)
        self._delete(index or self.label_index, ids, filters)

    def _refuse_headers(self, headers: Headers) -> None:
        if headers:
            raise NotImplementedError(f"{type(self).__name__} does not support headers: they must be None")


class PlainLabels:
    """The labels of any Haystack document store, as the JSON of Haystack's ``Label``.

    :param store: the document store; its default index of labels is used unless a call names another.
    """

    def __init__(self, store: BaseDocumentStore) -> None:
        self._store = store
        self._is_renewed = False

    def write(self, labels: Sequence[Mapping[str, Any]], *, index: str | None = None) -> list[str]:
        """Write labels and return their ids; they replace those with the same ids, and a label without an id gets one."""
        made = [Label.from_dict({"answer": None, **label}) for label in labels]
        self._store.write_labels(made, index=index)
        return [str(label.id) for label in made]

    def read(self, *, index: str | None = None, filters: Filters = None) -> list[dict[str, Any]]:
        """Return the labels that match the filters, in the order of writing."""
        return [label.to_dict() for label in self._store.get_all_labels(index=index, filters=filters)]

    def of_question(self, question: str) -> list[dict[str, Any]]:
        """Return the labels of a question, however it was written, in the order of writing.

        Our stores find them by a filter; of another store, all are read.
        """
        asked = same_question(question)
        filters: Filters = {ASKED: asked} if self._renewed() else None
        return [label for label in self.read(filters=filters) if same_question(str(label["query"])) == asked]

    def _renewed(self) -> bool:
        """Write labels of earlier versions anew, once, with what finds them; return whether all labels have it."""
        if not self._is_renewed and isinstance(self._store, LabelStore):
            try:
                if old := self._store.get_all_labels(filters={ASKED: {"$exists": False}}):
                    self._store.write_labels(old)
                self._is_renewed = True
            except (DocumentStoreError, NeedlepointError) as error:  # a store that may only be read
                logger.warning("labels of an earlier version are read at each question: %s", error)
        return self._is_renewed

    def delete(self, *, index: str | None = None, ids: list[str] | None = None, filters: Filters = None) -> None:
        """Delete the labels that have one of the ids and match the filters; without either, all labels."""
        self._store.delete_labels(index=index, ids=ids, filters=filters)
