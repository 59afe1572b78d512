"""Checks a pipeline file before Haystack sees it, because Haystack's own messages do not say where a mistake is."""

import difflib
import inspect
from typing import Any

from needlepoint.errors import PipelineFileError, PluginError


def check_shape(file: str, config: dict[str, Any]) -> None:
    """Check that a file has components and pipelines, that they are well formed, and that the names in them match.

    :param file: the file's name, for messages.
    :param config: the parsed file; a missing ``version`` is added.
    :raises PipelineFileError: there is a mistake; the message names file, node and field.
    """
    _Shape(file, config).check()


class _Shape:
    def __init__(self, file: str, config: dict[str, Any]) -> None:
        self.file = file
        self.config = config

    def check(self) -> None:
        if isinstance(self.config.get("components"), dict):
            raise PipelineFileError(
                f"{self.file}: a pipeline of Haystack 3, which this command cannot run: load it with"
                " haystack.Pipeline.loads where 'needlepoint[haystack]' is installed, or name a pipeline of Haystack 1.26"
            )
        for key in ("components", "pipelines"):
            if not isinstance(self.config.get(key), list) or not self.config[key]:
                raise PipelineFileError(f"{self.file}: '{key}' must be a list with at least one entry")
        self.config.setdefault("version", _haystack_version())
        for component in self.config["components"]:
            self._check_component(component)
        for pipeline in self.config["pipelines"]:
            self._check_pipeline(pipeline)

    def _check_component(self, component: Any) -> None:
        if not isinstance(component, dict) or not _is_name(component.get("name")):
            raise PipelineFileError(f"{self.file}: every entry of 'components' needs a 'name'")
        name = component["name"]
        if not _is_name(component.get("type")):
            raise PipelineFileError(f"{self.file}: node '{name}': field 'type' is missing or not a class name")
        if not isinstance(component.get("params") or {}, dict):
            raise PipelineFileError(f"{self.file}: node '{name}': field 'params' must map names to values")
        for key in set(component) - {"name", "type", "params"}:
            raise PipelineFileError(f"{self.file}: node '{name}': unknown field '{key}' (name, type, params)")

    def _check_pipeline(self, pipeline: Any) -> None:
        is_named = isinstance(pipeline, dict) and _is_name(pipeline.get("name"))
        if not is_named or not isinstance(pipeline.get("nodes"), list):
            raise PipelineFileError(f"{self.file}: every entry of 'pipelines' needs a 'name' and a list of 'nodes'")
        components = {component["name"] for component in self.config["components"]}
        known = components | {"Query", "File"}
        for node in pipeline["nodes"]:
            where = f"{self.file}: pipeline '{pipeline['name']}'"
            if not isinstance(node, dict) or not _is_name(node.get("name")) or not isinstance(node.get("inputs"), list):
                raise PipelineFileError(f"{where}: node {node!r} needs 'name' and a list of 'inputs'")
            if node["name"] not in components:
                raise PipelineFileError(
                    f"{where}: node '{node['name']}' is not among 'components'{_nearest(node['name'], components)}"
                )
            for source in node["inputs"]:
                if str(source).split(".")[0] not in known:
                    raise PipelineFileError(
                        f"{where}: node '{node['name']}': field 'inputs': no node '{source}'{_nearest(source, known)}"
                    )


def check_parameters(file: str, config: dict[str, Any]) -> None:
    """Check types and parameter names against the node classes themselves.

    :param file: the file's name, for messages.
    :raises PipelineFileError: there is a mistake; the message names file, node and field.
    """
    from needlepoint.nodes.register import BaseComponent

    for component in config["components"]:
        where = f"{file}: node '{component['name']}'"
        node_class = BaseComponent._subclasses.get(component["type"]) or _plugged_in(where, component["type"])
        if node_class is None:
            nearest = _nearest(component["type"], BaseComponent._subclasses)
            raise PipelineFileError(f"{where}: field 'type': no such node '{component['type']}'{nearest}")
        parameters = inspect.signature(node_class).parameters
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
            continue
        for name in component["params"]:
            if name in getattr(node_class, "elsewhere", {}):
                raise PipelineFileError(f"{where}: field '{name}': {node_class.elsewhere[name]}")
            if name not in parameters:
                nearest = _nearest(name, parameters)
                raise PipelineFileError(f"{where}: field '{name}': {component['type']} has no such parameter{nearest}")
        for parameter in parameters.values():
            if parameter.default is parameter.empty and parameter.name not in component["params"]:
                raise PipelineFileError(f"{where}: field '{parameter.name}' is missing: {component['type']} needs it")


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _plugged_in(where: str, name: str) -> Any:
    from needlepoint.nodes.plugins import plugged_in

    try:
        return plugged_in(name)
    except PluginError as error:
        raise PipelineFileError(f"{where}: {error}") from error


def _nearest(name: object, names: Any) -> str:
    near = difflib.get_close_matches(str(name), list(names), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _haystack_version() -> str:
    from importlib.metadata import version

    return version("farm-haystack")
