"""The journal entry of one change.

Every update is conditional on the entry's last known version (optimistic concurrency control), so if two processes work on one
change, the slower one notices. The text of an entry may be too long for one document of the server: then the rest is in further
documents, its parts.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from elasticsearch import ConflictError, Elasticsearch, NotFoundError

from needlepoint.errors import CollectionError
from needlepoint.stores.changes import Entry
from needlepoint.stores.elasticsearch import leases
from needlepoint.stores.elasticsearch.places import Fence, Place
from needlepoint.stores.elasticsearch.server import Server
from needlepoint.stores.entries import decode_entry, encode_entry

_CHARACTERS_AT_ONCE = 4_000_000


class LostChangeError(CollectionError):
    """Another process has taken this one for dead and has settled its change."""


class JournalEntry:
    """The entry of one change, a journal for :func:`needlepoint.stores.changes.carry_out`.

    :param index: the journal's full name.
    :param owner: the name of the object that carries out the change.
    """

    def __init__(self, server: Server, index: str, owner: str, fence: Fence, *, id_: str | None = None) -> None:
        self.id = id_ or secrets.token_hex(16)
        self.fence = fence
        self.is_decided = False
        self._server = server
        self._index = index
        self._owner = owner
        self._place: Place | None = None
        self._renewed_ms = 0
        self._parts: set[str] = set()
        self._changing = threading.Lock()

    def note(self, entry: Entry) -> None:
        """Write the entry in place of the former one.

        :raises LostChangeError: another process has taken over.
        """
        texts = _cut(encode_entry(entry).decode())
        for id_, text in zip(self._part_ids(entry.is_decided, len(texts) - 1), texts[1:], strict=True):
            self._write_part(id_, text)
        values = {
            "owner": self._owner,
            "first": self.fence.first,
            "last": self.fence.last,
            "is_decided": entry.is_decided,
            "parts": len(texts) - 1,
            "text": texts[0],
        }
        self._put(values)
        self.is_decided = entry.is_decided

    def _part_ids(self, is_decided: bool, number: int) -> list[str]:
        """Return the ids of an entry's parts; a decided entry has its own, so the former stays readable until it is replaced."""
        ids = [f"{self.id}-{'decided' if is_decided else 'begun'}-{place}" for place in range(number)]
        self._parts.update(ids)
        return ids

    def _write_part(self, id_: str, text: str) -> None:
        part = {"text": text, "renewed_ms": _now_ms()}
        self._server.persist(lambda client: client.index(index=self._index, id=id_, document=part))

    def _put(self, values: Mapping[str, Any]) -> None:
        """Replace the last known version of the entry; repeating this after a lost response has no effect."""
        turn = secrets.token_hex(8)

        def put(client: Elasticsearch) -> None:
            now_ms = _now_ms()
            document = {**values, "turn": turn, "renewed_ms": now_ms}
            seen: dict[str, Any] = self._place.as_seen() if self._place else {"op_type": "create"}
            done = dict(client.index(index=self._index, id=self.id, document=document, refresh=True, **seen))
            self._place, self._renewed_ms = Place.of(done), now_ms

        self._step(put, turn=turn)

    def _step(self, act: Callable[[Elasticsearch], object], *, turn: str = "", waits: bool = True) -> None:
        """Update the entry, also if an own update whose response got lost has changed it since.

        :param turn: a token that this update writes, by which it is recognised and not repeated.
        :param waits: whether to wait for a server that is away.
        """

        def step(client: Elasticsearch) -> None:
            while True:
                try:
                    act(client)
                    return
                except (ConflictError, NotFoundError):
                    found = _get(client, self._index, self.id)
                if found is None or found["_source"]["owner"] != self._owner:
                    raise _lost()
                self._place = Place.of(found)
                if turn and found["_source"]["turn"] == turn:
                    return

        with self._changing:
            if waits:
                self._server.persist(step)
            else:
                with self._server.talking() as client:
                    step(client)

    def claim(self, found: Mapping[str, Any]) -> None:
        """Take over another owner's entry.

        :param found: the entry as it was read.
        :raises LostChangeError: it has changed since.
        """
        self._place = Place.of(found)
        turn = secrets.token_hex(8)

        def put(client: Elasticsearch) -> None:
            changed = {"owner": self._owner, "turn": turn, "renewed_ms": _now_ms()}
            self._update(client, changed, refresh=True)

        self._step(put, turn=turn)

    def hold(self) -> None:
        """Renew the lease if that has not been done for long.

        :raises LostChangeError: another process has taken over.
        """
        if _now_ms() > self._renewed_ms + 1_000 * leases.LEASE_S / 2:
            self._step(self._renew)

    def _renew(self, client: Elasticsearch) -> None:
        if self._place is not None:
            self._update(client, {"renewed_ms": _now_ms()}, refresh=False)

    def _update(self, client: Elasticsearch, changed: Mapping[str, Any], *, refresh: bool) -> None:
        seen: dict[str, Any] = self._place.as_seen() if self._place else {}
        done = dict(client.update(index=self._index, id=self.id, doc=changed, refresh=refresh, **seen))
        self._place, self._renewed_ms = Place.of(done), changed["renewed_ms"]

    def noted(self) -> Entry | None:
        """Return the stored entry, or None.

        :raises CollectionError: it cannot be read.
        """
        found = self._server.persist(lambda client: _get(client, self._index, self.id))
        if found is None:
            return None
        source = found["_source"]
        texts = [source["text"]]
        if ids := self._part_ids(source["is_decided"], source["parts"]):
            parts = self._server.persist(lambda client: client.mget(index=self._index, ids=ids))["docs"]
            texts += [part["_source"]["text"] for part in parts if part.get("found")]
        try:
            return decode_entry("".join(texts).encode())
        except (ValueError, KeyError, TypeError) as error:
            raise CollectionError(
                f"the journal {self._index} has an entry of an interrupted change that cannot be read ({error}):"
                f" delete the entry {self.id} and index the files again, because a document may be incomplete"
            ) from error

    def make_room(self) -> None:
        """Do nothing: no room is reserved on the server."""

    def forget(self) -> None:
        """Remove the entry.

        :raises LostChangeError: another process has taken over.
        """
        is_sent = False

        def delete(client: Elasticsearch) -> None:
            nonlocal is_sent
            was_sent, is_sent = is_sent, True
            seen: dict[str, Any] = self._place.as_seen() if self._place else {}
            try:
                client.delete(index=self._index, id=self.id, **seen)
            except NotFoundError:
                if self._place and not was_sent:
                    raise _lost() from None

        self._step(delete)
        for id_ in self._parts:
            self._server.persist(lambda client, id_=id_: _delete(client, self._index, id_))  # type: ignore[misc]

    @contextmanager
    def kept_alive(self) -> Iterator[None]:
        """Renew the lease until the block ends."""
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(leases.LEASE_S / 6):
                with suppress(CollectionError):  # if another process has taken over, the next update says so
                    self._step(self._renew, waits=False)

        thread = threading.Thread(target=renew, name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(1.0)


def _lost() -> LostChangeError:
    return LostChangeError("another process has taken this one for dead and has undone its change: repeat it")


def _cut(text: str) -> list[str]:
    return [text[start : start + _CHARACTERS_AT_ONCE] for start in range(0, len(text), _CHARACTERS_AT_ONCE)]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _get(client: Elasticsearch, index: str, id_: str) -> Mapping[str, Any] | None:
    try:
        return dict(client.get(index=index, id=id_))
    except NotFoundError:
        return None


def _delete(client: Elasticsearch, index: str, id_: str) -> None:
    with suppress(NotFoundError):
        client.delete(index=index, id=id_)
