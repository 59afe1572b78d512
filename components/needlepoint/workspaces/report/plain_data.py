"""A whole workspace as JSON: every question with its answers as they were given, every pinned quote, every note."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from needlepoint.workspaces.history import AskedQuestion
from needlepoint.workspaces.pins import Pin
from needlepoint.workspaces.workspace import Workspace

FORMAT = 1
"""The version of the file's form."""


def workspace_json(
    workspace: Workspace, asked: Iterable[tuple[AskedQuestion, Mapping[str, Any]]], pins: Sequence[Pin]
) -> Iterator[bytes]:
    """Yield a workspace as JSON text, question by question, so that a long history takes no memory."""
    head = json.dumps({"format": FORMAT, **asdict(workspace)})
    yield f'{head[:-1]}, "history": ['.encode()
    for number, (question, reply) in enumerate(asked):
        yield ((",\n" if number else "\n") + json.dumps({**asdict(question), "reply": reply})).encode()
    pinned = json.dumps([asdict(pin) for pin in pins])
    yield f'\n], "pinned": {pinned}}}\n'.encode()
