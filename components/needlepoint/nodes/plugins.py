"""Nodes of other installed packages, for YAML: entry points of this group, each named as its class."""

from haystack.nodes import BaseComponent

from needlepoint.errors import PluginError
from needlepoint.resources import load_plugin, plugins

GROUP = "needlepoint.nodes"


def plugged_in(name: str) -> type[BaseComponent] | None:
    """Import the node of this name from whichever package offers it; None where none does.

    :raises PluginError: it cannot be imported, or is no node of this name.
    """
    for plugin in plugins(GROUP, name):
        found = load_plugin(plugin, type)
        if not issubclass(found, BaseComponent) or found.__name__ != name:
            raise PluginError(
                f"the plug-in '{name}' must be a Haystack node of this name, and {plugin.value} is {found!r}"
            )
        node: type[BaseComponent] = found
        return node
    return None
