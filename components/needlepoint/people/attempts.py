"""Failed attempts to log in: after a few, whoever guesses must wait, longer each time."""

import time
from collections.abc import Callable
from typing import NamedTuple

from needlepoint.people.database import PeopleDatabase

_FREE_OF_NAME, _FREE_OF_ADDRESS = 5, 20
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5.0, 900.0
_FORGOTTEN_S, _FORGOTTEN_OF_ADDRESS_S = 86_400.0, 60.0


class _Counted(NamedTuple):
    """What is counted: its key, the failures after which it must wait, and after how many seconds one is forgotten."""

    key: str
    free: int
    forgotten_s: float


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
            known = {each: self._known(each, now) for each in counted}
            wait = max(until - now for _, until in known.values())
            if wait > 0:
                return wait
            for each, (failed, _) in known.items():
                row = (each.key, failed + 1, now, now + _wait_s(failed + 1 - each.free))
                self._database.rows("REPLACE INTO attempts VALUES (?, ?, ?, ?)", row)
        return 0.0

    def _known(self, counted: _Counted, now: float) -> tuple[int, float]:
        """Return how many failures count now, and until when none may try."""
        rows = self._database.rows("SELECT failed, last, until FROM attempts WHERE whose = ?", (counted.key,))
        if not rows:
            return 0, 0.0
        failed, last, until = rows[0]
        return max(0, int(failed) - int((now - last) / counted.forgotten_s)), float(until)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of a name, and take this attempt back from the address."""
        of_name, *of_address = _counted(name, address)
        with self._database.writing():
            self._database.rows("DELETE FROM attempts WHERE whose = ?", (of_name.key,))
            for each in of_address:
                self._database.rows("UPDATE attempts SET failed = failed - 1, until = 0 WHERE whose = ?", (each.key,))


def _counted(name: str, address: str) -> list[_Counted]:
    """Return what is counted. An address may be that of many people, whose mistakes must not add up."""
    of_address = [_Counted(f"address {address[:100]}", _FREE_OF_ADDRESS, _FORGOTTEN_OF_ADDRESS_S)] if address else []
    return [_Counted(f"name {name.casefold()[:100]}", _FREE_OF_NAME, _FORGOTTEN_S), *of_address]


def _wait_s(over: int) -> float:
    """Return how long to wait after so many failures more than are free."""
    return 0.0 if over < 0 else min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(over, 20))
