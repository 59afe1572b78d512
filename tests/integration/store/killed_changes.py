"""Kills a process before and after every step of a change, and tells what a reader and a writer find afterwards.

Run in a process of its own, since it forks: ``python killed_changes.py FOLDER`` prints one JSON object a line. The steps are
those that reach the disk: every note of the journal, every commit of an index.
"""

import dataclasses
import functools
import json
import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from needlepoint.collection.removing import remove_documents, remove_passages
from needlepoint.collection.replacing import note_paths
from needlepoint.collection.sources import write_documents
from needlepoint.stores.names import LABELS, PAGES, PASSAGES, SOURCES
from needlepoint.stores.record_store import record_with, records_in
from needlepoint.stores.records import Record
from needlepoint.stores.tantivy import TantivyCollection
from needlepoint.stores.tantivy.journal import JournalFile
from needlepoint.stores.tantivy.text_index import TextIndex

STEPS = ((JournalFile, "note"), (JournalFile, "forget"), (TextIndex, "write"), (TextIndex, "delete"))


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


def prepare(store):
    index(store, source("a", "The lease ends in May.", "The rent is due."), source("b", "The board met."))
    index(store, source("c", "Eggs are sold.", "Milk is not."), source("d", "The harbour is old."))


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
    "note a path that another had": lambda store: note_paths(store, {"/files/b.txt": "a"}),
}


def kill_at(number):
    """Let this process die at the ``number``-th moment, of which each step has one before and one after it."""
    moments = count(1)

    def moment():
        if next(moments) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    for owner, name in STEPS:
        setattr(owner, name, _with_moments(getattr(owner, name), moment))


def _with_moments(step, moment):
    @functools.wraps(step)
    def counted(*arguments, **options):
        moment()
        result = step(*arguments, **options)
        moment()
        return result

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


def opened(folder, act):
    store = TantivyCollection(folder)
    try:
        act(store)
        return content(store)
    finally:
        store.close()


def write_a_label(store):
    store.write(LABELS, [Record("label", "right")])


def leftovers(folder):
    """Return the files that belong to nothing."""
    live = {"meta.json", ".managed.json"}
    found = []
    for meta in folder.glob("indexes/*/meta.json"):
        segments = {each["segment_id"].replace("-", "") for each in json.loads(meta.read_text())["segments"]}
        found += [
            path.name
            for path in meta.parent.iterdir()
            if path.name not in live and path.suffix != ".lock" and path.name.split(".")[0] not in segments
        ]
    return [*found, *(path.name for path in folder.glob("*journal*"))]


def die_at(folder, operation, number):
    """Let a process do it that dies at this moment; return whether it did die."""
    return in_a_process(lambda: kill_at(number) or opened(folder, operation)) is None


class Attack:
    """One operation on copies of one store.

    :param root: a folder for the copies.
    """

    def __init__(self, root, base, name):
        self.root, self.base, self.name = root, base, name
        self.operation = OPERATIONS[name]
        self.before = in_a_process(lambda: opened(base, look))
        self.after = in_a_process(lambda: opened(self.copy(base, "whole"), self.operation))

    def copy(self, folder, name):
        target = self.root / name
        shutil.rmtree(target, ignore_errors=True)
        return shutil.copytree(folder, target)

    def named(self, found):
        return "before" if found == self.before else "after" if found == self.after else "half"

    def run(self):
        """Kill the operation at each of its moments, then what settles it at each of its own."""
        for number in count(1):
            folder = self.copy(self.base, "killed")
            if not die_at(folder, self.operation, number):
                return
            self.tell(folder, number)

    def tell(self, folder, number):
        other = self.copy(folder, "other")
        reader = self.named(in_a_process(lambda: opened(folder, look)))
        writer = self.named(in_a_process(lambda: opened(other, write_a_label)))
        again = self.named(in_a_process(lambda: opened(other, self.operation)))
        left = leftovers(folder) + leftovers(other)
        told = {
            "operation": self.name,
            "moment": number,
            "reader": reader,
            "writer": writer,
            "again": again,
            "left": left,
        }
        print(json.dumps(told), flush=True)

    def run_twice(self, number):
        """Kill the operation at one moment, and the reader that settles it at each of its moments."""
        for second in count(1):
            folder = self.copy(self.base, "killed")
            assert die_at(folder, self.operation, number)
            if not die_at(folder, look, second):
                return
            self.tell_twice(folder, number, second)

    def tell_twice(self, folder, number, second):
        reader = self.named(in_a_process(lambda: opened(folder, look)))
        print(json.dumps({"operation": self.name, "moment": number, "second": second, "reader": reader}), flush=True)


def look(store):
    """Change nothing."""


def main(root):
    base = root / "base"
    in_a_process(lambda: opened(base, prepare))
    in_a_process(lambda: opened(base, add_a_copy))
    for name in OPERATIONS:
        Attack(root, base, name).run()
    for name, number in (("remove", 4), ("index again, read otherwise", 6), ("index again, cut otherwise", 12)):
        Attack(root, base, name).run_twice(number)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
