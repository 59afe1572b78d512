"""Checks a request's parameters for a pipeline's nodes before the nodes get them."""

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from needlepoint.errors import ParameterError

if TYPE_CHECKING:
    from haystack import Pipeline

MOST_PASSAGES = 1_000
_DATA = frozenset({"self", "root_node", "query", "queries", "documents", "labels", "file_paths", "meta", "headers"})
_FLAGS = frozenset({"debug", "scale_score", "add_isolated_node_eval", "all_terms_must_match"})


def checked_params(pipeline: "Pipeline", params: Mapping[str, Any]) -> dict[str, Any]:
    """Check that every node and parameter exists and every value is valid, and return a copy of the parameters.

    :param params: parameters by node name, or for all nodes that take them:
        ``{"filters": {...}, "Retriever": {"top_k": 5}}``.
    :raises ParameterError: a node or parameter is unknown, or a value is invalid; the message lists the known names.
    """
    nodes = {name: parameters_of(node) for name, node in pipeline.components.items() if name in pipeline.graph.nodes}
    shared = {name for parameters in nodes.values() for name in parameters} | {"debug"}
    checked: dict[str, Any] = {}
    for key, value in params.items():
        if key in nodes:
            checked[key] = _of_node(key, value, nodes[key])
        elif key in shared:
            checked[key] = _value(key, value)
        else:
            raise ParameterError(
                f"params: no node or parameter '{key[:64]}'; nodes: {_listed(nodes)}; parameters: {_listed(shared)}"
            )
    return checked


def _of_node(node: str, values: Any, known: set[str]) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise ParameterError(f"params: {node} must be an object such as {{'top_k': 5}}")
    for name in values:
        if name not in known | {"debug"}:
            raise ParameterError(f"params: {node} has no parameter '{name[:64]}', only {_listed(known)}")
    return {name: _value(f"{node}.{name}", value) for name, value in values.items()}


def parameters_of(node: Any) -> set[str]:
    """Return the names of the parameters that a node's ``run`` takes besides its data."""
    return set(inspect.signature(node.run).parameters) - _DATA


def _value(where: str, value: Any) -> Any:
    name = where.rpartition(".")[2]
    if name.startswith("top_k") and value is not None:
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_PASSAGES:
            raise ParameterError(f"params: {where} must be a whole number from 1 to {MOST_PASSAGES:,}")
    elif name in _FLAGS and not isinstance(value, bool | None):
        raise ParameterError(f"params: {where} must be true or false")
    elif name == "filters" and not isinstance(value, Mapping | None):
        raise ParameterError(f"params: {where} must be an object such as {{'type': 'pdf'}}")
    elif name == "index" and value is not None and not (isinstance(value, str) and value.isidentifier()):
        raise ParameterError(f"params: {where} must be the name of an index")
    return value


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))
