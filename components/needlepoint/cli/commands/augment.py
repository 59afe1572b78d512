"""``needlepoint augment``: data augmentation by copies of paragraphs with other words in them."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from needlepoint.cli.training_options import DownloadOption, find_model, require_torch
from needlepoint.errors import QuestionError

if TYPE_CHECKING:
    from needlepoint.evaluation.squad import SquadQuestion
    from needlepoint.training.augmentation import Augmenter


def augment(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Questions in SQuAD's format: .json or .json.xz.")],
    out: Annotated[Path, typer.Option(help="The file to write, in the same format.")],
    masked_lm: Annotated[
        str | None, typer.Option(help="A masked language model: a folder, or its name on the hub.")
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(help="Word vectors such as GloVe's: a text file, a word and its numbers on each line."),
    ] = None,
    copies: Annotated[int, typer.Option(min=1, help="The most copies of each paragraph.")] = 20,
    share: Annotated[float, typer.Option(min=0, max=1, help="Share of the words to replace in a copy.")] = 0.4,
    candidates: Annotated[int, typer.Option(min=1, help="Substitutes for each word to choose from.")] = 15,
    seed: Annotated[int, typer.Option(help="Seed of the choice.")] = 7,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    allow_download: DownloadOption = False,
) -> None:
    """Write the questions, with copies of their paragraphs in which likely substitutes replace words outside answers."""
    from needlepoint.evaluation.squad import read_squad

    if masked_lm is None and vectors is None:
        raise QuestionError("give --masked-lm, --vectors or both: the substitutes come from them")
    if masked_lm is not None:
        require_torch()
    _try_writing(out)
    questions = read_squad(data)
    from needlepoint.training.augmentation import Augmenter
    from needlepoint.training.substitutes import MaskedGuesses, WordVectors

    folder = find_model(masked_lm, allow_download=allow_download).folder if masked_lm else None
    augmenter = Augmenter(
        MaskedGuesses(folder, most=candidates, device=device) if folder else None,
        WordVectors(vectors, most=candidates) if vectors else None,
        copies=copies,
        share=share,
        seed=seed,
    )
    _write(questions, augmenter, out)


def _try_writing(out: Path) -> None:
    """Make sure before hours of work that the result can be written; an existing file is replaced by a copy of itself."""
    trial = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if is_new := not out.exists():
            trial.touch()
        elif out.is_file():
            shutil.copy2(out, trial)
        else:
            raise QuestionError(f"--out {out} cannot be written: it is not a file")
        os.replace(trial, out)
        if is_new:
            out.unlink()
    except OSError as error:
        with suppress(OSError):
            trial.unlink()
        raise QuestionError(f"--out {out} cannot be written: {error.strerror or error}") from error


def _write(questions: list["SquadQuestion"], augmenter: "Augmenter", out: Path) -> None:
    from needlepoint.cli.printing import counted
    from needlepoint.cli.progress import progress_bar
    from needlepoint.training.augmentation import augment, write_squad

    with progress_bar("paragraphs", len({question.context for question in questions})) as update:
        content = augment(questions, augmenter, on_paragraph=lambda: update(advance=1))
    write_squad(content, out)
    made = sum(len(paragraph["qas"]) for article in content["data"] for paragraph in article["paragraphs"])
    typer.echo(f"{counted(len(questions), 'question')} became {made:,}, in {out}")
