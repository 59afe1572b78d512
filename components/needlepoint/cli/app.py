"""The ``needlepoint`` command: its sub-commands, and one line for every error."""

import logging
import os
import sys

import typer

from needlepoint import __version__
from needlepoint.cli.commands.ask import ask
from needlepoint.cli.commands.audit import audit
from needlepoint.cli.commands.augment import augment
from needlepoint.cli.commands.backup import backup, restore
from needlepoint.cli.commands.calibrate import calibrate
from needlepoint.cli.commands.copy import copy
from needlepoint.cli.commands.distil import distil
from needlepoint.cli.commands.documents import documents
from needlepoint.cli.commands.embed import embed
from needlepoint.cli.commands.evaluate import evaluate
from needlepoint.cli.commands.index import index
from needlepoint.cli.commands.serve import serve
from needlepoint.cli.commands.sheet import sheet
from needlepoint.cli.commands.train import train
from needlepoint.cli.commands.ui import ui
from needlepoint.cli.commands.users import users
from needlepoint.cli.commands.verify import verify
from needlepoint.cli.commands.workspace import workspace
from needlepoint.errors import NeedlepointError, QuestionError

app = typer.Typer(
    name="needlepoint",
    help="Ask your documents a question and get the exact words that answer it, with file, page and place.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(index)
app.command()(ask)
app.command()(verify)
app.add_typer(documents, name="documents")
app.add_typer(evaluate, name="evaluate")
app.command()(sheet)
app.add_typer(workspace, name="workspace")
app.command()(calibrate)
app.command()(copy)
app.command()(backup)
app.command()(restore)
app.command()(embed)
app.command()(serve)
app.command()(ui)
app.add_typer(users, name="users")
app.command()(audit)
app.command()(train)
app.add_typer(distil, name="distil")
app.command()(augment)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"needlepoint {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print the version."),
) -> None:
    pass


def main() -> None:
    """Run the command line; errors go to stderr as one line, with exit code 2 for usage and 1 for failure."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    logging.getLogger("needlepoint").setLevel(logging.ERROR)  # the commands report skipped files themselves
    _show_outages()
    try:
        app()
    except QuestionError as error:
        _fail(str(error), code=2)
    except NeedlepointError as error:
        _fail(str(error), code=1)
    except KeyboardInterrupt:
        _fail("stopped; what was finished until then is kept", code=130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if os.environ.get("NEEDLEPOINT_DEBUG"):
            raise
        line = " ".join(str(error).split()) or type(error).__name__
        _fail(f"unexpected {type(error).__name__}: {line[:500]} (NEEDLEPOINT_DEBUG=1 shows where)", code=1)


def _show_outages() -> None:
    """Print a line while a command waits for Elasticsearch, and when it settles a change that was interrupted there."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("needlepoint: %(message)s"))
    for name in ("outage", "changing"):
        shown = logging.getLogger(f"needlepoint.stores.elasticsearch.{name}")
        shown.setLevel(logging.WARNING)
        shown.addHandler(handler)
        shown.propagate = False


def _fail(message: str, *, code: int) -> None:
    print(f"needlepoint: {message}", file=sys.stderr)
    sys.exit(code)
