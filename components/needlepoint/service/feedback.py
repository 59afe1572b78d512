"""Keeps, changes, counts and removes people's feedback on answers, as labels."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from needlepoint.errors import QuestionError, UnknownDocumentError
from needlepoint.service.labels import Label
from needlepoint.stores.names import PAGES, PASSAGES, SOURCES

_USER = "user-feedback"
_OF_DOCUMENTS = frozenset({PASSAGES, PAGES, SOURCES})
_TIME = "%Y-%m-%d %H:%M:%S"  # as Haystack writes it


class LabelStore(Protocol):
    """Keeps labels, as the JSON of the REST contract's ``Label``."""

    def write(self, labels: Sequence[Mapping[str, Any]], *, index: str | None = None) -> list[str]:
        """Write labels and return their ids; they replace those with the same ids, and a label without an id gets one."""

    def read(self, *, index: str | None = None, filters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return the labels that match the filters, in the order of writing."""

    def of_question(self, question: str) -> list[dict[str, Any]]:
        """Return the labels of a question, however it was written, in the order of writing."""

    def delete(
        self, *, index: str | None = None, ids: list[str] | None = None, filters: dict[str, Any] | None = None
    ) -> None:
        """Delete the labels that have one of the ids and match the filters; without either, all labels."""


class Feedback:
    """People's feedback on answers from one collection.

    :param labels: the store of labels.
    """

    def __init__(self, labels: LabelStore) -> None:
        self._labels = labels

    def add(self, label: Mapping[str, Any], *, index: str | None = None) -> str:
        """Keep a label; return its id.

        :param label: the values of the REST contract's ``Label``; without an id, it gets one.
        :raises QuestionError: the index holds documents.
        """
        now = time.strftime(_TIME)
        given = {name: value for name, value in label.items() if value is not None}
        (id_,) = self._labels.write([{"created_at": now, "updated_at": now, **given}], index=_checked(index))
        return id_

    def keep(self, labels: Sequence[Label]) -> None:
        """Write labels unchanged; they replace those with the same ids."""
        if labels:
            self._labels.write([label.values for label in labels])

    def all(self, *, index: str | None = None, filters: Mapping[str, Any] | None = None) -> list[Label]:
        """Return the labels, in the order of writing."""
        found = self._labels.read(index=_checked(index), filters=dict(filters) if filters else None)
        return [Label(values) for values in found]

    def on(self, question: str) -> list[Label]:
        """Return the labels of a question in the order of writing; case, white space and a mark at its end do not matter."""
        return [Label(values) for values in self._labels.of_question(question)]

    def replace(self, label_id: str, label: Mapping[str, Any]) -> None:
        """Replace a label; the new one keeps the id and the time of creation.

        :raises UnknownDocumentError: there is no label with this id.
        """
        created = self._known(label_id).values["created_at"]
        self.add({**label, "id": label_id, "created_at": created, "updated_at": time.strftime(_TIME)})

    def delete(self, label_id: str) -> None:
        """Remove a label.

        :raises UnknownDocumentError: there is no label with this id.
        """
        self._labels.delete(ids=[self._known(label_id).id])

    def delete_users(self, *, index: str | None = None) -> None:
        """Remove the users' labels; gold labels stay."""
        self._labels.delete(index=_checked(index), filters={"origin": _USER})

    def _known(self, label_id: str) -> Label:
        found = self.all(filters={"id": label_id})
        if not found:
            raise UnknownDocumentError(f"no feedback '{label_id[:64]}': it was deleted, or the id is mistyped")
        return found[0]

    def accuracy(self, *, filters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the shares of the users' labels that call answer and document right, under Haystack's names."""
        chosen: dict[str, Any] = {"origin": _USER}
        labels = self.all(filters={"$and": [chosen, dict(filters)]} if filters else chosen)
        count = len(labels)
        return {
            "answer_accuracy": sum(label.is_correct_answer for label in labels) / count if count else None,
            "document_accuracy": sum(label.is_correct_document for label in labels) / count if count else None,
            "n_feedback": count,
        }


def _checked(index: str | None) -> str | None:
    if index in _OF_DOCUMENTS:
        raise QuestionError(f"index '{index}' holds documents, not labels")
    return index
