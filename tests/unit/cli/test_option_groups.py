from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from needlepoint.cli.option_groups import with_groups


@dataclass(frozen=True, kw_only=True)
class Common:
    out: Annotated[str, typer.Option("--out", help="Where to.")]
    seed: Annotated[int, typer.Option(min=1, help="Of the order.")] = 7


@dataclass(frozen=True, kw_only=True)
class More(Common):
    half: Annotated[bool, typer.Option("--half", help="Half the size.")] = False


@pytest.fixture
def invoke():
    app, taken = typer.Typer(), []

    @app.command()
    @with_groups
    def command(common: More, name: Annotated[str, typer.Option("--from")], files: list[str]) -> None:
        """Do it."""
        taken.append((common, name, files))

    return lambda *arguments: (CliRunner().invoke(app, arguments), taken)


def test_a_command_takes_one_object_for_the_options_of_its_fields(invoke):
    result, taken = invoke("--out", "there", "--half", "--from", "base", "a", "b")
    assert result.exit_code == 0, result.output
    assert taken == [(More(out="there", seed=7, half=True), "base", ["a", "b"])]


def test_the_fields_keep_help_defaults_and_checks(invoke):
    shown, _ = invoke("--help")
    assert all(
        text in shown.output for text in ("Do it.", "Where to.", "Of the order.", "default: 7", "Half the size.")
    )
    assert invoke("--from", "base", "a")[0].exit_code == 2
    assert invoke("--out", "there", "--seed", "0", "--from", "base", "a")[0].exit_code == 2
