"""Damaged files of every kind of the examples: each is read or refused in one line, and its neighbours are read."""

import random
import zipfile
from pathlib import Path

import pytest

from holding_files import KINDS
from needlepoint.errors import UnreadableFileError
from needlepoint.files.documents import read_documents
from xps import glyphs, xps

EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "collection").iterdir())
OLD_OFFICE = Path(__file__).parents[2] / "unit" / "files" / "data" / "old_office.zip"
MARKUP = sorted((Path(__file__).parents[2] / "unit" / "files" / "data" / "markup").iterdir())
GOOD = "The pier is 412 metres long."


def flipped(data, chance):
    """Change one byte in two hundred."""
    changed = bytearray(data)
    for _ in range(max(1, len(data) // 200)):
        changed[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed)


def cut(data, chance):
    return data[: chance.randrange(1, len(data))]


def shuffled(data, chance):
    """Put its blocks of 512 bytes in another order, but for the first."""
    first, *blocks = (data[at : at + 512] for at in range(0, len(data), 512))
    chance.shuffle(blocks)
    return b"".join([first, *blocks])


def repeated(data, chance):
    """Repeat a piece many times."""
    at = chance.randrange(len(data))
    return data[:at] + 50 * data[at : at + 200] + data[at:]


@pytest.mark.parametrize("damage", [flipped, cut, shuffled, repeated])
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path, damage):
    chance = random.Random(damage.__name__)
    originals = {path.name: path.read_bytes() for path in [*EXAMPLES, *MARKUP]}
    with zipfile.ZipFile(OLD_OFFICE) as archive:
        originals |= {name: archive.read(name) for name in archive.namelist()}
    originals |= {name: make({"annex.txt": b"The annex.", "rent.csv": b"berth,rent"}) for name, make in KINDS.items()}
    originals["print.xps"] = xps(
        [glyphs("The pier is 412 metres long.", 96, 96), glyphs("Its rent is due in May.", 96, 96)]
    )
    paths = []
    for name, data in originals.items():
        (tmp_path / name).write_bytes(damage(data, chance))
        paths.append(tmp_path / name)
    (tmp_path / "good.txt").write_text(GOOD)
    paths = [tmp_path / "good.txt", *paths, tmp_path / "good.txt"]
    results = list(read_documents(paths, [{}] * len(paths)))
    assert results[0].text == results[-1].text == GOOD
    refused = [result for result in results if isinstance(result, UnreadableFileError)]
    for error in refused:
        assert "\n" not in str(error)
    for result in results:
        if not isinstance(result, UnreadableFileError):
            pages = result.meta["pages"]
            assert all(0 <= page["start"] <= page["end"] <= len(result.text) for page in pages)
            result.text.encode()  # no lone surrogates
