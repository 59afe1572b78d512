"""Named sets of documents, to which questions and sheets can be put."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from needlepoint.errors import DocumentSetError, UnknownDocumentSetError
from needlepoint.people.owned import key_of, names_of
from needlepoint.sheets.database import SheetDatabase

IN_SET = "$set"
"""The key that a set's name has in a filter: ``{"$set": "Leases"}``."""
_LONGEST_NAME = 100
_DEEPEST = 50


class DocumentSets:
    """The sets of a collection; may be used from several threads.

    :param database: where they are kept.
    :param existing: returns those of the ids whose documents are there; a deleted document has left every set.
    """

    def __init__(self, database: SheetDatabase, existing: Callable[[Sequence[str]], set[str]]) -> None:
        self._database = database
        self._existing = existing

    def names(self) -> list[str]:
        """Return the names in alphabetical order."""
        return names_of(self._keys())

    def _keys(self) -> list[str]:
        return [name for (name,) in self._database.rows("SELECT name FROM document_sets ORDER BY name")]

    def _key(self, name: str) -> str:
        return key_of(name, self._keys())

    def get(self, name: str) -> list[str]:
        """Return the ids of a set's documents, in the order in which they were given.

        :raises UnknownDocumentSetError: there is none of this name.
        """
        rows = self._database.rows("SELECT documents FROM document_sets WHERE name = ?", (self._key(name),))
        if not rows:
            raise UnknownDocumentSetError(f"no set of documents '{name[:_LONGEST_NAME]}': it was deleted, or mistyped")
        ids: list[str] = json.loads(rows[0][0])
        there = self._existing(ids)
        return [id_ for id_ in ids if id_ in there]

    def save(self, name: str, documents: Sequence[str]) -> None:
        """Keep a set; one of the same name is replaced.

        :param documents: ids.
        :raises DocumentSetError: the name is empty, too long or has characters that cannot be shown, or a document is missing.
        """
        if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable() or "/" in name:
            raise DocumentSetError(f"a set's name has 1 to {_LONGEST_NAME} visible characters and no '/': 'Leases'")
        ids = list(dict.fromkeys(documents))
        if not ids:
            raise DocumentSetError("a set needs at least one document: give their ids")
        if missing := sorted(set(ids) - self._existing(ids)):
            raise DocumentSetError(f"no document '{missing[0][:64]}': it was deleted, or the id is mistyped")
        self._database.rows(
            "INSERT INTO document_sets VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET documents = excluded.documents",
            (self._key(name), json.dumps(ids), datetime.now(UTC).isoformat(timespec="seconds")),
        )

    def delete(self, name: str) -> None:
        """Forget a set; its documents stay.

        :raises UnknownDocumentSetError: there is none of this name.
        """
        self.get(name)
        self._database.rows("DELETE FROM document_sets WHERE name = ?", (self._key(name),))

    def resolved(self, filters: Mapping[str, Any]) -> dict[str, Any]:
        """Return filters with the documents of each set in the place of its name.

        :raises UnknownDocumentSetError: there is no such set.
        :raises DocumentSetError: the name of a set is no text.
        """
        plain: dict[str, Any] = self._plain(filters, 0)
        return plain

    def _plain(self, value: Any, depth: int) -> Any:
        if depth > _DEEPEST:  # the store says what is wrong with it
            return value
        if isinstance(value, list):
            return [self._plain(each, depth + 1) for each in value]
        if not isinstance(value, Mapping):
            return value
        others = {key: self._plain(each, depth + 1) for key, each in value.items() if key != IN_SET}
        if IN_SET not in value:
            return others
        name = value[IN_SET]
        if not isinstance(name, str):
            raise DocumentSetError(f'{IN_SET} must be the name of a set, such as {{"{IN_SET}": "Leases"}}')
        chosen = {"document_id": {"$in": self.get(name)}}
        return {"$and": [chosen, others]} if others else chosen
