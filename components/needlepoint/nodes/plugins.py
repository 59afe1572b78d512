"""Nodes of other installed packages, for pipeline files: entry points of one group, each named after its class."""

from haystack.nodes import BaseComponent

from needlepoint.errors import PluginError
from needlepoint.resources import load_plugin, plugins

GROUP = "needlepoint.nodes"


def plugged_in(name: str) -> type[BaseComponent] | None:
    """Import the node of this name from the package that offers it; None if no package does.

    :raises PluginError: it cannot be imported, or is not a node of this name.
    """
    for plugin in plugins(GROUP, name):
        found = load_plugin(plugin, type)
        if not issubclass(found, BaseComponent) or found.__name__ != name:
            raise PluginError(
                f"the plug-in '{name}' must be a Haystack node of this name, but {plugin.value} is {found!r}"
            )
        node: type[BaseComponent] = found
        return node
    return None
