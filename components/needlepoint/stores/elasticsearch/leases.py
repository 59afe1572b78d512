"""Leases: whether the owner of a change is still alive."""

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

from needlepoint.stores.elasticsearch.owner import is_known_dead

LEASE_S = 60.0
LONGEST_S = 300.0  # measured by the clocks of two machines, which may differ by a few minutes


class Watch:
    """Watches entries of the journal by this process's monotonic clock, because the clocks of machines differ.

    An entry is abandoned if its owner is known to be dead, or if this process has watched it for a whole lease without seeing a
    renewal. A process that has just started cannot wait that long, so an entry is also abandoned if its last renewal is several
    leases old by the wall clocks. While the server is away nobody can renew a lease: after a pause without a look, watching
    starts again from zero.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_s = float("-inf")
        self._since: dict[str, tuple[object, float]] = {}

    def look(self, ids: Iterable[str]) -> None:
        """Note which entries exist now."""
        now_s = time.monotonic()
        with self._lock:
            has_paused = now_s > self._looked_s + LEASE_S / 2
            self._looked_s = now_s
            self._since = {} if has_paused else {id_: self._since[id_] for id_ in ids if id_ in self._since}

    def is_abandoned(self, found: Mapping[str, Any]) -> bool:
        """Return whether the owner of an entry has gone.

        :param found: the entry as the server returns it, with ``_id``, ``_seq_no`` and ``_primary_term``.
        """
        source = found["_source"]
        if is_known_dead(source["owner"]) or source["renewed_ms"] + 1_000 * LONGEST_S < time.time() * 1_000:
            return True
        place, now_s = (found["_seq_no"], found["_primary_term"]), time.monotonic()
        with self._lock:
            known, since_s = self._since.get(found["_id"], (None, now_s))
            if known != place:
                self._since[found["_id"]] = (place, now_s)
                return False
            return now_s >= since_s + LEASE_S
