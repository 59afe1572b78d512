"""What the browser sends in one bundle is taken apart; what only calls itself one is a file."""

import io
import json

import pytest

from needlepoint_ui.collection.bundles import unbundled


class Uploaded(io.BytesIO):
    def __init__(self, name, data):
        super().__init__(data)
        self.name, self.size = name, len(data)


def bundle(listed, data, name="3 files.needlepoint-bundle"):
    return Uploaded(name, json.dumps(listed).encode() + b"\n" + data)


def parts(*files):
    return [(each.name, each.size, each.opened().read()) for each in unbundled(files)]


def test_a_bundle_holds_files_with_their_paths():
    sent = bundle([["papers/a.txt", 3], ["empty.txt", 0], ["b\n\u2028.txt", 4]], b"one\ntwo")
    assert parts(sent, Uploaded("c.txt", b"three")) == [
        ("papers/a.txt", 3, b"one"),
        ("empty.txt", 0, b""),
        ("b\n\u2028.txt", 4, b"\ntwo"),
        ("c.txt", 5, b"three"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no line",
        b"[]",
        b"[]\n",
        b'[["a.txt", 3]]\nfour',
        b'[["a.txt", 9], ["b.txt", -5]]\nfour',
        b'[["a.txt"]]\nfour',
        b'{"a": 1}\n',
        b"7\n",
        b"[" * 100_000 + b"\n",
        b'[["a.txt", "x"]]\nfour',
        b"\xff\xfe\n",
    ],
)
def test_what_is_no_bundle_is_a_file(data):
    assert parts(Uploaded("notes.needlepoint-bundle", data)) == [("notes.needlepoint-bundle", len(data), data)]


def test_only_a_bundle_is_taken_apart():
    data = b'[["a.txt", 4]]\nfour'
    assert parts(Uploaded("list.json", data)) == [("list.json", len(data), data)]
