"""A sheet whose process is killed, or whose disk is full, loses nothing that was read."""

import subprocess
import sys
from pathlib import Path

import pytest

from needlepoint.errors import SheetError
from needlepoint.sheets.database import SheetDatabase
from needlepoint.sheets.ledger import Ledger, Unit
from needlepoint.sheets.questions import questions_from
from needlepoint.sheets.reading import pairs_of
from needlepoint.sheets.table import Cell, State

SCRIPT = Path(__file__).with_name("killed_sheet.py")


@pytest.mark.parametrize("after", [1, 7, 20])
def test_a_killed_sheet_keeps_every_cell_that_it_told_of(add, store, filler, tmp_path, after):
    documents = add(**{f"box{n}": [f"Thing {n}."] for n in range(60)})
    store.close()
    command = [sys.executable, str(SCRIPT), str(tmp_path / "store"), str(tmp_path / "sheets" / "sheets.sqlite")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        told = {process.stdout.readline().strip() for _ in range(after)}
        process.kill()
    pairs = pairs_of(questions_from(["What is the colour?"]), documents)
    known = {each.document.id for each in filler(key="slow").known(pairs)}
    assert told <= known
    assert len(known) < 60
    assert len(list(filler(key="slow").fill(pairs))) == 60


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("a small disk can only be mounted by root on Linux")
    database = SheetDatabase(disk / "sheets.sqlite")
    yield database
    database.close()
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_one_line_and_what_was_read_is_kept(small_disk):
    ledger, units = Ledger(small_disk), [Unit(f"document-{n}", "What?", "reader", "settings") for n in range(10_000)]
    written = []
    with pytest.raises(SheetError, match=r"no space left for what the sheet has read") as caught:
        written.extend(recorded(ledger, units))
    assert "\n" not in str(caught.value)
    kept = ledger.outcomes(units)
    assert set(kept) == set(written)
    assert len(kept) > 20


def recorded(ledger, units):
    for unit in units:
        ledger.record(unit, Cell(State.UNREAD, reason="x" * 1_000), seconds=0.0)
        yield unit
