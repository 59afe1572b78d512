"""docs/commands.md shows each command's help as it is."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import typer

from needlepoint.cli.app import app

DOCS = Path(__file__).parents[3] / "docs" / "commands.md"
CODE = """
import json, sys
from typer.testing import CliRunner
from needlepoint.cli.app import app

runner = CliRunner()
shown = [runner.invoke(app, [*command.split(), "--help"], prog_name="needlepoint") for command in sys.argv[1:]]
assert not any(result.exit_code for result in shown)
print(json.dumps([result.stdout for result in shown]))
"""


def existing(group, *before):
    """Yield the words of each command, a group before what is in it."""
    yield " ".join(before)
    for name, command in getattr(group, "commands", {}).items():
        yield from existing(command, *before, name)


def commands():
    """Return the words of each command: those that the docs show in their order, then new ones."""
    every = list(existing(typer.main.get_command(app)))
    shown = re.findall(r"^## needlepoint ?(.*)$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    return [command for command in shown if command in every] + [command for command in every if command not in shown]


def shown_helps(names):
    """Return each command's help, in a terminal of a hundred columns, from one process."""
    environment = {**os.environ, "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb"}
    arguments = [sys.executable, "-c", CODE, *names]
    result = subprocess.run(arguments, capture_output=True, text=True, env=environment, check=True)
    return ["\n".join(line.rstrip() for line in text.strip().splitlines()) for text in json.loads(result.stdout)]


def rendered():
    parts = ["# Commands\n\nWhat `needlepoint COMMAND --help` prints."]
    names = commands()
    for command, text in zip(names, shown_helps(names), strict=True):
        name = f"needlepoint {command}".strip()
        parts.append(f"## {name}\n\n```text\n{text}\n```")
    return "\n\n".join(parts) + "\n"


def test_the_docs_show_the_help_as_it_is():
    if os.environ.get("WRITE_DOCS"):
        DOCS.write_text(rendered(), encoding="utf-8")
    assert DOCS.read_text(encoding="utf-8") == rendered(), (
        "run the test with WRITE_DOCS=1 to write docs/commands.md anew"
    )
