"""Failed attempts to log in: after a few, whoever guesses must wait, longer each time."""

import time
from collections.abc import Callable

from needlepoint.people.database import PeopleDatabase

_FREE_OF_NAME, _FREE_OF_ADDRESS = 5, 20
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5.0, 900.0
_FORGOTTEN_S = 86_400.0


class Attempts:
    """Counts failures by name, known or not, and by address.

    :param database: where they are kept, so that a restart forgives nobody.
    :param now: the clock, in seconds since 1970.
    """

    def __init__(self, database: PeopleDatabase, *, now: Callable[[], float] = time.time) -> None:
        self._database, self._now = database, now

    def begin(self, name: str, address: str) -> float:
        """Count an attempt as a failure before its password is compared, so that many at once gain nothing.

        :param address: from where; empty if that is not known.
        :returns: for how many seconds this name, or this address, must not try; then nothing is counted. 0 if it may.
        """
        now, counted = self._now(), _counted(name, address)
        with self._database.writing():
            self._database.rows("DELETE FROM attempts WHERE last <= ?", (now - _FORGOTTEN_S,))
            known = {key: self._known(key) for key, _ in counted}
            wait = max(until - now for _, until in known.values())
            if wait > 0:
                return wait
            for key, free in counted:
                failed = known[key][0] + 1
                until = (
                    now + min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(failed - free, 20)) if failed >= free else 0
                )
                self._database.rows("REPLACE INTO attempts VALUES (?, ?, ?, ?)", (key, failed, now, until))
        return 0.0

    def _known(self, key: str) -> tuple[int, float]:
        rows = self._database.rows("SELECT failed, until FROM attempts WHERE whose = ?", (key,))
        return (int(rows[0][0]), float(rows[0][1])) if rows else (0, 0.0)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of a name, and take this attempt back from the address."""
        (of_name, _), *of_address = _counted(name, address)
        with self._database.writing():
            self._database.rows("DELETE FROM attempts WHERE whose = ?", (of_name,))
            for key, _ in of_address:
                self._database.rows("UPDATE attempts SET failed = failed - 1, until = 0 WHERE whose = ?", (key,))


def _counted(name: str, address: str) -> list[tuple[str, int]]:
    """Return what is counted, with the number of failures after which it must wait."""
    of_address = [(f"address {address[:100]}", _FREE_OF_ADDRESS)] if address else []
    return [(f"name {name.casefold()[:100]}", _FREE_OF_NAME), *of_address]
