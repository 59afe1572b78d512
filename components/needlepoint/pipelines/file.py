"""Loads pipelines from YAML: finds the file, checks it with precise messages, and passes it to Haystack."""

import os
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from needlepoint import resources
from needlepoint.errors import NeedlepointError, PipelineFileError
from needlepoint.pipelines import light_start
from needlepoint.pipelines.checks import check_parameters, check_shape

if TYPE_CHECKING:
    from haystack import Pipeline

SUFFIX = ".haystack-pipeline.yml"
DEFAULT = "local"
QUERY, INDEXING = "query", "indexing"  # the names of a file's pipelines


def available() -> list[str]:
    """Return the names of the pipelines that ship with Needlepoint."""
    return sorted(path.name.removesuffix(SUFFIX) for path in resources.pipelines_folder().glob(f"*{SUFFIX}"))


def find(name_or_path: str | Path | None) -> Path:
    """Return the file of a pipeline given by its name (``local``) or by a path.

    :param name_or_path: None means the default pipeline.
    :raises PipelineFileError: there is no such file.
    """
    wanted = str(name_or_path or DEFAULT)
    shipped = resources.pipelines_folder() / f"{wanted}{SUFFIX}"
    path = Path(wanted).expanduser()
    if path.is_file():
        return path
    if shipped.is_file():
        return shipped
    raise PipelineFileError(f"no pipeline '{wanted}': give a YAML file or one of {', '.join(available())}")


class PipelineFile:
    """One YAML file with its pipelines.

    :param name_or_path: a shipped pipeline's name or a file; None means the default pipeline.
    :param overrides: ``{"component type": {"parameter": value}}``: defaults for parameters that the YAML does not set.
    :param changes: ``{"component name": {"parameter": value}}``: values that replace those of YAML and environment.
    :raises PipelineFileError: there is a mistake in the file or the environment; the message names file, node and field.
    """

    def __init__(
        self,
        name_or_path: str | Path | None = None,
        *,
        overrides: Mapping[str, Mapping[str, Any]] | None = None,
        changes: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self.path = find(name_or_path)
        self._config = _parse(self.path)
        check_shape(self.path.name, self._config)
        for component in self._config["components"]:
            params = component.setdefault("params", {}) or {}
            component["params"] = {
                **(overrides or {}).get(component["type"], {}),
                **params,
                **_from_environment(component),
                **(changes or {}).get(component["name"], {}),
            }
            _use_bundled_model(component)
        self._is_checked = False

    @property
    def pipeline_names(self) -> list[str]:
        """The names of the file's pipelines, such as ``query`` and ``indexing``."""
        return [pipeline["name"] for pipeline in self._config["pipelines"]]

    @property
    def components(self) -> list[dict[str, Any]]:
        """Name, type and final parameters of each component."""
        return deepcopy(self._config["components"])

    def load(self, pipeline_name: str) -> "Pipeline":
        """Create one of the file's pipelines with its components.

        :raises PipelineFileError: the file has no such pipeline, or Haystack cannot create a component.
        """
        self._check_pipeline(pipeline_name)
        return self._load(self._config, pipeline_name)

    def node_classes(self, pipeline_name: str) -> dict[str, type]:
        """Return the classes of a pipeline's nodes by node name, without creating a node.

        :raises PipelineFileError: the file has no such pipeline, or there is a mistake in it.
        """
        self._check_pipeline(pipeline_name)
        self._prepare()
        from needlepoint.nodes.register import BaseComponent

        types = {component["name"]: component["type"] for component in self._config["components"]}
        nodes = next(each["nodes"] for each in self._config["pipelines"] if each["name"] == pipeline_name)
        return {node["name"]: BaseComponent._subclasses[types[node["name"]]] for node in nodes}

    def _check_pipeline(self, name: str) -> None:
        if name not in self.pipeline_names:
            names = ", ".join(self.pipeline_names)
            raise PipelineFileError(f"{self.path.name}: no pipeline named '{name}', only {names}")

    def load_node(self, name: str) -> Any:
        """Create a single component, with only those components that its parameters refer to.

        :raises PipelineFileError: the file has no such component, or Haystack cannot create it.
        """
        if name not in [component["name"] for component in self._config["components"]]:
            raise PipelineFileError(f"{self.path.name}: no component named '{name}'")
        alone = {"name": "alone", "nodes": [{"name": name, "inputs": ["Query"]}]}
        return self._load({**self._config, "pipelines": [alone]}, "alone").get_node(name)

    def _prepare(self) -> None:
        """Import Haystack, without torch if the file's components allow it, and check their parameters."""
        light_start.prepare(component["type"] for component in self._config["components"])
        if not self._is_checked:
            check_parameters(self.path.name, self._config)
            self._is_checked = True

    def _load(self, config: dict[str, Any], pipeline_name: str) -> "Pipeline":
        self._prepare()
        from needlepoint.nodes.register import HaystackError, Pipeline

        try:
            return Pipeline.load_from_config(
                config,
                pipeline_name=pipeline_name,
                overwrite_with_env_variables=False,
                strict_version_check=False,
            )
        except NeedlepointError:
            raise
        except HaystackError as error:
            raise _reason(self.path.name, error) from error


def run_pipeline(pipeline: "Pipeline", **arguments: Any) -> dict[str, Any]:
    """Run a pipeline; errors of Needlepoint are raised as they are, without Haystack's wrapping."""
    try:
        output: dict[str, Any] = pipeline.run(**arguments)
    except Exception as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, NeedlepointError):
                raise cause from None
            cause = cause.__cause__
        raise
    return output


def _parse(path: Path) -> dict[str, Any]:
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", error)).split())
        raise PipelineFileError(f"{path.name}{where}: not valid YAML: {problem}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PipelineFileError(f"{path}: cannot be read: {error}") from error
    if not isinstance(config, dict):
        raise PipelineFileError(f"{path.name}: must hold 'version', 'components' and 'pipelines'")
    return config


def _from_environment(component: dict[str, Any]) -> dict[str, Any]:
    """Read ``NAME_PARAMS_PARAMETER`` as Haystack does, but as YAML values: ``3`` is a number."""
    prefix = f"{component['name']}_params_".upper()
    return {
        variable.removeprefix(prefix).lower(): _yaml_value(variable, value)
        for variable, value in os.environ.items()
        if variable.startswith(prefix)
    }


def _yaml_value(variable: str, value: str) -> Any:
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError as error:
        problem = " ".join(str(getattr(error, "problem", error)).split())
        raise PipelineFileError(f"the environment variable {variable} is not valid YAML: {problem}") from error


def _use_bundled_model(component: dict[str, Any]) -> None:
    """Resolve ``models/reader`` and ``models/reader-small`` to the bundled readers, for Haystack's readers, too."""
    named = component["params"].get("model_name_or_path")
    if isinstance(named, str) and (folder := resources.bundled_model(named)):
        component["params"]["model_name_or_path"] = str(folder)


def _reason(file: str, error: BaseException) -> NeedlepointError:
    """Return the root cause of Haystack's "Failed loading pipeline component" as an error of one line."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, NeedlepointError):
        last, cause = cause, cause.__cause__
    if cause is not None:
        return cause
    first = str(error).split("See the stacktrace")[0].strip().rstrip(":")
    if isinstance(last, ModuleNotFoundError) and last.name == "torch":
        return PipelineFileError(f"{file}: {first} It needs torch: pip install 'needlepoint[torch]'")
    if isinstance(last, ImportError) and "SequenceSummary" in str(last):  # see nodes/haystack_setup.py
        return PipelineFileError(f"{file}: {first} Put 'import needlepoint.nodes' before the first import of haystack")
    detail = "" if last is error else f" {type(last).__name__}: {last}"
    return PipelineFileError(" ".join(f"{file}: {first}{detail}".split()))
