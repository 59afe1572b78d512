"""Files that ship with the code, in a checkout or inside the package, and plug-ins of other packages."""

from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from needlepoint.errors import ModelError, PluginError

_READERS = ("models/reader", "models/reader-small")
_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent.parent


def _shipped(folder: str) -> Path:
    in_wheel = _PACKAGE / f"_{folder}"
    return in_wheel if in_wheel.is_dir() else _CHECKOUT / folder


def pipelines_folder() -> Path:
    """Return the folder of the pipelines that users edit."""
    return _shipped("pipelines")


def bundled_reader() -> Path:
    """Return the folder of the reader that works without a download."""
    return _reader("models/reader")


def bundled_model(name: str) -> Path | None:
    """Return a bundled reader's folder for ``models/reader`` or ``models/reader-small``, whatever the working directory.

    Return None for any other name, and where the working directory itself contains that folder.

    :raises ModelError: the installed package does not contain this reader.
    """
    if name not in _READERS or Path(name).is_dir():
        return None
    if not (folder := _reader(name)).is_dir():
        raise ModelError(
            f"{name} is not part of the installed package: copy that folder from Needlepoint's repository,"
            " and give its path"
        )
    return folder


def is_bundled(model: Path) -> bool:
    """Whether a folder is a bundled reader's."""
    return model.resolve() in {_reader(name).resolve() for name in _READERS}


def _reader(name: str) -> Path:
    return _shipped("models") / Path(name).name


def plugins(group: str, name: str | None = None) -> list[EntryPoint]:
    """Return the plug-ins of other installed packages: a group of entry points, sorted; none is imported.

    :param name: return only those with this name.
    """
    return sorted(entry_points(group=group, name=name) if name else entry_points(group=group))


def load_plugin(plugin: EntryPoint, kind: type) -> Any:
    """Import a plug-in of another package.

    :param kind: the class that it must be an instance of.
    :raises PluginError: it cannot be imported, or is something else.
    """
    try:
        found = plugin.load()
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise PluginError(f"{_described(plugin)} cannot be imported ({reason}): mend or remove that package") from error
    if not isinstance(found, kind):
        raise PluginError(f"{_described(plugin)} must be a {kind.__name__}, and {plugin.value} is {found!r}")
    return found


def _described(plugin: EntryPoint) -> str:
    package = f" of the package {plugin.dist.name}" if plugin.dist else ""
    return f"the plug-in '{plugin.name}'{package}"


def page_script() -> Path:
    """Return the Streamlit page's entry script."""
    return _shipped("ui") / "app.py"


def example_collection() -> Path:
    """Return the folder of the example documents."""
    in_wheel = _PACKAGE / "_examples"
    return in_wheel if in_wheel.is_dir() else _CHECKOUT / "examples" / "collection"
