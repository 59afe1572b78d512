"""Loads pipelines from YAML: finds the file, checks it so that a mistake is named, and hands it to Haystack."""

import difflib
import inspect
import os
from pathlib import Path
from typing import Any

import yaml

from needlepoint import resources
from needlepoint.errors import NeedlepointError, PipelineFileError

SUFFIX = ".haystack-pipeline.yml"
DEFAULT = "local"


def available() -> list[str]:
    """Return the names of the pipelines that ship with Needlepoint."""
    return sorted(path.name.removesuffix(SUFFIX) for path in resources.pipelines_folder().glob(f"*{SUFFIX}"))


def find(name_or_path: str | Path | None) -> Path:
    """Return the file of a pipeline given by its name (``local``) or by a path.

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

    :param name_or_path: a shipped pipeline's name or a file; None takes the default.
    :param overrides: ``{"component type": {"parameter": value}}``, set where the YAML itself is silent.
    :raises PipelineFileError: a mistake in the file; the message names file, node and field.
    """

    def __init__(self, name_or_path: str | Path | None = None, *, overrides: dict[str, dict[str, Any]] | None = None) -> None:
        self.path = find(name_or_path)
        self._config = _parse(self.path)
        _Checker(self.path.name, self._config).check()
        for component in self._config["components"]:
            params = component.setdefault("params", {}) or {}
            component["params"] = {**(overrides or {}).get(component["type"], {}), **params, **_from_environment(component)}
            _use_bundled_reader(component)
        _check_parameters(self.path.name, self._config)

    @property
    def pipeline_names(self) -> list[str]:
        """Names of the pipelines in the file, such as ``query`` and ``indexing``."""
        return [pipeline["name"] for pipeline in self._config["pipelines"]]

    def load(self, pipeline_name: str) -> Any:
        """Return a ``haystack.Pipeline`` with its components made.

        :raises PipelineFileError: the file has no such pipeline, or Haystack refuses a component.
        """
        import needlepoint.nodes.register  # noqa: F401  (Haystack finds a node only after its class is imported)
        from haystack import Pipeline
        from haystack.errors import HaystackError

        if pipeline_name not in self.pipeline_names:
            names = ", ".join(self.pipeline_names)
            raise PipelineFileError(f"{self.path.name}: no pipeline named '{pipeline_name}', only {names}")
        try:
            return Pipeline.load_from_config(
                self._config, pipeline_name=pipeline_name, overwrite_with_env_variables=False, strict_version_check=False
            )
        except NeedlepointError:
            raise
        except HaystackError as error:
            raise _reason(self.path.name, error) from error


def _parse(path: Path) -> dict[str, Any]:
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise PipelineFileError(f"{path.name}{where}: not valid YAML: {getattr(error, 'problem', error)}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PipelineFileError(f"{path}: cannot be read: {error}") from error
    if not isinstance(config, dict):
        raise PipelineFileError(f"{path.name}: must hold 'version', 'components' and 'pipelines'")
    return config


class _Checker:
    """The shape of the file: Haystack's own messages do not say where a mistake is."""

    def __init__(self, file: str, config: dict[str, Any]) -> None:
        self.file = file
        self.config = config

    def check(self) -> None:
        for key in ("components", "pipelines"):
            if not isinstance(self.config.get(key), list) or not self.config[key]:
                raise PipelineFileError(f"{self.file}: '{key}' must be a list with at least one entry")
        self.config.setdefault("version", _haystack_version())
        for component in self.config["components"]:
            self._check_component(component)
        for pipeline in self.config["pipelines"]:
            self._check_pipeline(pipeline)

    def _check_component(self, component: Any) -> None:
        if not isinstance(component, dict) or not component.get("name"):
            raise PipelineFileError(f"{self.file}: every entry of 'components' needs a 'name'")
        name = component["name"]
        if not component.get("type"):
            raise PipelineFileError(f"{self.file}: node '{name}': field 'type' is missing")
        if not isinstance(component.get("params") or {}, dict):
            raise PipelineFileError(f"{self.file}: node '{name}': field 'params' must map names to values")
        for key in set(component) - {"name", "type", "params"}:
            raise PipelineFileError(f"{self.file}: node '{name}': unknown field '{key}' (name, type, params)")

    def _check_pipeline(self, pipeline: Any) -> None:
        if not isinstance(pipeline, dict) or not pipeline.get("name") or not isinstance(pipeline.get("nodes"), list):
            raise PipelineFileError(f"{self.file}: every entry of 'pipelines' needs a 'name' and a list of 'nodes'")
        components = {component["name"] for component in self.config["components"]}
        known = components | {"Query", "File"}
        for node in pipeline["nodes"]:
            where = f"{self.file}: pipeline '{pipeline['name']}'"
            if not isinstance(node, dict) or not isinstance(node.get("inputs"), list):
                raise PipelineFileError(f"{where}: node {node!r} needs 'name' and a list of 'inputs'")
            if node.get("name") not in components:
                raise PipelineFileError(
                    f"{where}: node '{node.get('name')}' is not among 'components'{_nearest(node.get('name'), components)}"
                )
            for source in node["inputs"]:
                if str(source).split(".")[0] not in known:
                    raise PipelineFileError(
                        f"{where}: node '{node['name']}': field 'inputs': no node '{source}'{_nearest(source, known)}"
                    )


def _check_parameters(file: str, config: dict[str, Any]) -> None:
    """Check types and parameter names against the classes themselves."""
    import needlepoint.nodes.register  # noqa: F401
    from haystack.nodes import BaseComponent

    for component in config["components"]:
        where = f"{file}: node '{component['name']}'"
        node_class = BaseComponent._subclasses.get(component["type"])
        if node_class is None:
            nearest = _nearest(component["type"], BaseComponent._subclasses)
            raise PipelineFileError(f"{where}: field 'type': no such node '{component['type']}'{nearest}")
        parameters = inspect.signature(node_class).parameters
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
            continue
        for name in component["params"]:
            if name not in parameters:
                nearest = _nearest(name, parameters)
                raise PipelineFileError(f"{where}: field '{name}': {component['type']} has no such parameter{nearest}")
        for parameter in parameters.values():
            if parameter.default is parameter.empty and parameter.name not in component["params"]:
                raise PipelineFileError(f"{where}: field '{parameter.name}' is missing: {component['type']} needs it")


def _from_environment(component: dict[str, Any]) -> dict[str, Any]:
    """Read ``NAME_PARAMS_PARAMETER`` as Haystack does, but as YAML values: ``3`` is a number."""
    prefix = f"{component['name']}_params_".upper()
    return {
        variable.removeprefix(prefix).lower(): yaml.safe_load(value)
        for variable, value in os.environ.items()
        if variable.startswith(prefix)
    }


def _use_bundled_reader(component: dict[str, Any]) -> None:
    """``models/reader`` names the bundled reader wherever the pipeline is started from."""
    named = component["params"].get("model_name_or_path")
    if named == "models/reader" and not Path(named).is_dir():
        component["params"]["model_name_or_path"] = str(resources.bundled_reader())


def _nearest(name: object, names: Any) -> str:
    near = difflib.get_close_matches(str(name), list(names), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _haystack_version() -> str:
    import needlepoint.nodes  # noqa: F401
    import haystack

    return str(haystack.__version__)


def _reason(file: str, error: BaseException) -> NeedlepointError:
    """Find the reason behind Haystack's "Failed loading pipeline component": its cause's cause, in one line."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, NeedlepointError):
        last, cause = cause, cause.__cause__
    if cause is not None:
        return cause
    first = str(error).split("See the stacktrace")[0].strip().rstrip(":")
    detail = "" if last is error else f" {type(last).__name__}: {last}"
    return PipelineFileError(" ".join(f"{file}: {first}{detail}".split()))
