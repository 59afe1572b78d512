"""A service that is killed loses no question, pin or note that it has told of."""

import subprocess
import sys
from pathlib import Path

import pytest

from needlepoint.sheets.database import SheetDatabase
from needlepoint.workspaces.history import History
from needlepoint.workspaces.pins import Pins

SCRIPT = Path(__file__).with_name("killed_asking.py")


@pytest.mark.parametrize("after", [1, 9, 30])
def test_what_was_kept_before_the_kill_is_there_after_it(tmp_path, after):
    file = tmp_path / "sheets.sqlite"
    with subprocess.Popen([sys.executable, str(SCRIPT), str(file)], stdout=subprocess.PIPE, text=True) as process:
        workspace = process.stdout.readline().strip()
        told = [process.stdout.readline().split() for _ in range(after)]
        process.kill()
    database = SheetDatabase(file)
    whole = {asked.id: (asked, reply) for asked, reply in History(database).whole(workspace)}
    assert [id_ for id_, _ in told] == list(whole)[:after]
    for number, (id_, _) in enumerate(told):
        asked, reply = whole[id_]
        assert (asked.question, asked.note, asked.pins) == (f"Question {number}?", f"note {number}", 1)
        assert reply["nearest"] == ["text" * 5_000]
    assert [pin.id for pin in Pins(database).all(workspace)][:after] == [pin for _, pin in told]
    database.close()
