"""The parameters of a distillation, from a file that users may copy and change."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from needlepoint.errors import TrainingError

TINYROBERTA = Path(__file__).with_name("tinyroberta.yml")


def read_recipe(step: str, file: Path | None = None) -> dict[str, Any]:
    """Return the parameters of one step by name.

    :param step: ``intermediate`` or ``prediction``.
    :param file: a YAML file; tinyroberta's recipe by default.
    :raises TrainingError: the file cannot be read, or has no such step.
    """
    path = file or TINYROBERTA
    try:
        recipe = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TrainingError(f"{path} cannot be read as YAML: {' '.join(str(error).split())}") from error
    parameters = recipe.get(step) if isinstance(recipe, dict) else None
    if not isinstance(parameters, dict):
        raise TrainingError(f"{path} has no section {step!r}; see {TINYROBERTA} for the form")
    return {name: parsed(value) for name, value in parameters.items()}


def parsed(value: Any) -> Any:
    """Return a number for text such as 3e-5, which YAML reads as text because it has no decimal point."""
    if isinstance(value, str):
        with suppress(ValueError):
            return float(value)
    return value
