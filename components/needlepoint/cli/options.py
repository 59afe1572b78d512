"""Options that several commands share."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from needlepoint.evaluation.squad import SquadQuestion

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
TitlesOption = Annotated[
    Path | None,
    typer.Option(
        "--titles", help="Only these articles of the file: a JSON list of titles, or a training.json's held-out ones."
    ),
]


def chosen_pipeline(option: str | None) -> str | None:
    """Return the pipeline that the option names, or else the one in ``NEEDLEPOINT_PIPELINE``."""
    return option or os.environ.get("NEEDLEPOINT_PIPELINE") or None


def labelled_questions(file: Path, titles: Path | None) -> "list[SquadQuestion]":
    """Return the questions of a file in SQuAD's format.

    :param titles: a file of titles; only questions of these articles are returned.
    :raises SquadFileError: a file is not in its format, or no question belongs to these articles.
    """
    from needlepoint.evaluation.squad import read_squad, read_titles

    return read_squad(file, titles=None if titles is None else read_titles(titles))
