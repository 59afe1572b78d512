"""Damages an embedded store in many ways, and counts what its readers then say.

    python benchmarks/attacks/damaged_store.py FOLDER [--damages 200] [--seed 7]

FOLDER is indexed once, and every passage gets a vector that is made up. Each damage hits one file of a copy: a flipped bit, a
part cut off, two halves swapped, a block of zeros, or the file removed. A process of its own then lists the documents, reads
every text, and asks the store for twenty words and for what is nearest to five vectors. What it meets is *harmless* (all is as
it was), *told* (one line that is an error of Needlepoint), an *exception* (any other), *wrong* (other lists, texts, passages or
neighbours, without a word) or *crashed*. *Told* are also the damages that these readers do not meet and ``needlepoint documents
check`` finds.
"""

import argparse
import dataclasses
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np

from needlepoint.pipelines import light_start

light_start.allow()

from needlepoint.collection.checking import check_collection  # noqa: E402
from needlepoint.errors import NeedlepointError  # noqa: E402
from needlepoint.service.facade import Service  # noqa: E402
from needlepoint.settings import Settings  # noqa: E402
from needlepoint.stores.names import PASSAGES  # noqa: E402
from needlepoint.stores.record_store import records_in  # noqa: E402
from needlepoint.stores.records import Vector  # noqa: E402
from needlepoint.stores.tantivy import TantivyCollection  # noqa: E402

_FAILED = {"exception", "wrong", "crashed"}
_WORDS = 20
_VECTORS, _WIDTH = 5, 48


def flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def swapped(data: bytes, chance: random.Random) -> bytes:
    middle = chance.randrange(len(data))
    return data[middle:] + data[:middle]


def zeroed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    size = min(512, len(data) - at)
    return data[:at] + bytes(size) + data[at + size :]


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes] | None] = {
    "flipped": flipped, "cut": cut, "swapped": swapped, "zeroed": zeroed, "removed": None,
}  # fmt: skip


def made_up(number: int, *, seed: int) -> list[Vector]:
    return list(np.random.default_rng(seed).normal(size=(number, _WIDTH)).astype(np.float32))


def embed(service: Service) -> None:
    passages = list(records_in(service.collection, PASSAGES))
    vectors = made_up(len(passages), seed=2)
    made = [dataclasses.replace(each, embedding=vector) for each, vector in zip(passages, vectors, strict=True)]
    service.collection.write(PASSAGES, made)


def opened(store: Path) -> Service:
    return Service(settings=dataclasses.replace(Settings.from_environment(), store=store))


def seen(store: Path, words: list[str]) -> list[Any]:
    """Return what readers see of a collection: its list, its texts and the passages that words find."""
    with opened(store) as service:
        records = service.documents()
        index = cast(TantivyCollection, service.collection).snapshot("document")
        found = [
            [(record.id, record.content) for _, record in index.search(word, search_fields={"content": 1.0}, top_k=5)]
            for word in words
            if index
        ]
        found += [
            [(record.id, round(score, 4)) for score, record in index.nearest(vector, similarity="cosine", top_k=5)]
            for vector in made_up(_VECTORS, seed=1)
            if index
        ]
        texts = [service.text(record.id) for record in records]
        listed = [[record.id, json.dumps(record.meta, sort_keys=True, default=str)] for record in records]
        return [*json.loads(json.dumps([listed, texts, found]))]


def outcome(store: Path, words: list[str], whole: list[Any]) -> tuple[str, str]:
    """Return what readers of a damaged copy meet, and what is said."""
    try:
        if seen(store, words) != whole:
            return "wrong", ""
        with opened(store) as service:
            broken = list(check_collection(service.collection).lines())
        return ("told", broken[0]) if broken else ("harmless", "")
    except NeedlepointError as error:
        return ("told" if "\n" not in str(error) else "exception"), str(error)
    except BaseException as error:  # panics of tantivy are none of Exception
        return "exception", f"{type(error).__name__}: {error}"


def in_a_process(act: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
        with os.fdopen(writing, "w") as pipe:
            json.dump(act(), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return tuple(json.loads(text)) if text and status == 0 else ("crashed", f"status {status}")


def main() -> None:
    """Index, damage and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--damages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    chance, counts = random.Random(options.seed), Counter[str]()
    with tempfile.TemporaryDirectory() as root:
        base, copy = Path(root, "base"), Path(root, "copy")
        with opened(base) as service:
            service.index([options.folder])
            embed(service)
            words = sorted(
                {word for record in service.documents() for word in service.text(record.id).split() if word.isalpha()}
            )
        words = chance.sample(words, min(_WORDS, len(words)))
        whole = json.loads(in_a_process(lambda: ("", json.dumps(seen(base, words))))[1])
        for _ in range(options.damages):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(base, copy)
            files = sorted(path for path in copy.rglob("*") if path.is_file() and path.stat().st_size)
            path, (name, damage) = chance.choice(files), chance.choice(list(DAMAGES.items()))
            data = path.read_bytes()
            if damage:
                path.write_bytes(damage(data, chance))
            else:
                path.unlink()
            state, said = in_a_process(lambda: outcome(copy, words, whole))
            counts[state] += 1
            if state in _FAILED:
                print(f"{name} {path.relative_to(copy)}: {state} {said}"[:300], flush=True)
    print(", ".join(f"{number} {state}" for state, number in counts.most_common()))
    raise SystemExit(any(counts[state] for state in _FAILED))


if __name__ == "__main__":
    main()
