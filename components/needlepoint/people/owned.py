"""Names of what a person keeps (sheets, sets of documents): two people may use one name for different things.

In the file, ``ID/Leases`` is that of the user with this id. A name without a slash belongs to nobody: it was made where nobody
logged in, or with the API key. Who manages sees these, too.
"""

from collections.abc import Iterable

from needlepoint.people.person import Role, asking


def key_of(name: str, existing: Iterable[str]) -> str:
    """Return the key under which the present caller's thing of this name is kept.

    :param existing: the keys that there are.
    """
    person = asking()
    if not person.id:
        return name
    own = f"{person.id}/{name}"
    known = set(existing) if person.role is Role.MANAGE else set()
    return name if own not in known and name in known and "/" not in name else own


def names_of(keys: Iterable[str]) -> list[str]:
    """Return the names of those things that the present caller may use, in alphabetical order."""
    person = asking()
    if not person.id:
        return sorted(keys)
    beginning = f"{person.id}/"
    own = {key.removeprefix(beginning) for key in keys if key.startswith(beginning)}
    unowned = {key for key in keys if "/" not in key} if person.role is Role.MANAGE else set()
    return sorted(own | unowned)
