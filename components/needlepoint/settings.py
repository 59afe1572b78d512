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
    :param files: folder of the files that were uploaded; None keeps them in the store's folder.
    """

    store: Path
    cache: Path
    files: Path | None = None

    @property
    def originals(self) -> Path:
        """The folder of the files that were uploaded."""
        return self.files or self.store / "originals"

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read ``NEEDLEPOINT_STORE``, ``_CACHE`` and ``_FILES``; where unset or empty, the platform's user folders."""
        return cls(
            store=_folder("NEEDLEPOINT_STORE", user_data_path("needlepoint")),
            cache=_folder("NEEDLEPOINT_CACHE", user_cache_path("needlepoint")),
            files=Path(files).expanduser() if (files := os.environ.get("NEEDLEPOINT_FILES")) else None,
        )


def _folder(variable: str, default: Path) -> Path:
    return Path(os.environ.get(variable) or default).expanduser()
