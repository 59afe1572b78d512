"""Kills deletions and uploads at random moments, and counts after how many the collection is not whole.

    python benchmarks/attacks/interrupted_writes.py FOLDER --deletions 30 --uploads 24
    python benchmarks/attacks/interrupted_writes.py FOLDER --deletions 10 --uploads 10 --elasticsearch

FOLDER is indexed once. Each attack works on a copy of that collection, in a process of its own, which gets ``SIGKILL`` at a
moment drawn from the time that an undisturbed one takes. A collection is whole when every passage and page has its document's
record, every record has its passages and pages, and a deletion of several documents has taken all or none. It is looked at
twice: as the store holds it, before anybody opens it, and as a reader sees it that opens it and writes nothing. With
``--elasticsearch`` the collection is on the server that ``ELASTICSEARCH_URL`` names, under prefixes that are removed again.
"""

import argparse
import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from needlepoint.pipelines import light_start

light_start.allow()

from needlepoint.service.facade import Service  # noqa: E402
from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings  # noqa: E402
from needlepoint.stores.elasticsearch.languages import Languages  # noqa: E402
from needlepoint.stores.elasticsearch.searching import ElasticIndex  # noqa: E402
from needlepoint.stores.records import Record  # noqa: E402
from needlepoint.stores.tantivy import TantivyCollection  # noqa: E402
from needlepoint.stores.tantivy.text_index import TextIndex  # noqa: E402

_READY, _DONE = "ready", "done"
_INDEXES = ("document", "page", "source")


# --- what is killed ---------------------------------------------------------------------------------------------------


def delete(seed: int, _: Path) -> None:
    """Delete every third document."""
    with Service(os.environ.get("NEEDLEPOINT_PIPELINE")) as service:
        ids = [record.id for record in service.documents()]
        chosen = random.Random(seed).sample(ids, len(ids) // 3)
        print(_READY, flush=True)
        service.delete(chosen)
        print(_DONE, flush=True)


def upload(seed: int, folder: Path) -> None:
    """Upload forty files in one job."""
    from needlepoint.api.jobs.indexing import Upload, upload_job

    files = random.Random(seed).sample(sorted(path for path in folder.rglob("*") if path.is_file()), 40)
    with Service(os.environ.get("NEEDLEPOINT_PIPELINE")) as service:
        service.passage_count()
        arrivals = []
        for number, path in enumerate(files):
            with path.open("rb") as file:
                arrivals.append(service.originals.receive(f"upload-{number}-{path.name}", file, max_bytes=2**30))
        job = upload_job(service, Upload(arrivals, [{} for _ in arrivals]))
        print(_READY, flush=True)
        job.run()
        print(_DONE, flush=True)


ATTACKED = {"delete": delete, "upload": upload}


# --- where ------------------------------------------------------------------------------------------------------------


class Place(Protocol):
    """A collection that is indexed once, and copied for every attack."""

    def begin(self) -> None:
        """Let this process and its children work on the collection that is indexed once."""

    def copy(self) -> None:
        """Let them work on a new copy of it."""

    def as_it_is(self, index: str) -> Iterable[Record]:
        """Return the records of an index without opening the store."""

    def as_a_reader_sees_it(self, index: str) -> Iterable[Record]:
        """Return those that a process finds that opens the store now."""

    def end(self) -> None:
        """Remove all."""


class Embedded:
    """A store in a folder."""

    def __init__(self) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="needlepoint-attacks-"))

    def begin(self) -> None:
        os.environ["NEEDLEPOINT_STORE"] = str(self._root / "base")

    def copy(self) -> None:
        work = self._root / "attacked"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(self._root / "base", work)
        os.environ["NEEDLEPOINT_STORE"] = str(work)

    def as_it_is(self, index: str) -> Iterable[Record]:
        snapshot = TextIndex(Path(os.environ["NEEDLEPOINT_STORE"], "indexes", index), ("content",)).snapshot()
        return snapshot.scan() if snapshot else ()

    def as_a_reader_sees_it(self, index: str) -> Iterator[Record]:
        with closing(TantivyCollection(Path(os.environ["NEEDLEPOINT_STORE"]))) as collection:
            snapshot = collection.snapshot(index)
            yield from snapshot.scan() if snapshot else ()

    def end(self) -> None:
        shutil.rmtree(self._root)


class OnServer:
    """Indexes on a server, which clones them."""

    def __init__(self) -> None:
        self._files = Path(tempfile.mkdtemp(prefix="needlepoint-attacks-"))
        self._name = f"needlepoint-attack-{secrets.token_hex(4)}"
        os.environ["NEEDLEPOINT_STORE"] = str(self._files)
        os.environ["NEEDLEPOINT_PIPELINE"] = "elasticsearch-onnx"

    def begin(self) -> None:
        os.environ["ELASTICSEARCH_INDEX"] = f"{self._name}-base"

    def copy(self) -> None:
        self._remove(f"{self._name}-attacked-*")
        shutil.rmtree(self._files / "originals", ignore_errors=True)
        with self._talking() as client:
            for index in _INDEXES:
                base, work = (f"{self._name}-{place}-{index}" for place in ("base", "attacked"))
                client.indices.put_settings(index=base, settings={"index.blocks.write": True})
                client.indices.clone(index=base, target=work, settings={"index.blocks.write": None})
        os.environ["ELASTICSEARCH_INDEX"] = f"{self._name}-attacked"

    def _talking(self) -> Any:
        return Server(ServerSettings.from_environment()).talking()

    def _remove(self, pattern: str) -> None:
        with self._talking() as client:
            for index in client.indices.get(index=pattern):
                client.indices.delete(index=index)

    def as_it_is(self, index: str) -> Iterable[Record]:
        whole = f"{os.environ['ELASTICSEARCH_INDEX']}-{index}"
        with self._talking() as client:
            client.indices.refresh(index=whole)
        server = Server(ServerSettings.from_environment())
        return ElasticIndex(server, whole, Languages(server)).scan()

    def as_a_reader_sees_it(self, index: str) -> Iterator[Record]:
        with closing(ElasticCollection(Server(ServerSettings.from_environment()))) as collection:
            yield from collection.snapshot(index).scan()

    def end(self) -> None:
        self._remove(f"{self._name}-*")
        shutil.rmtree(self._files)


# --- what is found ----------------------------------------------------------------------------------------------------

Counts = tuple[Counter[str], Counter[str], dict[str, tuple[int, int]]]


def _counted(records_of: Any) -> Counts:
    passages, pages = (Counter(str(r.meta["document_id"]) for r in records_of(index)) for index in ("document", "page"))
    return passages, pages, {r.id: (int(r.meta["passages"]), int(r.meta["pages"])) for r in records_of("source")}


def _is_whole(counts: Counts, allowed: set[int] | None) -> bool:
    passages, pages, records = counts
    if any(id_ not in records for id_ in {*passages, *pages}):
        return False
    if any((passages[id_], pages[id_]) != expected for id_, expected in records.items()):
        return False
    return allowed is None or len(records) in allowed


# --- the attacks ------------------------------------------------------------------------------------------------------


def _start(kind: str, seed: int, folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, __file__, "--child", kind, str(seed), str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    if process.stdout.readline().strip() != _READY:
        raise SystemExit(f"the process that was to {kind} failed")
    return process


def _attack(kind: str, place: Place, folder: Path, tries: int) -> str:
    place.begin()
    documents = len(_counted(place.as_a_reader_sees_it)[2])
    allowed = {documents, documents - documents // 3} if kind == "delete" else None
    took_s = _undisturbed(kind, place, folder)
    chance, wrong_before, wrong_after, killed = random.Random(7), 0, 0, 0
    for seed in range(3 * tries):
        place.copy()
        process = _start(kind, seed, folder)
        time.sleep(chance.uniform(0, took_s))
        process.kill()
        if _DONE in process.communicate()[0]:
            continue  # it had ended before
        wrong_before += not _is_whole(_counted(place.as_it_is), allowed)
        wrong_after += not _is_whole(_counted(place.as_a_reader_sees_it), allowed)
        killed += 1
        if killed == tries:
            break
    return f"{kind} | {killed} | {wrong_before} | {wrong_after}"


def _undisturbed(kind: str, place: Place, folder: Path) -> float:
    place.copy()
    process = _start(kind, 1_000, folder)
    start = time.perf_counter()
    assert process.stdout is not None
    process.stdout.readline()
    took_s = time.perf_counter() - start
    process.wait()
    return took_s


def main() -> None:
    """Attack, and print a line for each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--deletions", type=int, default=30)
    parser.add_argument("--uploads", type=int, default=24)
    parser.add_argument("--elasticsearch", action="store_true")
    options = parser.parse_args()
    place: Place = OnServer() if options.elasticsearch else Embedded()
    try:
        place.begin()
        with Service(os.environ.get("NEEDLEPOINT_PIPELINE")) as service:
            service.index([options.folder])
        print("attack | killed | not whole before the store is opened | not whole after", flush=True)
        for kind, tries in (("delete", options.deletions), ("upload", options.uploads)):
            if tries:
                print(_attack(kind, place, options.folder, tries), flush=True)
    finally:
        place.end()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _, _, kind, seed, folder = sys.argv
        ATTACKED[kind](int(seed), Path(folder))
    else:
        main()
