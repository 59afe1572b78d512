"""Whether somebody is still at a change that the journal names."""

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

from needlepoint.stores.elasticsearch.owner import is_known_dead

LEASE_S = 60.0
LONGEST_S = 300.0  # by the clocks of two machines, which may differ by a few minutes


class Watch:
    """Watches entries of the journal by the clock of this process alone, since other machines' clocks differ.

    An entry is abandoned when its owner is known to be dead, or has not renewed its lease while this process has watched it for
    as long as a lease. A process that has just started cannot wait for that, so an entry is abandoned, too, when its last
    renewal is older than several leases by the clocks. While the server is away nobody can renew anything: after a pause in
    which this process has not looked, it begins to watch anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_s = float("-inf")
        self._since: dict[str, tuple[object, float]] = {}

    def look(self, ids: Iterable[str]) -> None:
        """Note which entries there are now."""
        now_s = time.monotonic()
        with self._lock:
            has_paused = now_s > self._looked_s + LEASE_S / 2
            self._looked_s = now_s
            self._since = {} if has_paused else {id_: self._since[id_] for id_ in ids if id_ in self._since}

    def is_abandoned(self, found: Mapping[str, Any]) -> bool:
        """Return whether nobody is at this entry any more.

        :param found: as the server gives it, with ``_id``, ``_seq_no`` and ``_primary_term``.
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
