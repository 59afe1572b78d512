"""Many records to the server: several requests at once, a bounded number of bytes on the way, and nothing dropped."""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from needlepoint.errors import CollectionError, ServerUnavailableError
from needlepoint.stores.elasticsearch.failures import blocked, is_for_later, one_line, unavailable
from needlepoint.stores.elasticsearch.places import Place
from needlepoint.stores.elasticsearch.records import source_bytes
from needlepoint.stores.elasticsearch.server import Server
from needlepoint.stores.records import Record
from needlepoint.stores.search_fields import CONTENT

log = logging.getLogger(__name__)
_RECORDS_AT_ONCE = 250
_BYTES_AT_ONCE = 4 * 2**20
_CONFLICT = 409
_LONGEST_WAIT_S = 30  # for a shard that is on no node, in one request


@dataclass(frozen=True, slots=True)
class Refusal:
    """One record that the server does not take.

    :param name: of the file that it is of, where it says so.
    """

    id: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} ({self.id}): {self.reason}" if self.name else f"{self.id}: {self.reason}"


class RefusedRecordsError(CollectionError):
    """The server refuses some records for good, such as one whose embedding has another width; the others are written.

    :param refusals: one for each such record.
    :param total: the number of records sent.
    """

    def __init__(self, refusals: Sequence[Refusal], total: int) -> None:
        super().__init__(f"{len(refusals)} of {total} records were not written; {refusals[0]}")
        self.refusals = list(refusals)


@dataclass(frozen=True, slots=True)
class _Line:
    record: Record
    data: bytes


class BulkWriter:
    """Sends records in requests of up to 250, or 4 MiB, some of them at once.

    A worker holds one request's records and makes the next only when all of it is done, so no more than ``workers`` requests are
    in memory. What the server has no room for (429, a circuit breaker) or no shard for is sent again, with random pauses that
    grow, until ``Server.persist`` gives up; that is the back-pressure, too. Whatever is sent twice is the same: an id is one
    record. (The client's own helpers neither wait for a connection that broke nor draw their pauses at random.)

    :param search_fields: what questions are compared with in the indexes that are written to.
    :param workers: how many requests at once.
    """

    def __init__(self, server: Server, *, search_fields: Sequence[str] = (CONTENT,), workers: int = 4) -> None:
        if workers < 1:
            raise ValueError(f"workers must be at least 1, got {workers}")
        self._server = server
        self._search_fields = tuple(search_fields)
        self._workers = workers

    def send(
        self,
        index: str,
        records: Sequence[Record],
        *,
        operation: str,
        sequence: int,
        wait_for_refresh: bool = False,
        places: Mapping[str, Place] | None = None,
    ) -> None:
        """Write records; when this returns, the server has all of them on its disks.

        :param index: the index's whole name.
        :param operation: ``index``, which overwrites, or ``create``, which leaves a record that is there as it is.
        :param sequence: the place of the first in the order of writing.
        :param wait_for_refresh: whether searches find them when this returns.
        :param places: versions of the records to overwrite, by id; a record that has changed since is left alone.
        :raises RefusedRecordsError: the server refuses some for good; the others are written.
        :raises ServerUnavailableError: it was away too long; some may be written.
        """
        if not records:
            return
        wait_s = min(_LONGEST_WAIT_S, max(1, round(self._server.settings.wait_s)))
        options = {"index": index, "refresh": "wait_for" if wait_for_refresh else False, "timeout": f"{wait_s}s"}
        requests = _requests(records, sequence, self._search_fields)
        batch = _Batch(self._server, operation, requests, options, places=places)
        workers = min(self._workers, len(records))
        with ThreadPoolExecutor(workers, thread_name_prefix="bulk") as pool:
            try:
                for done in as_completed([pool.submit(batch.work) for _ in range(workers)]):
                    done.result()
            except BaseException:
                batch.stopped.set()
                raise
        if batch.refusals:
            for refusal in batch.refusals:
                log.warning("%s refuses %s", self._server.settings.where, refusal)
            raise RefusedRecordsError(batch.refusals, len(records))


def _requests(records: Sequence[Record], sequence: int, search_fields: Sequence[str]) -> Iterator[list[_Line]]:
    lines: list[_Line] = []
    size = 0
    for place, record in enumerate(records, start=sequence):
        data = source_bytes(record, place, search_fields)
        if lines and (len(lines) == _RECORDS_AT_ONCE or size + len(data) > _BYTES_AT_ONCE):
            yield lines
            lines, size = [], 0
        lines.append(_Line(record, data))
        size += len(data)
    if lines:
        yield lines


class _Batch:
    """What the workers of one call share."""

    def __init__(
        self,
        server: Server,
        operation: str,
        requests: Iterator[list[_Line]],
        options: dict[str, Any],
        *,
        places: Mapping[str, Place] | None,
    ) -> None:
        self.stopped = threading.Event()
        self.refusals: list[Refusal] = []
        self._server = server
        self._options = options
        self._operation = operation
        self._places = places
        self._requests = requests
        self._lock = threading.Lock()

    def work(self) -> None:
        """Send request after request until none is left or all are to stop."""
        while not self.stopped.is_set():
            with self._lock:
                lines = next(self._requests, None)
            if lines is None:
                return
            self._deliver(lines)

    def _deliver(self, lines: list[_Line]) -> None:
        waiting = lines

        def send(client: Elasticsearch) -> None:
            nonlocal waiting
            operations = [part for line in waiting for part in (self._action(line), line.data)]
            answer = client.options(max_retries=0).bulk(operations=operations, **self._options)  # type: ignore[arg-type]
            results = [result[self._operation] for result in answer["items"]]
            waiting, reason = self._sorted(waiting, results)
            if waiting:
                raise ServerUnavailableError(
                    f"{self._server.settings.where} cannot take {len(waiting)} of {len(lines)} records now: {reason}"
                )

        self._server.persist(send, stopped=self.stopped)

    def _action(self, line: _Line) -> bytes:
        place = self._places[line.record.id].as_seen() if self._places is not None else {}
        return orjson.dumps({self._operation: {"_id": line.record.id, **place}})

    def _sorted(self, lines: list[_Line], results: list[dict[str, Any]]) -> tuple[list[_Line], str]:
        """Note what is refused for good; return what is to be sent again, and why."""
        again: list[_Line] = []
        last_reason = ""
        for line, result in zip(lines, results, strict=True):
            status = result["status"]
            may_differ = self._operation == "create" or self._places is not None
            if status < 300 or (status == _CONFLICT and may_differ):
                continue
            error = result.get("error") or {}
            kind, reason = str(error.get("type", "")), one_line(error.get("reason", error))
            if block := blocked(reason, self._server.settings):
                raise block
            if is_for_later(status, kind):
                again.append(line)
                last_reason = unavailable(kind, reason)
            else:
                name = str(line.record.meta.get("name", ""))
                self.refusals.append(Refusal(line.record.id, name, reason))
        return again, last_reason
