"""The indexes of one prefix on the server, and what is done to them."""

import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError

from needlepoint.errors import CollectionError, DuplicateIdError, ServerUnavailableError
from needlepoint.stores.changes import Change
from needlepoint.stores.elasticsearch.bulk import BulkWriter
from needlepoint.stores.elasticsearch.changing import Changes
from needlepoint.stores.elasticsearch.deleting import delete_ids, delete_matching
from needlepoint.stores.elasticsearch.journal import FORM as JOURNAL_FORM
from needlepoint.stores.elasticsearch.journal import NAME as JOURNAL
from needlepoint.stores.elasticsearch.languages import Languages
from needlepoint.stores.elasticsearch.mapping import FORMAT, SEARCHED, index_form
from needlepoint.stores.elasticsearch.places import Fence, Place
from needlepoint.stores.elasticsearch.queries import Clause, filter_clause
from needlepoint.stores.elasticsearch.searching import ElasticIndex
from needlepoint.stores.elasticsearch.server import Server
from needlepoint.stores.filters import Filters
from needlepoint.stores.names import SOURCES
from needlepoint.stores.records import Record, last_of_each, storable
from needlepoint.stores.search_fields import CONTENT, metadata_fields, missing
from needlepoint.stores.visibility import as_seen, refuse_change, seeing
from needlepoint.text.cleaning import clean

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
REFRESH_TYPES = ("true", "wait_for", "false")
_IDS_AT_ONCE = 10_000  # the server's max_result_window


class ElasticCollection:
    """Named indexes under one prefix. Any number of threads and processes may read and write.

    An index is made by the first write into it. A write is seen by all when the call returns. It is not one commit: when
    it fails, some of its records may be there; writing them again mends it.

    :param search_fields: what questions are compared with: ``content``, and metadata keys.
    :param similarity: ``dot_product`` or ``cosine``: how new indexes compare embeddings.
    :param shards: of new indexes.
    :param replicas: of new indexes; None means one where the cluster has a second node.
    :param bulk_workers: how many requests a call of :meth:`write` has on the way at once.
    :param refresh_type: when a write is seen: ``true`` and ``wait_for``, before the call returns, at once or with the server's
        next refresh; ``false``, within about a second, without waiting.
    """

    has_fixed_width = True  # a vector field keeps the length of the first vector

    def __init__(
        self,
        server: Server,
        *,
        search_fields: Sequence[str] = (CONTENT,),
        similarity: str = "dot_product",
        shards: int = 1,
        replicas: int | None = None,
        bulk_workers: int = 4,
        refresh_type: str = "true",
    ) -> None:
        if refresh_type not in REFRESH_TYPES:
            raise ValueError(f"refresh_type must be one of {', '.join(REFRESH_TYPES)}, got {refresh_type!r}")
        self.server = server
        self._refresh_type = refresh_type
        self._search_fields = tuple(search_fields)
        self._bulk = BulkWriter(server, search_fields=search_fields, workers=bulk_workers)
        self._form = index_form(similarity=similarity, shards=shards, replicas=replicas, search_fields=search_fields)
        self._languages = Languages(server)
        self._known: set[str] = set()
        self._one_thread = threading.RLock()
        self._journal = self._whole_name(JOURNAL)
        self._changes = Changes(
            server,
            self,
            self._journal,
            has_journal=lambda: self._exists(self._journal),
            make_journal=lambda: self._create(self._journal, JOURNAL_FORM),
        )

    def version(self) -> None:
        """Return None: the server is not asked for every list that is shown."""

    def index_names(self) -> list[str]:
        """Return the names of the indexes that exist, sorted."""
        prefix = f"{self.server.settings.prefix}-"
        found = self.server.ask(lambda client: client.indices.get(index=f"{prefix}*", features="aliases"))
        return sorted(name.removeprefix(prefix) for name in found)

    def damage(self, name: str) -> list[str]:
        """Return nothing: the server looks after its files."""
        return []

    def lost_vectors(self, name: str) -> int:
        """Return 0: the server compares the vectors of its records themselves."""
        return 0

    def mend_vectors(self, name: str) -> int:
        """Do nothing: none are lost."""
        return 0

    def set_aside(self, name: str) -> str:
        """Refuse: the server looks after its files.

        :raises CollectionError: always.
        """
        raise CollectionError(f"the index {name} is on a server, which restores it from its replicas or snapshots")

    def snapshot(self, name: str) -> ElasticIndex | None:
        """Return an index for asking, as the caller may see it; None where that caller has no such index.

        :raises CollectionError: if the name is not right, the server cannot be asked, or the index is not of our making.
        """
        seen: ElasticIndex | None = as_seen(self._snapshot(name), name, self._snapshot)
        return seen

    def _snapshot(self, name: str) -> ElasticIndex:
        whole = self._whole_name(name)
        self._exists(whole)
        with seeing(None):  # whoever reads settles what was interrupted
            self._changes.settle_for_reading()
        return ElasticIndex(self.server, whole, self._languages)

    def _whole_name(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise CollectionError(f"an index's name must be lower-case letters, digits, - and _, got {name!r}")
        return f"{self.server.settings.prefix}-{name}"

    def _exists(self, whole: str) -> bool:
        if whole in self._known:
            return True
        found = self.server.ask(lambda client: _mapping(client, whole))
        if found is None:
            return False
        formats = [index["mappings"].get("_meta", {}).get("needlepoint") for index in found.values()]
        if formats != [FORMAT]:
            raise CollectionError(
                f"the index {whole} is not of this version's making: set ELASTICSEARCH_INDEX to a new name"
            )
        for index in found.values() if whole != self._journal else ():
            self._require_search_fields(index["mappings"])
        self._known.add(whole)
        return True

    def _require_search_fields(self, mappings: dict[str, Any]) -> None:
        made_with = mappings["properties"].get(SEARCHED, {}).get("properties", {})
        for name, field in metadata_fields(self._search_fields).items():
            if field not in made_with:
                raise CollectionError(missing(name))

    @contextmanager
    def session(self) -> Iterator[None]:
        """Let what this thread asks meanwhile wait for the server as its writes do; the server lets many write at once."""
        with self.server.patient():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Do as :meth:`session` does, while this process's other threads wait with what belongs together as this does."""
        with self._one_thread, self.session():
            yield

    def write(self, name: str, records: Iterable[Record], *, duplicates: str = "overwrite") -> int:
        """Write records; return how many.

        :param duplicates: of records with one id, ``overwrite`` keeps the last, ``skip`` the first (also one that the index
            holds already), ``fail`` refuses all.
        :raises DuplicateIdError: for ``fail``.
        :raises CollectionError: if some could not be written; it names the first, and the others are written.
        """
        refuse_change(name)
        whole = self._whole_name(name)
        batch = [storable(record) for record in records]
        if not batch:
            return 0
        with self.session():
            self._make(whole)
            chosen = last_of_each(batch) if duplicates == "overwrite" else self._new_only(name, batch, duplicates)
            operation = "index" if duplicates == "overwrite" else "create"
            self._send(whole, chosen, operation, sequence=time.time_ns())
        return len(chosen)

    def write_from(
        self, name: str, records: Iterable[Record], sequence: int, *, places: Mapping[str, Place] | None = None
    ) -> int:
        """Write records in the place of those that have their ids, the first with this place in the order of writing.

        :param places: versions of the records to overwrite, by id; a record that has changed since is left alone.
        """
        whole = self._whole_name(name)
        batch = last_of_each([storable(record) for record in records])
        if batch:
            with self.session():
                self._make(whole)
                self._send(whole, batch, "index", sequence=sequence, places=places)
        return len(batch)

    def _new_only(self, name: str, batch: Sequence[Record], duplicates: str) -> list[Record]:
        distinct: dict[str, Record] = {}
        for record in batch:
            distinct.setdefault(record.id, record)
        taken = set(self._snapshot(name).existing_ids(list(distinct)))
        if duplicates == "fail" and (taken or len(distinct) < len(batch)):
            first = next(
                record.id for record in reversed(batch) if record.id in taken or distinct[record.id] is not record
            )
            raise DuplicateIdError(f"the index {name!r} holds a record with id {first!r} already")
        return [record for record in distinct.values() if record.id not in taken]

    def _make(self, whole: str) -> None:
        self._known.discard(whole)  # another process may have removed it
        if not self._exists(whole):
            self._create(whole, self._form)
            self._known.add(whole)

    def _create(self, whole: str, form: dict[str, Any]) -> None:
        self.server.persist(lambda client: _create(client, whole, form))

    def _send(
        self,
        whole: str,
        records: Sequence[Record],
        operation: str,
        *,
        sequence: int,
        places: Mapping[str, Place] | None = None,
    ) -> None:
        how: dict[str, Any] = {"operation": operation, "sequence": sequence, "places": places}
        try:
            self._bulk.send(whole, records, **how, wait_for_refresh=self._refresh_type == "wait_for")
        except ServerUnavailableError:
            raise  # a refresh would wait a minute for the same server
        except CollectionError:
            self._show(whole)  # the others are written
            raise
        self._show(whole)

    def _show(self, whole: str) -> None:
        if self._refresh_type == "true":
            self._refresh(whole)
        self._languages.forget(whole)

    def _refresh(self, whole: str) -> None:
        self.server.persist(lambda client: client.indices.refresh(index=whole, ignore_unavailable=True))

    def delete(self, name: str, *, ids: Sequence[str] | None = None, filters: Filters | None = None) -> None:
        """Delete what has one of the ids and what the filters let through; where neither is given, all.

        :raises CollectionError: if the server does not do it.
        :raises QuestionError: if the filters are not such.
        """
        refuse_change(name)
        self._delete(name, ids, filters)

    def _delete(
        self, name: str, ids: Sequence[str] | None, filters: Filters | None, fence: Fence | None = None
    ) -> None:
        whole = self._whole_name(name)
        conditions = [filter_clause(filters), *([_within(fence)] if fence else [])]
        with self.session():
            if not self._exists(whole):
                return
            if ids is None:
                delete_matching(self.server, whole, {"bool": {"filter": conditions}})
            elif not filters and fence is None:
                delete_ids(self.server, whole, [clean(id_) for id_ in ids])
            else:
                for batch in _batches(ids):
                    chosen = [{"ids": {"values": batch}}, *conditions]
                    delete_matching(self.server, whole, {"bool": {"filter": chosen}})

    def delete_within(self, name: str, fence: Fence, *, ids: Sequence[str] | None, filters: Filters | None) -> None:
        """Delete as :meth:`delete` does, but only records that were written within the fence."""
        self._delete(name, ids, filters, fence)

    def places_within(self, name: str, fence: Fence, ids: Sequence[str]) -> dict[str, Place]:
        """Return the versions of those of the records that were written within the fence, by id."""
        whole = self._whole_name(name)
        self._refresh(whole)
        found: dict[str, Place] = {}
        for batch in _batches(ids):
            query = {"bool": {"filter": [{"ids": {"values": batch}}, _within(fence)]}}
            found.update(self.server.persist(lambda client: _places(client, whole, query)))  # noqa: B023  (called at once)
        return found

    def newest(self, names: Iterable[str]) -> int:
        """Return the greatest sequence number of some indexes, 0 where they are empty."""
        wholes = [self._whole_name(name) for name in names]
        for whole in wholes:
            self._refresh(whole)
        found = self.server.ask(
            lambda client: client.search(
                index=wholes,
                sort=[{"sequence": {"order": "desc", "unmapped_type": "long"}}],
                size=1,
                source=False,
                track_total_hits=False,
                ignore_unavailable=True,
                allow_partial_search_results=False,
            )
        )
        return max((int(hit["sort"][0]) for hit in found["hits"]["hits"]), default=0)

    def change(self, change: Change) -> None:
        """Carry out a change completely or not at all: if this process dies, the next one settles the change.

        :raises CollectionError: the change cannot be carried out.
        """
        refuse_change(SOURCES)
        with self.writing():
            self._changes.carry_out(change)

    def delete_index(self, name: str) -> None:
        """Remove an index from the server; nothing happens where there is none."""
        refuse_change(SOURCES)
        whole = self._whole_name(name)
        if self._exists(whole):
            self._known.discard(whole)
            self.server.persist(lambda client: client.indices.delete(index=whole, ignore_unavailable=True))

    def close(self) -> None:
        """Let go of the connection; what comes after makes another."""
        self.server.close()


def _mapping(client: Elasticsearch, whole: str) -> dict[str, Any] | None:
    try:
        return dict(client.indices.get_mapping(index=whole))
    except NotFoundError:
        return None


def _create(client: Elasticsearch, whole: str, form: dict[str, Any]) -> None:
    try:
        client.indices.create(index=whole, **form)
    except ApiError as error:
        if "resource_already_exists_exception" not in str(error):
            raise


def _within(fence: Fence) -> Clause:
    return {"range": {"sequence": {"gte": fence.first, "lt": fence.last}}}


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _IDS_AT_ONCE):
        yield [clean(id_) for id_ in ids[start : start + _IDS_AT_ONCE]]


def _places(client: Elasticsearch, whole: str, query: Clause) -> dict[str, Place]:
    found = client.search(
        index=whole,
        query=query,
        size=_IDS_AT_ONCE,
        source=False,
        seq_no_primary_term=True,
        ignore_unavailable=True,
        allow_partial_search_results=False,
    )
    return {hit["_id"]: Place.of(hit) for hit in found["hits"]["hits"]}
