"""The settings of a process, read once from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path, user_data_path


@dataclass(frozen=True, slots=True)
class Settings:
    """What does not belong into a pipeline's YAML.

    :param store: folder of the embedded store.
    :param cache: folder of what can be made again (exported models).
    """

    store: Path
    cache: Path

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read ``NEEDLEPOINT_STORE`` and ``NEEDLEPOINT_CACHE``; unset or empty ones take the platform's user folders."""
        return cls(
            store=_folder("NEEDLEPOINT_STORE", user_data_path("needlepoint")),
            cache=_folder("NEEDLEPOINT_CACHE", user_cache_path("needlepoint")),
        )


def _folder(variable: str, default: Path) -> Path:
    return Path(os.environ.get(variable) or default).expanduser()
