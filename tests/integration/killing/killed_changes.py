"""Kills a process before each step of a change and at its end, and tells what a reader and a writer find afterwards.

Run in a process of its own, since it forks: ``python killed_changes.py FOLDER`` for the embedded store and
``python killed_changes.py elasticsearch`` for a server print one JSON object a line. The steps are those that outlive the
process: every note of the journal, every write and deletion of an index.
"""

import dataclasses
import functools
import json
import os
import shutil
import signal
import sys
from itertools import chain, count
from pathlib import Path

from needlepoint.collection.removing import remove_documents, remove_passages
from needlepoint.collection.replacing import complete, note_paths
from needlepoint.collection.sources import write_documents
from needlepoint.stores.names import LABELS, PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import record_with, records_in
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection
from needlepoint.stores.tantivy.journal import JournalFile
from needlepoint.stores.tantivy.text_index import TextIndex


def source(id_, *lines, path=None, **meta):
    starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
    pages = [
        {"number": n + 1, "start": start, "end": start + len(line)}
        for n, (start, line) in enumerate(zip(starts, lines, strict=True))
    ]
    path = path or f"/files/{id_}.txt"
    return Record(id_, "\f".join(lines), {"document_id": id_, "name": id_, "path": path, "pages": pages, **meta})


def index(store, *sources, cut="whole"):
    passages = [
        Record(
            f"{each.id}-{cut}-{page['number']}",
            each.content[page["start"] : page["end"]],
            {"document_id": each.id, "page": page["number"], "title": each.meta.get("title")},
        )
        for each in sources
        for page in each.meta["pages"]
    ]
    write_documents(store, passages, sources)


PREPARED = (
    (source("a", "The lease ends in May.", "The rent is due."), source("b", "The board met.")),
    (source("c", "Eggs are sold.", "Milk is not."), source("d", "The harbour is old.")),
    (source("z", "Names."), source("x", "The rent is new.", parents=["z"]), source("y", "Names.", parents=["z"])),
    (source("w", "Deep eggs.", parents=["y"]), source("v", "A lease for two.", parents=["y", "d"])),
)


def prepare(store):
    for sources in PREPARED:
        index(store, *sources)


def add_a_copy(store):
    record = record_with(store, SOURCES, "d")
    store.write(SOURCES, [dataclasses.replace(record, meta={**record.meta, "paths": ["/files/d.txt", "/files/b.txt"]})])


OPERATIONS = {
    "remove": lambda store: remove_documents(store, ["a", "c"]),
    "remove passages": lambda store: remove_passages(store, {"page": 2}),
    "add": lambda store: index(store, source("e", "A new thing.", "And another."), source("f", "A third.")),
    "replace a changed file": lambda store: index(
        store, source("new", "The lease ends in June.", "The rent is paid.", path="/files/a.txt")
    ),
    "index again, read otherwise": lambda store: index(
        store, source("a", "The lease ended.", "The rent", "is due.", title="Lease"), source("g", "All new.")
    ),
    "index again, cut otherwise": lambda store: index(
        store, source("a", "The lease ends in May. The rent is due."), cut="anew"
    ),
    "remove an archive": lambda store: remove_documents(store, ["z"]),
    "replace a changed archive": lambda store: index(
        store, source("z2", "Other names.", path="/files/z.txt"), source("x", "The rent is new.", parents=["z2"])
    ),
    "complete an archive": lambda store: complete(store, "z", ["y"], ["x.pdf: damaged"]),
    "note a path that another had": lambda store: note_paths(store, {"/files/b.txt": "a"}),
}


def kill_at(number, steps):
    """Let this process die before the ``number``-th step, or where the returned function is called after them."""
    moments = count(1)

    def moment():
        if next(moments) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    for owner, name in steps:
        setattr(owner, name, _with_moments(getattr(owner, name), moment))
    return moment


def _with_moments(step, moment):
    @functools.wraps(step)
    def counted(*arguments, **options):
        moment()
        return step(*arguments, **options)

    return counted


def in_a_process(act):
    """Run in a fork; return what it returned, or None if it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            answer = act()
            with os.fdopen(writing, "w") as pipe:
                json.dump(answer, pipe)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return None
    assert status == 0
    return json.loads(text)


def content(store):
    """Return all that a store holds of the collection, and what a question finds."""
    held = {
        name: sorted([r.id, r.content, repr(sorted({**r.meta, "added": ""}.items()))] for r in records_in(store, name))
        for name in (PASSAGES, PAGES, SOURCES)
    }
    found = [
        record.id
        for question in ("lease", "rent", "new", "eggs")
        for _, record in store.snapshot(PASSAGES).search(question, search_fields={"content": 1.0}, top_k=10)
    ]
    return [held, sorted(found)]


def write_a_label(store):
    store.write(LABELS, [Record("label", "right")])


def look(store):
    """Change nothing."""


class Embedded:
    """Stores in folders.

    :param root: where copies of the one store lie.
    """

    operations = tuple(OPERATIONS)
    twice = (("remove", 3), ("index again, read otherwise", 4), ("index again, cut otherwise", 7))
    steps = ((JournalFile, "note"), (JournalFile, "forget"), (TextIndex, "write"), (TextIndex, "delete"))

    def __init__(self, root):
        self.root = root
        self.folder = root / "base"
        self.run(prepare)
        self.run(add_a_copy)

    def fresh(self):
        return self.copy("killed", self.root / "base")

    def copy(self, name, folder=None):
        other = object.__new__(type(self))
        other.root, other.folder = self.root, self.root / name
        shutil.rmtree(other.folder, ignore_errors=True)
        shutil.copytree(folder or self.folder, other.folder)
        return other

    def opened(self):
        return TantivyCollection(self.folder)

    def run(self, act, *, dying_at=0):
        """Do it in a process of its own; return the content afterwards, or None if that was killed."""

        def do():
            at_the_end = kill_at(dying_at, self.steps)
            store = self.opened()
            try:
                act(store)
                at_the_end()
                return content(store)
            finally:
                store.close()

        return in_a_process(do)

    def leftovers(self):
        """Return the files that belong to nothing."""
        live = {"meta.json", ".managed.json"}
        found = []
        for meta in self.folder.glob("indexes/*/meta.json"):
            segments = {each["segment_id"].replace("-", "") for each in json.loads(meta.read_text())["segments"]}
            found += [
                path.name
                for path in meta.parent.iterdir()
                if path.name not in live and path.suffix != ".lock" and path.name.split(".")[0] not in segments
            ]
        return [*found, *(path.name for path in self.folder.glob("*journal*"))]


class OnServer(Embedded):
    """One collection on the server that ``ELASTICSEARCH_URL`` and ``ELASTICSEARCH_INDEX`` name, made anew for each kill."""

    operations = ("remove", "replace a changed file", "index again, read otherwise")
    twice = (("remove", 3),)

    def __init__(self):
        from needlepoint.stores.elasticsearch import ElasticCollection, Server, ServerSettings
        from needlepoint.stores.elasticsearch.journal_entry import JournalEntry

        entry, indexes = (
            (JournalEntry, ("note", "forget")),
            (ElasticCollection, ("write_from", "delete_within")),
        )
        self.steps = [(owner, name) for owner, names in (entry, indexes) for name in names]
        self.opened = lambda: ElasticCollection(Server(ServerSettings.from_environment()))

    def fresh(self):
        def prepare_anew(store):
            for name in (PASSAGES, PAGES, SOURCES):
                store.delete(name)
            index(store, *chain.from_iterable(PREPARED))  # one change is enough, and is made for each kill
            add_a_copy(store)

        self.run(prepare_anew)
        return self

    def copy(self, name):
        return self

    def leftovers(self):
        def entries():
            from needlepoint.stores.elasticsearch.journal import pending

            store = self.opened()
            name = f"{store.server.settings.prefix}-journal"
            with store.server.talking() as client:
                client.indices.refresh(index=name)
            return [found["_id"] for found in pending(store.server, name)]

        return in_a_process(entries)


class Attack:
    """One operation on one store, over and over."""

    def __init__(self, place, name):
        self.place, self.name, self.operation = place, name, OPERATIONS[name]
        self.before = place.fresh().run(look)
        self.after = place.fresh().run(self.operation)

    def named(self, found):
        return "before" if found == self.before else "after" if found == self.after else "half"

    def run(self):
        """Kill the operation at each of its moments."""
        for number in count(1):
            place = self.place.fresh()
            if place.run(self.operation, dying_at=number) is not None:
                return
            other = place.copy("other")
            found = {
                "reader": self.named(place.run(look)),
                "writer": self.named(other.run(write_a_label)),
                "again": self.named(other.run(self.operation)),
                "left": place.leftovers() + other.leftovers(),
            }
            print(json.dumps({"operation": self.name, "moment": number, **found}), flush=True)

    def run_twice(self, number):
        """Kill the operation at one moment, and the reader that settles it at each of its own."""
        for second in count(1):
            place = self.place.fresh()
            assert place.run(self.operation, dying_at=number) is None
            if place.run(look, dying_at=second) is not None:
                return
            found = {"moment": number, "second": second, "reader": self.named(place.run(look))}
            print(json.dumps({"operation": self.name, **found}), flush=True)


def main(where):
    place = OnServer() if where == "elasticsearch" else Embedded(Path(where))
    for name in place.operations:
        Attack(place, name).run()
    for name, number in place.twice:
        Attack(place, name).run_twice(number)


if __name__ == "__main__":
    main(sys.argv[1])
