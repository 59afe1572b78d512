"""A format of another package whose files stall, eat memory, map much of it, end their process or give too much text."""

import pytest

PLUGIN = """
import mmap, os, tempfile, time
from needlepoint.files.formats import FileFormat
from needlepoint.files.source import Page, SourceText

def read(data, limits):
    what = data.split()[1]
    if what == b"sleeps":
        time.sleep(10**6)
    elif what == b"eats":
        held = [bytes(10**7) for _ in range(10**6)]
    elif what == b"maps":
        with tempfile.TemporaryFile() as file:
            file.truncate(4 * 10**9)
            return SourceText(f"{mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)[10**9]}", (Page(1, 0, 1),), "attack")
    elif what == b"ends":
        os.abort()
    elif what == b"prints":
        print("{}")
    elif what == b"floods":
        return SourceText("pier", (Page(1, 0, 4, "x" * 200_000_000),), "attack")
    return SourceText("The pier is long.", (Page(1, 0, 17),), "attack")

FORMAT = FileFormat("attack", read, recognises=lambda name, data: data.startswith(b"ATTACK "))
"""


@pytest.fixture
def attack(tmp_path, monkeypatch):
    """Return a function that writes a file which does what it is told when it is read."""
    site = tmp_path / "site"
    (site / "needlepoint_attack-1.dist-info").mkdir(parents=True)
    (site / "needlepoint_attack.py").write_text(PLUGIN)
    (site / "needlepoint_attack-1.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: needlepoint-attack\nVersion: 1\n"
    )
    (site / "needlepoint_attack-1.dist-info" / "entry_points.txt").write_text(
        "[needlepoint.file_formats]\nattack = needlepoint_attack:FORMAT\n"
    )
    monkeypatch.syspath_prepend(str(site))

    def write(what):
        (tmp_path / "files").mkdir(exist_ok=True)
        path = tmp_path / "files" / f"{what}.attack"
        path.write_bytes(f"ATTACK {what}".encode())
        return path

    return write
