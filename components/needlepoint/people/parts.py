"""Parts of a collection: a name, and a filter that says which documents belong to it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from needlepoint.errors import PeopleError, QuestionError
from needlepoint.people.database import PeopleDatabase
from needlepoint.stores.filters import ID
from needlepoint.stores.matching import matches

_LONGEST_NAME = 100
_NEGATIVE: Final = frozenset({"$not", "$ne", "$nin"})
_NOT_IN_PASSAGES: Final = frozenset(
    {"pages", "passages", "characters", "added", "unread", "paths", "parents", "is_incomplete", ID, "$set"}
)


class Parts:
    """The parts of one collection; may be used from several threads.

    :param database: where they are kept.
    """

    def __init__(self, database: PeopleDatabase) -> None:
        self._database = database

    def all(self) -> dict[str, dict[str, Any]]:
        """Return the filters of all parts by name."""
        rows = self._database.rows("SELECT name, filters FROM parts ORDER BY name")
        return {name: json.loads(filters) for name, filters in rows}

    def add(self, name: str, filters: Mapping[str, Any]) -> None:
        """Make a part, or give it another filter.

        :raises PeopleError: the name or the filter cannot be used.
        """
        checked_name(name, "part")
        checked_filters(filters)
        self._database.rows(
            "INSERT INTO parts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET filters = excluded.filters",
            (name, json.dumps(filters)),
        )

    def remove(self, name: str) -> None:
        """Remove a part; who may see it sees its documents no longer.

        :raises PeopleError: there is none of this name.
        """
        self.known([name])
        self._database.rows("DELETE FROM parts WHERE name = ?", (name,))

    def known(self, names: Sequence[str]) -> list[str]:
        """Return names as the parts have them.

        :raises PeopleError: a part is unknown.
        """
        parts = {name.casefold(): name for name in self.all()}
        for name in names:
            if name.casefold() not in parts:
                there = f"there are {', '.join(parts.values())}" if parts else "there is none yet"
                raise PeopleError(f"no part '{name[:_LONGEST_NAME]}': {there}; needlepoint users part add makes one")
        return list(dict.fromkeys(parts[name.casefold()] for name in names))

    def filters_of(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the filter for what is in any of the parts; a removed part has nothing, and no part has nothing."""
        parts = self.all()
        return {"$or": [parts[name] for name in names if name in parts]}


def below_folder(folder: str) -> dict[str, Any]:
    """Return the filter for the documents of a folder and of the folders in it.

    :param folder: as the collection names it, such as ``finance`` or ``papers/finance``.
    """
    name = folder.strip("/")
    return {"$or": [{"folder": name}, {"folder": {"$gte": f"{name}/", "$lt": f"{name}0"}}]}  # 0 is what comes after /


def checked_name(name: str, what: str) -> str:
    """Return a name that may be kept.

    :raises PeopleError: it is empty, too long, or has characters that it may not have.
    """
    if not name.strip() or name != name.strip() or len(name) > _LONGEST_NAME or not name.isprintable() or "/" in name:
        raise PeopleError(f"the name of a {what} has 1 to {_LONGEST_NAME} visible characters and no '/'")
    return name


def checked_filters(filters: Mapping[str, Any]) -> None:
    """Refuse a filter that cannot say what belongs to a part.

    Each condition must say what a document has, not what it lacks, by fields that passages have as well: a document of which
    nothing is known belongs to no part.

    :raises PeopleError: it is empty or invalid, or has such a condition.
    """
    if not filters:
        raise PeopleError("a part needs a filter: --folder finance, or --filter type=pdf")
    try:
        matches(filters, {})
    except QuestionError as error:
        raise PeopleError(f"the filter of a part is invalid: {error}") from error
    for key, value in _members(filters):
        if key in _NEGATIVE or (key == "$exists" and not value):
            raise PeopleError("a part says what its documents have, not what they lack: leave out != and $not")
        if key in _NOT_IN_PASSAGES:
            raise PeopleError(f"a part cannot be told by '{key}': use folder, type, or metadata of your own")
        if value in ({}, []):
            raise PeopleError(f"the filter of a part has no value for {key}")
    if matches(filters, {}):
        raise PeopleError("the filter of a part lets every document through: leave out what is empty")


def _members(value: Any) -> list[tuple[str, Any]]:
    """Return the keys and values of all levels."""
    if isinstance(value, Mapping):
        return [pair for name, member in value.items() for pair in ((str(name), member), *_members(member))]
    return [pair for each in value for pair in _members(each)] if isinstance(value, list | tuple) else []
