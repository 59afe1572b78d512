"""Options that every command has."""

import os
from pathlib import Path
from typing import Annotated

import typer

StoreOption = Annotated[
    Path | None,
    typer.Option("--store", help="Folder of the collection (default: NEEDLEPOINT_STORE or the user's data folder)."),
]
PipelineOption = Annotated[
    str | None,
    typer.Option("--pipeline", help="A pipeline's name or YAML file (default: NEEDLEPOINT_PIPELINE or local)."),
]
FilterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--filter", "-f", help="Only documents with this metadata: type=pdf, date>=2021-01-01, author!=Ann ..."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def chosen_pipeline(option: str | None) -> str | None:
    """Return the pipeline that is asked for, by the option or else by ``NEEDLEPOINT_PIPELINE``."""
    return option or os.environ.get("NEEDLEPOINT_PIPELINE") or None
