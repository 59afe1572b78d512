"""Keeps questions and pins in a process of its own, to be killed: ``python killed_asking.py FILE``; prints what it has kept."""

import sys
from itertools import count
from pathlib import Path

from needlepoint.sheets.database import SheetDatabase
from needlepoint.workspaces.history import History
from needlepoint.workspaces.pins import Pins
from needlepoint.workspaces.workspace import Workspaces


def main(file):
    database = SheetDatabase(Path(file))
    workspace = Workspaces(database).make("Leases").id
    history, pins = History(database), Pins(database)
    print(workspace, flush=True)
    for number in count():
        place = {"document": {"id": "d", "name": "lease.txt"}, "answer": "31 March", "start": number, "end": number + 8}
        reply = {"question": f"Question {number}?", "found": True, "answers": [place], "nearest": ["text" * 5_000]}
        asked = history.add(workspace, {}, reply)
        pin = pins.add(workspace, place, question=reply["question"], question_id=asked)
        history.write_note(workspace, asked, f"note {number}")
        print(asked, pin.id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
