"""Saves a trained reader as a Hugging Face folder that every reader loads: Needlepoint's, FARM's, transformers' own."""

import json
import os
import shutil
from pathlib import Path

from safetensors.torch import save_file

from needlepoint.errors import TrainingError
from needlepoint.training.models import TrainableReader

_CONFIGURATION = "config.json"


def save_reader(reader: TrainableReader, folder: Path, *, half: bool = False, card: str = "") -> None:
    """Write model, tokenizer and card; ``config.json`` comes last, so that a folder that has it is complete.

    :param half: store the weights in 16 bits, which halves the file; computation stays in 32 bits.
    :param card: the text of README.md; empty for none.
    :raises TrainingError: the folder cannot be written.
    """
    import transformers

    unfinished = folder / "unfinished"
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        transformers.AutoTokenizer.from_pretrained(reader.folder).save_pretrained(unfinished)
        _save_model(reader, unfinished, half=half)
        if card:
            (unfinished / "README.md").write_text(card, encoding="utf-8")
        for path in sorted(unfinished.iterdir(), key=lambda path: path.name == _CONFIGURATION):
            os.replace(path, folder / path.name)
        unfinished.rmdir()
    except OSError as error:
        raise TrainingError(f"the model cannot be saved in {folder}: {error.strerror or error}") from error


def _save_model(reader: TrainableReader, folder: Path, *, half: bool) -> None:
    configuration = reader.model.config.to_diff_dict()  # only what differs from the defaults
    configuration.pop("_name_or_path", None)  # a path on this machine
    configuration |= {"architectures": [type(reader.model).__name__], "dtype": "float32"}
    (folder / _CONFIGURATION).write_text(json.dumps(configuration, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    weights = {name: (t.half() if half else t).cpu().contiguous() for name, t in reader.model.state_dict().items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
