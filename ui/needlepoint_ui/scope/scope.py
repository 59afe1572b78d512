"""Which documents are asked, if not all: chosen ones, those of folders, those of saved sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_IN_SET = "$set"
_AFTER_SLASH = chr(ord("/") + 1)


@dataclass(frozen=True, slots=True)
class Scope:
    """A choice of documents; a document is in it for any of the three reasons, and without any all are.

    :param documents: ids.
    :param folders: with what is in folders below them.
    :param sets: names of saved sets.
    """

    documents: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.documents or self.folders or self.sets)

    def as_haystack(self) -> dict[str, Any] | None:
        """Return it as the service's filter, or None."""
        conditions: list[dict[str, Any]] = []
        if self.documents:
            conditions.append({"document_id": {"$in": list(self.documents)}})
        for folder in self.folders:
            below = {"folder": {"$gte": f"{folder}/", "$lt": f"{folder}{_AFTER_SLASH}"}}
            conditions.append({"$or": [{"folder": {"$eq": folder}}, below]})
        conditions += [{_IN_SET: name} for name in self.sets]
        if len(conditions) < 2:
            return conditions[0] if conditions else None
        return {"$or": conditions}

    @classmethod
    def from_haystack(cls, filters: Mapping[str, Any]) -> "Scope":
        """Return the scope that :meth:`as_haystack` made a filter of; an empty one for any other filter."""
        scope = cls()
        for condition in _alternatives(filters):
            own = _single(condition)
            if own is None:
                return cls()
            scope = cls(scope.documents + own.documents, scope.folders + own.folders, scope.sets + own.sets)
        return scope if scope.as_haystack() == filters else cls()


def _alternatives(filters: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found = filters.get("$or")
    if not isinstance(found, Sequence) or _folder_of(filters):
        return [filters]
    return [each for each in found if isinstance(each, Mapping)]


def _single(condition: Mapping[str, Any]) -> Scope | None:
    if folder := _folder_of(condition):
        return Scope(folders=(folder,))
    if isinstance(name := condition.get(_IN_SET), str):
        return Scope(sets=(name,))
    wanted = condition.get("document_id")
    if isinstance(wanted, Mapping) and isinstance(wanted.get("$in"), Sequence):
        return Scope(documents=tuple(map(str, wanted["$in"])))
    return None


def _folder_of(condition: Mapping[str, Any]) -> str:
    try:
        return str(condition["$or"][0]["folder"]["$eq"])
    except (KeyError, IndexError, TypeError):
        return ""
