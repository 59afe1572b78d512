"""Loads pipeline files for Haystack 3: those that come with Needlepoint, by name, and files of one's own."""

from pathlib import Path

import yaml
from haystack import Pipeline

from needlepoint import resources
from needlepoint.errors import PipelineFileError

_SUFFIX = ".yml"


def available() -> list[str]:
    """Return the names of the pipelines for Haystack 3 that come with Needlepoint."""
    return sorted(path.stem for path in _folder().glob(f"*{_SUFFIX}"))


def load_pipeline(name_or_path: str | Path) -> Pipeline:
    """Load one of Needlepoint's pipelines by its name, such as ``query``, or any pipeline file of Haystack 3.

    ``Pipeline.loads`` with the file's text does the same, with less helpful errors.

    :raises PipelineFileError: there is no such file, or it is not a pipeline of Haystack 3.
    """
    path = _find(str(name_or_path))
    try:
        text = path.read_text(encoding="utf-8")
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PipelineFileError(f"{path}: cannot be read: {' '.join(str(error).split())}") from error
    components = content.get("components") if isinstance(content, dict) else None
    if isinstance(components, list):
        raise PipelineFileError(
            f"{path.name}: this is a pipeline of Haystack 1.26: use it with the needlepoint command of 'needlepoint[app]', or"
            f" load one of {', '.join(available())}"
        )
    if not isinstance(components, dict):
        raise PipelineFileError(
            f"{path.name}: 'components' must map names to components, as haystack.Pipeline.dumps writes them"
        )
    return Pipeline.loads(text)


def _find(wanted: str) -> Path:
    shipped = _folder() / f"{wanted}{_SUFFIX}"
    for path in (Path(wanted).expanduser(), shipped):
        if path.is_file():
            return path
    raise PipelineFileError(f"no pipeline '{wanted}': give a YAML file or one of {', '.join(available())}")


def _folder() -> Path:
    return resources.pipelines_folder() / "haystack3"
